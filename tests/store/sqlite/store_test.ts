/**
 * The database over restarts, in bad luck, and when it is refused.
 *
 * @module
 */

import { before, search } from "../../helpers/lobby.ts";
import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import { SESSION_BOUNDS } from "../../../src/room/sessions.ts";
import { StoreOpenError } from "../../../src/store/sqlite/errors.ts";
import { SCHEMA_VERSION } from "../../../src/store/sqlite/migrations.ts";
import { openDatabase } from "../../../src/store/sqlite/schema.ts";
import { openSqliteStore, SqliteStore } from "../../../src/store/sqlite/store.ts";
import { type Entry, type Store, StoreUnavailable } from "../../../src/store/store.ts";
import { finish } from "../../../src/store/room_store.ts";
import { type StoredSession } from "../../../src/store/stored_sessions.ts";

const AT = "2026-03-01T12:00:00.000Z";
const OPTIONS = { durability: "process" } as const;

function say(text: string, id?: string, session?: string): Entry {
  return {
    room: 0,
    draft: { type: "message", from: "ada", text, ...(id === undefined ? {} : { id }) },
    ...(session === undefined ? {} : { session }),
  };
}

async function inDirectory(test: (directory: string) => void | Promise<void>): Promise<void> {
  const directory = Deno.makeTempDirSync();
  try {
    await test(directory);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

function sessionsOf(store: Store, sinceMs: number): StoredSession[] {
  return [...store.sessions(sinceMs, SESSION_BOUNDS)];
}

function allSeqs(store: Store): number[] {
  return before(store.room(0), Infinity, 1_000_000).events.map((event) => event.seq);
}

function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

for (const durability of ["process", "power"] as const) {
  Deno.test(`SqliteStore goes on where it was after a restart (${durability})`, () =>
    inDirectory((directory) => {
      const path = `${directory}/room.db`;
      const first = openSqliteStore(path, { durability });
      const events = first.append([say("one", "k.1"), say("two")], AT);
      const { logId } = first.room(0);
      first.close();
      const second = openSqliteStore(path, { durability });
      assertEquals([second.room(0).logId, second.room(0).lastSeq], [logId, 2]);
      assertEquals(before(second.room(0), Infinity, 10).events, events);
      assertEquals(second.append([say("three")], AT)[0]?.seq, 3);
      assertEquals(finish(search(second, "one", 1)).events.length, 1);
      second.close();
    }));
}

/**
 * Entries of every kind: several of one kind share a statement, and a flush may hold any mixture.
 */
const anyEntry: fc.Arbitrary<Entry> = fc.oneof(
  { weight: 8, arbitrary: fc.constant(say("plain")) },
  { weight: 2, arbitrary: fc.constantFrom("Größe", "KELVIN \u212a").map((text) => say(text)) },
  { weight: 1, arbitrary: fc.constant(say("with a session", undefined, "S")) },
  { weight: 1, arbitrary: fc.constant<Entry>({ room: 0, draft: { type: "join", name: "bob" } }) },
  {
    weight: 1,
    arbitrary: fc.constant<Entry>({
      room: 0,
      draft: { type: "message", from: "ada", text: "waves", action: true },
    }),
  },
);

Deno.test("SqliteStore gives back any mixture of events of one flush, in order", () =>
  inDirectory((directory) => {
    const store = openSqliteStore(`${directory}/room.db`, OPTIONS);
    fc.assert(fc.property(fc.array(anyEntry, { minLength: 1, maxLength: 40 }), (entries) => {
      const events = store.append(entries, AT);
      assertEquals(events.length, entries.length);
      assertEquals(before(store.room(0), Infinity, entries.length).events, events);
    }));
    store.close();
  }));

Deno.test("SqliteStore remembers sessions with their newest names, times and ids", () =>
  inDirectory((directory) => {
    const path = `${directory}/room.db`;
    const store = openSqliteStore(path, OPTIONS);
    const later = "2026-03-01T12:00:05.000Z";
    store.append(
      [{ room: 0, draft: { type: "join", name: "ada" }, session: "A" }, say("x", "a.1", "A")],
      AT,
    );
    store.append([{ room: 0, draft: { type: "join", name: "bob" }, session: "B" }, say("y")], AT);
    store.append(
      [{ room: 0, draft: { type: "leave", name: "bob", reason: "quit" }, session: "B" }],
      AT,
    );
    store.append([
      { room: 0, draft: { type: "rename", from: "ada", to: "eve" }, session: "A" },
      { room: 0, draft: { type: "message", from: "eve", text: "z", id: "a.2" }, session: "A" },
    ], later);
    const expected = [
      {
        hash: "A",
        name: "eve",
        seenMs: Date.parse(later),
        ids: [
          { id: "a.1", room: 0, outcome: 2, atMs: Date.parse(AT) },
          { id: "a.2", room: 0, outcome: 7, atMs: Date.parse(later) },
        ],
      },
      { hash: "B", name: "bob", seenMs: Date.parse(AT), ids: [] },
    ];
    assertEquals(sessionsOf(store, 0), expected);
    store.close();
    const again = openSqliteStore(path, OPTIONS);
    assertEquals(sessionsOf(again, 0), expected);
    assertEquals(sessionsOf(again, Date.parse(AT) + 1).map(({ hash }) => hash), ["A"]);
    again.close();
  }));

Deno.test("SqliteStore forgets sessions faster than one in each step", () =>
  inDirectory((directory) => {
    const store = new SqliteStore(openDatabase(`${directory}/room.db`, "process"), {
      now: () => 0,
    });
    for (let n = 0; n < 128; n++) store.append([join("x", `${n}`), leave("x", `${n}`)], AT);
    const dayLater = Date.parse(AT) + 24 * 3600_000 + 1;
    for (let step = 0; step < 2; step++) store.maintain(dayLater);
    assertEquals(sessionsOf(store, 0), []);
    store.close();
  }));

Deno.test("SqliteStore gives no more sessions and ids than were asked for: the newest, and who is here", () =>
  inDirectory((directory) => {
    const store = openSqliteStore(`${directory}/room.db`, OPTIONS);
    const at = (n: number) => new Date(Date.parse(AT) + n * 1000).toISOString();
    store.append([join("here", "here")], at(0));
    for (let n = 1; n <= 9; n++) {
      store.append([join(`${n}`, `${n}`), leave(`${n}`, `${n}`)], at(n));
      if (n % 2 === 0) store.append([say("x", `id.${n}`, `${n}`)], at(n));
    }
    const given = [...store.sessions(0, { sessions: 3, ids: 2 })];
    const shown = given.map(({ hash, ids }) => [hash, ...ids.map(({ id }) => id)]);
    assertEquals(shown, [["here"], ["6", "id.6"], ["7"], ["8", "id.8"], ["9"]]);
    store.close();
  }));

Deno.test("SqliteStore keeps the newest 1,000 ids of a session, and for 24 hours", () =>
  inDirectory((directory) => {
    const store = openSqliteStore(`${directory}/room.db`, OPTIONS);
    for (let i = 1; i <= 2500; i++) store.append([say("x", `a.${i}`, i % 5 === 0 ? "B" : "A")], AT);
    while (store.maintain(Date.parse(AT)));
    const [a, b] = sessionsOf(store, 0);
    assertEquals([a?.ids.length, b?.ids.length], [1000, 500]);
    assertEquals([a?.ids.at(-1), b?.ids.at(-1)], [
      { id: "a.2499", room: 0, outcome: 2499, atMs: Date.parse(AT) },
      { id: "a.2500", room: 0, outcome: 2500, atMs: Date.parse(AT) },
    ]);
    const dayLater = new Date(Date.parse(AT) + 24 * 3600_000 - 1).toISOString();
    store.append([say("x", "a.new", "A")], dayLater);
    store.maintain(Date.parse(dayLater));
    assertEquals(sessionsOf(store, 0).length, 2);
    for (let i = 0; i < 3; i++) store.maintain(Date.parse(dayLater) + 10);
    assertEquals(sessionsOf(store, 0).map(({ ids }) => ids.map(({ id }) => id)), [["a.new"]]);
    store.close();
  }));

const join = (name: string, session?: string): Entry => (
  { room: 0, draft: { type: "join", name }, session }
);
const leave = (name: string, session?: string): Entry => (
  { room: 0, draft: { type: "leave", name, reason: "quit" }, session }
);
const rename = (from: string, to: string, session?: string): Entry => (
  { room: 0, draft: { type: "rename", from, to }, session }
);

Deno.test("SqliteStore knows who is present, however many come and go after them", () =>
  inDirectory((directory) => {
    const path = `${directory}/room.db`;
    const store = openSqliteStore(path, { ...OPTIONS, retain: { maxEvents: 10 } });
    store.append([join("ann", "A"), join("bob"), rename("bob", "eve"), join("bob")], AT);
    for (let i = 0; i < 11; i++) {
      store.append(Array.from({ length: 500 }, () => [join("x"), leave("x")]).flat(), AT);
    }
    store.append([rename("bob", "zoe"), join("bob", "B"), leave("bob")], AT);
    while (store.maintain(Date.parse(AT)));
    store.close();
    const again = openSqliteStore(path, OPTIONS);
    assertEquals(again.present(), [
      { name: "zoe", session: null, rooms: [0] },
      { name: "eve", session: null, rooms: [0] },
      { name: "ann", session: "A", rooms: [0] },
    ]);
    again.close();
  }));

Deno.test("SqliteStore keeps the session of who is present, however long they are silent", () =>
  inDirectory((directory) => {
    const store = openSqliteStore(`${directory}/room.db`, OPTIONS);
    store.append([join("ann", "A"), join("bob", "B"), join("eve"), leave("bob")], AT);
    const yearLater = Date.parse(AT) + 365 * 24 * 3600_000;
    for (let i = 0; i < 4; i++) store.maintain(yearLater);
    assertEquals(sessionsOf(store, yearLater - 1).map(({ hash }) => hash), ["A"]);
    store.append([leave("ann")], AT);
    for (let i = 0; i < 4; i++) store.maintain(yearLater);
    assertEquals(sessionsOf(store, 0), []);
    store.close();
  }));

Deno.test("SqliteStore knows nobody of an append that failed", () =>
  inDirectory((directory) => {
    const path = `${directory}/room.db`;
    const store = openSqliteStore(path, OPTIONS);
    store.append([join("ann", "A")], AT);
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    assertThrows(() => store.append([leave("ann"), join("bob")], AT), StoreUnavailable);
    other.exec("ROLLBACK");
    other.close();
    assertEquals(store.present(), [{ name: "ann", session: "A", rooms: [0] }]);
    store.close();
  }));

Deno.test("SqliteStore trims to a number of events and goes on counting", () =>
  inDirectory((directory) => {
    const path = `${directory}/room.db`;
    const options = { ...OPTIONS, retain: { maxEvents: 10 } };
    const store = openSqliteStore(path, options);
    for (let i = 1; i <= 30; i++) store.append([say(`word${i}`, `a.${i}`, "A")], AT);
    assertEquals(store.maintain(Date.parse(AT), 8), true);
    assertEquals(allSeqs(store)[0], 9);
    while (store.maintain(Date.parse(AT), 8));
    assertEquals(allSeqs(store), upTo(30).slice(20));
    assertEquals(before(store.room(0), 21, 5), { events: [], more: false });
    assertEquals(finish(search(store, "word7", 5)).events, []);
    assertEquals(finish(search(store, "word27", 5)).events.length, 1);
    // The ids outlive their events.
    assertEquals(sessionsOf(store, 0)[0]?.ids.length, 30);
    store.close();
  }));

Deno.test("SqliteStore counts on over a restart after everything was too old", () =>
  inDirectory((directory) => {
    const path = `${directory}/room.db`;
    const options = { ...OPTIONS, retain: { maxAgeMs: 1000 } };
    const store = openSqliteStore(path, options);
    store.append(upTo(20).map((i) => say(`word${i}`)), AT);
    store.append([say("younger")], "2026-03-01T12:00:01.500Z");
    while (store.maintain(Date.parse(AT) + 1000, 4));
    assertEquals(allSeqs(store), upTo(21));
    while (store.maintain(Date.parse(AT) + 1001, 4));
    assertEquals(allSeqs(store), [21]);
    while (store.maintain(Date.parse(AT) + 9000, 4));
    assertEquals(allSeqs(store), []);
    assertEquals(finish(search(store, "word", 5)), { events: [], more: false });
    store.close();
    const again = openSqliteStore(path, options);
    assertEquals(again.room(0).lastSeq, 21);
    assertEquals(again.append([say("next")], AT)[0]?.seq, 22);
    assertEquals(finish(search(again, "next", 5)).events.length, 1);
    again.close();
  }));

Deno.test("SqliteStore opens a database whose clock was beyond the year 9999, or before the year 0", () =>
  inDirectory((directory) => {
    const path = `${directory}/room.db`;
    const first = openSqliteStore(path, OPTIONS);
    for (let i = 1; i <= 4; i++) first.append([say(`text ${i}`, `a.${i}`, "A")], AT);
    first.close();
    // As an earlier version wrote them.
    const db = new DatabaseSync(path);
    db.exec(`
      UPDATE events SET at = '+010000-01-01T00:00:00.000Z' WHERE seq = 2;
      UPDATE events SET at = '-000044-03-15T12:00:00.000Z' WHERE seq = 3;
      UPDATE events SET at = '9999-12-31T23:59:59.999Z' WHERE seq = 4;
      UPDATE sessions SET seen_ms = 253402300800000`);
    db.close();
    const store = openSqliteStore(path, { ...OPTIONS, retain: { maxAgeMs: 1_000 } });
    assertEquals(sessionsOf(store, 0)[0]?.ids.length, 4);
    const ats = [
      AT,
      "9999-12-31T23:59:59.999Z",
      "1970-01-01T00:00:00.000Z",
      "9999-12-31T23:59:59.999Z",
    ];
    assertEquals(before(store.room(0), Infinity, 10).events.map(({ at }) => at), ats);
    assertEquals(store.room(0).places(10).map(({ at }) => at), ats);
    assertEquals(finish(search(store, "text", 10)).events.map(({ at }) => at), ats.toReversed());
    for (const nowMs of [-1e15, 0, Date.parse(AT), 8.64e15]) store.maintain(nowMs);
    // What claims to be of the future is not old.
    assertEquals(allSeqs(store), [2, 3, 4]);
    store.close();
  }));

Deno.test("SqliteStore keeps nothing of an append on a full disk, and goes on when there is room", () =>
  inDirectory((directory) => {
    const database = openDatabase(`${directory}/room.db`, "process");
    const store = new SqliteStore(database);
    store.append([say("first")], AT);
    database.db.exec("PRAGMA max_page_count = 20");
    const large = Array.from({ length: 100 }, (_, i) => say("x".repeat(3000), `a.${i}`, "A"));
    const error = assertThrows(() => store.append(large, AT), StoreUnavailable);
    assertStringIncludes(error.message, "disk is full");
    assertEquals(error.message.includes("\n"), false);
    assertEquals([store.room(0).lastSeq, allSeqs(store)], [1, [1]]);
    assertThrows(() => store.append(large, AT), StoreUnavailable);
    database.db.exec("PRAGMA max_page_count = 1000000");
    assertEquals(store.append(large, AT)[0]?.seq, 2);
    assertEquals(sessionsOf(store, 0)[0]?.ids.length, 100);
    assertEquals(finish(search(store, "first", 1)).events.length, 1);
    store.close();
  }));

Deno.test("SqliteStore refuses while another program holds the lock, and goes on afterwards", () =>
  inDirectory((directory) => {
    const path = `${directory}/room.db`;
    const store = openSqliteStore(path, OPTIONS);
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    const error = assertThrows(() => store.append([say("x")], AT), StoreUnavailable);
    assertStringIncludes(error.message, "locked");
    assertEquals(store.room(0).lastSeq, 0);
    // Readers are not kept out, nor do they keep the writer out.
    assertEquals(before(store.room(0), Infinity, 1).events, []);
    other.exec("COMMIT; BEGIN; SELECT * FROM events");
    assertEquals(store.append([say("y")], AT)[0]?.seq, 1);
    other.close();
    store.close();
  }));

Deno.test("SqliteStore says that a damaged database needs a recovery", () =>
  inDirectory((directory) => {
    const path = `${directory}/room.db`;
    const store = openSqliteStore(path, OPTIONS);
    for (let i = 0; i < 50; i++) store.append([say("x".repeat(1000))], AT);
    const other = new DatabaseSync(path);
    other.exec("UPDATE rooms SET topic = 'other'; PRAGMA wal_checkpoint(TRUNCATE)");
    const { size } = Deno.statSync(path);
    const file = Deno.openSync(path, { write: true });
    file.seekSync(4096, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(size - 4096).fill(0xff));
    file.close();
    const error = assertThrows(() => store.append([say("y")], AT), StoreUnavailable);
    assertStringIncludes(error.message, "damaged; stop the server and recover");
    const room = store.room(0);
    assertThrows(() => room.newestBefore(Infinity), StoreUnavailable, "damaged");
    for (
      const lookup of [
        room.page(Infinity, 10),
        room.pageAfter(0, 10),
        room.talk(Infinity, { messages: 5, moves: 5 }),
        room.talk(Infinity, { messages: 5, moves: 0 }),
      ]
    ) {
      assertThrows(() => finish(lookup), StoreUnavailable, "damaged");
    }
    assertEquals(store.room(0).lastSeq, 50);
    other.close();
    store.close();
  }));

function refusal(path: string): string {
  const { message } = assertThrows(() => openSqliteStore(path, OPTIONS), StoreOpenError);
  assertEquals(message.includes("\n"), false);
  assertStringIncludes(message, path);
  return message;
}

function filesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map((entry) => entry.name).sort();
}

Deno.test("openSqliteStore refuses what is no room's database, and leaves it as it was", () =>
  inDirectory((directory) => {
    assertStringIncludes(refusal(`${directory}/none/room.db`), "none does not exist");
    assertStringIncludes(refusal(directory), "is a directory");
    const text = "This is a letter, not a database. ".repeat(10);
    Deno.writeTextFileSync(`${directory}/letter`, text);
    assertStringIncludes(refusal(`${directory}/letter`), "is not a database");
    assertStringIncludes(refusal(`${directory}/letter/room.db`), "does not exist");
    Deno.writeTextFileSync(`${directory}/short`, "SQLite");
    assertStringIncludes(refusal(`${directory}/short`), "is not a database");
    const other = new DatabaseSync(`${directory}/other`);
    other.exec("PRAGMA journal_mode = WAL; CREATE TABLE events (x)");
    other.close();
    assertStringIncludes(refusal(`${directory}/other`), "another application");
    assertEquals(filesIn(directory), ["letter", "other", "short"]);
    assertEquals(Deno.readTextFileSync(`${directory}/letter`), text);
  }));

Deno.test("openSqliteStore refuses a newer schema and says which", () =>
  inDirectory((directory) => {
    const path = `${directory}/room.db`;
    openSqliteStore(path, OPTIONS).close();
    const newer = new DatabaseSync(path);
    newer.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    newer.close();
    const before = Deno.readFileSync(path);
    assertStringIncludes(refusal(path), `schema version ${SCHEMA_VERSION + 1}`);
    assertEquals(Deno.readFileSync(path), before);
  }));

/** The tables of schema 1, as the first version made them. */
const SCHEMA_1 = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL, text TEXT,
    new_name TEXT, reason TEXT, action INTEGER, id TEXT, session INTEGER, folded TEXT
  ) STRICT;
  CREATE INDEX events_notable ON events (seq) WHERE type <> 'message';
  CREATE TABLE sessions (
    ref INTEGER PRIMARY KEY AUTOINCREMENT, hash TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    seen_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE published (
    session INTEGER NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL, at_ms INTEGER NOT NULL,
    PRIMARY KEY (session, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE bans (
    key TEXT PRIMARY KEY, shown TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL,
    at_ms INTEGER NOT NULL, until_ms INTEGER
  ) STRICT;
  CREATE VIRTUAL TABLE search USING fts5(
    text, content = '', columnsize = 0, detail = none, tokenize = 'trigram'
  );
  INSERT INTO search(search, rank) VALUES ('automerge', 0);
  INSERT INTO meta VALUES ('log', 'abc'), ('last_seq', 0), ('indexed', 0), ('filed', 0);
  PRAGMA application_id = 0x63686174;
  PRAGMA user_version = 1;
  PRAGMA journal_mode = WAL;
`;

Deno.test("openSqliteStore opens a file of schema 1 and knows who is present, also after a kill", () =>
  inDirectory((directory) => {
    const path = `${directory}/room.db`;
    const old = new DatabaseSync(path);
    old.exec(SCHEMA_1);
    old.exec("INSERT INTO sessions (hash, name, seen_ms) VALUES ('A', 'ann', 5)");
    const event = old.prepare(
      "INSERT INTO events (at, type, name, new_name, text, session) VALUES (?, ?, ?, ?, ?, ?)",
    );
    old.exec("BEGIN");
    event.run(AT, "join", "amy", null, null, 1);
    event.run(AT, "rename", "amy", "ann", null, 1);
    event.run(AT, "join", "bob", null, null, null);
    for (let i = 0; i < 6_000; i++) {
      event.run(AT, "join", "x", null, null, null);
      event.run(AT, "leave", "x", null, null, null);
    }
    event.run(AT, "message", "ann", null, "hello", 1);
    event.run(AT, "leave", "bob", null, null, null);
    old.exec("COMMIT");
    old.close();
    for (let i = 0; i < 2; i++) {
      const store = openSqliteStore(path, OPTIONS);
      assertEquals([store.room(0).logId, store.room(0).lastSeq], ["abc", 12_005]);
      assertEquals(store.present(), [{ name: "ann", session: "A", rooms: [0] }]);
      assertEquals(finish(search(store, "hello", 1)).events.length, 1);
      // In the file itself, not only in its log: an older program must refuse it.
      assertEquals(new DataView(Deno.readFileSync(path).buffer).getUint32(60), SCHEMA_VERSION);
      store.close();
    }
  }));

Deno.test("openSqliteStore refuses a newer schema that only the write-ahead log knows of", () =>
  inDirectory((directory) => {
    const path = `${directory}/room.db`;
    openSqliteStore(path, OPTIONS).close();
    const newer = new DatabaseSync(path);
    newer.exec(`PRAGMA journal_mode = WAL; PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    assertStringIncludes(refusal(path), `schema version ${SCHEMA_VERSION + 1}`);
    newer.close();
  }));

