/**
 * Imports point downwards only, and no files import each other in a circle: the layers of
 * docs/design.md, as a table. All imports count: `import type`, `export … from` and dynamic ones,
 * too.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { sourceFiles } from "./helpers/source_files.ts";

const ROOT = new URL("../", import.meta.url);

/**
 * What the files of a folder may import, beside each other and the files directly in src/. The
 * longest folder that a path begins with counts; a folder that is named allows those under it.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "src/protocol": [],
  "src/net": ["src/protocol"],
  "src/store": ["src/protocol"],
  "src/room": ["src/protocol", "src/store"],
  "src/order": ["src/protocol", "src/net", "src/store", "src/room"],
  "src/server": ["src/protocol", "src/net", "src/store", "src/room", "src/order"],
  "src/client/core": ["src/protocol", "src/net"],
  "src/client/view": ["src/protocol", "src/net", "src/client/core"],
  "src/client/terminal": ["src/protocol", "src/net", "src/client/core", "src/client/view"],
  "src/client": ["src/protocol", "src/net"],
  "src/web": ["src/protocol", "src/net", "src/server"],
  "src/web/page": ["src/protocol", "src/net", "src/client/core", "src/client/view"],
  "src/cli": ["src/protocol", "src/net", "src/store", "src/server", "src/client", "src/web"],
  "src": ["src/protocol"],
  "main.ts": ["src/cli"],
};

/** Paths below the root, and what each file imports: TypeScript of ours, but not `page.js`. */
const imports = readImports();

Deno.test("Imports point downwards only", () => {
  assertEquals(findUpwards(imports).map(explain), []);
});

Deno.test("No files import each other in a circle", () => {
  const circles = findCircles(imports);
  assertEquals(circles.map((files) => shortestCircle(imports, files).join(" → ")), []);
});

Deno.test("Each folder of src/ has its line in the table of layers", () => {
  const folders = new Set([...imports.keys()].map((file) => file.split("/").slice(0, 2).join("/")));
  const unknown = [...folders].filter((folder) =>
    !(folder in MAY_IMPORT) && !/^src\/\w+\.ts$/.test(folder)
  );
  assertEquals(unknown, []);
});

Deno.test("An import upwards is found, and said with the rule that it breaks", () => {
  const graph = new Map([
    ["src/room/a.ts", ["src/server/b.ts", "src/store/c.ts", "src/print.ts"]],
    ["src/client/core/d.ts", ["src/client/run.ts", "src/client/view/e.ts"]],
    ["src/web/gateway.ts", ["src/client/core/d.ts"]],
    ["src/protocol/f.ts", ["src/print.ts"]],
  ]);
  assertEquals(findUpwards(graph).map(explain), [
    "src/room/a.ts → src/server/b.ts: src/room may import src/protocol, src/store",
    "src/client/core/d.ts → src/client/run.ts: src/client/core may import src/protocol, src/net",
    "src/client/core/d.ts → src/client/view/e.ts: src/client/core may import src/protocol, src/net",
    "src/web/gateway.ts → src/client/core/d.ts: src/web may import src/protocol, src/net, src/server",
    "src/protocol/f.ts → src/print.ts: src/protocol may import nothing",
  ]);
});

Deno.test("A circle is found, and said with its shortest chain", () => {
  const graph = new Map([
    ["a", ["b"]],
    ["b", ["c", "d"]],
    ["c", ["d"]],
    ["d", ["a", "e"]],
    ["e", ["f"]],
    ["f", []],
  ]);
  const circles = findCircles(graph);
  assertEquals(circles, [["a", "b", "c", "d"]]);
  assertEquals(circles.map((files) => shortestCircle(graph, files)), [["a", "b", "d", "a"]]);
});

