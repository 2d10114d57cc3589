/**
 * The window of the memory store.
 *
 * @module
 */

import { before, search } from "../helpers/lobby.ts";
import { assertEquals, assertLess, assertNotEquals } from "@std/assert";
import { fold, holdsAll, wordsOf } from "../../src/store/words.ts";
import { MAX_WINDOW_MESSAGES, MAX_WINDOW_MOVES, MemoryStore } from "../../src/store/memory.ts";
import { type Entry } from "../../src/store/store.ts";
import { finish } from "../../src/store/room_store.ts";

const AT = "2026-03-01T12:00:00.000Z";

function say(text: string): Entry {
  return { room: 0, draft: { type: "message", from: "ada", text } };
}

function firstSeq(store: MemoryStore): number | undefined {
  return before(store.room(0), Infinity, 100_000).events[0]?.seq;
}

Deno.test("MemoryStore keeps the newest events up to its number and no more", () => {
  const store = new MemoryStore({ maxMessages: 3 });
  for (let i = 1; i <= 3; i++) store.append([say("x")], AT);
  assertEquals(firstSeq(store), 1);
  store.append([say("x")], AT);
  assertEquals(firstSeq(store), 2);
  store.append(Array.from({ length: 10 }, () => say("x")), AT);
  assertEquals(before(store.room(0), Infinity, 10).events.map((event) => event.seq), [12, 13, 14]);
  assertEquals(before(store.room(0), Infinity, 10).more, false);
  assertEquals(before(store.room(0), 5, 10), { events: [], more: false });
  assertEquals(before(store.room(0), 13, 10).events.length, 1);
  assertEquals(store.room(0).windowOnly, true);
});

Deno.test("MemoryStore keeps 10,000 events when none is large", () => {
  const store = new MemoryStore();
  store.append(Array.from({ length: MAX_WINDOW_MESSAGES + 1 }, () => say("hello")), AT);
  assertEquals(before(store.room(0), Infinity, 20_000).events.length, 10_000);
  assertEquals(firstSeq(store), 2);
});

Deno.test("MemoryStore keeps no more text than its bound, and always the newest event", () => {
  const store = new MemoryStore({ maxBytes: 2 * 128 + 20 });
  store.append([say("12345"), say("67890")], AT);
  assertEquals(firstSeq(store), 1);
  store.append([say("x")], AT);
  assertEquals(firstSeq(store), 2);
  store.append([say("a text that is longer than all that may be kept")], AT);
  assertEquals(firstSeq(store), 4);
  store.append([{ room: 0, draft: { type: "join", name: "eve" } }, say("12345")], AT);
  assertEquals(firstSeq(store), 5);
});

Deno.test("MemoryStore keeps messages however many come and go, and tells of no hole in a tail", () => {
  const store = new MemoryStore({ maxMessages: 3, maxMoves: 4 });
  const join: Entry = { room: 0, draft: { type: "join", name: "eve" } };
  store.append([say("one"), join, say("two"), join, join, join, join, join, say("three")], AT);
  const seqs = (events: readonly { readonly seq: number }[]) => events.map(({ seq }) => seq);
  assertEquals(seqs(before(store.room(0), Infinity, 10).events), [1, 3, 5, 6, 7, 8, 9]);
  const newest = before(store.room(0), Infinity, 2);
  assertEquals([seqs(newest.events), newest.more], [[8, 9], true]);
  const older = before(store.room(0), 6, 2);
  assertEquals([seqs(older.events), older.more], [[3, 5], true]);
  assertEquals(seqs(finish(store.room(0).page(6, 2)).events), [3, 5]);
  assertEquals(seqs(finish(store.room(0).pageAfter(1, 3)).events), [3, 5, 6]);
  assertEquals(store.room(0).places(2), [{ seq: 3, at: AT }, { seq: 9, at: AT }]);
  const bounds = { messages: 10, events: 100, bytes: 100 };
  assertEquals(seqs(store.room(0).tail(bounds)), [5, 6, 7, 8, 9]);
  store.append([say("four"), say("five")], AT);
  assertEquals(seqs(before(store.room(0), Infinity, 10).events), [5, 6, 7, 8, 9, 10, 11]);
  store.append([say("six")], AT);
  assertEquals(seqs(store.room(0).tail(bounds)), [10, 11, 12]);
  assertEquals(before(store.room(0), Infinity, 10).events.length, 7);
});

Deno.test("MemoryStore keeps no more comings and goings than its number", () => {
  const store = new MemoryStore();
  const joins = Array.from({ length: MAX_WINDOW_MOVES + 10 }, (_, n): Entry => (
    { room: 0, draft: { type: "join", name: `n${n}` } }
  ));
  store.append([say("kept"), ...joins], AT);
  assertEquals(before(store.room(0), Infinity, 100_000).events.length, MAX_WINDOW_MOVES + 1);
  assertEquals(finish(search(store, "kept", 1)).events.length, 1);
});

Deno.test("MemoryStore looks at the clock after each text that it folds, and stops after 50 ms", () => {
  let nowMs = 0;
  const now = () => nowMs++;
  const store = new MemoryStore();
  store.append(Array.from({ length: 1_000 }, () => say("\u0301x".repeat(2_000))), AT);
  let steps = 0;
  const lookup = search(store, "zebra", 10, { now });
  let step = lookup.next();
  for (; !step.done; step = lookup.next()) steps++;
  assertEquals([step.value, steps > 5], [{ events: [], more: true }, true]);
  assertLess(nowMs, 150);
});

Deno.test("MemoryStore goes on with a lookup although the window has moved on in between", () => {
  let nowMs = 0;
  const store = new MemoryStore({ maxMessages: 100, now: () => nowMs += 10 });
  store.append(Array.from({ length: 100 }, (_, n) => say(`old ${n}`)), AT);
  const lookup = store.room(0).page(Infinity, 100);
  assertEquals(lookup.next().done, false);
  store.append(Array.from({ length: 90 }, (_, n) => say(`new ${n}`)), AT);
  const page = finish(lookup);
  assertEquals([page.events[0]?.seq, page.events.at(-1)?.seq, page.more], [91, 100, false]);
});

Deno.test("MemoryStore is another log each time, and remembers no session", () => {
  const store = new MemoryStore();
  assertNotEquals(store.room(0).logId, new MemoryStore().room(0).logId);
  store.append([{ ...say("x"), session: "s" }], AT);
  assertEquals(store.sessions(), []);
});

Deno.test("fold makes of no character more than eight, and finds each by itself", () => {
  const grown: string[] = [];
  for (let code = 0; code < 0x11_0000; code++) {
    if (code >= 0xD800 && code < 0xE000) continue;
    const char = String.fromCodePoint(code);
    const folded = fold(char);
    if (folded.length > 8 * char.length) grown.push(char);
  }
  assertEquals(grown, []);
  assertEquals(holdsAll(fold("Ａ praise: \uFDFA!"), wordsOf("a \uFDFA")), true);
});
