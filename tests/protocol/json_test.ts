import { assert, assertEquals, assertLess, assertMatch, assertNotMatch } from "@std/assert";
import fc from "fast-check";
import { json } from "../../src/protocol/json.ts";
import { MAX_ID_CHARS, MAX_SERVER_LINE_BYTES, utf8Bytes } from "../../src/protocol/limits.ts";
import type { ErrorEvent, PrivateEvent, Request, RoomEvent } from "../../src/protocol/messages.ts";
import { LARGEST_NAME, LARGEST_TEXT, message, thatFit } from "./events.ts";

const JOINED = { joined: true };

function parse(line: string): Request | ErrorEvent | null {
  return json.parse(line, JOINED);
}

function errorOf(line: string): ErrorEvent {
  const result = parse(line);
  assert(result?.type === "error", `${line} gave ${JSON.stringify(result)}`);
  assert(result.text.length < 200, result.text);
  assertNotMatch(result.text, /[\p{Cc}\p{Cf}]/u);
  return result;
}

const REQUESTS: readonly Request[] = [
  { type: "hello", protocol: 1, name: "ada" },
  {
    type: "hello",
    protocol: 1,
    name: "ada",
    password: "secret",
    session: "5f",
    room: "#Ops",
    rooms: { lobby: { log: "l1", after: 0, at: "2026" }, "#Ops": { history: 10_000, key: "k" } },
  },
  { type: "join", room: "#ops" },
  { type: "join", room: "ops", log: "l1", after: 7, at: "2026", history: 3, key: "word" },
  { type: "part", room: "ops" },
  { type: "topic", text: "" },
  { type: "topic", room: "ops", text: "Deploys" },
  { type: "rooms" },
  { type: "rooms", after: "ops" },
  { type: "say", room: "ops", text: "hi" },
  { type: "who", room: "ops" },
  { type: "history", room: "ops", after: 0, limit: 500 },
  { type: "search", room: "ops", query: "words" },
  { type: "command", room: "ops", line: "/topic" },
  { type: "say", text: "hi" },
  { type: "say", text: "two\nlines 👋", id: "x".repeat(MAX_ID_CHARS), action: true },
  { type: "direct", to: "bob", text: "psst", id: "A-z_0.9" },
  { type: "seen", directs: 7 },
  { type: "rename", name: "bert" },
  { type: "who" },
  { type: "who", after: "ada" },
  { type: "history" },
  { type: "history", before: 9_007_199_254_740_991, limit: 500 },
  { type: "search", query: "words", limit: 1 },
  { type: "command", line: "/help" },
  { type: "ping" },
  { type: "ping", id: "p1" },
  { type: "quit" },
];

for (const request of REQUESTS) {
  Deno.test(`json reads ${JSON.stringify(request).slice(0, 60)}`, () => {
    assertEquals(parse(JSON.stringify(request)), request);
  });
}

Deno.test("json ignores unknown fields, and takes false for an absent mark", () => {
  assertEquals(parse('{"x":1,"type":"quit","__proto__":{"text":"no"}}'), { type: "quit" });
  assertEquals(parse('{"type":"say","text":"hi","action":false}'), { type: "say", text: "hi" });
});

Deno.test("json has nothing to do for a blank line", () => {
  for (const line of ["", " ", "\t"]) assertEquals(parse(line), null);
});

