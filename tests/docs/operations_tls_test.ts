/**
 * The commands of docs/operations.md about TLS work as they stand there, on the loopback instead of
 * the lab's network.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { needs } from "../helpers/proc.ts";
import type { Program } from "../helpers/program.ts";
import { identity } from "../helpers/tls.ts";
import { blocksOf, readDocument } from "./fenced.ts";
import { Workshop } from "./workshop.ts";

const BLOCKS = blocksOf(readDocument("docs/operations.md"));
const ignore = !await needs("unix");

/** The shell blocks under a heading. */
function commands(heading: string): string[] {
  return BLOCKS.filter((block) => block.heading === heading && block.language === "sh")
    .map(({ text }) => text);
}

/** Starts a server as it stands there, on any free port; gives the port. */
async function serve(workshop: Workshop, command: string): Promise<number> {
  assert(command.startsWith("chat serve "), command);
  const line = command.replace("serve", "serve --port 0 --host 127.0.0.1");
  const program = workshop.start(line);
  const banner = await program.stdout.expect(/ is listening on 127\.0\.0\.1:\d+/);
  return Number(/:(\d+)/.exec(banner)?.[1]);
}

/** Somebody comes in with a command, is welcomed, and leaves. */
async function visit(workshop: Workshop, command: string, name: string): Promise<void> {
  const program: Program = workshop.start(`printf '${name}\\n/quit\\n' | ${command}`);
  await program.stdout.expect(new RegExp(`Welcome, ${name}!`));
  await program.outcome();
}

Deno.test("docs/operations.md: TLS on a lab network", { ignore }, async () => {
  const [start, join, others, ...more] = commands("TLS on a lab network");
  assertEquals(more, []);
  await using workshop = await Workshop.open();
  const port = await serve(workshop, start ?? "");
  // That name leads nowhere from here; the certificate is for localhost, too. Not for an address:
  // ncat compares only names.
  function here(command: string): string {
    return command.trim().replaceAll(
      /lab-pc\.local([: ]5001)?/g,
      (_, at?: string) => `localhost${at?.[0] ?? ":"}${port}`,
    );
  }
  await using said = workshop.start(`echo hi | ${here(join ?? "")} --name ada`);
  const { code, stderr } = await said.outcome();
  assertEquals([code, stderr], [0, ""]);
  for (const [i, command] of (others ?? "").trim().split("\n").entries()) {
    const tool = command.split(" ")[0] ?? "";
    assert(["openssl", "ncat"].includes(tool), command);
    if (await needs(tool)) {
      await visit(workshop, here(command), `guest${i}`);
    }
  }
});

Deno.test("docs/operations.md: With a certificate of your own", { ignore }, async () => {
  const [start, ...more] = commands("With a certificate of your own");
  assertEquals(more, []);
  await using workshop = await Workshop.open();
  const { cert, key } = await identity();
  await Deno.writeTextFile(`${workshop.directory}/fullchain.pem`, cert);
  await Deno.writeTextFile(`${workshop.directory}/privkey.pem`, key);
  const port = await serve(workshop, start ?? "");
  const join = `chat join 127.0.0.1:${port} --ca fullchain.pem --name ada`;
  await using said = workshop.start(`echo hi | ${join}`);
  const { code, stderr } = await said.outcome();
  assertEquals([code, stderr], [0, ""]);
});
