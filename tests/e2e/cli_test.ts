/**
 * The command line: help, wrong usage, and what cannot work.
 *
 * @module
 */

import { VERSION } from "../../src/version.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs, saySkipped } from "../helpers/proc.ts";
import { type Outcome, Program } from "../helpers/program.ts";
import { commandLine, runChat, startServer } from "../helpers/program.ts";
import { openSilentPort } from "../helpers/silent_port.ts";

Deno.test("--version says the version", async () => {
  const { code, stdout } = await runChat(["--version"]);
  assertEquals([code, stdout.trim()], [0, `chat ${VERSION}`]);
});

Deno.test("--help names both subcommands, and each has its own help", async () => {
  const program = await runChat(["--help"]);
  assertEquals(program.code, 0);
  assert(/serve[\s\S]*join/.test(program.stdout));
  const serve = await runChat(["serve", "--help"]);
  assertEquals(serve.code, 0);
  for (
    const part of ["--port", "5001", "--host", "0.0.0.0", "--motd", "--history", "--max-clients"]
      .concat(["1000", "--max-per-address", "--rate", "20", "--log-format", "--log-level"])
  ) assertStringIncludes(serve.stdout, part);
  assert(/chat serve .*--/.test(serve.stdout), "an example");
  const join = await runChat(["join", "--help"]);
  assertEquals(join.code, 0);
  for (
    const part of ["127.0.0.1:5001", "--name", "CHAT_NAME", "--timeout", "--history", "--json"]
  ) assertStringIncludes(join.stdout, part);
  assert(/chat join .*\w/.test(join.stdout), "an example");
});

/** Wrong usage, and what the answer must name. */
const WRONG: readonly (readonly [args: readonly string[], named: readonly string[]])[] = [
  [["dance"], ["dance"]],
  [["serve", "--prot", "80"], ["--prot", "--port"]],
  [["join", "--nmae", "ada"], ["--nmae", "--name"]],
  [["serve", "--port", "65536"], ["--port", "65536"]],
  [["serve", "--port", "abc"], ["--port", "abc"]],
  [["serve", "--port", "-1"], ["--port", "-1"]],
  [["serve", "--port", "1.5"], ["--port", "1.5"]],
  [["serve", "--port=0x50"], ["--port", "0x50"]],
  [["serve", "--port", ""], ["--port"]],
  [["serve", "--port"], ["--port"]],
  [["serve", "--port", "5021", "--web", "5021"], ["--port and --web", "one port, 5021"]],
  [["serve", "--web", "5021", "--metrics", "5021"], ["--web and --metrics", "5021"]],
  [["serve", "--port", "0", "--host", ""], ["--host"]],
  [["serve", "--max-clients", "many"], ["--max-clients", "many"]],
  [["serve", "--max-per-address", "-2"], ["--max-per-address", "-2"]],
  [["serve", "--rate", "-1"], ["--rate", "-1"]],
  [["serve", "--history", "all of it"], ["--history", "all of it"]],
  [["serve", "--log-format", "xml"], ["--log-format", "xml", "json"]],
  [["serve", "--log-level", "loud"], ["--log-level", "loud"]],
  [["serve", "surprise"], ["surprise"]],
  [["join", ""], ["HOST"]],
  [["join", "localhost:65536"], ["65536"]],
  [["join", "localhost:abc"], ["abc"]],
  [["join", "localhost:0"], ["0"]],
  [["join", "--timeout", "soon"], ["--timeout", "soon"]],
  [["join", "--timeout", "-1"], ["--timeout", "-1"]],
  [["join", "127.0.0.1:1", "surprise"], ["surprise"]],
  // What a name becomes that is not UTF-8: another file would be made.
  [["serve", "--db", "caf\ufffd.db"], ["--db", "UTF-8"]],
];

for (const [args, named] of WRONG) {
  Deno.test(`chat ${args.map((arg) => arg || "''").join(" ")} is wrong usage`, async () => {
    const outcome = await runChat(args);
    assertEquals(outcome.code, 2, outcome.stderr);
    for (const part of named) assertStringIncludes(outcome.stderr, part);
    assertNoTrace(outcome);
  });
}