const BROKEN: readonly (readonly [line: string, code: string])[] = [
  ["{", "bad_json"],
  ['{"type":"say"', "bad_json"],
  ["hello", "bad_json"],
  ["{'type':'quit'}", "bad_json"],
  ['{"type":"say","text":"a\tb"}', "bad_json"],
  ["[".repeat(60_000), "bad_json"],
  ["[".repeat(30_000) + "]".repeat(30_000), "bad_request"],
  ['{"a":'.repeat(10_000) + "1" + "}".repeat(10_000), "bad_request"],
  ["[]", "bad_request"],
  ["null", "bad_request"],
  ["42", "bad_request"],
  ['"quit"', "bad_request"],
  ["{}", "bad_request"],
  ['{"type":7}', "bad_request"],
  ['{"type":["quit"]}', "bad_request"],
  ['{"__proto__":{"type":"quit"}}', "bad_request"],
  ['{"type":"dance"}', "unknown_type"],
  ['{"type":"toString"}', "unknown_type"],
  ['{"type":"__proto__"}', "unknown_type"],
  ['{"type":"hello","name":"ada"}', "bad_request"],
  ['{"type":"hello","protocol":"1","name":"ada"}', "bad_request"],
  ['{"type":"hello","protocol":2,"name":"ada"}', "unsupported_protocol"],
  ['{"type":"hello","protocol":1}', "bad_request"],
  ['{"type":"hello","protocol":1,"name":null}', "bad_request"],
  ['{"type":"hello","protocol":1,"name":"ada","rooms":{"ops":{"after":-1}}}', "bad_request"],
  ['{"type":"hello","protocol":1,"name":"ada","rooms":{"ops":{"after":1.5}}}', "bad_request"],
  ['{"type":"hello","protocol":1,"name":"ada","rooms":{"ops":{"after":1e999}}}', "bad_request"],
  ['{"type":"hello","protocol":1,"name":"ada","rooms":{"ops":{"history":10001}}}', "bad_request"],
  ['{"type":"hello","protocol":1,"name":"ada","session":{}}', "bad_request"],
  [`{"type":"hello","protocol":1,"name":"ada","session":"${"x".repeat(2_000)}"}`, "bad_request"],
  ['{"type":"join"}', "bad_request"],
  ['{"type":"join","room":7}', "bad_request"],
  [`{"type":"join","room":"${"x".repeat(129)}"}`, "bad_request"],
  ['{"type":"join","room":"ops","key":1}', "bad_request"],
  ['{"type":"part","room":null}', "bad_request"],
  ['{"type":"topic","room":"ops"}', "bad_request"],
  ['{"type":"rooms","after":1}', "bad_request"],
  ['{"type":"say","room":{},"text":"hi"}', "bad_request"],
  ['{"type":"say"}', "bad_request"],
  ['{"type":"say","text":5}', "bad_request"],
  ['{"type":"say","text":"hi","id":""}', "bad_request"],
  ['{"type":"say","text":"hi","id":7}', "bad_request"],
  ['{"type":"say","text":"hi","id":"a b"}', "bad_request"],
  [`{"type":"say","text":"hi","id":"${"x".repeat(65)}"}`, "bad_request"],
  ['{"type":"say","text":"hi","action":1}', "bad_request"],
  ['{"type":"direct","text":"hi"}', "bad_request"],
  ['{"type":"seen"}', "bad_request"],
  ['{"type":"seen","directs":-1}', "bad_request"],
  [`{"type":"direct","to":"${"x".repeat(257)}","text":"hi"}`, "bad_request"],
  ['{"type":"rename"}', "bad_request"],
  ['{"type":"who","after":3}', "bad_request"],
  ['{"type":"history","limit":0}', "bad_request"],
  ['{"type":"history","limit":501}', "bad_request"],
  ['{"type":"history","before":"9"}', "bad_request"],
  ['{"type":"search"}', "bad_request"],
  [`{"type":"search","query":"${"x".repeat(2_000)}"}`, "bad_request"],
  ['{"type":"command"}', "bad_request"],
];

for (const [line, code] of BROKEN) {
  Deno.test(`json answers ${line.slice(0, 60)} with ${code}`, () => {
    assertEquals(errorOf(line).code, code);
  });
}

Deno.test("json names the field and the value received", () => {
  assertMatch(errorOf('{"type":"history","limit":501}').text, /"limit".*1 to 500.*501/);
  assertMatch(errorOf('{"type":"say"}').text, /"text".*missing/);
  assertMatch(errorOf('{"type":"d\\u001b[31m"}').text, /\\u001b/);
});

Deno.test("json gives the id of a request that it refuses, when it is one", () => {
  assertEquals(errorOf('{"type":"say","id":"k1"}').id, "k1");
  assertEquals(errorOf('{"type":"dance","id":"k1"}').id, "k1");
  assertEquals("id" in errorOf('{"type":"say","id":"k 1"}'), false);
  assertEquals("id" in errorOf('{"type":"dance","id":[]}'), false);
});

