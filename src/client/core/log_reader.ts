/**
 * Where a client is in the log of one room: gives events out in order, and asks the server for pages of what is
 * missing, and for pages of the past that somebody wants to see.
 *
 * One page at a time: an answer does not say which question it answers.
 *
 * @module
 */

import type {
  ErrorCode,
  ErrorEvent,
  History,
  Joined,
  Lagged,
  RoomEvent,
  RoomWish,
} from "../../protocol/messages.ts";
import { Beginning } from "./beginning.ts";
import type { Connection } from "./connection.ts";
import type { ClientEvent } from "./events.ts";
import { type Hole, LogOrder, type LogOrderOptions } from "./gap.ts";
import { Retries, type Timers } from "./timers.ts";

/**
 * A log that is new to us and not longer than this is read from its beginning: most likely a server
 * without a database was restarted, and all of it was said while we were away.
 */
const SHORT_LOG = 1_000;

/**
 * Milliseconds that a page of history may take, counted while we listen: a page of 60 KiB behind a
 * MiB of other things takes that over 4 KiB/s.
 */
const PAGE_WAIT_MS = 300_000;

/** A page of history is asked for so often before the gap is given up. */
const MAX_PAGE_TRIES = 3;

/** Options of {@linkcode LogReader}. */
export interface LogReaderOptions {
  /** The room's folded name. */
  readonly room: string;
  /** Time and chance. */
  readonly timers: Timers;
  /** Messages wanted of a log that is new to us, and what lies between them. */
  readonly history: number | "all";
  /** The past is asked for page by page, instead of being sent on joining. */
  readonly paged: boolean;
  /** Of longer gaps only so many of the newest events are fetched. */
  readonly maxFill: number;
  /** See {@linkcode LogOrderOptions.share}. */
  readonly share: NonNullable<LogOrderOptions["share"]>;
  /** Whether no other room is filling a gap. */
  readonly mayAsk: () => boolean;
}

/** Reads the log of one room over one connection after another. */
export class LogReader {
  readonly #options: LogReaderOptions;
  readonly #order: LogOrder;
  readonly #beginning = new Beginning();
  readonly #retries: Retries;
  #connection: Connection | undefined;
  /** The id of the log; undefined before the first welcome. */
  #log: string | undefined;
  #welcomeSeq = 0;
  /** The past that the hello asked for comes: the server leaves the oldest comings and goings out. */
  #isPastComing = false;
  /** A page of the past was asked for, beside those that fill gaps: events before this `seq`. */
  #olderThan: number | undefined;
  /** A page is missing perhaps, and another room was filling its gap. */
  #mustWait = false;
  /** Nothing of this room has come since the last pong. */
  #quiet = false;
  /** When the page that is awaited was asked for, in `Connection.listenedMs`. */
  #askedAtMs = 0;

  /** Knows no log yet. */
  constructor(options: LogReaderOptions) {
    this.#options = options;
    this.#order = new LogOrder(options);
    this.#retries = new Retries(options.timers, { maxTries: MAX_PAGE_TRIES });
  }

  /** It has been in the room. */
  get known(): boolean {
    return this.#log !== undefined;
  }

  /** A page that fills a gap, or that shows where the past begins, is awaited. */
  get filling(): boolean {
    return this.#order.asking || this.#beginning.awaited;
  }

