/** Entries and notes of several rooms, and stores in directories that go away again. */

import type { DatabaseSync } from "node:sqlite";
import type { Draft } from "../../src/protocol/messages.ts";
import { openDatabase } from "../../src/store/sqlite/schema.ts";
import { SqliteStore, type SqliteStoreParts } from "../../src/store/sqlite/store.ts";
import type { Entry, Note, Store } from "../../src/store/store.ts";

/** When all of it happens, if nothing else is said. */
export const AT = "2026-03-01T12:00:00.000Z";

/** A message. */
export function say(room: number, text: string, id?: string, session?: string): Entry {
  const draft: Draft = { type: "message", from: "ada", text, ...(id === undefined ? {} : { id }) };
  return { room, draft, session };
}

/** Somebody comes. */
export function join(room: number, name: string, session?: string): Entry {
  return { room, draft: { type: "join", name }, session };
}

/** Somebody goes. */
export function leave(room: number, name: string): Entry {
  return { room, draft: { type: "leave", name, reason: "part" } };
}

/** A note that makes a room. */
export function made(store: Store, name: string): Extract<Note, { readonly type: "room" }> {
  return { type: "room", id: store.newRoomId(), name, log: `log of ${name}` };
}

/** Makes rooms, and gives their numbers. */
export function makeRooms(store: Store, count: number): number[] {
  const notes = Array.from({ length: count }, (_, n) => made(store, `room${n + 1}`));
  store.append([], AT, notes);
  return notes.map(({ id }) => id);
}

/** A database in a directory of its own. */
export class TestDatabase implements Disposable {
  /** The directory. */
  readonly directory: string = Deno.makeTempDirSync();
  /** The file. */
  readonly path: string = `${this.directory}/room.db`;
  readonly #parts: SqliteStoreParts;
  readonly #wrap: (db: DatabaseSync) => DatabaseSync;
  #db: DatabaseSync | undefined;
  #store: SqliteStore;

  /**
   * Opens it.
   *
   * @param wrap What the store uses in place of its connection.
   */
  constructor(
    parts: SqliteStoreParts = {},
    wrap: (db: DatabaseSync) => DatabaseSync = (db) => db,
  ) {
    this.#parts = parts;
    this.#wrap = wrap;
    this.#store = this.#open();
  }

  /** The connection of the store that is open. */
  get db(): DatabaseSync {
    return this.#db!;
  }

  /** The store that is open. */
  get store(): SqliteStore {
    return this.#store;
  }

  /** Closes it and opens it again. */
  reopen(): SqliteStore {
    this.#store.close();
    this.#store = this.#open();
    return this.#store;
  }

  #open(): SqliteStore {
    const { db, lock, watch } = openDatabase(this.path, "process");
    this.#db = db;
    return new SqliteStore({ db: this.#wrap(db), lock, watch }, this.#parts);
  }

  /** Closes and removes it. */
  [Symbol.dispose](): void {
    this.#store.close();
    Deno.removeSync(this.directory, { recursive: true });
  }
}

/** Does all of the work that can wait. */
export function maintainAll(store: SqliteStore, nowMs: number = Date.parse(AT)): void {
  while (store.maintain(nowMs, 1));
}
