/**
 * Every command of docs/performance.md is understood, and its links lead somewhere. Measuring
 * itself would take too long here.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseOptions } from "../../bench/options.ts";
import { needs } from "../helpers/proc.ts";
import { blocksOf, readDocument, ROOT } from "./fenced.ts";
import { Workshop } from "./workshop.ts";

const DOCUMENT = readDocument("docs/performance.md");

/** `deno.json`, as far as it is looked at here. */
interface Config {
  readonly tasks: Readonly<Record<string, { readonly command: string }>>;
}

const { tasks } = JSON.parse(readDocument("deno.json")) as Config;

/** What is run instead of each command, and what it must say. */
const TRIALS: readonly (readonly [RegExp, replacement: string, said: RegExp])[] = [
  [/^deno task bench(?: .*)?$/, "$& --help", /Scenarios: .*fanout/],
  [/^deno task bench:report$/, "$& --check", /^$/],
  [/^deno task idle(?: \d+)?$/, "deno task idle --help", /PEOPLE/],
  [/^deno task bench:check$/, "$& --help", /floors\.json/],
];

for (const { heading, language, text } of blocksOf(DOCUMENT)) {
  if (language !== "sh") continue;
  const command = text.trim();
  Deno.test({
    name: `docs/performance.md, ${heading}: ${command}`,
    ignore: !await needs("unix"),
    async fn() {
      const trial = TRIALS.find(([pattern]) => pattern.test(command));
      assert(trial !== undefined, `nobody knows how to try this: ${command}`);
      const [pattern, replacement, said] = trial;
      const args = /^deno task bench (.*)$/.exec(command)?.[1]?.split(" ") ?? [];
      parseOptions(args);
      await using workshop = await Workshop.open();
      const script = `${command.replace(pattern, replacement)}\n`;
      const program = workshop.start(script, { cwd: new URL(ROOT).pathname });
      const { code, stdout, stderr } = await program.outcome();
      assertEquals(code, 0, stderr);
      assert(said.test(stdout), stdout);
    },
  });
}

Deno.test("Each task that docs/performance.md names exists", () => {
  const named = [...DOCUMENT.matchAll(/deno task ([\w:]+)/g)].map(([, name]) => name ?? "");
  assert(named.length >= 4);
  for (const name of named) assert(tasks[name] !== undefined, `there is no task ${name}`);
});

Deno.test("Each file that docs/performance.md links to exists", () => {
  const base = new URL("docs/performance.md", ROOT);
  for (const [, path = ""] of DOCUMENT.matchAll(/\]\(([^):#]+)(?:#[^)]*)?\)/g)) {
    assert(Deno.statSync(new URL(path, base)).isFile, path);
  }
});

Deno.test("docs/performance.md shows what was measured between markers", () => {
  for (const block of ["goals", "plot fanout", "table fanout"]) {
    assertStringIncludes(DOCUMENT, `<!-- bench:begin ${block} -->`);
  }
});
