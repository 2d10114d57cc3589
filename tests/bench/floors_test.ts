/**
 * Whether ratios hold their floors.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type Floor, judge, type Measured, neededPeers, parseFloors } from "../../bench/floors.ts";
import { PEERS } from "../../bench/peers/all.ts";
import { SCENARIOS } from "../../bench/scenarios/all.ts";
import type { Sample } from "../../bench/table.ts";
import { readDocument } from "../docs/fenced.ts";

const FLOOR: Floor = {
  scenario: "flood",
  label: "deliveries",
  above: "ours",
  below: "limit",
  floor: 0.6,
  set: "made up",
};

/** Rounds in which the limit always has 100. */
function results(
  ours: readonly number[],
  gaps: readonly (readonly [string, string])[] = [],
): Map<string, Measured> {
  const samples = ours.flatMap((value, round): Sample[] => [
    { round, peer: "ours", figures: [{ label: "deliveries", value, unit: "per second" }] },
    { round, peer: "limit", figures: [{ label: "deliveries", value: 100, unit: "per second" }] },
  ]);
  return new Map([["flood", { samples, gaps: new Map(gaps) }]]);
}

function verdictOf(measured: ReadonlyMap<string, Measured>, floor: Floor = FLOOR) {
  const [verdict] = judge([floor], measured);
  assert(verdict !== undefined);
  return verdict;
}

Deno.test("A ratio at its floor or above it holds", () => {
  assert(verdictOf(results([60, 60, 60])).holds);
  const { holds, text } = verdictOf(results([80, 70, 90]));
  assert(holds);
  assertEquals(
    text,
    "flood, ours ÷ limit (deliveries): 0.800, median of 3 (0.700–0.900), floor 0.600",
  );
});

Deno.test("A ratio below its floor fails and says what was measured and what to do", () => {
  const { holds, text } = verdictOf(results([50, 59, 58]));
  assert(!holds);
  assertStringIncludes(text, "ours ÷ limit (deliveries): 0.580");
  assertStringIncludes(text, "floor 0.600");
  assertStringIncludes(text, "deno task bench flood --peers ours,limit");
  assertEquals(text.includes("\n"), false);
});

Deno.test("One disturbed round of three neither fails nor saves a ratio", () => {
  assert(verdictOf(results([80, 1, 80])).holds);
  assert(!verdictOf(results([50, 1000, 50])).holds);
});

Deno.test("A missing peer fails by name", () => {
  const { holds, text } = verdictOf(results([80], [["limit", "not here"]]));
  assert(!holds);
  assertStringIncludes(text, "limit: not here");
});

Deno.test("A floor may compare two figures of one peer", () => {
  const measured = results([80]);
  const halves = { ...FLOOR, below: "ours", belowLabel: "others" };
  const { samples } = measured.get("flood")!;
  const others = { label: "others", value: 160, unit: "per second" } as const;
  const both = samples.map((one) => ({ ...one, figures: [...one.figures, others] }));
  const { holds, text } = verdictOf(
    new Map([["flood", { samples: both, gaps: new Map() }]]),
    halves,
  );
  assert(!holds);
  assertStringIncludes(text, "flood, ours (deliveries ÷ others): 0.500");
  assertStringIncludes(text, "--peers ours)");
});

Deno.test("A floor that needs what is not here is passed over, and says so", () => {
  const floor = { ...FLOOR, needs: "nats" };
  const [verdict] = judge([floor], new Map(), new Set(["nats"]));
  assertEquals([verdict?.holds, verdict?.isSkipped], [true, true]);
  assertStringIncludes(verdict?.text ?? "", "nats is not here");
  assert(verdictOf(results([60]), floor).isSkipped === undefined);
});

Deno.test("A scenario or figure that nobody measures fails by name", () => {
  const noScenario = verdictOf(new Map());
  assert(!noScenario.holds);
  assertStringIncludes(noScenario.text, `no scenario "flood"`);
  const noFigure = verdictOf(results([80]), { ...FLOOR, label: "applause" });
  assert(!noFigure.holds);
  assertStringIncludes(noFigure.text, "applause");
});

Deno.test("Each peer is needed once in each scenario", () => {
  const needed = neededPeers([FLOOR, { ...FLOOR, below: "naive" }, { ...FLOOR, scenario: "all" }]);
  assertEquals([...needed].map(([name, peers]) => [name, [...peers]]), [
    ["flood", ["ours", "limit", "naive"]],
    ["all", ["ours", "limit"]],
  ]);
});

Deno.test("A floor that is not whole is refused with its text", () => {
  for (const wrong of [{ floor: 0 }, { floor: "1" }, { set: "" }, { above: 7 }]) {
    const text = JSON.stringify({ floors: [{ ...FLOOR, ...wrong }] });
    assertThrows(() => parseFloors(text), Error, "bench/floors.json");
  }
});

Deno.test("bench/floors.json names scenarios and peers that exist", () => {
  const floors = parseFloors(readDocument("bench/floors.json"));
  const guarded = floors.map(({ scenario, above }) => `${scenario} ${above}`);
  for (
    const one of ["fanout ours", "fanout ours-json", "irc ours-irc", "crowd ours-db", "nats ours"]
  ) assert(guarded.includes(one), one);
  for (const { scenario, above, below, needs = above } of floors) {
    const found = SCENARIOS.find(({ name }) => name === scenario);
    assert(found !== undefined, `no scenario ${scenario}`);
    assert(PEERS.some(({ name }) => name === needs), `no ${needs}`);
    for (const name of [above, below]) {
      const peer = PEERS.find((one) => one.name === name);
      assert(peer !== undefined && found.peers.includes(peer.name), `no ${name} in ${scenario}`);
    }
  }
});
