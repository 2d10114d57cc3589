/**
 * The checks of what each reader of a flood gets: they must see every mistake a server can make.
 *
 * @module
 */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import type { FloodCheck, ReaderCheck } from "../../bench/load/flood_check.ts";
import { FloodPlan } from "../../bench/load/flood_plan.ts";
import { LinesCheck } from "../../bench/load/lines_check.ts";
import { MarkedCheck } from "../../bench/load/marked_check.ts";
import { NumberedCheck } from "../../bench/load/numbered_check.ts";
import { FILLER } from "../../bench/load/pattern.ts";
import { StreamError } from "../../bench/load/stream_error.ts";
import { type WireName, WIRES } from "../../bench/load/wire.ts";

const SENDERS = ["ada", "bob"];
const LINES_EACH = 4;
const FIRST_SEQ = 98;
const LOG = "a-log";
const AT = "2026-02-03T04:05:06.007Z";

function planOf(wire: WireName, senders: readonly string[]): FloodPlan {
  return new FloodPlan(WIRES[wire], { senders, first: 7, linesEach: LINES_EACH });
}

/** Line `line` of a sender as it is delivered, with its number where the wire has one. */
function lineOf(plan: FloodPlan, sender: number, line: number, seq = 0): string {
  const text = String(plan.counterOf(sender, line)).padStart(8, "0") + FILLER;
  const from = plan.senders[sender] ?? "";
  return plan.wire.heard(from, text, { seq, at: AT, log: LOG });
}

/** All lines, the senders taking turns of two lines; without one sender, if so wished. */
function linesOf(plan: FloodPlan, except = -1): string[] {
  const turns: [number, number][] = [];
  for (let line = 0; line < LINES_EACH; line += 2) {
    for (const sender of plan.senders.keys()) {
      if (sender !== except) turns.push([sender, line], [sender, line + 1]);
    }
  }
  return turns.map(([sender, line], n) => lineOf(plan, sender, line, FIRST_SEQ + n));
}

/** Feeds a reader in pieces, as a connection does. */
function feed(reader: ReaderCheck, text: string, step = Infinity): void {
  let kept = "";
  for (let at = 0; at < text.length; at += step) {
    const buffer = Buffer.from(kept + text.slice(at, at + step));
    kept = buffer.toString("latin1", reader.feed(buffer, buffer.length));
  }
}

/** Two readers get a stream each, and then everything is looked at. */
function check(make: () => FloodCheck, one: string, other = one, step = Infinity): void {
  const flood = make();
  for (const text of [one, other]) {
    const reader = flood.reader(-1);
    feed(reader, text, step);
    if (reader.bytes !== reader.wantedBytes) throw new StreamError("Not everything has come.");
  }
  flood.finish();
}

/** What can go wrong with lines. */
const MISTAKES: Readonly<Record<string, (lines: string[]) => string[]>> = {
  "a missing line": (lines) => lines.toSpliced(2, 1),
  "a missing first line": (lines) => lines.slice(1),
  "a missing last line": (lines) => lines.slice(0, -1),
  "a doubled line": (lines) => lines.toSpliced(2, 0, lines[2] ?? ""),
  "a doubled last line": (lines) => [...lines, lines.at(-1) ?? ""],
  "a line instead of another": (lines) => lines.with(2, lines[1] ?? ""),
  "a changed byte": (lines) => lines.with(2, (lines[2] ?? "").replace("xxx", "xyx")),
  "a changed name": (lines) => lines.map((line) => line.replace(/ada|bob/, "eve")),
  "two lines in the wrong order": (lines) => lines.with(0, lines[1] ?? "").with(1, lines[0] ?? ""),
  "a line of the server between": (lines) =>
    lines.toSpliced(3, 0, "* You read too slowly: 1 line was skipped.\n"),
  "a few bytes too much": (lines) => [...lines, "*\n"],
};

const CHECKS: readonly [string, WireName, readonly string[]][] = [
  ["one sender in plain", "plain", ["ada"]],
  ["two senders in plain", "plain", SENDERS],
  ["two senders on NATS", "nats", SENDERS],
  ["two senders on IRC", "irc", SENDERS],
  ["one sender in json", "json", ["ada"]],
  ["two senders in json", "json", SENDERS],
  ["two senders on IRC with times", "irc-chat-time", SENDERS],
  ["two senders on IRC with times and ids", "irc-chat-both", SENDERS],
];

