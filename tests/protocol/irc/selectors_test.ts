import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { msgidOf } from "../../../src/protocol/irc/render.ts";
import { parseHistoryWish, parseSelector } from "../../../src/protocol/irc/selectors.ts";
import { newLogId } from "../../../src/store/events.ts";
import { anyText } from "../../fuzz/arbitraries.ts";
import { CASES, SEED } from "../../fuzz/fuzz.ts";

const runs = { numRuns: CASES, seed: SEED };

const AT = "2026-11-21T10:20:30.456Z";
const TIME = { kind: "time", atMs: Date.parse(AT) } as const;
const ID = { kind: "id", log: "0a1b", seq: 7 } as const;
const ANY = { kind: "any" } as const;

function wish(line: string) {
  return parseHistoryWish(line.split(" ").filter((word) => word !== ""));
}

Deno.test("A selector is *, the id of a message, or a time", () => {
  assertEquals(parseSelector("*"), ANY);
  assertEquals(parseSelector("msgid=0a1b-7"), ID);
  assertEquals(parseSelector(`timestamp=${AT}`), TIME);
  assertEquals(parseSelector("timestamp=2026-11-21T10:20:30Z"), { ...TIME, atMs: TIME.atMs - 456 });
});

for (
  const text of [
    ...["", "**", "msgid", "msgid=", "timestamp=", "=x", "7", AT, "timestamp=*", "timestamp=1"],
    ...["timestamp=2026-13-21T10:20:30Z", "timestamp=2026-11-21", `timestamp=${AT} `],
    `timestamp=${AT.replace("Z", "+01:00")}`,
  ]
) {
  Deno.test(`${JSON.stringify(text)} is no selector`, () => {
    assertEquals(parseSelector(text), null);
  });
}

Deno.test("An id that this server never gave is a place in a log that nobody has", () => {
  for (const id of ["x", "x-", "-7", "x-0", "x-07", "a-b-7", `x-${"9".repeat(20)}`]) {
    assertEquals(parseSelector(`msgid=${id}`), { kind: "id", log: id, seq: 0 });
  }
});

Deno.test("The id of a message leads back to it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (seq) => {
      const log = newLogId();
      assertEquals(parseSelector(`msgid=${msgidOf(log, seq)}`), { kind: "id", log, seq });
    }),
    runs,
  );
});

Deno.test("CHATHISTORY asks for a page at one place, or between two", () => {
  const common = { target: "#a", to: ANY, limit: 50 };
  assertEquals(wish("latest #a * 50"), { ...common, page: "LATEST", from: ANY });
  assertEquals(wish("LATEST #a msgid=0a1b-7 50"), { ...common, page: "LATEST", from: ID });
  assertEquals(wish(`BEFORE #a timestamp=${AT} 50`), { ...common, page: "BEFORE", from: TIME });
  assertEquals(wish("AFTER #a msgid=0a1b-7 50"), { ...common, page: "AFTER", from: ID });
  assertEquals(wish("AROUND #a msgid=0a1b-7 50"), { ...common, page: "AROUND", from: ID });
  assertEquals(wish(`BETWEEN #a msgid=0a1b-7 timestamp=${AT} 9`), {
    page: "BETWEEN",
    target: "#a",
    from: ID,
    to: TIME,
    limit: 9,
  });
  assertEquals(wish(`TARGETS timestamp=${AT} timestamp=${AT} 9`), {
    page: "TARGETS",
    from: TIME,
    to: TIME,
    limit: 9,
  });
  assertEquals(wish("LATEST #a * 100000"), { ...common, page: "LATEST", from: ANY, limit: 500 });
});

const PROBLEMS: readonly [line: string, ...fail: string[]][] = [
  ["", "NEED_MORE_PARAMS"],
  ["FIRST #a * 50", "INVALID_PARAMS", "FIRST"],
  ["LATEST", "NEED_MORE_PARAMS", "LATEST"],
  ["LATEST #a *", "NEED_MORE_PARAMS", "LATEST"],
  ["BETWEEN #a * 50", "NEED_MORE_PARAMS", "BETWEEN"],
  ["TARGETS * 50", "NEED_MORE_PARAMS", "TARGETS"],
  ["LATEST #a x 50", "INVALID_PARAMS", "LATEST", "#a"],
  ["BEFORE #a * 50", "INVALID_PARAMS", "BEFORE", "#a"],
  ["BETWEEN #a msgid=x * 50", "INVALID_PARAMS", "BETWEEN", "#a"],
  ["TARGETS msgid=x msgid=y 50", "INVALID_PARAMS", "TARGETS"],
  ...["0", "-1", "x", "1.5", "1e9", "9999999999"].map((limit) =>
    [`LATEST #a * ${limit}`, "INVALID_PARAMS", "LATEST", "#a"] as [string, ...string[]]
  ),
];

for (const [line, ...fail] of PROBLEMS) {
  Deno.test(`CHATHISTORY ${line} fails with ${fail.join(" ")}`, () => {
    const problem = wish(line);
    assert("fail" in problem);
    assertEquals([...problem.fail], fail);
  });
}

Deno.test("Any parameters give a wish within bounds, or a problem", () => {
  const word = fc.oneof(anyText, fc.constantFrom("LATEST", "BETWEEN", "*", "msgid=x", "50"));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (params) => {
      const asked = parseHistoryWish(params);
      if ("fail" in asked) assert(asked.text !== "");
      else assert(asked.limit >= 1 && asked.limit <= 500);
    }),
    runs,
  );
});
