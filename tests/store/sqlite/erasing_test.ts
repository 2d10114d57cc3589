/**
 * What is erased is nowhere in the files of the database once idle time has been there.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { LOBBY_ID } from "../../../src/store/store.ts";
import { AT, maintainAll, say, TestDatabase } from "../../helpers/rooms.ts";

/** Three letters of it alone are a term of the index. */
const SECRET = "zqx";

/** A database with a secret in its index, which has just been erased. */
function withErased(): TestDatabase {
  const database = new TestDatabase();
  const { store } = database;
  for (let n = 0; n < 50; n++) store.append([say(LOBBY_ID, `line ${n}`)], AT);
  store.append([say(LOBBY_ID, SECRET)], AT);
  maintainAll(store);
  const draft = { type: "message", from: "root", text: "erases", action: true } as const;
  store.append([{ room: LOBBY_ID, draft: { ...draft, erases: [51] } }], AT);
  return database;
}

/** Which of the files hold the secret. */
function holders({ path }: TestDatabase): string[] {
  return [path, `${path}-wal`].filter((file) => {
    return new TextDecoder("latin1").decode(Deno.readFileSync(file)).includes(SECRET);
  });
}

/** When the oldest erasure was of which something may still be in the files. */
function pending(database: TestDatabase): unknown[] {
  return database.db.prepare("SELECT since FROM erasing").all().map(({ since }) => since);
}

Deno.test("SqliteStore cleans its files of what is erased", () => {
  using database = withErased();
  assertEquals(pending(database), [AT]);
  maintainAll(database.store);
  assertEquals([holders(database), pending(database)], [[], []]);
});

Deno.test("SqliteStore cleans its files also if it is stopped before, or in between", () => {
  using database = withErased();
  database.store.maintain(Date.parse(AT), 1);
  database.reopen();
  assertEquals(pending(database), [AT]);
  database.store.maintain(Date.parse(AT), 1);
  maintainAll(database.reopen());
  assertEquals([holders(database), pending(database)], [[], []]);
});

Deno.test("SqliteStore cleans its files once nobody reads them as they were", () => {
  using database = withErased();
  {
    using other = new DatabaseSync(database.path);
    other.exec("BEGIN; SELECT count(*) FROM events");
    maintainAll(database.store);
    assertEquals(pending(database), [AT]);
  }
  maintainAll(database.store);
  assertEquals([holders(database), pending(database)], [[], []]);
});

/** Segments of the index: the second number of its structure record, after 4 bytes. */
function segments({ db }: TestDatabase): number {
  const block = db.prepare("SELECT block FROM search_data WHERE id = 10").get()!["block"];
  const [, , , , levels, count] = block as Uint8Array;
  // Numbers of one byte.
  assert(levels! < 128 && count! < 128, `${levels} levels, ${count} segments`);
  return count!;
}

Deno.test("SqliteStore has few segments in its index, however often something is erased", () => {
  using database = new TestDatabase();
  const { store } = database;
  const words = Array.from({ length: 2_000 }, (_, n) => (n * 7919).toString(36));
  for (let n = 0; n < 200; n++) {
    store.append([say(LOBBY_ID, words.slice(n, n + 500).join(" "))], AT);
  }
  maintainAll(store);
  const draft = { type: "message", from: "root", text: "erases", action: true } as const;
  for (let seq = 1; seq <= 200; seq++) {
    store.append([{ room: LOBBY_ID, draft: { ...draft, erases: [seq] } }], AT);
    store.maintain(Date.parse(AT));
    assert(segments(database) < 40, `${segments(database)} segments after ${seq}`);
  }
  maintainAll(store);
  assertEquals(pending(database), []);
});
