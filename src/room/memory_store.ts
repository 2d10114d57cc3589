/**
 * Keeps the newest events of a room in memory, for a server without `--db`: nothing survives a
 * restart, and searches and histories see this window only.
 *
 * Beside the class stand the two things that every store needs in the same way: how a draft becomes
 * an event, and what "holds all words" means.
 *
 * @module
 */

import type { Draft, LogEvent } from "../protocol/messages.ts";
import { normalized } from "../protocol/normalize.ts";
import { contains } from "./contains.ts";
import type { Ban, Entry, Lookup, Page, Present, Store, StoredSession } from "./store.ts";

/** Events in the window: the ring that fills a dialect's log that is made late. */
export const MAX_WINDOW_EVENTS = 10_000;

/**
 * UTF-16 code units of all texts in the window. Without it 10,000 of the longest texts would hold
 * 160 MB; with it they hold 32 MiB at most, and 10,000 texts of everyday length all fit.
 */
export const MAX_WINDOW_UNITS = 16 * 1024 * 1024;

/** UTF-16 code units that one step of a search folds and compares: 2 to 4 ms of any text. */
const STEP_UNITS = 128 * 1024;

/** What looking at an event costs beside its text, in the same measure. */
const STEP_EVENT_UNITS = 64;

/** Makes a log's id: 128 random bits as 32 hexadecimal digits. */
export function newLogId(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

/**
 * The event that a draft becomes when it is committed.
 *
 * A literal for each shape keeps the hidden classes few and the order of the keys the same
 * everywhere; this runs once for every event of the room.
 *
 * @param draft What happened.
 * @param seq Its place in the log.
 * @param at ISO 8601 in UTC with milliseconds.
 */
export function eventOf(draft: Draft, seq: number, at: string): LogEvent {
  switch (draft.type) {
    case "message":
      return messageOf(seq, at, draft.from, draft.text, draft.id, draft.action);
    case "join":
      return { type: "join", seq, at, name: draft.name };
    case "leave":
      return { type: "leave", seq, at, name: draft.name, reason: draft.reason };
    case "rename":
      return { type: "rename", seq, at, from: draft.from, to: draft.to };
  }
}

/**
 * A message with exactly the optional fields that it has.
 *
 * @param id Absent when the sender chose none.
 * @param action Absent when it is words.
 */
export function messageOf(
  seq: number,
  at: string,
  from: string,
  text: string,
  id: string | undefined,
  action: true | undefined,
): LogEvent {
  if (action === undefined) {
    return id === undefined
      ? { type: "message", seq, at, from, text }
      : { type: "message", seq, at, from, text, id };
  }
  return id === undefined
    ? { type: "message", seq, at, from, text, action }
    : { type: "message", seq, at, from, text, id, action };
}

/**
 * A text as it is compared: without case, and without differences of width (NFKC). The final sigma
 * is the one letter that lower case leaves apart and SQLite's index does not (measured over all
 * characters).
 *
 * @param text As it was said, or asked for.
 */
export function fold(text: string): string {
  return normalized(text, "NFKC").toLowerCase().replaceAll("ς", "σ");
}

/**
 * The words of a query, folded, each once.
 *
 * @param query Whatever was typed; only white space divides it.
 */
export function wordsOf(query: string): string[] {
  return [...new Set(fold(query).split(/\s+/u).filter(isNotEmpty))];
}

/**
 * All words occur in the text.
 *
 * @param text As it was said.
 * @param words From {@linkcode wordsOf}.
 */
export function holdsAll(text: string, words: readonly string[]): boolean {
  const folded = fold(text);
  for (const word of words) {
    if (!contains(folded, word)) return false;
  }
  return true;
}

function isNotEmpty(word: string): boolean {
  return word !== "";
}

/** A ring of the newest events. */
export class MemoryStore implements Store {
  /** Made anew with each store. */
  readonly logId: string = newLogId();
  /** Always: what has left the window is gone. */
  readonly windowOnly = true;

  readonly #maxEvents: number;
  readonly #maxUnits: number;
  /** The event with a `seq` has the slot `seq % maxEvents`. */
  readonly #ring: (LogEvent | undefined)[] = [];
  #lastSeq = 0;
  /** `seq` of the oldest event in the window; `lastSeq + 1` when it is empty. */
  #oldestSeq = 1;
  #units = 0;

  /**
   * An empty window.
   *
   * @param options.maxEvents Events in the window, 1 or more; default {@linkcode MAX_WINDOW_EVENTS}.
   * @param options.maxUnits UTF-16 code units of their texts; default {@linkcode MAX_WINDOW_UNITS}.
   * The newest event stays whatever its size.
   */
  constructor(options: { readonly maxEvents?: number; readonly maxUnits?: number } = {}) {
    this.#maxEvents = options.maxEvents ?? MAX_WINDOW_EVENTS;
    this.#maxUnits = options.maxUnits ?? MAX_WINDOW_UNITS;
  }

  /** `seq` of the newest event, 0 when there is none. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /**
   * Keeps the entries; never fails.
   *
   * @param entries What happened, oldest first. Their sessions are not kept.
   * @param at ISO 8601 in UTC with milliseconds.
   * @returns The events, in the same order.
   */
  append(entries: readonly Entry[], at: string): LogEvent[] {
    const events: LogEvent[] = [];
    for (const { draft } of entries) {
      const event = eventOf(draft, this.#lastSeq + 1, at);
      this.#keep(event);
      events.push(event);
    }
    return events;
  }

  /**
   * The newest events of the window before a `seq`, rising by `seq`.
   *
   * @param before Only events with a smaller `seq`; `Infinity` for the newest.
   * @param limit At most this many, 1 or more.
   */
  before(before: number, limit: number): Page {
    const end = Math.min(before, this.#lastSeq + 1);
    const start = Math.max(end - limit, this.#oldestSeq);
    const events: LogEvent[] = [];
    for (let seq = start; seq < end; seq++) {
      const event = this.#ring[seq % this.#maxEvents];
      if (event !== undefined) events.push(event);
    }
    return { events, more: events.length > 0 && start > this.#oldestSeq };
  }

  /**
   * The newest messages of the window that hold all words of the query, falling by `seq`.
   *
   * @param query Words divided by white space; none of them finds nothing.
   * @param limit At most this many, 1 or more.
   */
  *search(query: string, limit: number): Lookup<Page> {
    const words = wordsOf(query);
    const events: LogEvent[] = [];
    if (words.length === 0) return { events, more: false };
    let units = 0;
    for (let seq = this.#lastSeq; seq >= this.#oldestSeq; seq--) {
      if ((units += STEP_EVENT_UNITS) > STEP_UNITS) {
        units = 0;
        yield;
      }
      const event = this.#ring[seq % this.#maxEvents];
      if (event?.type !== "message") continue;
      units += event.text.length;
      if (!holdsAll(event.text, words)) continue;
      if (events.length === limit) return { events, more: true };
      events.push(event);
    }
    return { events, more: false };
  }

  /** Nothing: no session survives a restart here. */
  sessions(): StoredSession[] {
    return [];
  }

  /** Nobody: a memory begins with its room. */
  present(): Present[] {
    return [];
  }

  /** None: bans live as long as the server, which knows them. */
  bans(): Ban[] {
    return [];
  }

  /** Nothing: see {@linkcode MemoryStore.bans}. */
  keepBan(_ban: Ban): void {}

  /** Nothing: see {@linkcode MemoryStore.bans}. */
  dropBan(_key: string): void {}

  /** Forgets the window. */
  close(): void {
    this.#ring.length = 0;
    this.#oldestSeq = this.#lastSeq + 1;
    this.#units = 0;
  }

  #keep(event: LogEvent): void {
    if (event.seq - this.#oldestSeq === this.#maxEvents) this.#dropOldest();
    this.#ring[event.seq % this.#maxEvents] = event;
    this.#lastSeq = event.seq;
    this.#units += unitsOf(event);
    while (this.#units > this.#maxUnits && this.#oldestSeq < event.seq) this.#dropOldest();
  }

  #dropOldest(): void {
    const slot = this.#oldestSeq % this.#maxEvents;
    const oldest = this.#ring[slot];
    if (oldest !== undefined) this.#units -= unitsOf(oldest);
    this.#ring[slot] = undefined;
    this.#oldestSeq++;
  }
}

/** Only texts count: names are bounded at 32 characters. */
function unitsOf(event: LogEvent): number {
  return event.type === "message" ? event.text.length : 0;
}
