/**
 * examples/cluster.ts, as `deno task cluster` runs it.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { natsServerPath, needsNats } from "../helpers/nats.ts";
import { needs } from "../helpers/proc.ts";
import { within } from "../helpers/wait.ts";

const ROOT = new URL("../../", import.meta.url);
const ignore = !await needs("unix") || !await needsNats("2.9");

/** In a process group of its own, as a terminal starts it. */
function start(args: readonly string[], env: Record<string, string> = {}): Deno.ChildProcess {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const words = String(tasks.cluster.command).split(" ").slice(1);
  return new Deno.Command(Deno.execPath(), {
    args: [...words, ...args],
    cwd: ROOT,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
}

/** What the terminal does at Ctrl-C: it tells the program and all that it has started. */
async function pressCtrlC({ pid }: Deno.ChildProcess): Promise<void> {
  await new Deno.Command("kill", { args: ["-INT", "--", `-${pid}`] }).output();
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
    const child = start([`${first}`], { PATH, TMPDIR: `${directory}/tmp` });
    const stderr = new Response(child.stderr).text();
    let told = "";
    let pressed = false;
    const reading = (async () => {
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
        told += text;
        const listening = told.match(/^\d+ \| .* listening /gm) ?? [];
        if (!pressed && listening.length === 2) {
          pressed = true;
          await pressCtrlC(child);
        }
      }
    })();
    try {
      await within(reading, "its end", 120_000);
    } finally {
      if (!pressed) await pressCtrlC(child);
    }
    const { code } = await child.status;
    assertEquals([code, await stderr], [0, ""]);
    for (const port of [first, first + 1]) {
      assertMatch(told, new RegExp(`^${port} \\| .* stopped`, "m"));
      assertMatch(told, new RegExp(`deno task serve --host 127\\.0\\.0\\.1 --port ${port} --db `));
    }
    assertEquals([...Deno.readDirSync(`${directory}/tmp`)], []);
    await Deno.remove(directory, { recursive: true });
  },
);

Deno.test("deno task cluster: --help, a wrong port, and a port that is in use", async () => {
  const help = await start(["--help"]).output();
  assertEquals(help.code, 0);
  assert(new TextDecoder().decode(help.stdout).includes("removes its files"));
  const wrong = await start(["many"]).output();
  assertEquals([wrong.code, new TextDecoder().decode(wrong.stdout)], [
    2,
    "many is not a port: see deno task cluster --help\n",
  ]);
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const taken = await start([`${listener.addr.port}`]).output();
  assertEquals(taken.code, 1);
  assertMatch(
    new TextDecoder().decode(taken.stdout),
    new RegExp(`^Port ${listener.addr.port} is in use: .*\\n$`),
  );
});
