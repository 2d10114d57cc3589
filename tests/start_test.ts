/**
 * What a start loads: modules of Node's, packages of CommonJS and parts that are needed later make
 * it twice as long.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { sourceFiles } from "./helpers/source_files.ts";

const ROOT = new URL("../", import.meta.url);

/** A module, as `deno info --json` tells of it, as far as it is looked at here. */
interface Module {
  readonly specifier: string;
  readonly kind?: string;
  readonly dependencies?: readonly {
    readonly specifier: string;
    readonly isDynamic?: boolean;
    readonly code?: { readonly specifier?: string };
  }[];
}

/** All modules that the program loads to get so far: nothing that is imported later. */
async function loadedBy(...entries: string[]): Promise<string[]> {
  const loaded = await Promise.all(entries.map((entry) => reached(entry, { later: false })));
  return [...new Set(loaded.flat())];
}

/** The modules that a module leads to; `later`: also by what it imports later, as far as known. */
async function reached(entry: string, { later }: { readonly later: boolean }): Promise<string[]> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--frozen", entry],
    cwd: ROOT.pathname,
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: Module[] };
  const bySpecifier = new Map(modules.map((module) => [module.specifier, module]));
  const found = new Set<string>();
  const open = [new URL(entry, ROOT).href];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    for (const { code, isDynamic } of bySpecifier.get(next)?.dependencies ?? []) {
      if (code?.specifier !== undefined && (later || isDynamic !== true)) open.push(code.specifier);
    }
  }
  return [...found];
}

for (
  const entries of [
    ["main.ts", "src/cli/serve.ts", "src/server/run.ts"],
    ["main.ts", "src/cli/join.ts", "src/client/run.ts", "src/client/terminal/terminal.ts"],
  ]
) {
  Deno.test(`${entries[1]} starts without modules of Node's and CommonJS`, async () => {
    const loaded = await loadedBy(...entries);
    const isSlow = (name: string) =>
      name.startsWith("node:") || /\/unhomoglyph[^/]*\/?$/.test(name);
    assertEquals(loaded.filter(isSlow), []);
    assertEquals(loaded.length > 20, true);
  });
}

/** How parts are loaded later: `type` is for the compiler alone, and must be of the same file. */
const LATER =
  /typeof import\(\s*"(?<type>[^"]+)"\s*\) =\s+await import\(\s*import\.meta\.resolve\("(?<path>[^"]+)"\),?\s*\)/g;

Deno.test("Deno reads no file of a part that is loaded later before the first line runs", async () => {
  const modules = await reached("main.ts", { later: true });
  const files = modules.map((specifier) => specifier.split("/src/")[1] ?? "");
  const parts = /^(?:server\/(?:server|connection)\.ts|server\/irc\/|web\/|client\/terminal\/)/;
  assertEquals(files.filter((file) => parts.test(file)), []);
  assertEquals(files.includes("cli/serve.ts"), true);
});

Deno.test("What is loaded later has the type of its own file", async () => {
  let count = 0;
  for (const file of sourceFiles("src")) {
    const source = await Deno.readTextFile(new URL(file, ROOT));
    const all = source.split("import.meta.resolve(").length - 1;
    const pairs = [...source.matchAll(LATER)].map(({ groups }) => [groups?.type, groups?.path]);
    assertEquals(pairs.length, all, file);
    for (const [type, path] of pairs) assertEquals(type, path, file);
    count += all;
  }
  assertEquals(count > 5, true);
});
