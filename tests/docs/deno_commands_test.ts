/**
 * How documents and scripts start Deno: what is run is a file, whatever npm has under its name, and
 * a start waits for no registry.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readDocument, ROOT } from "./fenced.ts";

/** Flags of Deno whose value may be the next word. */
const WITH_VALUE = new Set(["-n", "--name", "--root", "-c", "--config", "-o", "--output"]);

/** Everything with commands for people, and what runs them here. */
async function* readers(): AsyncGenerator<readonly [path: string, text: string]> {
  for (const directory of [".", "docs", "packaging", "bench", ".github/workflows"]) {
    for await (const { name } of Deno.readDir(new URL(`${directory}/`, ROOT))) {
      const path = `${directory}/${name}`;
      if (/\.(md|yml|sh)$/.test(name)) yield [path, readDocument(path)];
    }
  }
  for (const path of [".ci/run", "src/server/banner.ts"]) yield [path, readDocument(path)];
}

/** What a text gives to `deno run` and `deno install` to start: the first word that is no flag. */
function startedIn(text: string): string[] {
  const started: string[] = [];
  const lines = text.replaceAll(/\\\n\s*/g, " ").matchAll(
    /\bdeno(?:@\S+)? (?:run|install) ([^\n`|]*)/g,
  );
  for (const [, rest = ""] of lines) {
    const words = rest.trim().split(/\s+/);
    const at = words.findIndex((word, i) =>
      !word.startsWith("-") && !WITH_VALUE.has(words[i - 1] ?? "")
    );
    const word = words[at];
    if (word !== undefined && word !== "") started.push(word);
  }
  return started;
}

Deno.test("What deno run and deno install start is found behind all flags", () => {
  assertEquals(
    startedIn("`deno run -A main.ts`, or deno install --global --name chat \\\n  chat.js x"),
    [
      "main.ts",
      "chat.js",
    ],
  );
  assertEquals(startedIn("under `deno run` on Linux; `deno install` fetches"), []);
});

Deno.test("No document gives deno run or deno install a bare name, which npm may have, too", async () => {
  const bare: string[] = [];
  let count = 0;
  for await (const [path, text] of readers()) {
    for (const word of startedIn(text)) {
      count++;
      if (!word.includes("/")) bare.push(`${path}: ${word}`);
    }
  }
  assert(count >= 4, `${count} commands`);
  assertEquals(bare, []);
});

Deno.test("npx asks the registry for Deno only when it is not there yet", async () => {
  let count = 0;
  for await (const [path, text] of readers()) {
    for (const [command] of text.matchAll(/\bnpx\b[^\n`]*?\bdeno@/g)) {
      count++;
      assertStringIncludes(command, "npx --prefer-offline -y deno@", path);
    }
  }
  assert(count >= 8, `${count} commands`);
});
