/**
 * Programs that tests start end with them, and what a machine lacks is said in one way.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { hasEnded, isOver, needs } from "./proc.ts";
import { Program } from "./program.ts";
import { until, WaitedTooLong } from "./wait.ts";

const ROOT = new URL("../../", import.meta.url);
const ignore = !await needs("linux");

/** A shell that starts something that would go on for a minute, says its id, and ends. */
const LEAVES_ONE = ["sh", "-c", "sleep 60 > /dev/null 2>&1 & echo $!"];

Deno.test(
  "A program that leads a group takes along what it has left behind",
  { ignore },
  async () => {
    let left = 0;
    {
      await using program = new Program(LEAVES_ONE, { stdin: false, group: true });
      left = Number(await program.stdout.line());
      assertEquals((await program.outcome()).code, 0);
      assertEquals(await hasEnded(left), false);
    }
    await until(() => hasEnded(left), "the end of what was left behind");
  },
);

Deno.test(
  "What keeps a program's output open is not waited for without end",
  { ignore },
  async () => {
    await using program = new Program(["sh", "-c", "sleep 60 & echo"], {
      stdin: false,
      group: true,
    });
    await program.stdout.line();
    await assertRejects(() => program.outcome(50), WaitedTooLong, "the end of process");
  },
);

Deno.test("A process has ended when it is gone, and when only its parent has not asked", () => {
  const states = ["", "7 (a ) Z) S 1 7", "7 (a) b) Z 1 7", "7 (sh) X 1 7"].map(isOver);
  assertEquals(states, [true, false, true, true]);
});

Deno.test("No test starts kill or ps, and all say in one way what the machine lacks", async () => {
  const found: string[] = [];
  async function look(directory: URL): Promise<void> {
    for await (const { name, isDirectory } of Deno.readDir(directory)) {
      if (isDirectory) await look(new URL(`${name}/`, directory));
      if (!name.endsWith(".ts") || import.meta.url.endsWith(name)) continue;
      const text = await Deno.readTextFile(new URL(name, directory));
      if (/\[?"p?kill(all)?",|\["ps"|Command\("(p?kill|ps)"/.test(text)) {
        found.push(`${name}: kill`);
      }
      const isHelper = name === "proc.ts";
      if (/!!! SKIPPED TEST|NOT TESTED|[^.]\bhave\(/.test(text) && !isHelper) found.push(name);
    }
  }
  await look(new URL("tests/", ROOT));
  assertEquals(found, []);
});
