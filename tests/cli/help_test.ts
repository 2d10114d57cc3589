import { assertEquals, assertLessOrEqual, assertMatch, assertStringIncludes } from "@std/assert";
import { JOIN_SUMMARY, SERVE_SUMMARY } from "../../src/cli/program_flags.ts";
import { commandHelp, programHelp } from "../../src/cli/help.ts";
import { JOIN, parseJoin } from "../../src/cli/join.ts";
import { parseServe, SERVE } from "../../src/cli/serve.ts";

Deno.test("The help of a command shows each flag with its help and its default", () => {
  for (const spec of [SERVE, JOIN]) {
    const help = commandHelp(spec).replace(/\s+/g, " ");
    for (const [name, flag] of Object.entries(spec.flags)) {
      assertStringIncludes(help, `--${name}`);
      assertStringIncludes(help, flag.help);
      if ("default" in flag) assertStringIncludes(help, `default ${flag.default})`);
      // Whoever reads the help need not guess the words that are allowed.
      const words = "offers" in flag && typeof flag.offers !== "string" ? flag.offers : [];
      for (const word of words) assertMatch(flag.help, new RegExp(`\\b${word}\\b`), name);
      if ("env" in flag) assertStringIncludes(help, flag.env);
    }
    assertStringIncludes(help, "--help");
  }
});

Deno.test("No line of any help is wider than 80 columns", () => {
  const all = [commandHelp(SERVE), commandHelp(JOIN), programHelp([SERVE_SUMMARY, JOIN_SUMMARY])];
  for (const line of all.join("").split("\n")) assertLessOrEqual(line.length, 80, line);
});

Deno.test("The help of the program shows both commands with an example each", () => {
  const help = programHelp([SERVE_SUMMARY, JOIN_SUMMARY]);
  for (const { name, summary, example } of [SERVE_SUMMARY, JOIN_SUMMARY]) {
    assertStringIncludes(help, name);
    assertStringIncludes(help, summary);
    assertStringIncludes(help, `  ${example}\n`);
  }
});

Deno.test("The examples of the help can be typed", () => {
  const examples = [...SERVE.examples, ...JOIN.examples].map(({ line }) => line);
  for (const line of [...examples, SERVE_SUMMARY.example, JOIN_SUMMARY.example]) {
    const words = line.replace(/^.*\| /, "").split(" ");
    assertEquals(words[0], "chat");
    const parse = words[1] === "serve" ? parseServe : parseJoin;
    assertEquals(parse(words.slice(2), () => undefined) === undefined, false, line);
  }
});
