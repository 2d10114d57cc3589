/**
 * What strangers may send, and what the server may hold.
 *
 * @module
 */

import fc from "fast-check";
import { MAX_TOPIC_CHARS } from "../../src/protocol/limits.ts";
import type { LogEvent, PrivateEvent, RoomEvent, RoomInfo } from "../../src/protocol/messages.ts";
import { parseName } from "../../src/protocol/names.ts";
import { cleanLine, cleanText, textProblem } from "../../src/protocol/text.ts";

/** Characters with which people have tried to get through. */
const NASTY = fc.constantFrom(
  ..."\0\x07\b\t\n\r\x1b\x7f\u0085\u009b\u00ad\u200b\u200d\u200e\u202e\u2028\u2066\ufeff\ufffd",
  ..."*~[]{}/\\\"':,.-_ 01lIOoаеА💩é",
  "\ud800",
  "\udc00",
  "\r\n",
  "\x1b[31m",
  "\x1b]0;x\x07",
  "e\u0301",
  "ﬁ",
  "Ａ",
  "ß",
  "İ",
  "小春",
  "한",
  "ة",
);

/** Any text, with what is nasty well represented. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.string({ maxLength: 200 }),
  fc.string({ unit: NASTY, maxLength: 60 }),
  fc.tuple(fc.string({ unit: NASTY, minLength: 1, maxLength: 20 }), fc.nat(4_500)).map(
    ([text, times]) => text.repeat(1 + times / 20),
  ),
);

/** Names that are allowed. */
export const validName: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."abcXYZ019_-.'"), minLength: 1, maxLength: 32 }),
  fc.string({ unit: fc.constantFrom(..."春小太郎カなa1"), minLength: 1, maxLength: 32 }),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }),
).map((raw) => parseName(raw)).filter((parsed) => "name" in parsed).map((parsed) =>
  (parsed as { readonly name: string }).name
);

/** Texts that may be said. */
export const validText: fc.Arbitrary<string> = fc.oneof(
  anyText,
  // The longest there are: forty lines, four thousand characters, of the widest kind.
  fc.constantFrom("💩".repeat(4_000), '"'.repeat(4_000), "\t".repeat(3_999) + "x"),
  fc.constant(`${"\u2028".repeat(99)}\n`.repeat(39) + "x"),
).map(cleanText).filter((text) => textProblem(text) === null);

/** One line for people, as the server writes them. */
const words = anyText.map(cleanLine);
const seq = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const at = fc.date({
  min: new Date("1970-01-01T00:00:00Z"),
  max: new Date("9999-12-31T00:00:00Z"),
  noInvalidDate: true,
}).map((date) => date.toISOString());
const id = fc.string({ unit: fc.constantFrom(..."aZ0._-"), minLength: 1, maxLength: 64 });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** Leaves fields out that are undefined. */
function compact<T extends object>(record: T): T {
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== undefined),
  ) as T;
}

const topic = words.map((text) => [...text].slice(0, MAX_TOPIC_CHARS).join(""));

/** Any event of the log. */
export const logEvent: fc.Arbitrary<LogEvent> = fc.oneof(
  fc.record({
    type: fc.constant("message" as const),
    seq,
    at,
    from: validName,
    text: validText,
    id: optional(id),
    action: optional(fc.constant(true as const)),
  }).map(compact) as fc.Arbitrary<LogEvent>,
  fc.record({ type: fc.constant("join" as const), seq, at, name: validName }),
  fc.record({
    type: fc.constant("leave" as const),
    seq,
    at,
    name: validName,
    reason: fc.constantFrom("quit", "part", "lost", "timeout", "kicked", "shutdown"),
    by: optional(validName),
    text: optional(topic),
  }).map(compact) as fc.Arbitrary<LogEvent>,
  fc.record({ type: fc.constant("rename" as const), seq, at, from: validName, to: validName }),
  fc.record({ type: fc.constant("topic" as const), seq, at, name: validName, text: topic }),
);

/** Any event of the log, with its room. */
const roomEvent: fc.Arbitrary<RoomEvent> = fc.tuple(logEvent, validName)
  .map(([event, room]) => ({ ...event, room }));

const count = fc.nat(100_000);

