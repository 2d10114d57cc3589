/**
 * CHATHISTORY gives what a look at all events would give, over each store.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { HistoryWish, Selector } from "../../src/protocol/irc/selectors.ts";
import type { LogEvent } from "../../src/protocol/messages.ts";
import { pageOf, type Span, spansOf } from "../../src/server/irc/history_spans.ts";
import { isoOf } from "../../src/store/events.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { openDatabase } from "../../src/store/sqlite/schema.ts";
import { SqliteStore } from "../../src/store/sqlite/store.ts";
import { type Store } from "../../src/store/store.ts";
import { finish, type RoomStore } from "../../src/store/room_store.ts";
import { fuzz } from "./fuzz.ts";

/** Times between which events happen and are asked for: few, so that many are the same. */
const MAX_MS = 8;

/** Events: how much later than the one before, and whether it is a message. */
const past = fc.array(fc.tuple(fc.nat(2), fc.boolean()), { maxLength: 30 });

const selector: fc.Arbitrary<Selector> = fc.oneof(
  fc.record({ kind: fc.constant("id" as const), log: fc.constant(""), seq: fc.nat(32) }),
  fc.record({ kind: fc.constant("time" as const), atMs: fc.nat(MAX_MS) }),
);

const wish: fc.Arbitrary<HistoryWish> = fc.record({
  page: fc.constantFrom("LATEST", "BEFORE", "AFTER", "AROUND", "BETWEEN"),
  target: fc.constant("#lobby"),
  from: selector,
  to: selector,
  limit: fc.integer({ min: 1, max: 12 }),
}).chain(({ from, to, ...wish }) =>
  fc.boolean().map((isOpen) => ({
    ...wish,
    from: wish.page === "LATEST" && isOpen ? { kind: "any" as const } : from,
    to: wish.page === "BETWEEN" ? to : { kind: "any" as const },
  }))
);

function fill(store: Store, events: readonly (readonly [number, boolean])[]): void {
  let atMs = 0;
  for (const [laterMs, isMessage] of events) {
    atMs = Math.min(atMs + laterMs, MAX_MS);
    const draft = isMessage
      ? { type: "message", from: "ada", text: "hi" } as const
      : { type: "join", name: "ada" } as const;
    store.append([{ room: 0, draft }], isoOf(atMs));
  }
}

/** What a wish gives, by a look at each event. */
function expected(all: readonly LogEvent[], { page, from, to, limit }: HistoryWish): LogEvent[] {
  function isBefore(event: LogEvent, end: Selector): boolean {
    if (end.kind === "id") return event.seq < end.seq;
    return end.kind === "any" || Date.parse(event.at) < end.atMs;
  }
  function isAfter(event: LogEvent, end: Selector): boolean {
    if (end.kind === "id") return event.seq > end.seq;
    return end.kind === "any" || Date.parse(event.at) > end.atMs;
  }
  switch (page) {
    case "LATEST":
      return all.filter((event) => isAfter(event, from)).slice(-limit);
    case "BEFORE":
      return all.filter((event) => isBefore(event, from)).slice(-limit);
    case "AFTER":
      return all.filter((event) => isAfter(event, from)).slice(0, limit);
    case "AROUND": {
      const earlier = Math.floor(limit / 2);
      const before = all.filter((event) => isBefore(event, from));
      const rest = all.filter((event) => !isBefore(event, from));
      return [...earlier > 0 ? before.slice(-earlier) : [], ...rest.slice(0, limit - earlier)];
    }
    case "BETWEEN": {
      const forth = all.filter((event) => isAfter(event, from) && isBefore(event, to));
      if (forth.length > 0) return forth.slice(0, limit);
      return all.filter((event) => isAfter(event, to) && isBefore(event, from)).slice(-limit);
    }
  }
}

/** Reads all pages, each of so few events that there are several. */
function read(store: RoomStore, wish: HistoryWish, talkOnly: boolean): LogEvent[] {
  let events: LogEvent[] = [];
  const spans: Span[] = spansOf(store, wish)!;
  for (let pages = 0; spans[0] !== undefined; pages++) {
    assert(pages < 40, "it comes to no end");
    let room = 3;
    const fits = () => room-- > 0;
    const found = finish(pageOf(store, spans[0], { talkOnly, fits }));
    events = spans[0].newestFirst ? [...found.events, ...events] : [...events, ...found.events];
    if (found.rest === null) spans.shift();
    else spans[0] = found.rest;
  }
  return events;
}

function check(
  store: Store,
  events: readonly (readonly [number, boolean])[],
  wish: HistoryWish,
  talkOnly: boolean,
): void {
  fill(store, events);
  const room = store.room(0);
  const named = (end: Selector) => end.kind === "id" ? { ...end, log: room.logId } : end;
  const asked = { ...wish, from: named(wish.from), to: named(wish.to) };
  const all = finish(room.page(Infinity, 500)).events;
  const seen = talkOnly ? all.filter(({ type }) => type === "message") : all;
  assertEquals(
    read(room, asked, talkOnly).map(({ seq }) => seq),
    expected(seen, asked).map(({ seq }) => seq),
  );
}

fuzz(
  "CHATHISTORY gives what a look at all events would give",
  fc.property(past, wish, fc.boolean(), (events, wish, talkOnly) => {
    const store = new MemoryStore();
    check(store, events, wish, talkOnly);
    store.close();
  }),
);

fuzz(
  "CHATHISTORY gives the same out of a database",
  fc.property(past, wish, fc.boolean(), (events, wish, talkOnly) => {
    const directory = Deno.makeTempDirSync();
    const store = new SqliteStore(openDatabase(`${directory}/room.db`, "process"));
    try {
      check(store, events, wish, talkOnly);
    } finally {
      store.close();
      Deno.removeSync(directory, { recursive: true });
    }
  }),
  { share: 0.2 },
);
