import { assertEquals } from "@std/assert";
import { parseServerLine } from "../../../src/client/core/validate.ts";
import type { ServerEvent } from "../../../src/protocol/messages.ts";
import { AT, message } from "./fake_server.ts";

const WELCOME: ServerEvent = {
  type: "welcome",
  protocol: 1,
  name: "ada",
  session: "s",
  log: "l",
  seq: 0,
  members: ["ada"],
  count: 1,
  resumed: false,
};

const GOOD: readonly ServerEvent[] = [
  message(1, "bob", "two\nlines\tand a tab", "id.1"),
  { ...message(2, "bob", "waves"), action: true },
  { type: "join", seq: 3, at: AT, name: "bob" },
  { type: "leave", seq: 4, at: AT, name: "bob", reason: "lost" },
  { type: "rename", seq: 5, at: AT, from: "bob", to: "rob" },
  WELCOME,
  { ...WELCOME, motd: "Be kind." },
  { type: "direct", at: AT, from: "bob", to: "ada", text: "psst", id: "x" },
  { type: "members", names: ["ada", "bob"], count: 2, more: false },
  { type: "history", events: [message(1, "bob", "x")], more: true },
  { type: "results", events: [], more: false },
  { type: "notice", text: "Hello." },
  { type: "lagged", from: 1, to: 2 },
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
      JSON.stringify({ type: "members", names: Array(1_001).fill("x"), count: 1, more: false }),
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
