/**
 * The logs of a room, one for each format in use, and who reads them. They know no sockets, and
 * not who is in the room: they show what the order has settled.
 *
 * An event is rendered and encoded once for each dialect, and every reader is woken once for all
 * events that were settled together.
 *
 * @module
 */

import type { Dialect, LogFormat } from "../protocol/dialect.ts";
import { SearchedText } from "../protocol/mentions.ts";
import type { LogEvent } from "../protocol/messages.ts";
import { Erasure } from "./erasure.ts";
import { DEFAULT_WINDOW_BYTES, Log } from "./log.ts";
import { type Reader, Readers } from "./readers.ts";
import { RECENT_MESSAGES, RecentMessages } from "./recent.ts";
import type { Windows } from "./windows.ts";
import { type Store, StoreUnavailable } from "../store/store.ts";
import type { RoomStore } from "../store/room_store.ts";

/** A message, for those who look whether it names them. */
export interface Said {
  /** Its place in the log. */
  readonly seq: number;
  /** When. */
  readonly at: string;
  /** Who. */
  readonly from: string;
  /** What: one for all who look. */
  readonly text: SearchedText;
  /** A program said it, and none may answer. */
  readonly isNotice: boolean;
}

/** Who is told of what is said in a room without reading it. */
export interface Watcher {
  /** These messages have just been stored, at least one. */
  heard(messages: readonly Said[]): void;
  /** Before that: somebody came, went or has another name, say; default: that is no matter. */
  moved?(event: LogEvent): void;
  /** Before that: what these messages said was erased; default: that is no matter. */
  erased?(seqs: readonly number[]): void;
}

/** What a room gives to the logs: its number in the store, its name, and what its log is called. */
export interface LogOrigin {
  /** Number of the room in the store. */
  readonly id: number;
  /** Name of the room on the wire. */
  readonly name: string;
  /** Identifies its log. */
  readonly log?: string;
}

/** The log of a format. */
interface FormatLog {
  readonly format: LogFormat;
  readonly log: Log;
  /** Somebody has asked for it, so it is kept up to date. */
  inUse: boolean;
}

/**
 * Events that a log is filled with at most: however many have come and gone since, the messages
 * before them are in it, as long as its window has room for all.
 */
const MAX_FILL_EVENTS = 50_000;

/** Settings of the logs of rooms. */
export interface LogsOptions {
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
export class RoomLogs {
  /** Number of the room in the store. */
  readonly id: number;
  /** Name of the room on the wire: folded, without `#`. */
  readonly name: string;
  /** There is no such room any more. What is already in its logs can still be read. */
  isGone = false;
  /** Identifies its log. */
  readonly logId: string;
  readonly #all: Store;
  readonly #options: LogsOptions;
  #store: RoomStore | null = null;
  #recent: RecentMessages | null = null;
  readonly #logs = new Map<LogFormat, FormatLog>();
  readonly #readers = new Readers();
  /** How many cursors read each log. */
  readonly #reading = new Map<Log, number>();
  readonly #watchers = new Set<Watcher>();
  #isSealed = false;

  /**
   * Logs over the past of a room, which is looked at when it is asked for.
   *
   * @param store Owned by the caller, who closes it after the last use of the room.
   * @param room Its number there and its name, also of one that is about to be made.
   */
  constructor(
    store: Store,
    room: LogOrigin,
    options: LogsOptions = {},
  ) {
    this.#all = store;
    this.id = room.id;
    this.name = room.name;
    this.logId = room.log ?? "";
    this.#options = options;
  }

  /** Where the past is. Not before the room has been stored. */
  get store(): RoomStore {
    return this.#store ??= this.#all.room(this.id);
  }

  /** Where the newest messages begin. */
  get recent(): RecentMessages {
    return this.#recent ??= this.#loadRecent();
  }

  /** How many clients read. */
  get readers(): number {
    return this.#readers.size;
  }

  /**
   * The log of a dialect, up to date; the first time, it is filled with the newest events. Where
   * the store cannot be read now, it begins with the present, and who reads it is told of the gap.
   */
  log({ format }: Pick<Dialect, "format">): Log {
    const known = this.#logs.get(format);
    if (known?.inUse) return known.log;
    // Who came in and out of it within one batch finds nothing there.
    if (this.isGone) return new Log(1);
    let entry: FormatLog;
    try {
      entry = this.#upToDate(format, known);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.#options.onStoreFailure?.(error);
      entry = this.#fill(format, []);
    }
    entry.inUse = true;
    return entry.log;
  }

  /** Whether somebody can come in by this dialect without the store being read for that. */
  isPrepared({ format }: Pick<Dialect, "format">): boolean {
    return this.isGone || (this.#recent !== null && this.#logs.get(format)?.inUse === true);
  }

  /**
   * Reads from the store what {@linkcode log} and {@linkcode recent} give: it may be the whole
   * window.
   */
  prepare(dialect: Pick<Dialect, "format">): void {
    this.log(dialect);
    this.#recent ??= this.#loadRecent();
  }

  /**
   * Fills logs before anybody reads them, so that the first who joins does not wait for that.
   *
   * @param dialects Whose; nothing happens while the room has no past.
   */
  fill(dialects: readonly Pick<Dialect, "format">[]): void {
    const events = this.#tail();
    if (events.length === 0) return;
    for (const { format } of dialects) this.#fill(format, events);
  }

  #loadRecent(): RecentMessages {
    const recent = new RecentMessages();
    if (this.isGone) return recent;
    try {
      for (const { seq, at } of this.store.places(RECENT_MESSAGES)) recent.add(seq, at);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.#options.onStoreFailure?.(error);
    }
    return recent;
  }

