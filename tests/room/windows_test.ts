import { assert, assertEquals } from "@std/assert";
import { Log } from "../../src/room/log.ts";
import { Windows } from "../../src/room/windows.ts";

const LINE = `${"x".repeat(99)}\n`;
const KIB = 1024;

function flood(log: Log, kib: number): void {
  for (let bytes = 0; bytes < kib * KIB; bytes += LINE.length) log.append(LINE);
}

Deno.test("Windows share their memory: what is furthest over its share drops first", () => {
  const windows = new Windows(1024 * KIB);
  const quiet = Array.from({ length: 10 }, () => new Log(1, { windows }));
  for (const log of quiet) flood(log, 20);
  const busy = new Log(1, { windows });
  flood(busy, 3000);
  assert(windows.bytes <= 1024 * KIB);
  assertEquals(busy.start > 0, true);
  for (const log of quiet) assertEquals(log.start, 0);
  const other = new Log(1, { windows });
  flood(other, 3000);
  assert(windows.bytes <= 1024 * KIB);
  assert(Math.abs(busy.bytes - other.bytes) <= 128 * KIB);
  for (const log of quiet) assertEquals(log.start, 0);
});

Deno.test("Windows keep their bound also where the largest log has one segment only", () => {
  const windows = new Windows(300 * KIB);
  const logs = Array.from({ length: 12 }, () => new Log(1, { windows }));
  flood(logs[0]!, 300);
  for (const log of logs.slice(1)) flood(log, 100);
  for (const log of logs) assert(log.oldest === log.newest);
});

Deno.test("Windows forget a log that is closed, also when it grows", () => {
  const windows = new Windows();
  const log = new Log(1, { windows });
  log.close();
  flood(log, 50);
  assertEquals(windows.bytes, 0);
});

Deno.test("Windows forget a log that is closed, and keep the newest segment of each", () => {
  const windows = new Windows(100 * KIB);
  const logs = Array.from({ length: 4 }, () => new Log(1, { windows }));
  for (const log of logs) flood(log, 500);
  for (const log of logs) assert(log.oldest === log.newest);
  for (const log of logs) log.close();
  assertEquals(windows.bytes, 0);
});
