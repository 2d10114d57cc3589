/**
 * How the commands of README.md's tour are tried.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import type { Program, RunningServer } from "../helpers/program.ts";
import { blocksOf, readDocument, ROOT } from "./fenced.ts";
import type { Workshop } from "./workshop.ts";

/** What a block of README is tried in: a room with bob in it, and a directory. */
export interface Place {
  /** The block, with the server's address and without `npx --prefer-offline -y`. */
  readonly script: string;
  /** The room's server. */
  readonly server: RunningServer;
  /** Somebody in the room. */
  readonly bob: PlainClient;
  /** Where the block runs. */
  readonly workshop: Workshop;
}

/** How blocks are tried, by what they look like once `npx --prefer-offline -y deno@X` is `deno`. */
export type Trials = readonly (readonly [RegExp, (place: Place) => Promise<void>])[];

/** For tasks, which are those of the clone. */
export const IN_ROOT = { cwd: new URL(ROOT).pathname };

const netcat = await needs("nc -N");

/**
 * Starts a server as a block says it, but on any free port of the loopback: that of the example may
 * be in use here.
 */
export async function startAsShown(
  script: string,
  workshop: Workshop,
): Promise<{ readonly port: number; readonly program: Program }> {
  const line = script.replace(/ serve\b/, " serve --port 0 --host 127.0.0.1")
    .replace(/--web$/m, "--web 0");
  const program = workshop.start(line, line.startsWith("deno task") ? IN_ROOT : {});
  const banner = await program.stdout.expect(/ is listening on 127\.0\.0\.1:\d+/);
  return { port: Number(/:(\d+)/.exec(banner)?.[1]), program };
}

/** Starts a server as a block says it, and joins it. */
export async function tryServing({ script, workshop }: Place): Promise<void> {
  const { port, program } = await startAsShown(script, workshop);
  await using ada = await PlainClient.join(port, "ada");
  program.signal("SIGTERM");
  await ada.expect(/shutting down/);
  assertEquals((await program.outcome()).stderr.includes("error"), false);
}

/** The block of README that starts a room with TLS and a password. */
function lastingRoom(): string {
  const block = blocksOf(readDocument("README.md")).find(({ text }) =>
    text.includes(" --tls-self")
  );
  assert(block !== undefined);
  return block.text;
}

/** Says a line in a room with TLS, from the directory in which it lives. */
async function sayOverTls(port: number, { workshop }: Place): Promise<void> {
  const join = `chat join 127.0.0.1:${port} --tls --ca chat-cert.pem --name ada`;
  const said = workshop.start(`echo hello | ${join} --password-file room.password`);
  const { code, stderr } = await said.outcome();
  assertEquals([code, stderr], [0, ""]);
}

/** See the module. */
export const TOUR_TRIALS: Trials = [
  [/^chat serve +#.*\nchat join 127\.0\.0\.1:\d+ +#.*\n$/, async (place) => {
    const [serve = "", join = ""] = place.script.split(/(?<=\n)/);
    const { port } = await startAsShown(serve, place.workshop);
    await using eve = await PlainClient.join(port, "eve");
    const said = `${join.replace(/:\d+.*/, `:${port}`).trimEnd()} --name ada`;
    const { code, stderr } = await place.workshop.start(`echo hello | ${said}`).outcome();
    assertEquals([code, stderr], [0, ""]);
    await eve.expect("ada: hello");
  }],
  [/^(?:deno task|chat) serve(?: --web)?\n$/, tryServing],
  [/^(?:deno task|chat) join 127\.0\.0\.1:\d+\n$/, async ({ script, bob, workshop }) => {
    // There is no terminal here that could be asked for the name.
    const hello = `${workshop.directory}/hello.txt`;
    await Deno.writeTextFile(hello, "hello\n");
    const line = script.replace("\n", ` --name ada < '${hello}'\n`);
    const { code, stderr } = await workshop.start(line, IN_ROOT).outcome();
    assertEquals(code, 0, stderr);
    await bob.expect("ada: hello");
  }],
  [/^chat\(\) \{/, async ({ script, server, bob, workshop }) => {
    const join = `chat join 127.0.0.1:${server.port} --name "$1"`;
    const line = `${script}set -- 'ada'\necho "two  words" | ${join}\n${join} --history 1 --exit`;
    const { code, stdout, stderr } = await workshop.start(line, IN_ROOT).outcome();
    assertEquals(code, 0, stderr);
    await bob.expect("ada: two  words");
    assertMatch(stdout, /ada/);
    const others = await workshop.start(`${script}chat --version\nchat --help`, IN_ROOT).outcome();
    assertEquals(others.code, 0, others.stderr);
    assertMatch(others.stdout, /^chat \d+\.\d+\.\d+[^]*chat serve/);
  }],
  [/^nc 127\.0\.0\.1 \d+\n$/, async ({ script, bob, workshop }) => {
    if (!netcat) return;
    workshop.start(`printf 'ada\\nhi\\n' | ${script.replace("nc ", "nc -N ")}`);
    await bob.expect("ada: hi");
  }],
  [/^echo .* \| chat join /, async ({ script, bob, workshop }) => {
    const { code, stderr } = await workshop.start(script).outcome();
    assertEquals(code, 0, stderr);
    await bob.expect("ci: build 42 is green");
  }],
  [/^mkfifo say\n/, async ({ script, bob, workshop }) => {
    await bob.say("!time");
    workshop.start(script);
    await bob.expect(/^\* clock joined/);
    await bob.say("is it late? !time");
    await bob.say("!time");
    assertMatch(await bob.expect(/^clock: /), /^clock: It is \d\d:\d\d\.$/);
    assertEquals(bob.seen.filter((line) => line.startsWith("clock: ")).length, 1);
  }],
  [/--history 20 --exit\n$/, async ({ script, bob, workshop }) => {
    await bob.say("hello");
    const { code, stdout, stderr } = await workshop.start(script).outcome();
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /bob joined\n/);
  }],
  [/^\(.*room\.password\)\nchat serve --db /, async (place) => {
    const { script, workshop } = place;
    const first = await startAsShown(script, workshop);
    const { mode } = await Deno.stat(`${workshop.directory}/room.password`);
    assertEquals((mode ?? 0) & 0o077, 0, "others can read the password");
    await sayOverTls(first.port, place);
    first.program.signal("SIGKILL");
    await first.program.outcome();
    const { port } = await startAsShown(script, workshop);
    const join = `chat join 127.0.0.1:${port} --tls --ca chat-cert.pem --history 9 --exit`;
    const past = await workshop.start(`${join} --password-file room.password`).outcome();
    assertStringIncludes(past.stdout, "ada: hello\n", past.stderr);
  }],
  [/^chat join \S+ --tls --ca chat-cert\.pem\n$/, async ({ script, workshop }) => {
    const { port } = await startAsShown(lastingRoom(), workshop);
    const join = script.replace(/:\d+/, `:${port}`).trimEnd();
    const more = "--name ada --password-file room.password";
    const { code, stderr } = await workshop.start(`echo hello | ${join} ${more}`).outcome();
    assertEquals([code, stderr], [0, ""]);
    // Without a terminal nobody can be asked for it.
    const without = await workshop.start(`echo hello | ${join} --name ada`).outcome();
    assertEquals(without.code, 1);
  }],
  // It runs this test.
  [/^deno task test\n$/, () => Promise.resolve()],
];
