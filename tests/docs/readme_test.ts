/**
 * README.md, docs/install.md and docs/reference.md are true: their commands run, their flags and
 * slash commands exist, their links lead somewhere.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { BUNDLE_FLAGS } from "../../packaging/grants.ts";
import type { FlagTable } from "../../src/cli/flags.ts";
import { VARIABLES } from "../../src/cli/environment.ts";
import { JOIN_FLAGS } from "../../src/cli/join.ts";
import { PROGRAM_FLAGS } from "../../src/cli/program_flags.ts";
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
const INSTALL = readDocument("docs/install.md");
const REFERENCE = readDocument("docs/reference.md");
const unix = await needs("unix");

/** `deno.json`, as far as it is looked at here. */
interface Config {
  readonly tasks: Readonly<Record<string, { readonly command: string }>>;
}

const { tasks } = JSON.parse(readDocument("deno.json")) as Config;

/** The shell blocks that are tried here, each with the document that it is from. */
const EXAMPLES = [["README.md", README], ["docs/install.md", INSTALL]].flatMap(([path, document]) =>
  blocksOf(document ?? "").filter(({ language }) => language === "sh")
    // What docs/install.md has for all users, and from a directory, needs root and a release.
    .filter(({ text }) => !/\bsh install\.sh/.test(text))
    .map((block) => ({ path, ...block }))
);

for (const { path, heading, text } of EXAMPLES) {
  Deno.test({
    name: `${path}, ${heading}: ${text.trim()}`,
    ignore: !unix,
    async fn() {
      await using server = await startServer();
      await using bob = await PlainClient.join(server.port, "bob");
      await using workshop = await Workshop.open();
      const script = text.replaceAll(/npx --prefer-offline -y deno@\S+/g, "deno")
        .replace(/(?:127\.0\.0\.1|192\.168\.1\.5)([: ])5001/g, `127.0.0.1$1${server.port}`);
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

Deno.test("README.md is short, and begins with the two commands and a picture", () => {
  const lines = README.split("\n");
  assert(lines.length < 250, `${lines.length} lines`);
  const head = lines.slice(0, 20).join("\n");
  for (const first of ["chat serve", "chat join ", "![A session"]) {
    assertStringIncludes(head, first);
  }
});

Deno.test("What README.md names in place of `chat` in a clone runs as the program", async () => {
  const rows = rowsUnder(README, "Run from a clone").map(([, deno]) =>
    deno?.replaceAll("`", "") ?? ""
  );
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

Deno.test("docs/install.md starts chat.js with the permissions that it needs, and no others", () => {
  const commands = blocksOf(INSTALL).map(({ text }) => text.replaceAll(/\\\n\s+/g, ""))
    .filter((text) => text.includes("--allow-"));
  assertEquals(commands.length, 2);
  for (const command of commands) {
    const flags = command.split(/\s+/).filter((word) => /^--(?:allow|no)-/.test(word));
    assertEquals(flags.toSorted(), BUNDLE_FLAGS.toSorted());
  }
});

/** The rows of docs/reference.md about the flags of a subcommand: name and default. */
function flagRows(command: "serve" | "join"): (readonly [name: string, value: string])[] {
  const section = REFERENCE.split(/^## /m).find((text) => text.startsWith(`chat ${command}\n`));
  assert(section !== undefined, `docs/reference.md has no section on chat ${command}`);
  return [...section.matchAll(/^\| `--([a-z-]+)` *\| *([^|]*?) *\|/gm)]
    .map(([, name = "", value = ""]) => [name, value] as const);
}

for (const [command, flags] of [["serve", SERVE_FLAGS], ["join", JOIN_FLAGS]] as const) {
  Deno.test(`docs/reference.md has each flag of ${command}, and its default`, () => {
    const known: FlagTable = flags;
    for (const [name, value] of flagRows(command)) {
      const flag = known[name];
      assert(flag !== undefined, `there is no flag --${name}`);
      const expected = flag.kind === "value" ? flag.default ?? "" : "";
      assertEquals(value === "asked for" ? "" : value, expected, `the default of --${name}`);
    }
    const named = flagRows(command).map(([name]) => name);
    assertEquals(named.toSorted(), Object.keys(known).toSorted());
  });
}

Deno.test("docs/reference.md has each flag of chat itself, and each environment variable", () => {
  const flags = rowsUnder(REFERENCE, "chat").map(([cell]) => /^`--([a-z]+)/.exec(cell ?? "")?.[1]);
  // It is named beside --version, which it needs.
  const alone = Object.keys(PROGRAM_FLAGS).filter((name) => name !== "verbose");
  assertEquals(flags.toSorted(), alone.toSorted());
  const variables = rowsUnder(REFERENCE, "Environment variables").map(([cell]) => cell);
  assertEquals(variables, VARIABLES.map(({ name }) => `\`${name}\``));
});

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

const DOCUMENTS = [
  "README.md",
  "CONTRIBUTING.md",
  "packaging/README.md",
  ...[...Deno.readDirSync(new URL("docs/", ROOT))].map(({ name }) => `docs/${name}`)
    .filter((path) => path.endsWith(".md")).toSorted(),
];

for (const path of DOCUMENTS) {
  Deno.test(`Each file and each heading that ${path} links to exists`, () => {
    for (const [, link = ""] of readDocument(path).matchAll(/\]\(([^):]+)\)/g)) {
      const [target = "", anchor] = link.split("#");
      const url = target === "" ? new URL(path, ROOT) : new URL(target, new URL(path, ROOT));
      Deno.statSync(url);
      if (anchor === undefined) continue;
      assert(anchorsOf(Deno.readTextFileSync(url)).includes(anchor), `no heading ${link}`);
    }
  });
}