  /** How to come into the room: where it left off there, or as a newcomer. */
  get wish(): RoomWish {
    const { last: after, lastAt: at } = this.#order;
    if (after !== undefined) {
      return {
        ...(this.#log === undefined ? {} : { log: this.#log }),
        after,
        ...(at === undefined ? {} : { at }),
      };
    }
    const { history, paged } = this.#options;
    return { history: paged || history === "all" ? 0 : history };
  }

  /**
   * In the room, over a new connection.
   *
   * @returns The log is another one than before, or has gone back in time.
   */
  connected(
    connection: Connection,
    { log, seq, forget }: Pick<Joined, "log" | "seq" | "forget">,
  ): boolean {
    const again = this.known;
    const isNew = this.#log !== undefined &&
      (log !== this.#log || seq < (this.#order.last ?? 0) || forget !== undefined);
    if (isNew && forget !== undefined && forget > 0) this.#order.restart(forget);
    else if (isNew && seq <= SHORT_LOG) this.#begin(seq, "all");
    else if (isNew || (!again && this.#options.paged)) this.#begin(seq, this.#options.history);
    this.#isPastComing = (!again || this.#order.last === undefined) && !this.#options.paged;
    this.#beginning.askAgain();
    this.#order.connected(seq);
    this.#connection = connection;
    this.#olderThan = undefined;
    this.#log = log;
    this.#welcomeSeq = seq;
    this.#quiet = true;
    this.#mustWait = false;
    this.#retries.succeeded();
    return isNew;
  }

  /** The connection is gone, or it is no longer in the room. */
  disconnected(): void {
    this.#connection = undefined;
    this.#order.askAgain();
    this.#beginning.askAgain();
    this.#retries.cancel();
  }

  /** Begins to fetch what is missing. */
  catchUp({ again }: { readonly again: boolean }): void {
    // Shows whether any of the events that we missed did not come.
    if (again) this.#connection?.send({ type: "ping" });
    else if (this.#options.paged) this.#ask();
  }

  /** See `ChatClient.older`. */
  older(before: number, messages: number): boolean {
    const connection = this.#connection;
    if (connection === undefined || this.#olderThan !== undefined || this.#order.asking) {
      return false;
    }
    this.#olderThan = before;
    this.#askedAtMs = connection.listenedMs;
    connection.send({ type: "history", room: this.#options.room, before, messages });
    return true;
  }

  /** Whether an event was there before the last welcome. */
  isPast({ seq }: RoomEvent): boolean {
    return seq <= this.#welcomeSeq;
  }

  /** Whether others come before this event that have not come yet. */
  isEarly({ seq }: RoomEvent): boolean {
    return seq > (this.#order.last ?? Infinity) + 1;
  }

  /** There is an event with this `seq`, which comes once more at its place in the log. */
  expect({ seq }: RoomEvent): void {
    this.#order.heardOf(seq);
    this.#connection?.send({ type: "ping" });
  }

  /**
   * An event of the log has come.
   *
   * @param told What the listener is to be told is added here.
   */
  arrived(event: RoomEvent, told: ClientEvent[]): void {
    this.#quiet = false;
    if (this.#isPastComing) {
      this.#isPastComing = event.seq <= this.#welcomeSeq;
      this.#order.skipTo(this.#isPastComing ? event.seq - 1 : this.#welcomeSeq);
    }
    this.#tell(this.#order.arrived(event), told);
    if (event.seq > (this.#order.last ?? Infinity)) this.#ask();
  }

  /** The server has skipped events. */
  lagged({ from, to }: Lagged): void {
    this.#isPastComing = false;
    if (this.#order.last === undefined) this.#order.restart(from - 1);
    this.#order.heardOf(to);
    this.#ask();
  }

  /** A page has come: one that fills a gap, or one that somebody wants to see. */
  page(page: History, told: ClientEvent[]): void {
    const olderThan = this.#olderThan;
    if (olderThan !== undefined && page.events.every(({ seq }) => seq < olderThan)) {
      this.#olderThan = undefined;
      told.push({ type: "told", event: page, past: true });
      return this.#ask();
    }
    if (this.#beginning.awaited) return this.#count(page, told);
    const events = this.#order.page(page);
    if (events === undefined) {
      told.push({ type: "told", event: page, past: true });
      return;
    }
    this.#retries.succeeded();
    this.#tell(events, told);
    this.#ask();
  }

  /**
   * The server lives. When nothing of this room has come since the last time, what is missing does not
   * come by itself; else it may be on its way.
   */
  pong(told: ClientEvent[]): void {
    this.#checkPage(told);
    if (this.#quiet) this.#ask();
    this.#quiet = true;
  }

  /** Another room may have filled its gap: asks for the page that had to wait for it, if there is one. */
  askNext(): void {
    if (this.#mustWait) this.#ask();
  }

  /**
   * The server refused something that has no id: perhaps the page that is awaited. Only when it
   * cannot read its log: any other code is about a line that somebody has typed meanwhile.
   */
  refused(code: ErrorCode, told: ClientEvent[]): void {
    if (code !== "unavailable") return;
    if (this.#olderThan !== undefined) {
      this.#olderThan = undefined;
      return this.#ask();
    }
    if (!this.filling) return;
    this.#order.askAgain();
    this.#beginning.askAgain();
    if (this.#retries.later(() => this.#ask()) === undefined) this.#giveUp(told);
  }

  /** Begins with a log that is new to us: all of it, or as many messages as are wanted. */
  #begin(seq: number, history: number | "all"): void {
    this.#beginning.restart(seq, history === "all" ? 0 : history);
    this.#order.restart(history === "all" ? Math.max(0, seq - this.#options.maxFill) : 0);
    if (history === 0) this.#order.skipTo(seq);
  }

  #giveUp(told: ClientEvent[]): void {
    this.#beginning.giveUp();
    this.#tell(this.#order.giveUp(), told);
  }

  /** A page has come that shows where the past begins, or how much further back that is. */
  #count(page: History, told: ClientEvent[]): void {
    this.#retries.succeeded();
    const found = this.#beginning.page(page);
    if (found !== undefined) {
      const { first, before } = found;
      this.#order.skipTo(first - 1);
      const isAll = before === this.#welcomeSeq + 1 && before - first === page.events.length;
      // All that was wanted is in this page: it need not be asked for again.
      if (isAll && this.#order.next() !== undefined) this.#tell(this.#order.page(page) ?? [], told);
    }
    this.#ask();
  }

  #tell(events: readonly (RoomEvent | Hole)[], told: ClientEvent[]): void {
    for (const event of events) {
      if (event.type === "missed") told.push({ ...event, room: this.#options.room });
      else if (!this.#beginning.leavesOut(event)) {
        told.push({ type: "told", event, past: this.isPast(event) });
      }
    }
  }

  #ask(): void {
    if (this.#olderThan !== undefined || this.#retries.waiting || this.filling) return;
    const { room, mayAsk } = this.#options;
    this.#mustWait = !mayAsk();
    if (this.#mustWait) return;
    const request = this.#beginning.next() ?? this.#order.next();
    if (request === undefined) return;
    this.#askedAtMs = this.#connection?.listenedMs ?? 0;
    this.#connection?.send({ ...request, room });
  }

  /** A server that never sends a page would keep back all that was said since. */
  #checkPage(told: ClientEvent[]): void {
    const waitedMs = (this.#connection?.listenedMs ?? 0) - this.#askedAtMs;
    const awaited = this.filling || this.#olderThan !== undefined;
    if (!awaited || waitedMs < PAGE_WAIT_MS) return;
    const text = "The server did not send the history that it was asked for.";
    const { room } = this.#options;
    const event: ErrorEvent = { type: "error", code: "unavailable", text, room };
    told.push({ type: "told", event, past: false });
    if (this.#olderThan !== undefined) this.#olderThan = undefined;
    else this.#giveUp(told);
  }
}
