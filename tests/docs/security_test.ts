/**
 * docs/security.md names tests that exist, and limits as they are.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { FlagTable } from "../../src/cli/flags.ts";
import { SERVE_FLAGS } from "../../src/cli/serve_flags.ts";
import { readDocument, ROOT, rowsUnder } from "./fenced.ts";

const DOCUMENT = readDocument("docs/security.md");

Deno.test("Each promise of docs/security.md names tests, and they exist", () => {
  const promises = rowsUnder(DOCUMENT, "What is promised");
  assert(promises.length >= 10);
  for (const [promise, , tested] of promises) {
    const tests = [...(tested ?? "").matchAll(/`([\w/]+(?:_test\.ts|\/))`/g)];
    assert(tests.length > 0, `no test is named for: ${promise}`);
    for (const [, path] of tests) Deno.statSync(new URL(`tests/${path}`, ROOT));
  }
});

Deno.test("The limits of docs/security.md are those of the flags", () => {
  const rows = rowsUnder(DOCUMENT, "Limits");
  assert(rows.length >= 8);
  const flags: FlagTable = SERVE_FLAGS;
  for (const [cell, shown] of rows) {
    const name = /^`--([a-z-]+)`$/.exec(cell ?? "")?.[1] ?? "";
    const flag = flags[name];
    assert(flag?.kind === "value", `there is no flag ${cell}`);
    // "30 s", "0 (off)", "256 KiB": the number is the flag's.
    assertEquals(/^\d+/.exec(shown ?? "")?.[0], flag.default, cell);
  }
});

Deno.test("Each file that docs/security.md links to exists", () => {
  for (const [, path] of DOCUMENT.matchAll(/\]\(([^)#:]+)\)/g)) {
    Deno.statSync(new URL(`docs/${path}`, ROOT));
  }
});
