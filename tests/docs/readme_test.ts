/**
 * README.md holds what it says: its commands run, its flags and slash commands exist, its links lead
 * somewhere.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { FlagTable } from "../../src/cli/flags.ts";
import { JOIN_FLAGS } from "../../src/cli/join_flags.ts";
import { SERVE_FLAGS } from "../../src/cli/serve_flags.ts";
import { KNOWN_COMMANDS } from "../../src/client/completion.ts";
import { COMMANDS } from "../../src/server/commands.ts";
import { OPERATOR_COMMANDS } from "../../src/server/operator_commands.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import { type RunningServer, startServer } from "../helpers/program.ts";
import { blocksOf, readDocument, ROOT, rowsUnder } from "./fenced.ts";
import { Workshop } from "./workshop.ts";

const README = readDocument("README.md");
const unix = await needs("setsid");
const netcat = await needs("nc -N");

/** `deno.json`, as far as it is looked at here. */
interface Config {
  readonly tasks: Readonly<Record<string, { readonly command: string }>>;
}

const { tasks } = JSON.parse(readDocument("deno.json")) as Config;

/** What a block of README is tried in. */
interface Place {
  /** The block, with the server's address and without `npx -y`. */
  readonly script: string;
  readonly server: RunningServer;
  readonly bob: PlainClient;
  readonly workshop: Workshop;
}

const IN_ROOT = { cwd: new URL(ROOT).pathname };

/** How each block is tried, by what it begins with once `npx -y deno@X` is `deno`. */
const TRIALS: readonly (readonly [RegExp, (place: Place) => Promise<void>])[] = [
  [/^deno task serve(?: --\S.*)?\n$/, async ({ script, workshop }) => {
    // The port of the example may be in use here, and its files are none of this directory.
    const { directory } = workshop;
    await Deno.writeTextFile(`${directory}/room.password`, "open sesame\n");
    await Deno.writeTextFile(`${directory}/operators.password`, "boss\n");
    const line = script.replace("serve", "serve --port 0 --host 127.0.0.1")
      .replace(/--web$/m, "--web 0")
      .replace(/\b(?:room|operators)\.\w+/g, (file) => `'${directory}/${file}'`);
    const program = workshop.start(line, IN_ROOT);
    const banner = await program.stdout.expect(/ is listening on 127\.0\.0\.1:\d+/);
    const port = Number(/:(\d+)/.exec(banner)?.[1]);
    await using ada = await PlainClient.connect(port);
    if (script.includes("password")) await ada.say("open sesame");
    await ada.say("ada");
    await ada.expect(/^Welcome, ada!/);
    await workshop.signal(program, "TERM");
    assertEquals((await program.outcome()).stderr.includes("error"), false);
  }],
  [/^deno task join 127\.0\.0\.1:\d+\n$/, async ({ script, bob, workshop }) => {
    // There is no terminal here that could be asked for the name.
    const line = script.replace("\n", " --name ada < hello.txt\n");
    await Deno.writeTextFile(`${workshop.directory}/hello.txt`, "hello\n");
    const { code, stderr } = await workshop.start(
      line.replace("hello.txt", `'${workshop.directory}/hello.txt'`),
      IN_ROOT,
    ).outcome();
    assertEquals(code, 0, stderr);
    await bob.expect("ada: hello");
  }],
  [/^nc 127\.0\.0\.1 \d+\n$/, async ({ script, bob, workshop }) => {
    if (!netcat) return;
    workshop.start(`printf 'ada\\nhi\\n' | ${script.replace("nc ", "nc -N ")}`);
    await bob.expect("ada: hi");
  }],
  [/^echo .* \| deno task join /, async ({ script, bob, workshop }) => {
    const { code, stderr } = await workshop.start(script, IN_ROOT).outcome();
    assertEquals(code, 0, stderr);
    await bob.expect("ci: build 42 is green");
  }],
  [/--name watcher --json < \/dev\/null\n$/, async ({ script, bob, workshop }) => {
    const program = workshop.start(script, IN_ROOT);
    await program.stdout.expect(/^\{"type":"welcome"/);
    await bob.say("hello");
    const line = await program.stdout.expect(/"type":"message"/);
    assertStringIncludes(line, `"from":"bob","text":"hello"`);
  }],
  [/--history 20 --exit\n$/, async ({ script, bob, workshop }) => {
    await bob.say("hello");
    const { code, stdout, stderr } = await workshop.start(script, IN_ROOT).outcome();
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /bob joined\n/);
  }],
  // It runs this test.
  [/^deno task test\n$/, () => Promise.resolve()],
];

