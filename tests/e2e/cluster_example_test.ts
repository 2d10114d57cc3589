/**
 * examples/cluster.ts, as `deno task cluster` runs it.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { natsServerPath, needsNats } from "../helpers/nats.ts";
import { needs } from "../helpers/proc.ts";
import { type Outcome, Program, type StartOptions } from "../helpers/program.ts";

const ROOT = new URL("../../", import.meta.url);
const ignore = !await needs("unix") || !await needsNats("2.9");

/** In a process group of its own, as a terminal starts it. */
function start(args: readonly string[], options: StartOptions = {}): Program {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const words = String(tasks.cluster.command).split(" ").slice(1);
  return new Program([Deno.execPath(), ...words, ...args], {
    ...options,
    group: true,
    stdin: false,
  });
}

async function outcomeOf(args: readonly string[]): Promise<Outcome> {
  await using program = start(args);
  return await program.outcome();
}

Deno.test(
  "deno task cluster: both servers listen, and Ctrl-C leaves nothing behind",
  { ignore },
  async () => {
    const directory = await Deno.makeTempDir();
    await Deno.mkdir(`${directory}/bin`);
    await Deno.symlink(await natsServerPath(), `${directory}/bin/nats-server`);
    await Deno.mkdir(`${directory}/tmp`);
    const first = 21_000 + 30 * Math.floor(Math.random() * 300);
    const PATH = `${directory}/bin:${Deno.env.get("PATH")}`;
    await using program = start([`${first}`], { env: { PATH, TMPDIR: `${directory}/tmp` } });
    for (let server = 0; server < 2; server++) {
      await program.stdout.expect(/^\d+ \| .* listening /, 120_000);
    }
    // What the terminal does at Ctrl-C: it tells the program and all that it has started.
    program.signal("SIGINT");
    const { code, stdout, stderr } = await program.outcome(120_000);
    assertEquals([code, stderr], [0, ""]);
    for (const port of [first, first + 1]) {
      assertMatch(stdout, new RegExp(`^${port} \\| .* stopped`, "m"));
      assertMatch(
        stdout,
        new RegExp(`deno task serve --host 127\\.0\\.0\\.1 --port ${port} --db `),
      );
    }
    assertEquals([...Deno.readDirSync(`${directory}/tmp`)], []);
    await Deno.remove(directory, { recursive: true });
  },
);

Deno.test("deno task cluster: --help, a wrong port, and a port that is in use", async () => {
  const help = await outcomeOf(["--help"]);
  assertEquals(help.code, 0);
  assert(help.stdout.includes("removes its files"));
  const wrong = await outcomeOf(["many"]);
  assertEquals([wrong.code, wrong.stdout.trimEnd()], [
    2,
    "many is not a port: see deno task cluster --help",
  ]);
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const taken = await outcomeOf([`${listener.addr.port}`]);
  assertEquals(taken.code, 1);
  assertMatch(taken.stdout, new RegExp(`^Port ${listener.addr.port} is in use: .*\\n?$`));
});
