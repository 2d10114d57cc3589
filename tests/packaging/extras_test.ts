/**
 * What lies beside the executable in an archive.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { EXTRAS, writeExtras } from "../../packaging/extras.ts";
import { run, runChat } from "../helpers/program.ts";

/** How the program itself prints each file. */
const PRINTED: Readonly<Record<string, readonly string[]>> = {
  "chat.1": ["--man"],
  "chat.bash": ["--completions", "bash"],
  "_chat": ["--completions", "zsh"],
  "chat.fish": ["--completions", "fish"],
};

Deno.test("deno task extras writes what the program prints, and nothing else", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const target = `${directory}/new/one`;
    const { code, stdout, stderr } = await run([Deno.execPath(), "task", "-q", "extras", target]);
    assertEquals(code, 0, stderr);
    assertEquals(stdout, EXTRAS.map(({ name }) => `${target}/${name}\n`).join(""));
    const names = [...Deno.readDirSync(target)].map(({ name }) => name).sort();
    assertEquals(names, Object.keys(PRINTED).sort());
    for (const [name, args] of Object.entries(PRINTED)) {
      assertEquals((await runChat(args)).stdout, await Deno.readTextFile(`${target}/${name}`));
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("Extras that are there already are replaced", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${directory}/chat.1`, "an older one");
    assertEquals(await writeExtras(`${directory}/`), EXTRAS.map((x) => `${directory}/${x.name}`));
    assertStringIncludes(await Deno.readTextFile(`${directory}/chat.1`), ".TH CHAT 1 ");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("Two directories for the extras are one too many", async () => {
  const { code, stderr } = await run([Deno.execPath(), "task", "-q", "extras", "a", "b"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "takes one directory, not also b\n");
});
