/**
 * The commands of docs/survivors.md start, with the permissions of their tasks. They run for many
 * minutes, so here each is told something that it refuses; parts of them run in tests/endurance.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { needs } from "../helpers/proc.ts";
import { blocksOf, readDocument, ROOT } from "./fenced.ts";
import { Workshop } from "./workshop.ts";

const DOCUMENT = readDocument("docs/survivors.md");
const BLOCKS = blocksOf(DOCUMENT).filter(({ language }) => language === "sh");

/** One command a line, without the remarks behind it. */
const COMMANDS = BLOCKS.flatMap(({ text }) => text.replaceAll("\\\n", "").trim().split("\n"))
  .map((line) => line.replace(/ #.*$/, "").trim());

Deno.test("docs/survivors.md says how to run all three again", () => {
  const tasks = COMMANDS.map((command) => /^deno task (\w+)/.exec(command)?.[1]);
  assertEquals(tasks, ["survivors", "chaos", "soak"]);
});

for (const command of COMMANDS) {
  Deno.test({
    name: `docs/survivors.md: ${command}`,
    ignore: !await needs("unix"),
    async fn() {
      await using workshop = await Workshop.open();
      const seed = /--seed (\d+)/.exec(command)?.[1];
      if (seed !== undefined) assert(Number(seed) > 0);
      const script = `${command.replace(/ --seed \d+/, "")} --seed nonsense`;
      const { code, stderr } = await workshop.start(script, { cwd: new URL(ROOT).pathname })
        .outcome();
      assertEquals(code, 2);
      assertStringIncludes(stderr, `--seed must be a whole number`);
    },
  });
}
