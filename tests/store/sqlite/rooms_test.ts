/**
 * Rooms in the database: over restarts, in bad luck, when they are gone, and in files of before.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { SESSION_BOUNDS } from "../../../src/room/sessions.ts";
import { searchAll } from "../../../src/store/search.ts";
import { SCHEMA_VERSION } from "../../../src/store/sqlite/migrations.ts";
import { openSqliteStore } from "../../../src/store/sqlite/store.ts";
import { type Entry, LOBBY_ID, type Store, StoreUnavailable } from "../../../src/store/store.ts";
import { finish } from "../../../src/store/room_store.ts";
import {
  AT,
  join,
  leave,
  made,
  maintainAll,
  makeRooms,
  say,
  TestDatabase,
} from "../../helpers/rooms.ts";
import { before } from "../../helpers/lobby.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

function seqs(store: Store, id: number): number[] {
  return before(store.room(id), Infinity, 10_000).events.map(({ seq }) => seq);
}

function found(store: Store, id: number, query: string): number {
  return finish(searchAll([store.room(id)], query, 1_000, { now: () => 0 })).found.length;
}

function rows(path: string, sql: string): unknown[] {
  const db = new DatabaseSync(path);
  try {
    return db.prepare(sql).all().map((row) => Object.values(row)[0]);
  } finally {
    db.close();
  }
}

const MODES = {
  flags: { isModerated: true, isInviteOnly: false, hasOpenTopic: true, isOpenToAll: false },
  bans: [{ name: "Bob", by: "ada", atMs: 5 }],
};

Deno.test("SqliteStore gives rooms back with all that they have, over a restart", () => {
  using database = new TestDatabase();
  const { store } = database;
  const ops = made(store, "ops");
  const dev = made(store, "dev");
  const later = new Date(Date.parse(AT) + 5).toISOString();
  const topic = (room: number, text: string): Entry => (
    { room, draft: { type: "topic", name: "eve", text } }
  );
  store.append([say(ops.id, "hi"), topic(ops.id, "first"), topic(dev.id, "gone")], AT, [
    ops,
    dev,
    {
      type: "room-state",
      id: ops.id,
      key: { hash: "k", version: 3 },
      keeper: "session hash",
      unlisted: true,
      modes: MODES,
    },
  ]);
  store.append([topic(ops.id, "second"), topic(dev.id, "")], later);
  const state = { key: null, keeper: null, unlisted: false, modes: null };
  const expected = [
    {
      id: ops.id,
      name: "ops",
      log: "log of ops",
      topic: { text: "second", name: "eve", at: later },
      key: { hash: "k", version: 3 },
      keeper: "session hash",
      unlisted: true,
      modes: MODES,
      lastMessageAtMs: Date.parse(AT),
    },
    { id: dev.id, name: "dev", log: "log of dev", topic: null, lastMessageAtMs: null, ...state },
  ];
  for (const { length } of [{ length: 0 }, { length: 1 }]) {
    const [lobby, ...others] = (length === 0 ? store : database.reopen()).rooms();
    assertEquals([lobby?.id, lobby?.name, lobby?.topic], [LOBBY_ID, "lobby", null]);
    assertEquals(others, expected);
  }
  database.store.append([], AT, [{ type: "room-state", id: ops.id, ...state }]);
  assertEquals(database.reopen().rooms()[1]?.key, null);
});

Deno.test("SqliteStore tells when something was last said, and erasing says nothing", () => {
  using database = new TestDatabase();
  const [ops] = makeRooms(database.store, 1) as [number];
  const erases = (seq: number) => (
    { type: "message", from: "root", text: "erases", action: true, erases: [seq] } as const
  );
  const { store } = database;
  store.append([say(LOBBY_ID, "hi"), { room: ops, draft: erases(1) }], AT);
  store.append([{ room: LOBBY_ID, draft: erases(1) }], "2026-03-02T12:00:00.000Z");
  const at = database.reopen().rooms().map(({ lastMessageAtMs }) => lastMessageAtMs);
  assertEquals(at, [Date.parse(AT), null]);
});

Deno.test("openSqliteStore opens a file of schema 3, in which rooms had no modes", () => {
  using database = new TestDatabase();
  const ops = made(database.store, "ops");
  database.store.append([say(ops.id, "hi")], AT, [ops]);
  database.db.exec("ALTER TABLE rooms DROP COLUMN modes; PRAGMA user_version = 3");
  const store = database.reopen();
  assertEquals(store.rooms()[1]?.modes, null);
  const state = { key: null, keeper: null, unlisted: false, modes: MODES };
  store.append([], AT, [{ type: "room-state", id: ops.id, ...state }]);
  assertEquals(database.reopen().rooms()[1]?.modes, MODES);
});

Deno.test("openSqliteStore opens a file of schema 4, in which nothing was erased and no act was kept", () => {
  using database = new TestDatabase();
  const { db } = database;
  database.store.append([say(0, "the secret"), say(0, "hi")], AT);
  db.exec(`
    ALTER TABLE events DROP COLUMN erases;
    DROP TABLE audit;
    PRAGMA user_version = 4`);
  const store = database.reopen();
  const draft = {
    type: "message",
    from: "root",
    text: "erases",
    action: true,
    erases: [1],
  } as const;
  const [event] = store.append([{ room: 0, draft }], AT);
  const act = { atMs: 1, by: "root", act: "erased", target: "ada", details: "" };
  store.audit.add(act, "operator");
  const again = database.reopen();
  const { events } = before(again.room(0), Infinity, 9);
  assertEquals(events.map((event) => "text" in event && event.text), ["(erased)", "hi", "erases"]);
  assertEquals(events[2], event);
  assertEquals(again.audit.page(0, 9).acts.map((one) => ({ ...one })), [act]);
});

Deno.test("SqliteStore keeps who removed whom and why, and topics, as they were", () => {
  using database = new TestDatabase();
  const [ops] = makeRooms(database.store, 1) as [number];
  const kicked = { type: "leave", name: "bob", reason: "kicked", by: "eve", text: "spam" } as const;
  const events = database.store.append([
    { room: ops, draft: kicked },
    { room: ops, draft: { type: "leave", name: "amy", reason: "part" } },
    { room: ops, draft: { type: "topic", name: "eve", text: "" } },
  ], AT);
  assertEquals(before(database.reopen().room(ops), Infinity, 9).events, events);
  assertEquals(
    JSON.stringify(events[0]),
    JSON.stringify({ ...kicked, seq: 1, at: AT }, [
      "type",
      "seq",
      "at",
      "name",
      "reason",
      "by",
      "text",
    ]),
  );
});

Deno.test("SqliteStore knows who is in which rooms", () => {
  using database = new TestDatabase();
  const { store } = database;
  const [ops, dev] = makeRooms(store, 2) as [number, number];
  store.append([join(LOBBY_ID, "ann", "A"), join(ops, "ann", "A"), join(dev, "ann", "A")], AT);
  store.append([join(ops, "bob"), join(dev, "bob"), join(LOBBY_ID, "x"), leave(LOBBY_ID, "x")], AT);
  const rename = { type: "rename", from: "bob", to: "rob" } as const;
  store.append([
    { room: ops, draft: rename },
    { room: dev, draft: rename },
    leave(ops, "ann"),
  ], AT);
  const people = (store: Store) =>
    store.present().toSorted((a, b) => a.name < b.name ? -1 : 1)
      .map(({ name, session, rooms }) => [name, session, ...rooms]);
  assertEquals(people(database.reopen()), [["ann", "A", LOBBY_ID, dev], ["rob", null, ops, dev]]);
  database.store.append([join(dev, "late")], AT, [{ type: "room-gone", id: dev }]);
  assertEquals(people(database.reopen()), [["ann", "A", LOBBY_ID], ["rob", null, ops]]);
});

Deno.test("SqliteStore remembers the ids of a session over all rooms, the oldest first", () => {
  using database = new TestDatabase();
  const { store } = database;
  const rooms = [...makeRooms(store, 3), LOBBY_ID];
  const at = (n: number) => new Date(Date.parse(AT) + n).toISOString();
  for (let n = 1; n <= 1_600; n++) store.append([say(rooms[n % 4]!, "x", `${n}`, "A")], at(n));
  maintainAll(store);
  const [session] = database.reopen().sessions(0, SESSION_BOUNDS);
  assertEquals(
    session?.ids.map(({ id }) => id),
    Array.from({ length: 1_000 }, (_, i) => `${601 + i}`),
  );
  const last = { id: "1600", room: rooms[0], outcome: 400, atMs: Date.parse(AT) + 1_600 };
  assertEquals(session?.ids.at(-1), last);
});

Deno.test("SqliteStore keeps nothing of a batch of many rooms on a full disk, and goes on when there is room", () => {
  using database = new TestDatabase();
  const { store } = database;
  const [ops] = makeRooms(store, 1) as [number];
  store.append([say(ops, "first")], AT);
  database.db.exec("PRAGMA max_page_count = 30");
  const dev = made(store, "dev");
  const batch = Array.from(
    { length: 90 },
    (_, n) => say([LOBBY_ID, ops, dev.id][n % 3]!, "x".repeat(3000)),
  );
  batch.push({ room: ops, draft: { type: "topic", name: "eve", text: "T" } }, join(dev.id, "bob"));
  const notes = [dev, { type: "room-gone", id: ops }] as const;
  for (let tries = 0; tries < 2; tries++) {
    assertThrows(() => store.append(batch, AT, notes), StoreUnavailable, "disk is full");
    assertEquals([store.room(LOBBY_ID).lastSeq, store.room(ops).lastSeq], [0, 1]);
    assertEquals(store.rooms().map(({ name, topic }) => [name, topic]), [["lobby", null], [
      "room1",
      null,
    ]]);
    assertEquals(store.present(), []);
    assertThrows(() => store.room(dev.id), Error, "no room");
  }
  database.db.exec("PRAGMA max_page_count = 100000");
  const events = store.append(batch, AT, notes);
  assertEquals(events.slice(0, 3).map(({ seq }) => seq), [1, 2, 1]);
  assertEquals(store.rooms().map(({ name }) => name), ["lobby", "dev"]);
  assertEquals(seqs(store, dev.id).length, 31);
});

Deno.test("SqliteStore removes a room that is gone in small steps, also over restarts, and its ids stay", () => {
  using database = new TestDatabase();
  const [ops, dev] = makeRooms(database.store, 2) as [number, number];
  for (let n = 1; n <= 600; n++) {
    database.store.append(
      [LOBBY_ID, ops, dev].map((id) => say(id, `apple ${n}`, `${id}.${n}`, "A")),
      AT,
    );
  }
  for (let step = 0; step < 6; step++) database.store.maintain(Date.parse(AT));
  database.store.append([], AT, [{ type: "room-gone", id: ops }]);
  const left = () =>
    rows(database.path, `SELECT count(*) FROM events WHERE seq >> 32 = ${ops}`)[0] as number;
  const lefts = [left()];
  while (lefts.at(-1)! > 0 && lefts.length < 100) {
    database.store.maintain(Date.parse(AT));
    lefts.push(left());
    if (lefts.length % 3 !== 0) continue;
    assertEquals(database.reopen().rooms().map(({ id }) => id), [LOBBY_ID, dev]);
    assert(database.store.newRoomId() > dev);
  }
  for (const [n, count] of lefts.entries()) {
    if (n > 0) assert(lefts[n - 1]! - count <= 128, `${lefts[n - 1]} to ${count}`);
  }
  maintainAll(database.store);
  assertEquals(rows(database.path, "SELECT id FROM rooms ORDER BY id"), [LOBBY_ID, dev]);
  assertEquals(rows(database.path, "SELECT count(*) FROM events"), [1_200]);
  for (const id of [LOBBY_ID, dev]) {
    assertEquals(seqs(database.store, id).length, 600);
    assertEquals(found(database.store, id, "apple"), 600);
    assertEquals(found(database.store, id, "apple 599"), 1);
  }
  // Nothing of it is in the index.
  assertEquals(rows(database.path, `SELECT count(*) FROM search WHERE search MATCH '"app"'`), [
    1_200,
  ]);
  const [session] = database.store.sessions(0, SESSION_BOUNDS);
  assert(session?.ids.some(({ room, outcome }) => room === ops && outcome === 600));
  assert(database.reopen().newRoomId() > dev, "its number is not used again soon");
  assertEquals(rows(database.path, "PRAGMA integrity_check"), ["ok"]);
});

Deno.test("SqliteStore removes what is more or older than is kept, in each room", () => {
  using database = new TestDatabase({ retain: { maxEvents: 200, maxAgeMs: DAY_MS } });
  const { store } = database;
  const [ops, dev, old] = makeRooms(store, 3) as [number, number, number];
  const now = new Date(Date.parse(AT) + 2 * DAY_MS).toISOString();
  store.append(Array.from({ length: 150 }, () => say(old, "apple")), AT);
  store.append([say(dev, "apple")], AT);
  for (let n = 0; n < 300; n++) store.append([LOBBY_ID, ops].map((id) => say(id, "pear")), now);
  store.append([say(dev, "pear")], now);
  while (store.maintain(Date.parse(now)));
  const counts = [LOBBY_ID, ops, dev, old].map((
    id,
  ) => [store.room(id).lastSeq, seqs(store, id).length]);
  assertEquals(counts, [[300, 200], [300, 200], [2, 1], [150, 0]]);
  assertEquals(found(store, old, "apple") + found(store, dev, "apple"), 0);
  assertEquals(database.reopen().append([say(old, "new")], now)[0]?.seq, 151);
  assertEquals(rows(database.path, "PRAGMA integrity_check"), ["ok"]);
});

/** A connection that tells of each call of its statements, and of its own. */
function watched<T extends object>(target: T, onCall: (sql: string) => void, sql = ""): T {
  return new Proxy(target, {
    get: (_, key) => {
      const value = Reflect.get(target, key) as unknown;
      if (typeof value !== "function") return value;
      if (key === "prepare") {
        return (sql: string) => watched(value.call(target, sql) as object, onCall, sql);
      }
      onCall(sql);
      return value.bind(target);
    },
  });
}