Deno.test({
  name: "openDatabase makes a file that nobody else can read, also where it cannot be locked",
  ignore: Deno.build.os === "windows", // where a mode says nothing
  fn: () =>
    inDirectory((directory) => {
      const path = `${directory}/room.db`;
      const { db, lock, watch } = openDatabase(path, "process", { locksDatabase: false });
      assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
      db.close();
      watch[Symbol.dispose]();
      lock[Symbol.dispose]();
    }),
});

Deno.test("openSqliteStore takes an empty file as a new room", () =>
  inDirectory((directory) => {
    Deno.writeTextFileSync(`${directory}/room.db`, "");
    const store = openSqliteStore(`${directory}/room.db`, OPTIONS);
    assertEquals(store.room(0).lastSeq, 0);
    store.close();
  }));

Deno.test({
  name: "openSqliteStore refuses a second server on one file, under another name too",
  ignore: Deno.build.os === "windows", // symbolic links need a privilege there
  fn: () =>
    inDirectory((directory) => {
      const store = openSqliteStore(`${directory}/room.db`, OPTIONS);
      Deno.symlinkSync(`${directory}/room.db`, `${directory}/alias.db`);
      assertStringIncludes(refusal(`${directory}/room.db`), "in use by another server");
      assertStringIncludes(refusal(`${directory}/alias.db`), "in use by another server");
      assertEquals(store.append([say("still here")], AT)[0]?.seq, 1);
      store.close();
      openSqliteStore(`${directory}/room.db`, OPTIONS).close();
    }),
});

