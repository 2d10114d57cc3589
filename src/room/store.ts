/**
 * Where the events of a room are kept: in memory (`memory_store.ts`) or in SQLite.
 *
 * Every call is synchronous and short. The room calls {@linkcode Store.append} once a flush with all
 * events of that flush, and shows nothing to anybody before it has returned.
 *
 * @module
 */

import type { Draft, LogEvent } from "../protocol/messages.ts";

/** A page of events and whether there are more beyond it. */
export interface Page {
  /** The events, in the order that the method promises. */
  readonly events: LogEvent[];
  /** There are older ones. */
  readonly more: boolean;
}

/**
 * A look into the past in steps. Each takes about {@linkcode STEP_MS}; between two of them the caller
 * lets others work.
 */
export type Lookup<T> = Generator<void, T, void>;

/** How long a step of a {@linkcode Lookup} may take, in milliseconds. */
export const STEP_MS = 5;

/** Takes all steps of a look into the past at once, for those who hold nobody up. */
export function finish<T>(lookup: Lookup<T>): T {
  for (;;) {
    const step = lookup.next();
    if (step.done) return step.value;
  }
}

/** One thing to keep. */
export interface Entry {
  /** What happened. */
  readonly draft: Draft;
  /**
   * Hash of the session that it comes from, where it is a json session's. Keeping the entry also
   * keeps that session: its newest name (the joiner's, the new one of a rename, the sender's), when
   * it was last heard of, and that `draft.id`, where there is one, has been published as this `seq`.
   */
  readonly session?: string;
}

/** What is remembered of a session. */
export interface StoredSession {
  /** Hash of its secret. */
  readonly hash: string;
  /** Its newest name. */
  readonly name: string;
  /** When it was last heard of: milliseconds since 1970. */
  readonly seenMs: number;
  /** Its newest published ids and their `seq`, oldest first, at most as many as were asked for. */
  readonly ids: readonly (readonly [id: string, seq: number])[];
}

/** Somebody who had come and not left when the store was last written. */
export interface Present {
  /** The newest name. */
  readonly name: string;
  /** Hash of the session, where there is one. */
  readonly session: string | null;
}

/** Somebody or somewhere that is kept out. */
export interface Ban {
  /** What is banned, in the form in which it is looked up. */
  readonly key: string;
  /** The name or address, as the operator sees it. */
  readonly shown: string;
  /** Which operator did it. */
  readonly by: string;
  /** Why; may be empty. */
  readonly reason: string;
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
  /** Until when, in milliseconds since 1970; null: for good. */
  readonly untilMs: number | null;
}

/** Thrown when the store cannot keep events now. Nothing of the call has been kept. */
export class StoreUnavailable extends Error {
  /** Says so by its name in logs. */
  override name = "StoreUnavailable";
}

/** Keeps the events of one room. */
export interface Store {
  /** Identifies the log in which `seq` counts: made with it, kept with it. */
  readonly logId: string;
  /** `seq` of the newest event, 0 when there is none. */
  readonly lastSeq: number;
  /** Not everything ever said is kept: searches and histories see the newest window only. */
  readonly windowOnly: boolean;
  /**
   * Keeps the entries, all or none, as the events `lastSeq + 1`, `lastSeq + 2`, ….
   *
   * @param entries What happened, oldest first.
   * @param at ISO 8601 in UTC with milliseconds: their common time.
   * @returns The events, in the same order.
   * @throws {StoreUnavailable} When they cannot be kept; then nothing has changed.
   */
  append(entries: readonly Entry[], at: string): LogEvent[];
  /**
   * The newest events before a `seq`, rising by `seq`.
   *
   * @param before Only events with a smaller `seq`; `Infinity` for the newest.
   * @param limit At most this many, 1 or more.
   */
  before(before: number, limit: number): Page;
  /**
   * The newest messages that hold all words of the query, falling by `seq`.
   *
   * @param query Words divided by white space; compared without case; never query syntax.
   * @param limit At most this many, 1 or more.
   * @returns In steps; `more` also when it has looked for so long that it stopped.
   */
  search(query: string, limit: number): Lookup<Page>;
  /**
   * The sessions that were heard of since a time, for the room to begin with.
   *
   * @param sinceMs Milliseconds since 1970.
   * @param maxIds At most this many ids of each, the newest.
   */
  sessions(sinceMs: number, maxIds: number): StoredSession[];
  /** Who was here when the store was last written, for the room to begin with. */
  present(): Present[];
  /** The bans that were kept, oldest first; some may be over. */
  bans(): Ban[];
  /** Keeps a ban, in place of one with the same key. @throws {StoreUnavailable} */
  keepBan(ban: Ban): void;
  /** Drops the ban of a key, if there is one. @throws {StoreUnavailable} */
  dropBan(key: string): void;
  /** Gives back files and memory. Nothing may be called after it. */
  close(): void;
}