Deno.test("SqliteStore takes nothing of a room that is gone into the index", () => {
  let indexings = 0;
  const onCall = (sql: string) => {
    if (/INSERT INTO search \(rowid, text\)/.test(sql)) indexings++;
  };
  using database = new TestDatabase({}, (db) => watched(db, onCall));
  const { store } = database;
  const [ops] = makeRooms(store, 1) as [number];
  maintainAll(store);
  store.append(Array.from({ length: 1_000 }, () => say(ops, "apple")), AT);
  store.append([], AT, [{ type: "room-gone", id: ops }]);
  maintainAll(store);
  assertEquals([indexings, rows(database.path, "SELECT count(*) FROM events")], [0, [0]]);
});

Deno.test("SqliteStore looks at few of a thousand rooms in each step of maintenance", () => {
  let calls = 0;
  const retain = { maxEvents: 1_000, maxAgeMs: DAY_MS };
  using database = new TestDatabase({ retain }, (db) => watched(db, () => calls++));
  const { store } = database;
  const rooms = makeRooms(store, 1_000);
  for (let n = 0; n < 3; n++) store.append(rooms.map((id) => say(id, "apple")), AT);
  for (let n = 0; n < 300; n++) store.append([say(rooms[500]!, "pear")], AT);
  let most = 0;
  for (let hasMore = true; hasMore; most = Math.max(most, calls)) {
    calls = 0;
    hasMore = store.maintain(Date.parse(AT));
  }
  assert(most < 300, `${most} calls`);
  assertEquals(found(store, rooms[500]!, "pear"), 300);
});

