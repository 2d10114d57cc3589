/**
 * The room: the store, and a log for each dialect in use, with the cursors that read it. It knows no
 * sockets, and not who is in it: it shows what the order has settled.
 *
 * An event is rendered and encoded once for each dialect, and every cursor is woken once for all
 * events that were settled together.
 *
 * In `room/` lives what a room is: its logs, the cursors that read them, who is here, and which
 * sessions are remembered. It may import `protocol` and `store`.
 *
 * @module
 */

import type { Dialect, DialectName } from "../protocol/dialect.ts";
import { LOBBY, type LogEvent } from "../protocol/messages.ts";
import { DEFAULT_WINDOW_BYTES, Log } from "./log.ts";
import { RECENT_MESSAGES, RecentMessages } from "./recent.ts";
import type { Windows } from "./windows.ts";
import { type RoomStore, StoreUnavailable } from "../store/store.ts";

/** Who reads a room: the writer of a connection. */
export interface Reader {
  /**
   * The room has something new.
   *
   * @param nowMs The time, where it is known: one look at the clock does for all who are woken.
   */
  wake(nowMs?: number): void;
}

/** The log of a dialect. */
interface DialectLog {
  readonly dialect: Dialect;
  readonly log: Log;
  /** Somebody has asked for it, so it is kept up to date. */
  inUse: boolean;
}

/**
 * Events that a log is filled with at most: however many have come and gone since, the messages
 * before them are in it, as long as its window has room for all.
 */
const MAX_FILL_EVENTS = 50_000;

/** Settings of a room. */
export interface RoomOptions {
  /**
   * Dialects whose logs are filled at once when there is a past, so that the first who joins does
   * not wait for that. Default: none; they are filled when they are asked for.
   */
  readonly dialects?: readonly Dialect[];
  /** Milliseconds of the clock that the cursors go by. Default: each looks for itself. */
  readonly now?: () => number;
  /** Bytes that each log keeps; see {@linkcode Log}. */
  readonly windowBytes?: number;
  /** What the logs of all rooms share; default: each keeps all of its window. */
  readonly windows?: Windows;
  /** Told that the store cannot be read. */
  readonly onStoreFailure?: (error: unknown) => void;
}

/** A log for each dialect, and those who read them. */
export class Room {
  /** Where the newest messages begin. */
  readonly recent: RecentMessages = new RecentMessages();
  readonly #store: RoomStore;
  readonly #options: RoomOptions;
  readonly #logs = new Map<DialectName, DialectLog>();
  readonly #readers = new Set<Reader>();

  /**
   * A room with the past of its store.
   *
   * @param store Owned by the caller, who closes it after the last use of the room.
   */
  constructor(store: RoomStore, options: RoomOptions = {}) {
    this.#store = store;
    this.#options = options;
    for (const { seq, at } of store.places(RECENT_MESSAGES)) this.recent.add(seq, at);
    const events = options.dialects === undefined ? [] : this.#tail();
    if (events.length === 0) return;
    for (const dialect of options.dialects ?? []) this.#fill(dialect, events);
  }

  /** Where the past is. */
  get store(): RoomStore {
    return this.#store;
  }

  /** How many clients read. */
  get readers(): number {
    return this.#readers.size;
  }

  /**
   * The log of a dialect, up to date; the first time, it is filled with the newest events. Where the
   * store cannot be read now, it begins with the present, and who reads it is told of the gap.
   */
  log(dialect: Dialect): Log {
    const known = this.#logs.get(dialect.name);
    if (known?.inUse) return known.log;
    let entry: DialectLog;
    try {
      entry = this.#upToDate(dialect, known);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.#options.onStoreFailure?.(error);
      entry = this.#fill(dialect, []);
    }
    entry.inUse = true;
    return entry.log;
  }

  #upToDate(dialect: Dialect, known: DialectLog | undefined): DialectLog {
    // Nobody has read it so far, so it was spared what came since.
    return known !== undefined && this.#catchUp(known) ? known : this.#fill(dialect, this.#tail());
  }

  /** Appends what a log has missed; false when the store gives no longer all of it. */
  #catchUp({ dialect, log }: DialectLog): boolean {
    const missed = this.#store.lastSeq + 1 - log.nextSeq;
    if (missed === 0) return true;
    if (missed > MAX_FILL_EVENTS) return false;
    const events = this.#tail(missed);
    if (events[0]?.seq !== log.nextSeq) return false;
    for (const event of events) log.append(dialect.renderLog(event, LOBBY));
    return true;
  }

  /** The newest events for a log: so many, or back to as many messages as newcomers may ask for. */
  #tail(count?: number): LogEvent[] {
    return this.#store.tail({
      messages: count ?? RECENT_MESSAGES,
      events: count ?? MAX_FILL_EVENTS,
      bytes: this.#options.windowBytes ?? DEFAULT_WINDOW_BYTES,
    });
  }

  #fill(dialect: Dialect, events: readonly LogEvent[]): DialectLog {
    const log = new Log(events[0]?.seq ?? this.#store.lastSeq + 1, this.#options);
    for (const event of events) log.append(dialect.renderLog(event, LOBBY));
    const entry = { dialect, log, inUse: false };
    this.#logs.set(dialect.name, entry);
    return entry;
  }

  /** Wakes it at every flush from now on. */
  attach(reader: Reader): void {
    this.#readers.add(reader);
  }

  /** Wakes it no more. */
  detach(reader: Reader): void {
    this.#readers.delete(reader);
  }

  /**
   * Puts events into the logs. Nobody sees them before {@linkcode wake}.
   *
   * @param events What the store has just kept, in its order.
   */
  show(events: readonly LogEvent[]): void {
    if (events.length === 0) return;
    for (const { dialect, log, inUse } of this.#logs.values()) {
      if (inUse) log.appendAll(events.map((event) => dialect.renderLog(event, LOBBY)));
    }
    for (const { type, seq, at } of events) if (type === "message") this.recent.add(seq, at);
  }

  /** Lets all readers go on. */
  wake(): void {
    const nowMs = this.#options.now?.();
    for (const reader of this.#readers) reader.wake(nowMs);
  }
}
