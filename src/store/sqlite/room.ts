/**
 * The past of one room in the database.
 *
 * Events of all rooms are rows of one table. A row's key is `room * 2^32 + seq`, so the rows of a
 * room lie together, in their order, and all that is asked of a room is asked of a range of keys.
 * Above this file only `seq` is known.
 *
 * @module
 */

import type { LogEvent } from "../../protocol/messages.ts";
import type { Fits } from "../../protocol/limits.ts";
import { ROOM_SPAN } from "../store.ts";
import {
  type Lookup,
  type Matches,
  type Page,
  type Place,
  type RoomStore,
  type TailBounds,
  type TalkBounds,
} from "../room_store.ts";
import { orUnavailable, stepsOrUnavailable } from "./errors.ts";
import type { SqliteReader } from "./reader.ts";
import type { SqliteSearch } from "./search.ts";

/** How far a room has come. All are a `seq`. */
export interface Pointers {
  /** Of the newest event. */
  lastSeq: number;
  /** Up to here all messages are in the index. */
  indexed: number;
  /** Up to here the ids of sessions are filed in `published`. */
  filed: number;
  /** Up to here messages may be folded as before schema 5; 0: none. */
  refold: number;
}

/** What reads for all rooms. */
export interface RoomReaders {
  /** Reads events in their order. */
  readonly reader: SqliteReader;
  /** Finds messages. */
  readonly search: SqliteSearch;
}

/** A room in the database. Its pointers are changed by those who write. */
export class SqliteRoom implements RoomStore, Pointers {
  /** See {@linkcode RoomStore.id}. */
  readonly id: number;
  /** See {@linkcode RoomStore.logId}. */
  readonly logId: string;
  /** Everything is kept that `retain` does not take away. */
  readonly windowOnly = false;
  /** Its keys begin above this one. */
  readonly base: number;
  /** See {@linkcode RoomStore.lastSeq}. */
  lastSeq: number;
  /** See {@linkcode Pointers.indexed}. */
  indexed: number;
  /** See {@linkcode Pointers.filed}. */
  filed: number;
  /** See {@linkcode Pointers.refold}. */
  refold: number;

  readonly #reader: SqliteReader;
  readonly #search: SqliteSearch;

  /** Reads nothing yet. */
  constructor(id: number, logId: string, pointers: Pointers, { reader, search }: RoomReaders) {
    this.id = id;
    this.logId = logId;
    this.base = id * ROOM_SPAN;
    this.lastSeq = pointers.lastSeq;
    this.indexed = pointers.indexed;
    this.filed = pointers.filed;
    this.refold = pointers.refold;
    this.#reader = reader;
    this.#search = search;
  }

  /** See {@linkcode RoomStore.newestBefore}. @throws {StoreUnavailable} When it cannot be read. */
  newestBefore(before: number): LogEvent | undefined {
    return orUnavailable(() => this.#reader.newestBefore(this.base, this.#end(before)));
  }

  /**
   * The newest events without a hole, rising by `seq`. Meant for the start and for a log that is
   * made late: 50,000 events take some 50 ms.
   *
   * @throws {StoreUnavailable} When the database cannot be read.
   */
  tail(bounds: TailBounds): LogEvent[] {
    return orUnavailable(() => this.#reader.tail(this.base, this.lastSeq, bounds));
  }

  /**
   * Where the newest messages are, rising by `seq`. Meant for the start.
   *
   * @param limit At most this many.
   * @throws {StoreUnavailable} When the database cannot be read.
   */
  places(limit: number): Place[] {
    return orUnavailable(() => this.#reader.places(this.base, this.lastSeq, limit));
  }

  /** `at` of what was last said; undefined: nothing was. Meant for the start. */
  lastSaid(): string | undefined {
    return orUnavailable(() => this.#reader.lastSaid(this.base, this.lastSeq));
  }

  /** See {@linkcode RoomStore.page}. @throws {StoreUnavailable} When it cannot be read. */
  *page(before: number, limit: number, fits: Fits = always): Lookup<Page> {
    return yield* stepsOrUnavailable(
      this.#reader.page(this.base, this.#end(before), { limit, fits }),
    );
  }

  /** See {@linkcode RoomStore.talk}. @throws {StoreUnavailable} When it cannot be read. */
  *talk(before: number, bounds: TalkBounds, fits: Fits = always): Lookup<Page> {
    return yield* stepsOrUnavailable(
      this.#reader.talk(this.base, this.#end(before), { ...bounds, fits }),
    );
  }

  /** See {@linkcode RoomStore.pageAfter}. @throws {StoreUnavailable} When it cannot be read. */
  *pageAfter(after: number, limit: number, fits: Fits = always): Lookup<Page> {
    return yield* stepsOrUnavailable(
      this.#reader.pageAfter(this.base, Math.min(after, this.lastSeq), { limit, fits }),
    );
  }

  /** See {@linkcode RoomStore.matches}. @throws {StoreUnavailable} When it cannot be read. */
  *matches(words: readonly string[]): Matches {
    const { base, indexed, lastSeq } = this;
    const range = { base, indexed: base + indexed, last: base + lastSeq };
    yield* stepsOrUnavailable(this.#search.find(words, range));
  }

  /** What is beyond the newest event would be another room's. */
  #end(before: number): number {
    return Math.min(before, this.lastSeq + 1);
  }
}

function always(): boolean {
  return true;
}