/** Runs a script that knows `path` and `openSqliteStore`. */
function child(directory: string, body: string, options: Deno.CommandOptions = {}): Deno.Command {
  const source = new URL("../../../src/store/sqlite/store.ts", import.meta.url).href;
  const storeSource = new URL("../../../src/store/room_store.ts", import.meta.url).href;
  const lobby = new URL("../../helpers/lobby.ts", import.meta.url).href;
  const script = `${directory}/child.ts`;
  Deno.writeTextFileSync(
    script,
    `import { openSqliteStore } from ${JSON.stringify(source)};
    import { finish } from ${JSON.stringify(storeSource)};
    import { search } from ${JSON.stringify(lobby)};
    const path = ${JSON.stringify(`${directory}/room.db`)};
    function print(text: string): void {
      Deno.stdout.writeSync(new TextEncoder().encode(text + "\\n"));
    }
    ${body}`,
  );
  return new Deno.Command(Deno.execPath(), {
    ...options,
    args: ["run", "--no-check", "--no-prompt", "--no-config", ...(options.args ?? []), script],
  });
}

Deno.test("SqliteStore works on after all permissions were revoked, granted its files alone", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/room.db`;
    const files = ["", "-wal", "-shm", "-lock"].map((suffix) => path + suffix).join(",");
    const { code, stdout, stderr } = await child(
      directory,
      `const store = openSqliteStore(path, { durability: "process", retain: { maxEvents: 500 } });
      for (const name of ["read", "write"] as const) await Deno.permissions.revoke({ name });
      for (let i = 0; i < 1000; i++) {
        store.append([{ room: 0, draft: { type: "message", from: "a", text: "hello " + i } }], "${AT}");
      }
      while (store.maintain(0));
      print(String(finish(search(store, "hello 99", 50)).events.length));
      store.close();`,
      { args: [`--allow-read=${files}`, `--allow-write=${files}`] },
    ).output();
    assertEquals(new TextDecoder().decode(stderr), "");
    assertEquals([code, new TextDecoder().decode(stdout)], [0, "14\n"]);
  }));

const isRoot = Deno.build.os !== "windows" && Deno.uid() === 0;

Deno.test({
  name: "openSqliteStore refuses a read-only file and leaves nothing beside it" +
    (isRoot ? " (SKIPPED: nothing is read-only for root)" : ""),
  ignore: isRoot,
  fn: () =>
    inDirectory((directory) => {
      const path = `${directory}/room.db`;
      openSqliteStore(path, OPTIONS).close();
      Deno.removeSync(`${path}-lock`);
      Deno.chmodSync(path, 0o444);
      assertStringIncludes(refusal(path), "cannot read and write");
      assertEquals(filesIn(directory), ["room.db"]);
      Deno.chmodSync(path, 0o666);
    }),
});

Deno.test("SqliteStore loses nothing acknowledged when it is killed while it commits", () =>
  inDirectory(async (directory) => {
    const path = `${directory}/room.db`;
    const command = child(
      directory,
      `const store = openSqliteStore(path, { durability: "process" });
      for (let batch = 0;; batch++) {
        const size = 1 + batch % 37;
        const entries = Array.from({ length: size }, (_, i) => ({
          room: 0,
          draft: { type: "message", from: "a", text: "part " + (i + 1) + "/" + size, id: "i." + i },
          session: "s" + i % 3,
        } as const));
        store.append(entries, "${AT}");
        store.maintain(Date.parse("${AT}"), 64);
        print(String(store.room(0).lastSeq));
      }`,
      { args: ["-A"], stdout: "piped", stderr: "inherit" },
    );
    let acknowledged = 0;
    for (let round = 1; round <= 4; round++) {
      const process = command.spawn();
      const lines = process.stdout.pipeThrough(new TextDecoderStream());
      let text = "";
      let isKilled = false;
      for await (const chunk of lines) {
        text += chunk;
        // What was printed before the kill arrived counts as well.
        if (isKilled || text.length < 1000 * round) continue;
        process.kill("SIGKILL");
        isKilled = true;
      }
      await process.status;
      acknowledged = Number(text.trimEnd().split("\n").filter((line) => line !== "").at(-1));
      const store = openSqliteStore(path, OPTIONS);
      assertGreaterOrEqual(store.room(0).lastSeq, acknowledged);
      const { events } = before(store.room(0), Infinity, 1_000_000);
      assertEquals(events.map((event) => event.seq), upTo(store.room(0).lastSeq));
      const last = events.at(-1);
      assert(last?.type === "message");
      const [part, size] = last.text.slice("part ".length).split("/");
      assertEquals(part, size, "a batch was kept in part");
      assertEquals(sessionsOf(store, 0).length, 3);
      assertEquals(finish(search(store, "part", 5)).events[0]?.seq, store.room(0).lastSeq);
      store.close();
      const integrity = new DatabaseSync(path);
      assertEquals(integrity.prepare("PRAGMA integrity_check").get()?.["integrity_check"], "ok");
      integrity.close();
    }
  }));
