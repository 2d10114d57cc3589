/**
 * The completions, asked of the real shells: each flag of each command, and what can stand behind
 * it.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Flag, FlagTable } from "../../../src/cli/flags.ts";
import { JOIN } from "../../../src/cli/join.ts";
import { PROGRAM_FLAGS, type Shell, SHELLS } from "../../../src/cli/program_flags.ts";
import { SERVE } from "../../../src/cli/serve.ts";
import { needs } from "../../helpers/proc.ts";
import { runChat } from "../../helpers/program.ts";
import { ask, Corner, type Offer } from "./ask.ts";

const COMMANDS = [SERVE, JOIN];

/** zsh wants a terminal for its answers. */
const AVAILABLE: Readonly<Record<Shell, boolean>> = {
  bash: await needs("bash"),
  zsh: await needs("zsh", "script"),
  fish: await needs("fish"),
};

/** A test for each shell that is here. */
function inEachShell(name: (shell: Shell) => string, fn: (shell: Shell) => Promise<void>): void {
  for (const shell of SHELLS) {
    Deno.test({ name: name(shell), ignore: !AVAILABLE[shell], fn: () => fn(shell) });
  }
}

function wordsOf(offers: readonly Offer[]): string[] {
  return offers.map(({ word }) => word).sort();
}

/** A question, and what must be answered, sorted. */
type Case = readonly [line: string, words: readonly string[]];

/** Asks all at once, and compares each answer. */
async function expect(shell: Shell, cases: readonly Case[], equalsSplits = true): Promise<void> {
  const answers = await ask(shell, cases.map(([line]) => line), equalsSplits);
  for (const [i, [line, words]] of cases.entries()) {
    assertEquals(wordsOf(answers[i] ?? []), [...words].sort(), `${shell}: ${line}`);
  }
}

/** What must be offered for the value of a flag; `undefined` where that is not fixed. */
function expectedValues(name: string, flag: Flag): readonly string[] {
  assert(flag.kind === "value");
  if (flag.placeholder === "FILE") return Corner.ENTRIES;
  const words: Readonly<Record<string, readonly string[]>> = {
    durability: ["process", "power"],
    "log-format": ["text", "json"],
    "log-level": ["debug", "info", "warn", "error"],
    history: flag.allowed.endsWith(", or all") ? ["all"] : [],
  };
  return words[name] ?? [];
}

for (const spec of COMMANDS) {
  const flags: FlagTable = spec.flags;

  inEachShell((shell) => `${shell} completes each flag of ${spec.name}`, async (shell) => {
    const names = [...Object.keys(flags), "help"];
    const lines = names.map((name) => `chat ${spec.name} --${name}`);
    const answers = await ask(shell, lines);
    for (const [i, name] of names.entries()) {
      const offer = answers[i]?.find(({ word }) => word === `--${name}`);
      assert(offer !== undefined, `${shell} does not offer --${name} of ${spec.name}`);
      const help = flags[name]?.help ?? "Show this help";
      if (shell !== "bash") assertEquals(offer.help, help, `${shell}: --${name}`);
    }
  });

  inEachShell(
    (shell) => `${shell} offers all flags of ${spec.name}, and no others`,
    async (shell) => {
      const all = Object.keys(flags).map((name) => `--${name}`);
      await expect(shell, [
        [`chat ${spec.name} --`, [...all, "--help"]],
        [`chat ${spec.name} -`, [...all, "--help", "-h"]],
      ]);
    },
  );

  inEachShell(
    (shell) => `${shell} offers what can stand behind each flag of ${spec.name}`,
    async (shell) => {
      const cases: Case[] = [];
      for (const [name, flag] of Object.entries(flags)) {
        if (flag.kind === "switch") {
          // In zsh and fish a switch with an equals sign is no flag at all.
          if (shell === "bash") cases.push([`chat ${spec.name} --${name}=`, []]);
          continue;
        }
        const words = expectedValues(name, flag);
        cases.push([`chat ${spec.name} --${name}=`, words]);
        if (flag.bare === undefined) cases.push([`chat ${spec.name} --${name} `, words]);
      }
      await expect(shell, cases);
    },
  );
}