for (const [what, wire, senders] of CHECKS) {
  const plan = planOf(wire, senders);
  const make = () =>
    plan.wire.peerDecides === "numbers"
      ? new NumberedCheck(plan, FIRST_SEQ, LOG)
      : new LinesCheck(plan);

  Deno.test(`The check of ${what} takes what is right, in pieces of any size`, () => {
    for (const step of [1, 7, 100, Infinity]) {
      check(make, linesOf(plan).join(""), undefined, step);
    }
  });

  for (const [mistake, make_] of Object.entries(MISTAKES)) {
    if (mistake === "a changed name" && wire === "nats") continue; // It has none.
    Deno.test(`The check of ${what} sees ${mistake}, with one reader and with all`, () => {
      const right = linesOf(plan).join("");
      const wrong = make_(linesOf(plan)).join("");
      for (const step of [7, Infinity]) {
        assertThrows(() => check(make, wrong, wrong, step), StreamError);
        assertThrows(() => check(make, right, wrong, step), StreamError);
      }
    });
  }
}

Deno.test("The check of lines takes another order of senders from each reader, and runs cut anywhere", () => {
  const plan = planOf("plain", SENDERS);
  const lines = linesOf(plan);
  const sorted = lines.toSorted().join("");
  check(() => new LinesCheck(plan), lines.join(""), sorted);
  check(() => new LinesCheck(plan), sorted, lines.join(""), 100);
});

Deno.test("The check of lines expects all but its own from a sender that does not hear itself", () => {
  const plan = planOf("plain", SENDERS);
  const flood = new LinesCheck(plan);
  const ada = flood.reader(0);
  feed(ada, linesOf(plan, 0).join(""));
  assertEquals(ada.bytes, ada.wantedBytes);
  assertThrows(() => feed(flood.reader(0), linesOf(plan).join("")), StreamError, "ada must not");
});

Deno.test("The check of lines leaves a question whether anybody is there to its owner", () => {
  const plan = planOf("nats", ["ada"]);
  const reader = new LinesCheck(plan).reader(-1);
  const [first = ""] = linesOf(plan);
  const bytes = Buffer.from(first + "PING\r\n" + first);
  assertEquals(reader.feed(bytes, bytes.length), first.length);
});

Deno.test("The check of json sees a gap in the numbers, and a time that is none", () => {
  const plan = planOf("json", ["ada"]);
  const lines = linesOf(plan).map((line, n) =>
    n < 2 ? line : lineOf(plan, 0, n, FIRST_SEQ + n + 1)
  );
  assertThrows(() => check(() => new NumberedCheck(plan, FIRST_SEQ), lines.join("")), StreamError);
  const late = linesOf(plan).join("").replace(AT, AT.replace("T", " "));
  assertThrows(
    () => check(() => new NumberedCheck(plan, FIRST_SEQ), late),
    StreamError,
    AT.slice(11),
  );
});

Deno.test("The check of json sees when one reader gets another order", () => {
  const plan = planOf("json", SENDERS);
  const lines = linesOf(plan);
  const error = assertThrows(
    () =>
      check(() => new NumberedCheck(plan, FIRST_SEQ), lines.join(""), lines.toReversed().join("")),
    StreamError,
  );
  assertStringIncludes(error.message, "different bytes");
});

Deno.test("The check of marks puts lines together that ncat has cut", () => {
  const plan = planOf("ncat", SENDERS);
  const [ada, bob] = SENDERS.map((_, sender) =>
    Array.from({ length: LINES_EACH }, (_, line) => lineOf(plan, sender, line)).join("")
  );
  if (ada === undefined || bob === undefined) throw new Error("Two have spoken.");
  const stream = `<user5> ${ada.slice(0, 100)}<user12> ${bob}<user5> ${ada.slice(100)}`;
  for (const step of [1, 9, Infinity]) check(() => new MarkedCheck(plan), stream, stream, step);
  const wrong: readonly string[] = [
    stream.replace(ada.slice(100), ada.slice(101)),
    stream.replace(ada.slice(100), ada.slice(99)),
    stream.replace("<user12>", "<user5>"),
    stream + "<user5> x",
    stream.replace("<user12>", "<announce>"),
  ];
  for (const one of wrong) {
    for (const step of [9, Infinity]) {
      assertThrows(() => check(() => new MarkedCheck(plan), one, one, step), StreamError);
    }
  }
});

Deno.test("A plan cuts what a sender writes into whole lines, all of them", () => {
  const plan = new FloodPlan(WIRES.plain, { senders: ["ada"], first: 0, linesEach: 1_100 });
  const pieces = [...plan.piecesOf(0)];
  assertEquals(pieces.map(({ lines }) => lines), [512, 512, 76]);
  assertEquals(pieces.map(({ bytes }) => bytes.length), [32_768, 32_768, 76 * 64]);
});

Deno.test("A plan gives each sender counters of its own, and refuses to run out of them", () => {
  const plan = planOf("plain", SENDERS);
  assertEquals(plan.counterOf(1, 2), 50_000_009);
  assertEquals(plan.senderOf(50_000_009), 1);
  assertEquals(plan.senderOf(50_000_006), -1);
  assertEquals(plan.senderOf(NaN), -1);
  const options = { senders: SENDERS, first: 49_999_999, linesEach: 2 };
  assertThrows(() => new FloodPlan(WIRES.plain, options), RangeError, "50000000");
});
