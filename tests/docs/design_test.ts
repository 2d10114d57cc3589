/**
 * docs/design.md and its drawing name files, numbers and layers as they are.
 *
 * @module
 */

import { assert, assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { MAX_UNACKNOWLEDGED } from "../../src/client/core/outbox.ts";
import { MAX_LINE_CHARS } from "../../src/protocol/limits.ts";
import { DEFAULT_WINDOW_BYTES, SEGMENT_BYTES } from "../../src/room/log.ts";
import { QUEUE_BYTES } from "../../src/room/private_queue.ts";
import { readDocument, ROOT } from "./fenced.ts";

const DESIGN = readDocument("docs/design.md");
const DRAWING = readDocument("docs/images/data-flow.svg");

/** The words of a drawing, one text a line. */
function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text ?? "");
}

Deno.test("Each file that docs/design.md and its drawing name exists", () => {
  for (const [, path] of DESIGN.matchAll(/\]\(([^)#:]+)\)/g)) {
    assert(exists(`docs/${path}`), `docs/design.md links to ${path}`);
  }
  for (const [, path] of DESIGN.matchAll(/`(src\/[\w./]+)`/g)) assert(exists(path ?? ""), path);
  let named = 0;
  for (const text of textsOf(DRAWING)) {
    let directory = "";
    for (const [, path] of text.matchAll(/([\w/]+(?:\.ts|\/))/g)) {
      // "protocol/plain.ts, json.ts" names two files of one directory.
      const whole = path?.includes("/") ? path : directory + path;
      directory = whole?.replace(/[^/]*$/, "") ?? "";
      assert(exists(`src/${whole}`), `the drawing names ${whole}`);
      named++;
    }
  }
  assert(named >= 10, `${named} files`);
});

Deno.test("The numbers of the drawing are those of the program", () => {
  const words = textsOf(DRAWING).join(" ");
  assertStringIncludes(words, `up to ${MAX_UNACKNOWLEDGED} messages`);
  assertStringIncludes(words, `up to ${MAX_LINE_CHARS.toLocaleString("en")} characters`);
  assertStringIncludes(words, `${SEGMENT_BYTES / 1024} KiB`);
  assertStringIncludes(words, `a window of ${DEFAULT_WINDOW_BYTES / 1024 / 1024} MiB`);
  assertStringIncludes(words, `${QUEUE_BYTES / 1024} KiB, each with`);
  assertStringIncludes(DESIGN, `${MAX_UNACKNOWLEDGED} messages at most`);
  assertStringIncludes(DESIGN, `over ${MAX_LINE_CHARS.toLocaleString("en")} characters`);
});

Deno.test("The drawing says what it is, and asks nobody for anything", () => {
  assertStringIncludes(DRAWING, `role="img" aria-labelledby="title desc"`);
  assertStringIncludes(DRAWING, `<desc id="desc">`);
  assertStringIncludes(DRAWING, "prefers-color-scheme:dark");
  assertNotMatch(DRAWING, /<script|<image|href|@import|url\((?!#)/);
});

/** From the lowest layer; of those in one, only the pairs in BESIDE may know each other. */
const LAYERS = [["protocol"], ["net", "room"], ["server", "client", "web"], ["cli"]] as const;
const BESIDE = ["server → web", "web → server", "web → client"];

Deno.test("Imports point downwards only, as docs/design.md says", () => {
  const upwards = new Set<string>();
  for (const file of modulesIn("src")) {
    const from = file.split("/")[1] ?? "";
    for (const [, specifier] of readDocument(file).matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)) {
      const target = new URL(specifier ?? "", new URL(file, ROOT)).href.slice(ROOT.href.length);
      const to = target.split("/")[1] ?? "";
      const [high, low] = [layerOf(from), layerOf(to)];
      // What stands in src/ itself belongs to no layer.
      if (high === -1 || low === -1 || high > low || from === to) continue;
      if (!BESIDE.includes(`${from} → ${to}`)) upwards.add(`${file} → ${target}`);
    }
  }
  assertEquals([...upwards], []);
});

function layerOf(directory: string): number {
  return LAYERS.findIndex((names) => (names as readonly string[]).includes(directory));
}

function* modulesIn(directory: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(`${directory}/`, ROOT))) {
    if (isDirectory) yield* modulesIn(`${directory}/${name}`);
    else if (name.endsWith(".ts")) yield `${directory}/${name}`;
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(new URL(path, ROOT));
    return true;
  } catch {
    return false;
  }
}
