/**
 * Several rooms in one store: what each store promises of them, and that all stores answer the
 * same.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { LogEvent } from "../../src/protocol/messages.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { searchAll } from "../../src/store/search.ts";
import { LOBBY_ID, type Note, type Store } from "../../src/store/store.ts";
import { finish, type RoomStore } from "../../src/store/room_store.ts";
import {
  AT,
  join,
  leave,
  made,
  maintainAll,
  makeRooms,
  say,
  TestDatabase,
} from "../helpers/rooms.ts";
import { before } from "../helpers/lobby.ts";

function seqs(events: readonly LogEvent[]): number[] {
  return events.map((event) => event.seq);
}

function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

/** All that can be asked of a room. */
function answers(room: RoomStore): unknown[] {
  const { lastSeq } = room;
  return [
    lastSeq,
    room.logId,
    before(room, Infinity, 100),
    room.tail({ messages: 3, events: 10, bytes: 30 }),
    room.tail({ messages: 100, events: 100, bytes: 1_000 }),
    room.places(4),
    ...[Infinity, lastSeq + 2, lastSeq, 3, 1, 0].flatMap((seq) => [
      room.newestBefore(seq),
      before(room, seq, 4),
      finish(room.talk(seq, { messages: 2, moves: 2 })),
      finish(room.talk(seq, { messages: 5, moves: 0 })),
    ]),
    ...[0, 2, lastSeq, lastSeq + 2, 2 ** 33].map((seq) => finish(room.pageAfter(seq, 4))),
    ...["apple", "ap", "apple pear"].map((query) => found([room], query)),
  ];
}

function found(rooms: readonly RoomStore[], query: string): unknown[] {
  const { found, more } = finish(searchAll(rooms, query, 5, { now: stopped }));
  return [...found.map(({ room, event }) => [room.id, event]), more];
}

/** A clock by which no time passes: however busy the machine, a search finds all. */
function stopped(): number {
  return 0;
}

/** What happens in a batch: in which room, and what. */
const anyHappening = fc.tuple(
  fc.integer({ min: 0, max: 5 }),
  fc.constantFrom("apple", "pear", "apple pear", "join", "leave", "topic", "make", "close"),
);

Deno.test("rooms count without gaps and answer the same in memory and in a database, whatever happens", () => {
  const batches = fc.array(fc.array(anyHappening, { maxLength: 30 }), { maxLength: 8 });
  fc.assert(
    fc.property(batches, fc.array(fc.constantFrom("", "maintain", "reopen")), (batches, works) => {
      using database = new TestDatabase({ scanFirstRows: { long: 0, short: 0 } });
      const memory = new MemoryStore();
      const rooms: (number | undefined)[] = [LOBBY_ID];
      for (const [n, batch] of batches.entries()) {
        const entries = [];
        const notes: Note[] = [];
        for (const [index, what] of batch) {
          const id = rooms[index];
          if (what === "make" && id === undefined) {
            const note = made(database.store, `room${index}`);
            notes.push(note);
            rooms[index] = note.id;
          } else if (id === undefined) continue;
          else if (what === "close" && index > 0) {
            notes.push({ type: "room-gone", id });
            rooms[index] = undefined;
          } else if (what === "join") entries.push(join(id, "bob"));
          else if (what === "leave") entries.push(leave(id, "bob"));
          else if (what === "topic") {
            entries.push({ room: id, draft: { type: "topic", name: "eve", text: "T" } as const });
          } else entries.push(say(id, what));
        }
        const at = new Date(Date.parse(AT) + n * 1_000).toISOString();
        const events = database.store.append(entries, at, notes);
        assertEquals(memory.append(entries, at, notes), events);
        if (works[n] === "maintain") maintainAll(database.store);
        if (works[n] === "reopen") database.reopen();
        const kept = rooms.filter((id) => id !== undefined);
        for (const id of kept) {
          // The log of the lobby is each store's own.
          const [, log, ...others] = answers(database.store.room(id));
          const [, otherLog, ...same] = answers(memory.room(id));
          assertEquals(others, same);
          if (id !== LOBBY_ID) assertEquals(log, otherLog);
          const { lastSeq } = memory.room(id);
          assertEquals(
            seqs(before(database.store.room(id), Infinity, 1_000).events),
            upTo(lastSeq),
          );
        }
        const all = (store: Store) => found(kept.map((id) => store.room(id)), "apple");
        assertEquals(all(database.store), all(memory));
      }
    }),
    { numRuns: 25 },
  );
});

function inStores(test: (store: Store) => void): void {
  test(new MemoryStore());
  using database = new TestDatabase();
  test(database.store);
}

