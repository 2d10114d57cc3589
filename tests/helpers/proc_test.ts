/**
 * Memory and processor time from /proc.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { parseUsage } from "./proc.ts";

Deno.test("parseUsage reads memory and time, also of a program with brackets in its name", () => {
  const status = "Name:\tdeno\nVmRSS:\t   2048 kB\nRssAnon:\t 1 kB\n";
  const stat = "7 (a ) b) S 1 7 7 0 -1 4194560 100 0 0 0 150 50 0 0 20 0 1 0 100";
  assertEquals(parseUsage(status + stat), {
    rssBytes: 2 * 1024 * 1024,
    anonBytes: 1024,
    cpuSeconds: 2,
  });
});

Deno.test("parseUsage refuses a process that has ended", () => {
  assertThrows(() => parseUsage(""), Error, "a process that has ended");
});
