/**
 * Both dialects: nothing that is sent makes them throw, and what they write is safe and bounded.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { detectOpening, type Dialect } from "../../src/protocol/dialect.ts";
import { isMessageId } from "../../src/protocol/ids.ts";
import { json } from "../../src/protocol/json.ts";
import type { ErrorEvent, PrivateEvent, Request } from "../../src/protocol/messages.ts";
import { parseName } from "../../src/protocol/names.ts";
import { plain } from "../../src/protocol/plain.ts";
import { thatFit } from "../protocol/events.ts";
import { anyText, jsonLine, logEvent, privateEvent, validName, validText } from "./arbitraries.ts";
import { assertBounded, assertLines, fuzz } from "./fuzz.ts";

/** The event with as much of a page as the dialect takes. */
function fitted(dialect: Dialect, event: PrivateEvent): PrivateEvent {
  if (event.type !== "history" && event.type !== "results") return event;
  return { ...event, events: thatFit(dialect, event.type, event.events) };
}

const REQUESTS = [
  ...["hello", "say", "direct", "rename", "who", "history", "search", "command", "ping", "quit"],
  ...["join", "part", "topic", "rooms"],
  "error",
];

/** What a dialect has made of a line has the types that it promises. */
function assertRequest(request: Request | ErrorEvent | null): void {
  if (request === null) return;
  assert(REQUESTS.includes(request.type), request.type);
  const fields: Readonly<Record<string, unknown>> = { ...request };
  for (
    const name of ["text", "name", "to", "line", "query", "password", "session", "room", "key"]
  ) {
    assert(["string", "undefined"].includes(typeof fields[name]), `${name} of ${request.type}`);
  }
  for (const name of ["before", "limit", "after", "history"]) {
    if (name === "after" && request.type === "who") continue;
    assert(fields[name] === undefined || Number.isSafeInteger(fields[name]), name);
  }
  if (fields.id !== undefined) assert(isMessageId(String(fields.id)));
  if (request.type === "error") assertLines(`${request.text}\n`);
}

fuzz(
  "json.parse throws for nothing, and gives what it promises",
  fc.property(jsonLine, (line) => assertRequest(json.parse(line, { joined: true }))),
);

fuzz(
  "plain.parse throws for nothing, and gives what it promises",
  fc.property(fc.oneof(anyText, jsonLine), fc.boolean(), (line, joined) => {
    assertRequest(plain.parse(line, { joined }));
  }),
);

fuzz(
  "detectOpening throws for nothing, and lets no control character be a name",
  fc.property(fc.oneof(anyText, jsonLine), (line) => {
    const opening = detectOpening(line);
    const parsed = parseName(line);
    if (opening === "plain" && "name" in parsed) assert(!/[\p{Cc}\uFFFD]/u.test(parsed.name));
  }),
);

fuzz(
  "json.renderLog writes one safe line that reads back as the same event",
  fc.property(logEvent, (event) => {
    const lines = assertBounded(json.renderLog(event, "lobby"));
    assertEquals(lines.length, 1);
    assertEquals(JSON.parse(lines[0]!), { ...event, room: "lobby" });
  }),
);

fuzz(
  "json.renderPrivate writes one safe line, however much there is to tell",
  fc.property(privateEvent, (event) => {
    const lines = assertBounded(json.renderPrivate(fitted(json, event), "ada"));
    assertEquals(lines.length, 1);
    assertEquals(JSON.parse(lines[0]!).type, event.type);
  }),
  { share: 0.2 },
);

fuzz(
  "plain.renderLog writes safe lines, and nobody speaks for the server or for somebody else",
  fc.property(logEvent, (event) => {
    const lines = assertBounded(plain.renderLog(event, "lobby"));
    if (event.type !== "message") {
      assertEquals(lines.length, 1);
      assert(lines[0]!.startsWith("* "));
      return;
    }
    const said = event.text.split("\n");
    const prefix = event.action ? `~ ${event.from} ` : `${event.from}: `;
    assertEquals(lines, said.map((line) => prefix + line));
    if (!event.action) assert(!/^[*~[]/.test(lines[0]!), lines[0]);
  }),
);

fuzz(
  "plain.renderPrivate writes safe lines, however much there is to tell",
  fc.property(privateEvent, (event) => {
    const text = plain.renderPrivate(fitted(plain, event), "ada");
    if (text !== "") assertBounded(text);
  }),
  { share: 0.2 },
);

fuzz(
  "A direct message in plain has its people in front of each of its lines",
  fc.property(validName, validName, validText, (from, to, text) => {
    const direct = { type: "direct", at: "2026-11-21T00:00:00.000Z", from, to, text } as const;
    for (const line of assertBounded(plain.renderPrivate(direct, to))) {
      assert(line.startsWith(from === to ? `[to ${to}] ` : `[from ${from}] `));
    }
  }),
);