Deno.test("a hundred rooms that talk at the same time each have their own past", () =>
  inStores((store) => {
    const rooms = [LOBBY_ID, ...makeRooms(store, 99)];
    for (let n = 0; n < 30; n++) {
      store.append(rooms.flatMap((id) => [say(id, `text ${n} of room ${id}!`), join(id, "x")]), AT);
    }
    for (const id of rooms) {
      const room = store.room(id);
      assertEquals(seqs(before(room, Infinity, 100).events), upTo(60));
      const texts = room.places(100).length;
      assertEquals(texts, 30);
      const { found, more } = finish(searchAll([room], `room ${id}!`, 100, { now: stopped }));
      assertEquals([found.length, more], [30, false]);
      assertEquals(finish(searchAll([room], `room ${id + 1}!`, 100, { now: stopped })).found, []);
    }
  }));

Deno.test("a search over several rooms gives the newest first, of whatever room, and says if there are more", () =>
  inStores((store) => {
    const rooms = [LOBBY_ID, ...makeRooms(store, 3)];
    for (let n = 0; n < 12; n++) {
      const at = new Date(Date.parse(AT) + n).toISOString();
      store.append([say(rooms[n % 3]!, `apple ${n}`)], at);
    }
    const all = rooms.map((id) => store.room(id));
    const texts = (limit: number, fits?: (event: LogEvent) => boolean) => {
      const options = { now: stopped, ...(fits === undefined ? {} : { fits }) };
      const { found, more } = finish(searchAll(all, "apple", limit, options));
      return [...found.map(({ event }) => event.type === "message" ? event.text : ""), more];
    };
    assertEquals(texts(3), ["apple 11", "apple 10", "apple 9", true]);
    assertEquals(texts(12).slice(-3), ["apple 1", "apple 0", false]);
    assertEquals(texts(9, ({ seq }) => seq > 3), ["apple 11", "apple 10", "apple 9", true]);
    assertEquals(finish(searchAll(all, "pear", 3, { now: stopped })), { found: [], more: false });
    assertEquals(finish(searchAll([], "apple", 3)), { found: [], more: false });
    assertEquals(finish(searchAll(all, " ", 3)), { found: [], more: false });
  }));

Deno.test("a search that a room without any holds up gives what the others have found after 50 ms", () => {
  let nowMs = 0;
  const store = new MemoryStore();
  const [quiet, busy] = makeRooms(store, 2) as [number, number];
  store.append(Array.from({ length: 1_000 }, (_, n) => say(quiet, `pear ${n}`)), AT);
  store.append([say(busy, "apple")], AT);
  const lookup = searchAll([store.room(quiet), store.room(busy)], "apple", 5, {
    now: () => nowMs++,
  });
  const { found, more } = finish(lookup);
  assertEquals([found.map(({ room }) => room.id), more], [[busy], true]);
  assert(nowMs < 150, `${nowMs} looks`);
});

Deno.test("a room that is gone takes its past with it, and its name may be used again", () =>
  inStores((store) => {
    const first = made(store, "ops");
    store.append([say(first.id, "old")], AT, [first]);
    const second = made(store, "ops");
    store.append([say(first.id, "last"), say(second.id, "new")], AT, [
      { type: "room-gone", id: first.id },
      second,
    ]);
    assertEquals(store.room(second.id).lastSeq, 1);
    assertEquals(found([store.room(second.id), store.room(LOBBY_ID)], "old"), [false]);
    assert(first.id !== second.id && first.id !== LOBBY_ID);
  }));

Deno.test("MemoryStore lets the largest room drop first, and joins push out no messages there", () => {
  const store = new MemoryStore({ maxBytes: 600_000 });
  const [small, large, crowd] = makeRooms(store, 3) as [number, number, number];
  const text = "x".repeat(1_000);
  const count = (id: number) => store.room(id).places(1_000).length;
  store.append(Array.from({ length: 20 }, () => say(small, text)), AT);
  store.append(Array.from({ length: 50 }, () => say(crowd, text)), AT);
  for (let n = 0; n < 400; n++) {
    store.append([say(large, text)], AT);
    store.append(Array.from({ length: 10 }, () => join(crowd, "x")), AT);
  }
  assertEquals(count(small), 20);
  assertEquals(count(crowd), 50);
  assert(count(large) > 80 && count(large) < 150, `${count(large)} messages`);
  // A room that is gone makes room.
  store.append([], AT, [{ type: "room-gone", id: large }, { type: "room-gone", id: crowd }]);
  store.append(Array.from({ length: 150 }, () => say(small, text)), AT);
  assertEquals(count(small), 170);
});
