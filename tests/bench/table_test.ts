/**
 * From figures to a table.
 *
 * @module
 */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { renderTable, renderValue, type Sample, spreadOf } from "../../bench/table.ts";
import type { PeerName } from "../../bench/peers/peer.ts";

function sample(round: number, peer: PeerName, value: number): Sample {
  return { round, peer, figures: [{ label: "deliveries", value, unit: "per second" }] };
}

Deno.test("spreadOf takes the middle one, or the mean of the two in the middle", () => {
  assertEquals(spreadOf([3, 1, 2]), { median: 2, min: 1, max: 3 });
  assertEquals(spreadOf([4, 1, 2, 9]), { median: 3, min: 1, max: 9 });
  assertThrows(() => spreadOf([]), RangeError);
});

Deno.test("renderTable takes ratios within each round", () => {
  const samples = [
    sample(0, "ours", 1000),
    sample(0, "naive", 100),
    sample(1, "naive", 10),
    sample(1, "ours", 200),
  ];
  const table = renderTable(samples, ["ours", "naive"]);
  assertStringIncludes(table, "| 600 (200–1000) | 55 (10–100) | 15.0 (10.0–20.0) |");
});

Deno.test("renderTable names the gap of a peer that is missing", () => {
  const table = renderTable(
    [sample(0, "ours", 1)],
    ["ours", "naive"],
    new Map([["naive", "gone"]]),
  );
  assertStringIncludes(table, "gone");
});

Deno.test("renderValue writes numbers for people", () => {
  assertEquals(renderValue(18_249_000, "per second"), "18.25 M");
  assertEquals(renderValue(243_199, "per second"), "243 k");
  assertEquals(renderValue(45 * 1024, "bytes"), "45.0 KiB");
  assertEquals(renderValue(-3 * 1024 ** 2, "bytes"), "-3.0 MiB");
});