Deno.test("In a clone, what an error advises can be typed", async () => {
  if (Deno.env.get("CHAT_EXE") !== undefined) return;
  const env = { INIT_CWD: Deno.cwd() };
  for (const args of [["join", "127.0.0.1:1", "--name", "ada"], ["serve", "--prot"]]) {
    const { stderr } = await runChat(args, { env });
    assertMatch(stderr, / (?:deno|npx \S+ -y deno@\S+) task serve (?:--port 1|--help)$/m);
  }
});

Deno.test("A port in use ends it with one line and exit code 1", async () => {
  await using server = await startServer();
  const args = ["serve", "--host", "127.0.0.1", "--port", `${server.port}`];
  didNotWork(await runChat(args), `${server.port}`);
  await using _ada = await PlainClient.join(server.port, "ada");
});

Deno.test("An address that is not this machine's cannot be listened on", async () => {
  didNotWork(await runChat(["serve", "--host", "192.0.2.1", "--port", "0"]), "192.0.2.1");
});

Deno.test("A host that does not exist cannot be listened on or joined", async () => {
  const host = "no-such-host.invalid";
  didNotWork(await runChat(["serve", "--host", host, "--port", "0"]), host);
  didNotWork(await runChat(["join", `${host}:5001`, "--name", "ada", "--timeout", "5"]), host);
});

Deno.test("Where nobody listens, joining says so and exits 1", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = `127.0.0.1:${listener.addr.port}`;
  listener.close();
  didNotWork(await runChat(["join", address, "--name", "ada"]), address);
});

Deno.test({
  name: "An address that does not answer: joining gives up and exits 1",
  ignore: !await needs("linux"),
  async fn() {
    using silent = await openSilentPort();
    const address = `127.0.0.1:${silent.port}`;
    didNotWork(await runChat(["join", address, "--name", "ada", "--timeout", "1"]), address);
  },
});

Deno.test("Without --port the server takes 5001, and join without an address finds it", async () => {
  await using server = new Program(commandLine(["serve", "--host", "127.0.0.1"]), { stdin: false });
  await Promise.race([server.stdout.holds(/listening on/), server.ended]).catch(() => {});
  if (!server.stdout.text.includes("listening on")) {
    // Somebody else on this machine has the port: then the error must name it.
    didNotWork(await server.outcome(), "5001");
    return;
  }
  assertEquals(server.stdout.seen[0], `chat ${VERSION} is listening on 127.0.0.1:5001`);
  await using ada = await PlainClient.join(5001, "ada");
  const { code } = await runChat(["join", "--name", "ci"], { input: "found you\n" });
  assertEquals(code, 0);
  await ada.expect("ci: found you");
});

Deno.test("HOST:PORT, :PORT and localhost:PORT all join", async () => {
  await using server = await startServer();
  await using ada = await PlainClient.join(server.port, "ada");
  for (const [i, host] of ["127.0.0.1", "", "localhost"].entries()) {
    const { code, stderr } = await runChat(["join", `${host}:${server.port}`, "--name", `ci${i}`], {
      input: "found you\n",
    });
    assertEquals(code, 0, stderr);
    await ada.expect(`ci${i}: found you`);
  }
});

Deno.test("[::1]:PORT joins over IPv6", { ignore: !hasIpv6() }, async () => {
  await using server = new Program(commandLine(["serve", "--host", "::1", "--port", "0"]), {
    stdin: false,
  });
  const banner = await server.stdout.expect(/ is listening on \[::1\]:\d+$/);
  const port = /\d+$/.exec(banner)?.[0];
  for (const name of ["one", "two"]) {
    const { code, stderr } = await runChat(["join", `[::1]:${port}`, "--name", name], {
      input: "hi\n",
    });
    assertEquals(code, 0, stderr);
  }
  await server.stderr.holds(/name=two/);
});

function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    saySkipped("::1");
    return false;
  }
}

/** One line that names what did not work, exit code 1, and no stack. */
function didNotWork(outcome: Outcome, named: string): void {
  assertEquals(outcome.code, 1, outcome.stderr);
  assertStringIncludes(outcome.stderr, named);
  assertEquals(outcome.stderr.trim().split("\n").length, 1, outcome.stderr);
  assertNoTrace(outcome);
}

function assertNoTrace({ stdout, stderr }: Outcome): void {
  assertNotMatch(stdout + stderr, /^ {4}at |Uncaught/m);
}