Deno.test("json never throws, whatever comes", () => {
  const types = fc.constantFrom("hello", "say", "direct", "who", "history", "search", "ping", "x");
  const value = fc.jsonValue({ maxDepth: 2 });
  const request = fc.tuple(
    types,
    fc.dictionary(
      fc.constantFrom("protocol", "name", "text", "id", "to", "limit", "before", "__proto__"),
      value,
    ),
  ).map(([type, fields]) => JSON.stringify({ ...fields, type }));
  const line = fc.oneof(request, fc.json(), fc.string({ unit: "binary" }));
  fc.assert(fc.property(line, (text) => {
    const result = parse(text);
    if (result?.type === "error") errorOf(text);
  }));
});

const LOGGED: readonly RoomEvent[] = [
  message(),
  message({ text: 'two\nlines "quoted" \\ 👋 \u2028', id: "k1", action: true }),
  { type: "join", room: "lobby", seq: 1, at: "2026-11-20T14:02:03.004Z", name: "ada" },
  {
    type: "leave",
    room: "lobby",
    seq: 2,
    at: "2026-11-20T14:02:03.004Z",
    name: "ada",
    reason: "lost",
  },
  {
    type: "rename",
    room: "lobby",
    seq: 3,
    at: "2026-11-20T14:02:03.004Z",
    from: "ada",
    to: "bert",
  },
];

Deno.test("json writes an event of the log as one line, its fields in order", () => {
  for (const event of LOGGED) {
    const line = json.renderLog(event, "lobby");
    assertMatch(line, /^[^\n]*\n$/);
    assertEquals(JSON.parse(line), event);
    // The store may give the fields in any order.
    const shuffled = Object.fromEntries(Object.entries(event).reverse()) as unknown as RoomEvent;
    assertEquals(json.renderLog(shuffled, "lobby"), line);
  }
  assertEquals(
    json.renderLog(message({ id: "k1" }), "lobby"),
    '{"type":"message","room":"lobby","seq":9,"at":"2026-11-20T14:02:03.004Z","from":"bob","text":"hi","id":"k1"}\n',
  );
});

const PRIVATE: readonly PrivateEvent[] = [
  {
    type: "welcome",
    protocol: 1,
    name: "ada",
    session: "5f",
    resumed: false,
    motd: "be\nkind",
  },
  {
    type: "joined",
    room: "ops",
    log: "l1",
    seq: 7,
    names: ["ada", "bob"],
    count: 2,
    topic: { text: "Deploys", name: "bob", at: "2026-11-20T14:02:03.004Z" },
    keeper: "bob",
    resumed: false,
    forget: 0,
  },
  { type: "parted", room: "ops", reason: "kicked", text: "bob removed you." },
  { type: "rooms", rooms: [{ room: "ops", count: 2, topic: "x", joined: true }], more: false },
  { type: "direct", at: "2026-11-20T14:02:03.004Z", from: "ada", to: "bob", text: "hi", id: "k1" },
  { type: "members", room: "lobby", names: ["ada"], count: 1, more: false },
  { type: "history", room: "lobby", events: LOGGED, more: true },
  { type: "results", events: LOGGED, more: false },
  { type: "notice", text: "a\nb" },
  { type: "lagged", room: "lobby", from: 3, to: 9 },
  { type: "error", code: "full", text: "full", id: "k1" },
  { type: "pong", id: "p1" },
  { type: "bye", reason: "quit", text: "Bye." },
];

for (const event of PRIVATE) {
  Deno.test(`json writes ${event.type} as one line that begins with its type`, () => {
    const line = json.renderPrivate(event, "ada");
    assertMatch(line, new RegExp(`^\\{"type":"${event.type}"[^\\n]*\\n$`));
    assertEquals(JSON.parse(line), event);
  });
}

Deno.test("json leaves out of an error what is for other dialects", () => {
  const error = { type: "error", code: "name_taken", text: "The name ada is taken." } as const;
  assertEquals(JSON.parse(json.renderPrivate({ ...error, details: { name: "ada" } }, "")), error);
});

Deno.test("json marks nothing around the past", () => {
  assertEquals(json.renderHistoryStart(1, "", ""), "");
  assertEquals(json.renderHistoryEnd(), "");
});

