/**
 * A client starts quickly because it loads little.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";

const SOURCE = new URL("../../src/", import.meta.url);

/** All files of ours that are loaded with one, types left out, `import()` included. */
async function loaded(file: URL, seen = new Set<string>()): Promise<Set<string>> {
  if (seen.has(file.href)) return seen;
  seen.add(file.href);
  const text = await Deno.readTextFile(file);
  const imports = text.matchAll(
    /^(?:import|export)(?! type )[^;]*?from "(\.[^"]+)"|^import "(\.[^"]+)"|import\("(\.[^"]+)"\)/gm,
  );
  for (const [, from, bare, lazy] of imports) {
    await loaded(new URL(from ?? bare ?? lazy ?? "", file), seen);
  }
  return seen;
}

Deno.test("A client loads nothing of the server or the store", async () => {
  const files = [...await loaded(new URL("cli/join.ts", SOURCE))];
  assert(files.some((file) => file.endsWith("/client/terminal/terminal.ts")));
  assertEquals(files.filter((file) => /\/src\/(server|order|room|store|web)\//.test(file)), []);
  // The rules for names bring a table of look-alikes with them.
  assertEquals(files.filter((file) => file.endsWith("/protocol/look_alikes.ts")), []);
});