Deno.test("Imports of every kind are read", () => {
  const source = `import type { A } from "./a.ts";
    import {
      B,
    } from "../b.ts";
    export * from "./c.ts";
    import "./d.ts";
    const { E } = await import("./e.ts");
    type F = import("./f.ts").F;
    import { assert } from "@std/assert";
    import page from "./page.html" with { type: "text" };
    const notAnImport = 'stands for "./g.ts"';`;
  const found = importsOf("src/x/y.ts", source);
  assertEquals(
    found,
    ["a", "e", "c", "d", "f"].toSorted().map((name) => `src/x/${name}.ts`)
      .concat("src/b.ts").toSorted(),
  );
});

type Graph = ReadonlyMap<string, readonly string[]>;

interface Upwards {
  readonly from: string;
  readonly to: string;
  readonly folder: string;
}

function arrow({ from, to }: Upwards): string {
  return `${from} → ${to}`;
}

function explain(found: Upwards): string {
  const allowed = MAY_IMPORT[found.folder]?.join(", ") || "nothing";
  return `${arrow(found)}: ${found.folder} may import ${allowed}`;
}

function findUpwards(graph: Graph): Upwards[] {
  return [...graph].flatMap(([from, targets]) => {
    const folder = folderOf(from);
    return targets.filter((to) => !mayImport(folder, to)).map((to) => ({ from, to, folder }));
  });
}

function mayImport(folder: string, target: string): boolean {
  const other = folderOf(target);
  if (other === folder) return true;
  if (other === "src") return folder !== "src/protocol";
  // The files directly in client import its folders, not the other way round.
  const allowed = MAY_IMPORT[folder] ?? [];
  return [...allowed, ...(folder === "src/client" ? ["src/client"] : [])].some((below) =>
    other === below || other.startsWith(`${below}/`)
  );
}

/** The longest folder of the table that a path begins with. */
function folderOf(path: string): string {
  const folders = Object.keys(MAY_IMPORT).filter((folder) =>
    path === folder || path.startsWith(`${folder}/`)
  );
  return folders.sort((a, b) => b.length - a.length)[0] ?? "";
}

/** Groups of files that all reach each other (Tarjan's strongly connected components). */
function findCircles(graph: Graph): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  function visit(file: string): void {
    index.set(file, index.size);
    low.set(file, index.get(file)!);
    stack.push(file);
    for (const target of graph.get(file) ?? []) {
      if (!index.has(target)) visit(target);
      if (stack.includes(target)) low.set(file, Math.min(low.get(file)!, low.get(target)!));
    }
    if (low.get(file) !== index.get(file)) return;
    const files = stack.splice(stack.indexOf(file));
    if (files.length > 1 || graph.get(file)?.includes(file)) circles.push(files.sort());
  }
  for (const file of graph.keys()) if (!index.has(file)) visit(file);
  return circles;
}

/** The shortest way from a file of a circle back to itself. */
function shortestCircle(graph: Graph, files: readonly string[]): string[] {
  const circles = files.flatMap((start) => {
    let ways = (graph.get(start) ?? []).map((to) => [start, to]);
    const seen = new Set<string>();
    while (ways.length > 0) {
      const back = ways.find((way) => way.at(-1) === start);
      if (back !== undefined) return [back];
      ways = ways.flatMap((way) => {
        const last = way.at(-1)!;
        if (seen.has(last)) return [];
        seen.add(last);
        return (graph.get(last) ?? []).map((to) => [...way, to]);
      });
    }
    return [];
  });
  return circles.sort((a, b) => a.length - b.length)[0] ?? [];
}

function readImports(): Graph {
  const graph = new Map<string, readonly string[]>();
  for (const file of ["main.ts", ...sourceFiles("src")]) {
    graph.set(file, importsOf(file, Deno.readTextFileSync(new URL(file, ROOT))));
  }
  return graph;
}

/** The modules of ours that a source text names in an import, sorted. */
function importsOf(file: string, source: string): string[] {
  const specifiers = source.matchAll(/(?:\bfrom|\bimport\(|^\s*import)\s*"(\.[^"]+\.ts)"/gm);
  const targets = Array.from(specifiers, ([, path]) => new URL(path!, new URL(file, ROOT)).href);
  return [...new Set(targets.map((href) => href.slice(ROOT.href.length)))].sort();
}