for (const { heading, language, text } of blocksOf(README)) {
  if (language !== "sh") continue;
  Deno.test({
    name: `README.md, ${heading}: ${text.trim()}`,
    ignore: !unix,
    async fn() {
      await using server = await startServer();
      await using bob = await PlainClient.join(server.port, "bob");
      await using workshop = await Workshop.open();
      const script = text.replace(/npx -y deno@\S+/, "deno")
        .replace(/127\.0\.0\.1([: ])5001/, `127.0.0.1$1${server.port}`);
      const trial = TRIALS.find(([pattern]) => pattern.test(script))?.[1];
      assert(trial !== undefined, `nobody knows how to try this: ${script}`);
      await trial({ script, server, bob, workshop });
    },
  });
}

Deno.test("Each task that README.md names exists, and each version of Deno is the same", () => {
  const named = [...README.matchAll(/deno(?:@\S+)? task (\w+)/g)].map(([, name]) => name ?? "");
  assert(named.length >= 5);
  for (const name of named) assert(tasks[name] !== undefined, `there is no task ${name}`);
  const versions = new Set([...README.matchAll(/deno@([\d.]+\d)/g)].map(([, version]) => version));
  assertEquals(versions.size, 1);
  assertStringIncludes(readDocument(".ci/run"), `deno@${[...versions][0]}`);
});

/** The rows of README's tables of flags: name and default. */
function flagRows(table: "serve" | "join"): (readonly [name: string, value: string])[] {
  const rows = rowsUnder(README, "Flags");
  const names = rows.map(([cell]) => /^`--([a-z-]+)/.exec(cell ?? "")?.[1] ?? `? ${cell}`);
  // The document has the two tables one after the other; only serve's has a port.
  const join = names.indexOf("name");
  assert(names.includes("port") && join > 0, "README has no two tables of flags");
  return rows.map(([, value], i) => [names[i] ?? "", (value ?? "").replaceAll("`", "")] as const)
    .filter((_, i) => (i < join) === (table === "serve"));
}

for (const [table, flags] of [["serve", SERVE_FLAGS], ["join", JOIN_FLAGS]] as const) {
  Deno.test(`Each flag of ${table} that README.md names exists, with the same default`, () => {
    const known: FlagTable = flags;
    for (const [name, value] of flagRows(table)) {
      const flag = known[name];
      assert(flag !== undefined, `there is no flag --${name}`);
      const expected = flag.kind === "value" ? flag.default ?? "" : "";
      assertEquals(value === "asked for" ? "" : value, expected, `the default of --${name}`);
    }
    const named = flagRows(table).map(([name]) => name);
    for (const name of Object.keys(known)) assert(named.includes(name), `README lacks --${name}`);
  });
}

Deno.test("Each slash command of README.md exists", () => {
  const known = [...COMMANDS, ...OPERATOR_COMMANDS, ...KNOWN_COMMANDS].map(({ name }) => name);
  const named = [...README.matchAll(/`\/([a-z]+)(?: [^`]*)?`/g)].map(([, name]) => name ?? "");
  assert(named.length >= 5);
  for (const name of named) assert(known.includes(name), `there is no command /${name}`);
});

Deno.test("Each file that README.md links to exists", () => {
  for (const [, path] of README.matchAll(/\]\(([^):]+)\)/g)) {
    assert(Deno.statSync(new URL(path ?? "", ROOT)).isFile, path);
  }
});
