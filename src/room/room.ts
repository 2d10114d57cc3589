/**
 * The room: members, the store, and a log for each dialect in use. It knows no sockets.
 *
 * What is published waits for the end of the present turn of the event loop, and is then flushed
 * together: one commit of the store, which gives `seq` and `at`; one rendering and encoding for each
 * dialect; then every cursor is woken. Nobody sees anything that the store has not kept.
 *
 * ```text
 * publish ─▶ pending ─(microtask)─▶ store.append ─▶ each log ─▶ publishers told ─▶ cursors woken
 *                                        └─ fails: publishers told, nothing shown
 * ```
 *
 * @module
 */

import type { Dialect, DialectName } from "../protocol/dialect.ts";
import type { Draft, LogEvent } from "../protocol/messages.ts";
import type { Cursor } from "./cursor.ts";
import { DEFAULT_WINDOW_BYTES, Log } from "./log.ts";
import { Members } from "./members.ts";
import { RECENT_MESSAGES, RecentMessages } from "./recent.ts";
import { type Entry, type Store, StoreUnavailable } from "../store/store.ts";
import { isoOf } from "../store/times.ts";

/** Who publishes, and hears what became of it. Calls come in the order of publishing. */
export interface Publisher {
  /** Hash of its session, for the store; undefined where it has none. */
  readonly sessionHash: string | undefined;
  /**
   * They are kept and in the logs; cursors are woken right after.
   *
   * @param events One or more of this publisher that follow on each other.
   */
  published(events: readonly LogEvent[]): void;
  /** The store could not keep it; nobody will see it. */
  failed(draft: Draft, error: unknown): void;
}

interface Pending extends Entry {
  readonly publisher: Publisher | null;
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
  /** Wall clock. Default: the system's. */
  readonly date?: () => Date;
  /** Milliseconds of the clock that the cursors go by. Default: each looks for itself. */
  readonly now?: () => number;
  /** Bytes that each log keeps; see {@linkcode Log}. */
  readonly windowBytes?: number;
  /** Told of an publisher that has thrown: a mistake in the program. */
  readonly onFault?: (error: unknown) => void;
  /** Told of each failure of the store, and with null when it works again. */
  readonly onStoreState?: (error: unknown) => void;
}

/** See the module. */
export class Room {
  /** Who is here. */
  readonly members: Members = new Members();
  /** Where the newest messages begin. */
  readonly recent: RecentMessages = new RecentMessages();
  readonly #store: Store;
  readonly #options: RoomOptions;
  readonly #logs = new Map<DialectName, DialectLog>();
  readonly #cursors = new Set<Cursor>();
  #pending: Pending[] = [];
  /** Leaves that the store has refused: they have happened, and are recorded when it recovers. */
  #owed: Pending[] = [];
  #afterFlush: (() => void)[] = [];
  #storeFails = false;

  /**
   * A room with the past of its store.
   *
   * @param store Owned by the caller, who closes it after the last use of the room.
   */
  constructor(store: Store, options: RoomOptions = {}) {
    this.#store = store;
    this.#options = options;
    for (const { seq, at } of store.places(RECENT_MESSAGES)) this.recent.add(seq, at);
    const events = options.dialects === undefined ? [] : this.#tail();
    if (events.length === 0) return;
    for (const dialect of options.dialects ?? []) this.#fill(dialect, events);
  }

  /** Where the past is. */
  get store(): Store {
    return this.#store;
  }

  /** How many clients read. */
  get readers(): number {
    return this.#cursors.size;
  }

  /** The present time as events carry it: from 1970 to 9999, wherever the clock has gone. */
  timestamp(): string {
    return isoOf((this.#options.date?.() ?? new Date()).getTime());
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
      this.#storeFails = true;
      this.#options.onStoreState?.(error);
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
    for (const event of events) log.append(dialect.renderLog(event));
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
    const { windowBytes } = this.#options;
    const log = new Log(
      events[0]?.seq ?? this.#store.lastSeq + 1,
      windowBytes === undefined ? {} : { windowBytes },
    );
    for (const event of events) log.append(dialect.renderLog(event));
    const entry = { dialect, log, inUse: false };
    this.#logs.set(dialect.name, entry);
    return entry;
  }

  /** Wakes this cursor at every flush from now on. */
  attach(cursor: Cursor): void {
    this.#cursors.add(cursor);
  }

  /** Wakes it no more. */
  detach(cursor: Cursor): void {
    this.#cursors.delete(cursor);
  }

  /**
   * Publishes something at the end of this turn.
   *
   * @param publisher Who is told what became of it; null: nobody.
   */
  publish(draft: Draft, publisher: Publisher | null): void {
    const session = publisher?.sessionHash;
    const first = this.#pending.length === 0;
    this.#pending.push(
      session === undefined ? { draft, publisher } : { draft, publisher, session },
    );
    if (first) queueMicrotask(() => this.flush());
  }

  /** Calls back when everything published so far has been flushed: now, when nothing is pending. */
  whenSettled(then: () => void): void {
    if (this.#pending.length === 0) then();
    else this.#afterFlush.push(then);
  }

  /** Flushes now what is pending. Also tries again to record what the store still lacks. */
  flush(): void {
    if (this.#pending.length > 0 || this.#owed.length > 0) this.#commit();
    const then = this.#afterFlush;
    this.#afterFlush = [];
    for (const call of then) this.#guarded(call);
  }

  #commit(): void {
    const batch = this.#owed.length > 0 ? [...this.#owed, ...this.#pending] : this.#pending;
    this.#pending = [];
    this.#owed = [];
    let events: LogEvent[];
    try {
      events = this.#store.append(batch, this.timestamp());
    } catch (error) {
      this.#refuse(batch, error);
      return;
    }
    if (this.#storeFails) {
      this.#storeFails = false;
      this.#options.onStoreState?.(null);
    }
    for (const { dialect, log, inUse } of this.#logs.values()) {
      if (!inUse) continue;
      log.appendAll(events.map((event) => dialect.renderLog(event)));
    }
    for (const event of events) this.#remember(event);
    for (let first = 0, end = 0; first < events.length; first = end) {
      const { publisher } = batch[first]!;
      while (end < events.length && batch[end]!.publisher === publisher) end++;
      this.#tell(
        publisher,
        first === 0 && end === events.length ? events : events.slice(first, end),
      );
    }
    const nowMs = this.#options.now?.();
    for (const cursor of this.#cursors) cursor.wake(nowMs);
  }

  /** One publisher's mistake must not keep the others from seeing what has been committed. */
  #tell(publisher: Publisher | null, events: readonly LogEvent[]): void {
    this.#guarded(() => publisher?.published(events));
  }

  /** Whatever is thrown here would end the program: a flush is nobody's call. */
  #guarded(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#options.onFault?.(error);
    }
  }

  #refuse(batch: readonly Pending[], error: unknown): void {
    this.#storeFails = true;
    this.#options.onStoreState?.(error);
    for (const entry of batch) {
      if (entry.draft.type === "leave") this.#owed.push(entry);
      else this.#guarded(() => entry.publisher?.failed(entry.draft, error));
    }
  }

  #remember(event: LogEvent): void {
    if (event.type === "message") this.recent.add(event.seq, event.at);
  }
}
