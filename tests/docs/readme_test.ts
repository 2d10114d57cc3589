/**
 * README.md holds what it says: its commands run, its flags and slash commands exist, its links lead
 * somewhere.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { GRANT_FLAGS } from "../../packaging/grants.ts";
import type { FlagTable } from "../../src/cli/flags.ts";
import { JOIN_FLAGS } from "../../src/cli/join_flags.ts";
import { SERVE_FLAGS } from "../../src/cli/serve_flags.ts";
import { COMMANDS } from "../../src/protocol/commands.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { needs } from "../helpers/proc.ts";
import { startServer } from "../helpers/program.ts";
import { blocksOf, readDocument, ROOT, rowsUnder } from "./fenced.ts";
import { INSTALL_TRIALS } from "./readme_install_trials.ts";
import { TOUR_TRIALS } from "./readme_trials.ts";
import { Workshop } from "./workshop.ts";

const README = readDocument("README.md");
const unix = await needs("setsid");

/** `deno.json`, as far as it is looked at here. */
interface Config {
  readonly tasks: Readonly<Record<string, { readonly command: string }>>;
}

const { tasks } = JSON.parse(readDocument("deno.json")) as Config;

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
      const trial = [...TOUR_TRIALS, ...INSTALL_TRIALS].find(([pattern]) => pattern.test(script));
      assert(trial !== undefined, `nobody knows how to try this: ${script}`);
      await trial[1]({ script, server, bob, workshop });
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

Deno.test("What README.md names in place of `chat` in a clone runs as the program", async () => {
  const rows = rowsUnder(README, "Start").map(([, deno]) => deno?.replaceAll("`", "") ?? "");
  const commands = rows.filter((command) => command.startsWith("deno "));
  assertEquals(commands.length, 3);
  for (const command of commands) {
    const words = command.split(" ").slice(1).map((word) => word === "…" ? "--help" : word);
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: words,
      cwd: ROOT,
      stderr: "null",
    }).output();
    assertEquals(code, 0, command);
    assertStringIncludes(new TextDecoder().decode(stdout), "Usage: chat ");
  }
});

Deno.test("README.md starts chat.js with the permissions that it needs, and no others", () => {
  const commands = blocksOf(README).map(({ text }) => text.replaceAll(/\\\n\s+/g, ""))
    .filter((text) => text.includes("--allow-"));
  assertEquals(commands.length, 2);
  for (const command of commands) {
    const flags = command.split(/\s+/).filter((word) => /^--(?:allow|no)-/.test(word));
    assertEquals(flags.toSorted(), GRANT_FLAGS.toSorted());
  }
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
  const known: readonly string[] = COMMANDS.map(({ name }) => name);
  const named = [...README.matchAll(/`\/([a-z]+)(?: [^`]*)?`/g)].map(([, name]) => name ?? "");
  assert(named.length >= 5);
  for (const name of named) assert(known.includes(name), `there is no command /${name}`);
});

/** What a link to a heading says: small letters, and hyphens for blanks. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading.toLowerCase().replaceAll(/[^\w\s-]/g, "").replaceAll(" ", "-")
  );
}

Deno.test("Each file and each heading that README.md links to exists", () => {
  for (const [, link = ""] of README.matchAll(/\]\(([^):]+)\)/g)) {
    const [path = "", anchor] = link.split("#");
    const file = path === "" ? "README.md" : path;
    assert(Deno.statSync(new URL(file, ROOT)).isFile, link);
    if (anchor === undefined) continue;
    assert(anchorsOf(readDocument(file)).includes(anchor), `no heading ${link}`);
  }
});