Deno.test("Each value that a shell offers is allowed, and each FILE is offered as one", () => {
  const tables: readonly FlagTable[] = [SERVE.flags, JOIN.flags, PROGRAM_FLAGS];
  for (const [name, flag] of tables.flatMap((table) => Object.entries(table))) {
    if (flag.kind === "switch") continue;
    assertEquals(flag.offers === "paths", flag.placeholder === "FILE", name);
    for (const word of Array.isArray(flag.offers) ? flag.offers : []) {
      assert(flag.parse(word) !== undefined, `--${name} does not take ${word}`);
    }
  }
});

inEachShell((shell) => `${shell} completes the commands and the program's flags`, async (shell) => {
  const program = ["--help", "--version", "--completions", "--man"];
  await expect(shell, [
    ["chat s", ["serve"]],
    ["chat j", ["join"]],
    ["chat --", program],
    ["chat -", [...program, "-h", "-V"]],
    ["chat --completions ", SHELLS],
    ["chat --completions=", SHELLS],
    ["chat --completions f", ["fish"]],
    ["chat --completions=z", ["zsh"]],
    ["chat --version -", ["--verbose"]],
    ["chat -V --v", ["--verbose"]],
  ]);
});

inEachShell((shell) => `${shell} tells what each command is`, async (shell) => {
  const [offers = []] = await ask(shell, ["chat "]);
  for (const { name, summary } of COMMANDS) {
    const offer = offers.find(({ word }) => word === name);
    assert(offer !== undefined, name);
    if (shell !== "bash") assertEquals(offer.help, summary.replace(/\.$/, ""));
  }
});

inEachShell((shell) => `${shell} takes up values and words that are half typed`, async (shell) => {
  await expect(shell, [
    ["chat serve --db M", ["My Room.db"]],
    ["chat serve --db=M", ["My Room.db"]],
    ["chat serve --db sub", ["sub dir"]],
    ["chat serve --tls-cert nothing-like-it", []],
    ["chat serve --durability po", ["power"]],
    ["chat serve --durability=pr", ["process"]],
    ["chat serve --port 5", []],
    ["chat serve --port=5", []],
    ["chat serve --web 80", []],
    ["chat serve --web --dura", ["--durability"]],
    ["chat serve --web 8080 --dura", ["--durability"]],
    ["chat join 127.0.0.1 --js", ["--json"]],
    ["chat join --tls 127.0.0.1 --js", ["--json"]],
    ["chat join --name serve --ex", ["--exit"]],
    ["chat join --exit --his", ["--history"]],
    ["chat serve --web-host a.example --web-h", ["--web-host"]],
    ["chat serve -- --po", []],
    ["chat nonsense --po", []],
  ]);
});

Deno.test({
  name: "bash completes where = does not part words, too",
  ignore: !AVAILABLE.bash,
  fn: () =>
    expect("bash", [
      ["chat serve --db=M", ["My Room.db"]],
      ["chat serve --durability=", ["process", "power"]],
      ["chat serve --port=", []],
      ["chat join --json=", []],
      ["chat --completions=b", ["bash"]],
    ], false),
});

Deno.test("--completions prints a script for the shell, and needs no permission", async () => {
  for (const shell of SHELLS) {
    for (const args of [["--completions", shell], [`--completions=${shell}`]]) {
      const { code, stdout, stderr } = await runChat(args);
      assertEquals([code, stderr], [0, ""]);
      assertStringIncludes(stdout, `made by: chat --completions ${shell}\n`);
      assertStringIncludes(stdout, "log-level");
    }
  }
});

Deno.test("An unknown shell is refused with those that are known", async () => {
  const cases: readonly (readonly [string[], string])[] = [
    [["--completions", "tcsh"], "Cannot use --completions tcsh: it must be bash, zsh or fish"],
    [["--completions="], `Cannot use --completions "": it must be bash, zsh or fish`],
    [["--completions"], "The flag --completions needs a value: bash, zsh or fish"],
    [["--completions", "zsh", "x"], "Unexpected argument x after --completions zsh"],
    [["serve", "--completions", "zsh"], "There is no flag --completions"],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await runChat(args);
    assertEquals([code, stdout], [2, ""]);
    const [first = "", hint = ""] = stderr.split("\n");
    assertEquals(first, `chat: ${message}`);
    assertStringIncludes(hint, "Try: chat ");
  }
});
