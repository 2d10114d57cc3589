/**
 * The manual page: complete, and shown by the real `man` without a word of complaint.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { VARIABLES } from "../../src/cli/environment.ts";
import type { FlagTable } from "../../src/cli/flags.ts";
import { JOIN } from "../../src/cli/join.ts";
import { manualPage } from "../../src/cli/man/page.ts";
import { item, section } from "../../src/cli/man/roff.ts";
import { PROGRAM_FLAGS } from "../../src/cli/program_flags.ts";
import { SERVE } from "../../src/cli/serve.ts";
import { COMMANDS } from "../../src/protocol/commands.ts";
import { VERSION_DATE } from "../../src/version.ts";
import { readDocument } from "../docs/fenced.ts";
import { needs } from "../helpers/proc.ts";
import { run, runChat } from "../helpers/program.ts";

const man = await needs("man");
const mandoc = await needs("mandoc");

/** Runs a command on a page in a file, the last argument. */
async function withPage(source: string, command: readonly string[]) {
  const file = await Deno.makeTempFile({ suffix: ".1" });
  try {
    await Deno.writeTextFile(file, source);
    return await run([...command, file]);
  } finally {
    await Deno.remove(file);
  }
}

/** A page as `man` shows it, with every run of white space as one space. */
async function shown(source: string): Promise<string> {
  const { code, stdout, stderr } = await withPage(source, [
    ...["env", "LC_ALL=C.UTF-8", "MANWIDTH=80"],
    ...["man", "--warnings", "-E", "UTF-8", "-l"],
  ]);
  assertEquals([code, stderr], [0, ""]);
  return stdout.replace(/\s+/g, " ");
}

Deno.test({
  name: "man shows each flag with its help, what it takes and its default",
  ignore: !man,
  async fn() {
    const page = await shown(manualPage());
    for (const flags of [SERVE.flags, JOIN.flags, PROGRAM_FLAGS] as readonly FlagTable[]) {
      for (const [name, flag] of Object.entries(flags)) {
        if (flag.kind === "switch") {
          assertStringIncludes(page, `--${name} ${flag.help}`);
          continue;
        }
        const at = page.indexOf(`--${name} ${flag.placeholder} ${flag.help}`);
        assert(at > 0, `--${name} is not there with its help`);
        const entry = page.slice(at, at + 500);
        assertStringIncludes(entry, `Takes ${flag.allowed}.`);
        if (flag.default !== undefined) assertStringIncludes(entry, `Default: ${flag.default}.`);
        if (flag.env !== undefined) assertStringIncludes(entry, flag.env);
      }
    }
  },
});

Deno.test("The manual page has each flag, command, slash command and variable", () => {
  const page = manualPage();
  for (const spec of [SERVE, JOIN]) {
    assertStringIncludes(page, `\\fBchat ${spec.name}\\fR`);
    const options = page.slice(page.indexOf(`.SS chat ${spec.name}\n`)).split(/\n\.S[SH] /, 2)[0];
    for (const name of [...Object.keys(spec.flags), "help"]) {
      assertStringIncludes(options ?? "", `\\fB\\-\\-${name.replaceAll("-", "\\-")}\\fR`);
    }
  }
  for (const { name } of COMMANDS) {
    assertStringIncludes(page, `\\fB/${name}\\fR`);
  }
  for (const { name } of VARIABLES) assertStringIncludes(page, `\\fB${name}\\fR`);
});

Deno.test("Each variable that the tasks allow to be read is in the manual page", () => {
  const { serve, join } = config.tasks;
  const allowed = new Set(
    [serve, join].flatMap(({ command }) =>
      /--allow-env=(\S+)/.exec(command)?.[1]?.split(",") ?? []
    ),
  );
  // deno task and npx set this one, and nobody else has to know of it.
  allowed.delete("INIT_CWD");
  assertEquals([...allowed].sort(), VARIABLES.map(({ name }) => name).sort());
});

Deno.test("The manual page has the sections that people look for", () => {
  const titles = [...manualPage().matchAll(/^\.SH (.*)$/gm)].map(([, title]) => title);
  assertEquals(titles, [
    ...["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "IN THE ROOM"],
    ...["ENVIRONMENT", "EXIT STATUS", "FILES", "EXAMPLES", "SEE ALSO"],
  ]);
});

Deno.test("The manual page is dated by the version, which the changelog dates the same", () => {
  const [head = ""] = manualPage().split("\n");
  assertEquals(head, `.TH CHAT 1 ${VERSION_DATE} "chat ${config.version}" "User Commands"`);
  assertMatch(VERSION_DATE, /^\d{4}-\d\d-\d\d$/);
  const lines = readDocument("CHANGELOG.md").split("\n");
  const heading = lines.find((line) => line.startsWith("## ") && line.includes(config.version));
  // Before it is released, a version has no section.
  if (heading !== undefined) assertStringIncludes(heading, VERSION_DATE);
});

Deno.test({
  name: "Nothing in a text means anything to man",
  ignore: !man,
  async fn() {
    const texts = [
      ".TH at the beginning",
      "'quoted' at the beginning",
      "a \\fBbackslash\\fR and \\n one more \\",
      '--dashes - and ~tilde ^hat `tick` "quote" it\'s',
      "Größe… 東京",
      `${"word ".repeat(15)}.PP at a place where the source of the line is folded`,
    ];
    const source = `.TH T 1 ${VERSION_DATE} t t\n` +
      section("TEXTS", ...texts.map((text) => item("term", text)));
    const page = await shown(source);
    for (const text of texts) assertStringIncludes(page, `term ${text}`);
  },
});

Deno.test({
  name: "mandoc has nothing to say about the manual page",
  ignore: !mandoc,
  async fn() {
    const { code, stdout, stderr } = await withPage(manualPage(), ["mandoc", "-T", "lint"]);
    assertEquals([code, stdout, stderr], [0, "", ""]);
  },
});

Deno.test("--man prints the page, and needs no permission", async () => {
  assertEquals(await runChat(["--man"]), { code: 0, stdout: manualPage(), stderr: "" });
});
