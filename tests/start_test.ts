/**
 * What a start loads: modules of Node's and packages of CommonJS make it a third longer.
 *
 * @module
 */

import { assertEquals } from "@std/assert";

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
  const loaded = new Set<string>();
  for (const entry of entries) {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--frozen", entry],
      cwd: ROOT.pathname,
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: Module[] };
    const bySpecifier = new Map(modules.map((module) => [module.specifier, module]));
    const open = [new URL(entry, ROOT).href];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (loaded.has(next)) continue;
      loaded.add(next);
      for (const { code, isDynamic } of bySpecifier.get(next)?.dependencies ?? []) {
        if (code?.specifier !== undefined && isDynamic !== true) open.push(code.specifier);
      }
    }
  }
  return [...loaded];
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
