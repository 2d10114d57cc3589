/**
 * Standard output on a full disk, with the real program: never cut in silence.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import { Program, shellLine, startServer } from "../helpers/program.ts";

const linux = await needs("linux");

const FULL = "chat: Cannot write to standard output: No space left on device (os error 28).";

/** Runs `chat` with these arguments on a full disk. */
async function onFullDisk(...args: string[]): Promise<{ code: number; stderr: string[] }> {
  await using program = new Program(["sh", "-c", `exec ${shellLine(args)} > /dev/full`]);
  const { code, stderr } = await program.outcome();
  return { code, stderr: stderr.trim().split("\n") };
}

for (
  const args of [["--version"], ["--help"], ["--man"], ["--completions", "bash"], [
    "join",
    "--help",
  ]]
) {
  Deno.test({
    name: `chat ${args.join(" ")} says when the disk is full`,
    ignore: !linux,
    fn: async () => assertEquals(await onFullDisk(...args), { code: 1, stderr: [FULL] }),
  });
}

Deno.test({
  name: "A server that cannot print what it listens on says so, and listens",
  ignore: !linux,
  async fn() {
    const serve = shellLine(["serve", "--port", "0", "--host", "127.0.0.1"]);
    await using program = new Program(["sh", "-c", `exec ${serve} > /dev/full`]);
    await program.stderr.expect(/no banner why=.*No space left on device/);
    const [, port] = /listening .*port=(\d+)/.exec(await program.stderr.expect(/ listening /))!;
    await using ada = await PlainClient.join(Number(port), "ada");
    await ada.say("hello");
  },
});

Deno.test({
  name: "What is read is not cut in silence on a full disk: an export, and a pipe",
  ignore: !linux,
  async fn() {
    await using server = await startServer();
    await using ada = await PlainClient.join(server.port, "ada");
    await ada.say("hello");
    const join = ["join", `127.0.0.1:${server.port}`, "--history", "all"];
    const exported = await onFullDisk(...join, "--exit", "--json");
    assertEquals(exported, { code: 1, stderr: [`${FULL} The export is not whole.`] });
    const piped = await onFullDisk(...join, "--name", "bob", "--json");
    assertEquals([piped.code, piped.stderr.at(-1)], [1, FULL]);
  },
});