/** Up to so many, by repeating a few: what matters is their size. */
function many<T>(arbitrary: fc.Arbitrary<T>, max: number): fc.Arbitrary<T[]> {
  return fc.tuple(fc.array(arbitrary, { maxLength: 6 }), fc.nat(max)).map(([few, length]) =>
    few.length === 0 ? [] : Array.from({ length }, (_, i) => few[i % few.length]!)
  );
}

/** Any event for one client. */
export const privateEvent: fc.Arbitrary<PrivateEvent> = fc.oneof(
  fc.record({
    type: fc.constant("welcome" as const),
    protocol: fc.constant(1),
    name: validName,
    session: fc.constant("0123456789abcdef0123456789abcdef"),
    resumed: fc.boolean(),
    motd: optional(validText),
  }).map(compact) as fc.Arbitrary<PrivateEvent>,
  fc.record({
    type: fc.constant("joined" as const),
    room: validName,
    log: fc.constant("fedcba9876543210fedcba9876543210"),
    seq,
    names: many(validName, 1_200),
    count,
    topic: optional(fc.record({ text: topic, name: validName, at })),
    keeper: optional(validName),
    resumed: fc.boolean(),
  }).map(compact) as fc.Arbitrary<PrivateEvent>,
  fc.record({
    type: fc.constant("parted" as const),
    room: validName,
    reason: fc.constantFrom("part", "kicked", "closed"),
    text: optional(words),
  }).map(compact) as fc.Arbitrary<PrivateEvent>,
  fc.record({
    type: fc.constant("rooms" as const),
    rooms: many(
      fc.record({ room: validName, count, topic: optional(topic) }).map(compact) as fc.Arbitrary<
        RoomInfo
      >,
      120,
    ),
    more: fc.boolean(),
  }),
  fc.record({
    type: fc.constant("direct" as const),
    at,
    from: validName,
    to: validName,
    text: validText,
    id: optional(id),
  }).map(compact) as fc.Arbitrary<PrivateEvent>,
  fc.record({
    type: fc.constant("members" as const),
    room: validName,
    names: many(validName, 1_200),
    count,
    more: fc.boolean(),
  }),
  fc.record({
    type: fc.constantFrom("history" as const, "results" as const),
    room: validName,
    events: many(roomEvent, 500),
    more: fc.boolean(),
  }),
  fc.record({ type: fc.constant("notice" as const), text: validText }),
  fc.record({ type: fc.constant("lagged" as const), room: validName, from: seq, to: seq }),
  fc.record({
    type: fc.constant("error" as const),
    code: fc.constantFrom("bad_json", "name_taken", "text_too_long"),
    text: words,
    id: optional(id),
  }).map(compact) as fc.Arbitrary<PrivateEvent>,
  fc.record({ type: fc.constant("pong" as const), id: optional(id) }).map(
    compact,
  ) as fc.Arbitrary<PrivateEvent>,
  fc.record({
    type: fc.constant("bye" as const),
    reason: fc.constantFrom("quit", "kicked", "banned", "replaced", "full", "shutdown"),
    text: words,
  }),
);

/** A line that is nearly a request of the json dialect, or not at all. */
export const jsonLine: fc.Arbitrary<string> = fc.oneof(
  anyText,
  fc.json({ maxDepth: 6 }),
  fc.dictionary(
    fc.oneof(
      fc.constantFrom("type", "protocol", "name", "text", "id", "to", "line", "action", "after"),
      fc.constantFrom(
        "before",
        "limit",
        "query",
        "session",
        "history",
        "password",
        "__proto__",
        "room",
        "rooms",
        "key",
      ),
    ),
    fc.oneof(
      fc.constantFrom("hello", "say", "direct", "rename", "who", "history", "search", "command"),
      fc.constantFrom(
        "join",
        "part",
        "topic",
        "rooms",
        "ping",
        "quit",
        "",
        1,
        0,
        -1,
        1e300,
        0.5,
        true,
        false,
        null,
      ),
      anyText,
      fc.integer(),
      fc.jsonValue({ maxDepth: 2 }),
    ),
    { maxKeys: 8 },
  ).map((record) => JSON.stringify(record)),
);
