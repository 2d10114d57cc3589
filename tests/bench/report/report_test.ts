/**
 * From what was measured to the report.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { fillDocument } from "../../../bench/report/document.ts";
import { staleFiles } from "../../../bench/report/files.ts";
import { type Goal, GOALS, renderGoals } from "../../../bench/report/goals.ts";
import { plotPath, PLOTS } from "../../../bench/report/plots.ts";
import { parseRecord, readRecords, stringifyRecord } from "../../../bench/report/record.ts";
import { renderResults } from "../../../bench/report/results.ts";
import { renderSection } from "../../../bench/report/section.ts";
import { figuresOf } from "../../../bench/table.ts";
import { ROOT } from "../../docs/fenced.ts";
import { recordOf, recordsOf } from "./records.ts";

const FLOOD = recordOf({
  "ours": [20e6, 18e6],
  "ours-json": [9e6, 9e6],
  "nats": [8e6, 9e6],
  "limit": [25e6, 24e6],
  "limit-json": [12e6, 12e6],
}, { peers: [{ name: "redis", version: null, gap: "not here" }] });

Deno.test("RESULTS.md, the plots and docs/performance.md hold what bench/results holds", async () => {
  assertEquals([...(await staleFiles()).keys()], [], "run deno task bench:report");
  const known = PLOTS.map(plotPath);
  for await (const { name } of Deno.readDir(new URL("docs/images", ROOT))) {
    if (name.startsWith("bench-")) assert(known.includes(`docs/images/${name}`), `stale: ${name}`);
  }
});

Deno.test("Plots and goals ask for figures that their scenarios have", async () => {
  const records = await readRecords();
  const asked = [
    ...PLOTS.flatMap(({ name, panels }) => panels.map(({ label }) => ({ scenario: name, label }))),
    ...GOALS,
  ];
  for (const { scenario, label } of asked) {
    const record = records.get(scenario);
    if (record === undefined) continue;
    const labels = figuresOf(record.samples).map((figure) => figure.label);
    assert(labels.includes(label), `${scenario} has no "${label}", but ${labels.join("; ")}`);
  }
});

Deno.test("Each file in bench/results is what writing it again would give", async () => {
  for (const [name, record] of await readRecords()) {
    const text = await Deno.readTextFile(new URL(`bench/results/${name}.json`, ROOT));
    assertEquals(stringifyRecord(record), text);
  }
});

Deno.test("A record survives its file, also where a peer lacks a figure", () => {
  const [first, ...others] = FLOOD.samples;
  assert(first !== undefined);
  const record = { ...FLOOD, samples: [first, { ...others[0]!, figures: [first.figures[0]!] }] };
  assertEquals(parseRecord(stringifyRecord(record)), record);
});

Deno.test("A file of another format is refused", () => {
  const text = stringifyRecord(FLOOD).replace(`"format": 1`, `"format": 9`);
  assertThrows(() => parseRecord(text), Error, "format 9");
});

Deno.test("Many peers are rows, with ratios of the headline within each round", () => {
  const rows = renderSection(FLOOD).split("\n").map((line) =>
    line.split("|").slice(1, -1).map((cell) => cell.trim())
  );
  assertEquals(rows[0], ["", "deliveries (per second)", "ours ÷ it", "it ÷ limit"]);
  assertEquals(rows[2], [
    "**ours**",
    "19.00 M (18.00 M–20.00 M)",
    "",
    "0.775 (0.750–0.800)",
  ]);
  assertEquals(rows[4], [
    "nats",
    "8.50 M (8.00 M–9.00 M)",
    "2.25 (2.00–2.50)",
    "0.348 (0.320–0.375)",
  ]);
});

Deno.test("A json peer is compared with the limit on lines as long as its own", () => {
  assertMatch(renderSection(FLOOD), /\*\*ours-json\*\* \|[^|]*\|[^|]*\| 0\.750 /);
});

Deno.test("A peer that is missing is named in the table, one that failed with its reason, too", () => {
  const text = renderSection(FLOOD);
  assertMatch(text, /\| redis +\| not here +\|/);
  const failed = recordOf({ ours: [1] }, {
    peers: [{ name: "ncat", gap: "FAILED", failure: "in round 1: a line is torn" }],
  });
  assertMatch(renderSection(failed), /FAILED/);
  assertStringIncludes(renderSection(failed), "ncat FAILED in round 1: a line is torn");
});

Deno.test("RESULTS.md tells machine, versions, start, date, commit, rounds and load", () => {
  const text = renderResults(recordsOf(FLOOD, recordOf({ ours: [1] }, { scenario: "unheard-of" })));
  for (
    const part of [
      "Machine: 2 cores (Abacus), 8 GiB of memory, linux 6.1 x86_64; Deno 2.9.6",
      "how nats is started",
      "2026-01-02 03:04 UTC, commit 0123456789",
      "2 alternating rounds",
      "0.1, 0.2, 0.3 before and 1.1, 0.4, 0.3 after",
      "## unheard-of",
      "](../docs/images/bench-fanout.svg)",
    ]
  ) assertStringIncludes(text, part);
  assert(text.indexOf("## Flood") < text.indexOf("## unheard-of"));
});

Deno.test("Goals are judged by the medians, and one that cannot be judged says why", () => {
  const flood = { scenario: "fanout", label: "deliveries", peer: "ours" };
  const goals: Goal[] = [
    { ...flood, what: "beside nats", below: "nats", atLeast: 2 },
    { ...flood, what: "beside the limit", below: "limit", atLeast: 0.9 },
    { ...flood, what: "beside redis", below: "redis", atLeast: 2 },
    { ...flood, what: "asleep", scenario: "idle", atMost: 1 },
    { ...flood, what: "at most", atMost: 1e6 },
  ];
  const others = [
    { what: "elsewhere", goal: "none", measured: "7", reached: false, source: "by hand" },
  ];
  const rows = renderGoals(recordsOf(FLOOD), goals, others).split("\n").slice(2, -1).map((line) =>
    line.split("|").slice(1, -1).map((cell) => cell.trim())
  );
  assertEquals(rows, [
    ["beside nats", "at least 2", "2.25 (2.00–2.50)", "yes"],
    ["beside the limit", "at least 0.9", "0.775 (0.750–0.800)", "**no**"],
    ["beside redis", "at least 2", "redis: not here", "–"],
    ["asleep", "at most 1", "not measured", "–"],
    ["at most", "at most 1.00 M", "19.00 M (18.00 M–20.00 M)", "**no**"],
    ["elsewhere", "none", "7 (by hand)", "**no**"],
  ]);
});

Deno.test("fillDocument replaces what stands between markers, and only that", () => {
  const text = "before\n<!-- bench:begin table fanout -->\nold\n<!-- bench:end -->\nbetween\n" +
    "<!-- bench:begin plot fanout -->\n<!-- bench:end -->\nafter\n";
  const filled = fillDocument(text, recordsOf(FLOOD));
  assertMatch(filled, /^before\n<!-- bench:begin table fanout -->\n/);
  assertMatch(filled, /\n<!-- bench:end -->\nbetween\n<!-- bench:begin plot fanout -->\n/);
  assertMatch(filled, /!\[One sender floods 100 clients\]\(images\/bench-fanout\.svg\)/);
  assertMatch(filled, /<!-- bench:end -->\nafter\n$/);
  assertNotMatch(filled, /\bold\b/);
  assertEquals(fillDocument(filled, recordsOf(FLOOD)), filled);
});

Deno.test("fillDocument tells what was not measured, and refuses what nobody makes", () => {
  const block = (order: string) => `<!-- bench:begin ${order} -->\n<!-- bench:end -->\n`;
  const text = fillDocument(block("table idle") + block("plot idle"), new Map());
  assertStringIncludes(text, "deno task bench idle --write");
  assertStringIncludes(text, "Not measured yet: Memory of an idle connection");
  for (const wrong of ["pie", "plot pie"]) {
    assertThrows(() => fillDocument(block(wrong), new Map()), Error, "pie");
  }
});