Deno.test("json stays within a line of the server, however much there is to tell", () => {
  const largest = message({ from: LARGEST_NAME, text: LARGEST_TEXT, id: "x".repeat(64) });
  const room = LARGEST_NAME;
  const events = Array.from({ length: 500 }, (_, i) => ({ ...largest, room, seq: i + 1 }));
  const members = Array.from({ length: 1_000 }, () => LARGEST_NAME);
  const topic = { text: '"'.repeat(300), name: LARGEST_NAME, at: largest.at };
  const rooms = Array.from({ length: 100 }, () => ({ room, count: 1_000, topic: topic.text }));
  const common = { protocol: 1, name: LARGEST_NAME, session: "5f", resumed: false };
  const large: PrivateEvent[] = [
    { type: "welcome", ...common, motd: LARGEST_TEXT },
    { type: "joined", room, log: "l1", seq: 1, names: members, count: 9, topic, resumed: false },
    { type: "rooms", rooms, more: false },
    { type: "members", room, names: members, count: 1_000, more: false },
    { type: "history", room, events: thatFit(json, "history", events), more: false },
    { type: "results", events: thatFit(json, "results", events), more: false },
    { type: "direct", at: largest.at, from: LARGEST_NAME, to: LARGEST_NAME, text: LARGEST_TEXT },
  ];
  for (const event of large) {
    assertLess(utf8Bytes(json.renderPrivate(event, "ada")), MAX_SERVER_LINE_BYTES);
  }
  assertLess(utf8Bytes(json.renderLog(largest, "lobby")), MAX_SERVER_LINE_BYTES);
  const quotes = message({ from: LARGEST_NAME, text: '"'.repeat(4_000) });
  assertLess(utf8Bytes(json.renderLog(quotes, "lobby")), MAX_SERVER_LINE_BYTES);
});

Deno.test("json refuses a line with more strings than any request has, without reading it", () => {
  const many = JSON.stringify({ type: "say", text: "x", y: Array(600).fill("65543") });
  const answer = json.parse(many, { joined: true });
  assertEquals(answer?.type === "error" && answer.code, "bad_request");
  const quotes = { type: "say", text: '"'.repeat(3_000) } as const;
  assertEquals(json.parse(JSON.stringify(quotes), { joined: true }), quotes);
});

Deno.test("json reads a hello into 20 rooms with everything that it may say of them", () => {
  const wish = { log: "l".repeat(64), after: 1, at: "2026", history: 5, key: "k".repeat(128) };
  const rooms = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`room${i}`, wish]));
  const hello = { type: "hello", protocol: 1, name: "ada", password: "p", session: "s", rooms };
  const read = json.parse(JSON.stringify(hello), { joined: false });
  assertEquals(JSON.parse(JSON.stringify(read)), hello);
});

const BAD_ROOMS: readonly [unknown, RegExp][] = [
  [[], /"rooms" must be an object: received an array\./],
  ["lobby", /"rooms" must be an object: received "lobby"\./],
  [{ lobby: 1 }, /"lobby" in "rooms" must be an object\./],
  [{ lobby: { after: -1 } }, /"after" must be a whole number of 0 or more: received -1\./],
  [{ lobby: { key: "k".repeat(129) } }, /"key" has 129 characters, at most 128 are allowed\./],
  [{ ["x".repeat(129)]: {} }, /A name in "rooms" has 129 characters, at most 128 are allowed\./],
  [
    Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`r${i}`, {}])),
    /"rooms" has 21 fields, at most 20 are allowed\./,
  ],
];

for (const [rooms, text] of BAD_ROOMS) {
  Deno.test(`json refuses a hello with the rooms ${JSON.stringify(rooms).slice(0, 40)}`, () => {
    const hello = JSON.stringify({ type: "hello", protocol: 1, name: "ada", rooms });
    const answer = json.parse(hello, { joined: false });
    assertMatch(answer?.type === "error" ? answer.text : "", text);
  });
}

Deno.test("json takes a room for a room, whatever part of an object it is called like", () => {
  const hello = '{"type":"hello","protocol":1,"name":"ada","rooms":{"__proto__":{"after":7}}}';
  const read = json.parse(hello, { joined: false });
  assertEquals(read?.type === "hello" && Object.entries(read.rooms ?? {}), [
    ["__proto__", { after: 7 }],
  ]);
});

Deno.test("json refuses a page that is to lie on both sides of a place", () => {
  for (const other of [{ before: 9 }, { messages: 5 }]) {
    const request = JSON.stringify({ type: "history", after: 3, ...other });
    const answer = json.parse(request, { joined: true });
    assertMatch(answer?.type === "error" ? answer.text : "", /"after" cannot stand beside/);
  }
});