  #upToDate(format: LogFormat, known: FormatLog | undefined): FormatLog {
    // Nobody has read it so far, so it was spared what came since.
    return known !== undefined && this.#catchUp(known) ? known : this.#fill(format, this.#tail());
  }

  /** Appends what a log has missed; false when the store gives no longer all of it. */
  #catchUp({ format, log }: FormatLog): boolean {
    const missed = this.store.lastSeq + 1 - log.nextSeq;
    if (missed === 0) return true;
    if (missed > MAX_FILL_EVENTS) return false;
    const events = this.#tail(missed);
    if (events[0]?.seq !== log.nextSeq) return false;
    for (const event of events) log.append(format.renderLog(event, this.name, this.logId));
    return true;
  }

  /** The newest events for a log: so many, or back to as many messages as newcomers may ask for. */
  #tail(count?: number): LogEvent[] {
    return this.store.tail({
      messages: count ?? RECENT_MESSAGES,
      events: count ?? MAX_FILL_EVENTS,
      bytes: this.#options.windowBytes ?? DEFAULT_WINDOW_BYTES,
    });
  }

  #fill(format: LogFormat, events: readonly LogEvent[]): FormatLog {
    const log = new Log(events[0]?.seq ?? this.store.lastSeq + 1, this.#options);
    for (const event of events) log.append(format.renderLog(event, this.name, this.logId));
    const entry = { format, log, inUse: false };
    // Nobody has read the one before.
    this.#logs.get(format)?.log.close();
    this.#logs.set(format, entry);
    return entry;
  }

  /** Wakes it at every flush from now on: it reads this log, perhaps beside others. */
  attach(reader: Reader, log: Log): void {
    this.#readers.add(reader);
    this.#reading.set(log, (this.#reading.get(log) ?? 0) + 1);
  }

  /**
   * It reads a log no more.
   *
   * @param isGone It reads none of this room, and is woken no more.
   */
  detach(reader: Reader, log: Log, isGone: boolean): void {
    const others = (this.#reading.get(log) ?? 1) - 1;
    if (others > 0) this.#reading.set(log, others);
    else this.#reading.delete(log);
    if (!isGone) return;
    this.#readers.delete(reader);
    this.#closeUnread();
  }

  /** Tells it of every message from now on. */
  watch(watcher: Watcher): void {
    this.#watchers.add(watcher);
  }

  /** Tells it no more. */
  unwatch(watcher: Watcher): void {
    this.#watchers.delete(watcher);
  }

  /**
   * Puts events into the logs. Nobody sees them before {@linkcode wake}.
   *
   * @param events What the store has just kept, in its order.
   */
  show(events: readonly LogEvent[]): void {
    if (events.length === 0 || this.#isSealed) return;
    for (const event of events) {
      if (event.type === "message" && event.erases !== undefined) this.#erase(event.erases);
    }
    for (const entry of this.#logs.values()) {
      const { format, log } = entry;
      // It catches up when it is asked for again.
      if (format.onDemand && !this.#reading.has(log)) entry.inUse = false;
      if (!entry.inUse) continue;
      log.appendAll(events.map((event) => format.renderLog(event, this.name, this.logId)));
    }
    this.#tellWatchers(events);
    const recent = this.#recent;
    if (recent === null) return;
    for (const { type, seq, at } of events) if (type === "message") recent.add(seq, at);
  }

  /** Takes out of the logs what the store has erased. */
  #erase(seqs: readonly number[]): void {
    const erasure = new Erasure(this.name, this.logId);
    const oldest = Math.min(...[...this.#logs.values()].map(({ log }) => log.firstSeq));
    for (const seq of seqs) {
      const event = seq < oldest ? undefined : this.store.newestBefore(seq + 1);
      if (event?.type !== "message" || event.seq !== seq) continue;
      for (const { format, log } of this.#logs.values()) erasure.erase(log, format, event);
    }
  }

  #tellWatchers(events: readonly LogEvent[]): void {
    if (this.#watchers.size === 0) return;
    const said: Said[] = [];
    for (const event of events) {
      if (event.type !== "message") {
        for (const watcher of this.#watchers) watcher.moved?.(event);
        continue;
      }
      const { seq, at, from, text, notice, erases } = event;
      if (erases !== undefined) { for (const watcher of this.#watchers) watcher.erased?.(erases); }
      said.push({ seq, at, from, text: new SearchedText(text), isNotice: notice === true });
    }
    if (said.length === 0) return;
    for (const watcher of this.#watchers) watcher.heard(said);
  }

  /**
   * The room is gone: nothing more will be shown. What is in the logs stays for those who still
   * read them to their end, and shares the memory of all until then.
   */
  close(): void {
    if (this.#isSealed) return;
    this.#isSealed = true;
    for (const { log } of this.#logs.values()) log.seal();
    this.#closeUnread();
  }

  #closeUnread(): void {
    if (!this.#isSealed || this.#readers.size > 0) return;
    for (const { log } of this.#logs.values()) log.close();
  }

  /** Lets all readers go on: see `readers.ts`. */
  wake(): void {
    this.#readers.wake(this.#options.now?.());
  }
}
