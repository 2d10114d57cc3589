/**
 * docs/security.md names tests that exist.
 *
 * @module
 */

import { assert } from "@std/assert";
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

Deno.test("Each file that docs/security.md links to exists", () => {
  for (const [, path] of DOCUMENT.matchAll(/\]\(([^)#:]+)\)/g)) {
    Deno.statSync(new URL(`docs/${path}`, ROOT));
  }
});
