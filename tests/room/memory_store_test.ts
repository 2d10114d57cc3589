/**
 * The window of the memory store.
 *
 * @module
 */

import { assertEquals, assertNotEquals } from "@std/assert";
import { MAX_WINDOW_EVENTS, MemoryStore } from "../../src/room/memory_store.ts";
import type { Entry } from "../../src/room/store.ts";

const AT = "2026-03-01T12:00:00.000Z";

function say(text: string): Entry {
  return { draft: { type: "message", from: "ada", text } };
}

function firstSeq(store: MemoryStore): number | undefined {
  return store.before(Infinity, 100_000).events[0]?.seq;
}

Deno.test("MemoryStore keeps the newest events up to its number and no more", () => {
  const store = new MemoryStore({ maxEvents: 3 });
  for (let i = 1; i <= 3; i++) store.append([say("x")], AT);
  assertEquals(firstSeq(store), 1);
  store.append([say("x")], AT);
  assertEquals(firstSeq(store), 2);
  store.append(Array.from({ length: 10 }, () => say("x")), AT);
  assertEquals(store.before(Infinity, 10).events.map((event) => event.seq), [12, 13, 14]);
  assertEquals(store.before(Infinity, 10).more, false);
  assertEquals(store.before(5, 10), { events: [], more: false });
  assertEquals(store.before(13, 10).events.length, 1);
  assertEquals(store.windowOnly, true);
});

Deno.test("MemoryStore keeps 10,000 events when none is large", () => {
  const store = new MemoryStore();
  store.append(Array.from({ length: MAX_WINDOW_EVENTS + 1 }, () => say("hello")), AT);
  assertEquals(store.before(Infinity, 20_000).events.length, 10_000);
  assertEquals(firstSeq(store), 2);
});

Deno.test("MemoryStore keeps no more text than its bound, and always the newest event", () => {
  const store = new MemoryStore({ maxUnits: 10 });
  store.append([say("12345"), say("67890")], AT);
  assertEquals(firstSeq(store), 1);
  store.append([say("x")], AT);
  assertEquals(firstSeq(store), 2);
  store.append([say("a text that is longer than all that may be kept")], AT);
  assertEquals(firstSeq(store), 4);
  store.append([{ draft: { type: "join", name: "eve" } }, say("12345")], AT);
  assertEquals(firstSeq(store), 5);
});

Deno.test("MemoryStore is another log each time, and remembers no session", () => {
  const store = new MemoryStore();
  assertNotEquals(store.logId, new MemoryStore().logId);
  store.append([{ ...say("x"), session: "s" }], AT);
  assertEquals(store.sessions(), []);
});
