/**
 * A database of an earlier schema, whose messages are folded with their diacritics, is brought over
 * in small steps.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "../../../src/store/sqlite/store.ts";
import { type Note } from "../../../src/store/store.ts";
import { finish } from "../../../src/store/room_store.ts";
import { search } from "../../helpers/lobby.ts";

const AT = "2026-03-01T12:00:00.000Z";
const COUNT = 1_000;
const OPTIONS = { durability: "process" } as const;

/** Every tenth has letters beyond ASCII, in both rooms. */
function text(n: number): string {
  return n % 10 === 0 ? `Crème ${n} für die STRAẞE` : `line ${n}`;
}

/** Makes a database as schema 4 would have it: folded by case and width alone. */
function makeOld(path: string): void {
  const store = openSqliteStore(path, OPTIONS);
  const note: Note = { type: "room", id: 1, name: "ops", log: "l" };
  for (let n = 1; n <= COUNT; n++) {
    const draft = { type: "message", from: "ada", text: text(n) } as const;
    store.append([{ room: 0, draft }, { room: 1, draft }], AT, n === 1 ? [note] : []);
  }
  while (store.maintain(Date.parse(AT)));
  store.close();
  const db = new DatabaseSync(path);
  const texts = db.prepare("SELECT seq, text FROM events").all();
  const set = db.prepare("UPDATE events SET folded = ? WHERE seq = ?");
  db.exec("BEGIN");
  for (const { seq, text } of texts) {
    const said = String(text);
    const folded = said.normalize("NFKC").toLowerCase();
    set.run(said.includes("è") ? folded : null, Number(seq));
  }
  db.exec(`
    INSERT INTO search (search) VALUES ('delete-all');
    INSERT INTO search (rowid, text)
      SELECT seq, coalesce(folded, text) || '  ' FROM events
      WHERE seq & 4294967295 <= (SELECT indexed FROM rooms WHERE id = seq >> 32);
    ALTER TABLE rooms DROP COLUMN refold;
    PRAGMA user_version = 4;
    COMMIT;
  `);
  db.close();
}

/** What the index has: each trigram with each of its messages. */
function indexOf(path: string): string[] {
  const db = new DatabaseSync(path);
  db.exec("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, search, instance)");
  const rows = db.prepare("SELECT DISTINCT term, doc FROM temp.vocabulary ORDER BY 1, 2").all();
  db.close();
  return rows.map(({ term, doc }) => `${term} ${doc}`);
}

/** The index that is written for the rows as they are. */
function indexAnew(path: string): string[] {
  const db = new DatabaseSync(path);
  db.exec(`
    CREATE TABLE copy AS SELECT seq, coalesce(folded, text) || '  ' AS text FROM events
      WHERE seq & 4294967295 <= (SELECT indexed FROM rooms WHERE id = seq >> 32);
    INSERT INTO search (search) VALUES ('delete-all');
    INSERT INTO search (rowid, text) SELECT seq, text FROM copy;
  `);
  db.close();
  return indexOf(path);
}

Deno.test("a database of schema 4 is folded again in small steps, also over a restart", () => {
  const directory = Deno.makeTempDirSync();
  try {
    const path = `${directory}/room.db`;
    makeOld(path);
    let store = openSqliteStore(path, OPTIONS);
    let steps = 0;
    for (; steps < 5; steps++) assert(store.maintain(Date.parse(AT)));
    store.close();
    store = openSqliteStore(path, OPTIONS);
    while (store.maintain(Date.parse(AT))) steps++;
    // 128 rows a step, in two rooms.
    assert(steps >= 2 * COUNT / 128, `${steps} steps`);
    const wanted = Array.from({ length: COUNT / 10 }, (_, i) => COUNT - 10 * i);
    for (const query of ["creme strasse", "CRÈME straße"]) {
      const found = finish(search(store, query, COUNT)).events.map(({ seq }) => seq);
      assertEquals(found, wanted);
    }
    store.close();
    const db = new DatabaseSync(path);
    assertEquals(db.prepare("SELECT max(refold) AS most FROM rooms").get()?.["most"], 0);
    db.close();
    const index = indexOf(path);
    assert(index.length > 0 && !index.some((term) => term.startsWith("crè")));
    assertEquals(index, indexAnew(path));
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});