/** A file that an earlier program has made: its server was killed while three people were there. */
async function fileOfBefore(path: string, version: number): Promise<void> {
  const source = new URL(`./files/schema${version}.db.gz`, import.meta.url);
  const packed = new Response(Deno.readFileSync(source)).body!;
  const bytes = await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).bytes();
  Deno.writeFileSync(path, bytes);
}

for (const version of [1, 2]) {
  Deno.test(`openSqliteStore opens a file that a program of schema ${version} has made, as the lobby`, async () => {
    const directory = Deno.makeTempDirSync();
    try {
      const path = `${directory}/room.db`;
      await fileOfBefore(path, version);
      const [log] = rows(path, "SELECT value FROM meta WHERE key = 'log'");
      for (let opened = 0; opened < 2; opened++) {
        const store = openSqliteStore(path, { durability: "process" });
        const [lobby, ...others] = store.rooms();
        assertEquals([lobby?.id, lobby?.name, lobby?.log, others], [LOBBY_ID, "lobby", log, []]);
        const room = store.room(LOBBY_ID);
        assertEquals([room.logId, room.lastSeq], [log, 310 + opened]);
        const { events } = before(room, 11, 100);
        assertEquals(
          events.map(({ type }) => type).join(" "),
          [
            ...["join join join join message message message message rename leave"],
          ].join(" "),
        );
        assertEquals(store.present().map(({ name, rooms }) => [name, ...rooms]).toSorted(), [
          ["Robert", LOBBY_ID],
          ["ada", LOBBY_ID],
          ["eve", LOBBY_ID],
        ]);
        // What was said before schema 5 is folded as since then once that had its idle time.
        assertEquals(found(store, LOBBY_ID, "grüsse"), opened);
        assertEquals(found(store, LOBBY_ID, "東京"), 1);
        assertEquals([found(store, LOBBY_ID, "number"), found(store, LOBBY_ID, "number 299")], [
          300,
          1,
        ]);
        const sessions = [...store.sessions(0, SESSION_BOUNDS)];
        const ada = sessions.find(({ name }) => name === "ada");
        const said = ada?.ids.filter(({ outcome }) => outcome > 0);
        assertEquals([said?.length, said?.[0]], [302, {
          id: "a.1",
          room: LOBBY_ID,
          outcome: 5,
          atMs: said?.[0]?.atMs,
        }]);
        if (version === 2) assert(ada?.ids.some(({ id }) => id === "direct d.1"));
        assertEquals(store.append([say(LOBBY_ID, "on")], AT)[0]?.seq, 311 + opened);
        const note = made(store, `new${opened}`);
        assertEquals(store.append([say(note.id, "hi")], AT, [note])[0]?.seq, 1);
        maintainAll(store);
        store.append([], AT, [{ type: "room-gone", id: note.id }]);
        maintainAll(store);
        store.close();
        // In the file itself, not only in its log: an older program must refuse it.
        assertEquals(new DataView(Deno.readFileSync(path).buffer).getUint32(60), SCHEMA_VERSION);
        assertEquals(rows(path, "PRAGMA integrity_check"), ["ok"]);
      }
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  });
}
