import { assertEquals } from "@std/assert";
import { type Entry, type Note } from "../../../src/store/store.ts";
import {
  directKey,
  type StoredSession,
  WAITING_DIRECT,
  type WaitingDirect,
} from "../../../src/store/stored_sessions.ts";
import { TestDatabase } from "../../helpers/rooms.ts";

const AT = "2026-03-01T12:00:00.000Z";
const AT_MS = Date.parse(AT);
const HOUR_MS = 60 * 60 * 1000;

function leave(name: string, reason: "lost" | "quit"): Entry {
  return { room: 0, draft: { type: "leave", name, reason }, session: `of ${name}` };
}

function waiting(n: number, more: Partial<WaitingDirect> = {}): WaitingDirect {
  return { n, atMs: AT_MS, from: "ada", to: "bob", text: `text ${n}`, ...more };
}

function wait(message: WaitingDirect): Note {
  return { type: "wait", session: "of bob", message, sender: "of ada" };
}

function sessions(database: TestDatabase): Map<string, StoredSession> {
  const all = database.reopen().sessions(0, { sessions: 9, ids: 99 });
  return new Map([...all].map((session) => [session.hash, session]));
}

Deno.test("SqliteStore keeps what waits for a session until it is seen, and its last number", () => {
  using database = new TestDatabase();
  const { store } = database;
  store.append([leave("bob", "lost"), leave("eve", "quit")], AT);
  const first = waiting(1, { id: "a", notice: true });
  const second = waiting(2);
  // A server of several may hear it twice.
  store.append([], AT, [wait(first), wait(second), wait(second)]);
  const all = sessions(database);
  assertEquals(all.get("of bob")?.mailbox, { last: 2, messages: [first, second] });
  assertEquals([all.get("of bob")?.isGone, all.get("of eve")?.isGone], [true, undefined]);
  const ids = all.get("of ada")?.ids.map(({ id, outcome }) => [id, outcome]);
  assertEquals(ids, [[directKey("a"), WAITING_DIRECT]]);

  database.store.append([], AT, [{ type: "seen", session: "of bob", upTo: 1 }]);
  assertEquals(sessions(database).get("of bob")?.mailbox, { last: 2, messages: [second] });
  database.store.append([], AT, [{ type: "seen", session: "of bob", upTo: 2 }]);
  assertEquals(sessions(database).get("of bob")?.mailbox, { last: 2, messages: [] });
});

Deno.test("SqliteStore keeps what waits for who was never in a room, and nothing for longer than a day", () => {
  using database = new TestDatabase();
  database.store.append([], AT, [wait(waiting(1))]);
  const { name, isGone, mailbox } = sessions(database).get("of bob")!;
  assertEquals([name, isGone, mailbox?.messages.length], ["bob", true, 1]);
  for (let step = 0; step < 10; step++) database.store.maintain(AT_MS + 25 * HOUR_MS);
  assertEquals(database.db.prepare("SELECT count(*) AS count FROM waiting").get()?.["count"], 0);
});

Deno.test("SqliteStore keeps what somebody did last of several things in one flush", () => {
  using database = new TestDatabase();
  const direct = (name: string): Note => ({ type: "direct", session: `of ${name}`, id: "x", name });
  const rename: Entry = {
    room: 0,
    draft: { type: "rename", from: "eve", to: "eva" },
    session: "of eve",
  };
  const message = { ...waiting(1), from: "dan", id: "y" };
  database.store.append(
    [leave("ada", "lost"), rename, leave("dan", "lost")],
    AT,
    [direct("ada"), direct("eve"), { type: "wait", session: "of bob", message, sender: "of dan" }],
  );
  const all = sessions(database);
  assertEquals([all.get("of ada")?.isGone, all.get("of dan")?.isGone], [true, true]);
  assertEquals(all.get("of eve")?.name, "eva");
});

Deno.test("openSqliteStore opens a file of schema 4, in which nothing waited", () => {
  using database = new TestDatabase();
  const { store, db } = database;
  store.append([leave("bob", "lost")], AT, [
    { type: "direct", session: "of ada", id: "a", name: "ada" },
  ]);
  db.exec(`
    DROP TABLE waiting;
    ALTER TABLE directs DROP COLUMN waits;
    ALTER TABLE sessions DROP COLUMN gone;
    ALTER TABLE sessions DROP COLUMN last_direct;
    PRAGMA user_version = 4;
  `);
  assertEquals(sessions(database).get("of ada")?.ids.map(({ outcome }) => outcome), [0]);
  assertEquals(sessions(database).get("of bob")?.isGone, undefined);
  database.store.append([], AT, [wait(waiting(1))]);
  assertEquals(sessions(database).get("of bob")?.mailbox?.last, 1);
});
