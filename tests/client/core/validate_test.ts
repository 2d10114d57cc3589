import { assertEquals } from "@std/assert";
import { parseServerLine } from "../../../src/client/core/validate.ts";
import type { ServerEvent } from "../../../src/protocol/messages.ts";
import { AT, message } from "./fake_server.ts";

const WELCOME: ServerEvent = {
  type: "welcome",
  protocol: 1,
  name: "ada",
  session: "s",
  resumed: false,
};

const JOINED: ServerEvent = {
  type: "joined",
  room: "lobby",
  log: "l",
  seq: 0,
  names: ["ada"],
  count: 1,
  resumed: false,
};

const GOOD: readonly ServerEvent[] = [
  message(1, "bob", "two\nlines\tand a tab", "id.1"),
  { ...message(2, "bob", "waves"), action: true },
  { type: "join", room: "lobby", seq: 3, at: AT, name: "bob" },
  { type: "leave", room: "lobby", seq: 4, at: AT, name: "bob", reason: "lost" },
  { type: "rename", room: "lobby", seq: 5, at: AT, from: "bob", to: "rob" },
  WELCOME,
  { ...WELCOME, motd: "Be kind." },
  JOINED,
  { ...JOINED, topic: { text: "Deploys", name: "bob", at: AT }, keeper: "bob", forget: 3 },
  { type: "parted", room: "ops", reason: "kicked", text: "bob removed you." },
  { type: "topic", room: "ops", seq: 6, at: AT, name: "bob", text: "" },
  {
    type: "leave",
    room: "ops",
    seq: 7,
    at: AT,
    name: "eve",
    reason: "kicked",
    by: "bob",
    text: "x",
  },
  {
    type: "rooms",
    rooms: [{ room: "ops", count: 2, topic: "x", joined: true, key: true }],
    more: false,
  },
  { type: "direct", at: AT, from: "bob", to: "ada", text: "psst", id: "x" },
  { type: "members", room: "lobby", names: ["ada", "bob"], count: 2, more: false },
  { type: "history", room: "lobby", events: [message(1, "bob", "x")], more: true },
  { type: "results", events: [], more: false },
  { type: "notice", text: "Hello." },
  { type: "notice", text: "bob invites you to #den.", from: "bob" },
  { type: "lagged", room: "lobby", from: 1, to: 2 },
  { type: "error", code: "name_taken", text: "Taken.", id: "x" },
  { type: "error", code: "name_taken", text: "Held.", freeInMs: 12_000 },
  { type: "pong" },
  { type: "bye", reason: "shutdown", text: "Bye." },
];

for (const event of GOOD) {
  Deno.test(`parseServerLine believes a right ${event.type}: ${JSON.stringify(event)}`, () => {
    assertEquals(parseServerLine(JSON.stringify({ ...event, extra: [1, {}] })), event);
  });
  Deno.test(`parseServerLine survives every wrong field of ${JSON.stringify(event)}`, () => {
    for (const field of Object.keys(event).filter((name) => name !== "type")) {
      for (const wrong of [null, [], {}, -1, 0.5, "\x1b[2J", "x".repeat(300), true]) {
        const parsed = parseServerLine(JSON.stringify({ ...event, [field]: wrong }));
        const shown = JSON.stringify(parsed) ?? "";
        assertEquals(shown.includes("\\u001b"), false, `${field} ${shown}`);
      }
    }
  });
}

for (
  const [what, line] of [
    ["the greeting", "Welcome to chat."],
    ["broken JSON", '{"type":'],
    ["an array", "[1]"],
    ["no type", "{}"],
    ["an unknown type", '{"type":"constructor"}'],
    ["a seq of 0", JSON.stringify({ ...message(1, "a", "b"), seq: 0 })],
    ["a seq that is no safe integer", JSON.stringify({ ...message(1, "a", "b"), seq: 2 ** 60 })],
    ["a time that is none", JSON.stringify({ ...message(1, "a", "b"), at: "yesterday" })],
    ["a month 13", JSON.stringify({ ...message(1, "a", "b"), at: "2026-13-01T00:00:00Z" })],
    ["an empty name", JSON.stringify(message(1, "", "b"))],
    ["a very long name", JSON.stringify(message(1, "x".repeat(257), "b"))],
    [
      "more names than a page has",
      JSON.stringify({
        type: "members",
        room: "lobby",
        names: Array(1_001).fill("x"),
        count: 1,
        more: false,
      }),
    ],
    ["a line that is too long", JSON.stringify({ type: "notice", text: "x".repeat(65_536) })],
    ["deep JSON", '{"type":' + "[".repeat(60_000)],
  ] as const
) {
  Deno.test(`parseServerLine drops ${what}`, () => {
    assertEquals(parseServerLine(line), undefined);
  });
}

Deno.test("parseServerLine replaces what could disturb a screen", () => {
  assertEquals(
    parseServerLine(JSON.stringify(message(1, "e\nve", "\x1b]0;t\x07\u009b2J\u202e\r"))),
    message(1, "e\uFFFDve", "\uFFFD]0;t\uFFFD\uFFFD2J\uFFFD\uFFFD"),
  );
});
