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

Deno.test("The path of a message has 14 files, each in its layer", () => {
  const path = DESIGN.match(/these are (\d+) files[^`]*```text\n([^`]+)```/);
  const files = (path?.[2] ?? "").trim().split("\n").flatMap((row) => {
    const [layer, names = ""] = row.split(/ +(.*)/);
    return (names.split("  ")[0] ?? "").split(" ─▶ ").map((name) => `src/${layer}/${name}.ts`);
  });
  assertEquals(files.length, Number(path?.[1]));
  for (const file of files) {
    const handler = file.replace("src/server/", "src/server/requests/");
    assert(exists(file) || exists(handler), `docs/design.md names ${file}`);
  }
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

function exists(path: string): boolean {
  try {
    Deno.statSync(new URL(path, ROOT));
    return true;
  } catch {
    return false;
  }
}
