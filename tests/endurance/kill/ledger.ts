/**
 * What a room's log holds, as the clients saw it: one line for each `seq`, written by the first
 * client that sees it and compared by all others.
 *
 * @module
 */

import type { LogEvent, ServerEvent } from "../../../src/protocol/messages.ts";

/** The log as all clients together saw it. */
export class Ledger {
  /** The event with `seq` 1 is at index 1. */
  readonly events: (LogEvent | undefined)[] = [];

  /** `seq` of the newest event that anybody has seen. */
  get last(): number {
    return Math.max(0, this.events.length - 1);
  }

  /**
   * Writes an event down, or compares it.
   *
   * @returns False when another client saw something else under this `seq`.
   */
  take(event: LogEvent): boolean {
    const known = this.events[event.seq];
    if (known !== undefined) return isSame(known, event);
    this.events[event.seq] = event;
    return true;
  }
}

/** What one client saw, as it goes along. */
export class View {
  readonly #ledger: Ledger;
  #next: number | undefined;
  /** Messages in it. */
  messages = 0;
  /** Events that were left out. */
  missing = 0;
  /** Events that came again or after a later one. */
  repeated = 0;
  /** Events that differ from what another client saw. */
  different = 0;

  /**
   * Nothing was seen yet.
   *
   * @param ledger What it is compared with.
   */
  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** `seq` of the newest event seen; 0 before the first. */
  get last(): number {
    return (this.#next ?? 1) - 1;
  }

  /** The client was told of an event. */
  take(event: LogEvent): void {
    this.#next ??= event.seq;
    if (event.seq < this.#next) {
      this.repeated++;
      return;
    }
    this.missing += event.seq - this.#next;
    this.#next = event.seq + 1;
    if (event.type === "message") this.messages++;
    if (!this.#ledger.take(event)) this.different++;
  }
}

/** All that two witnesses must agree in; the key order of an event is always the same. */
export function isSame(one: LogEvent, other: LogEvent): boolean {
  if (one === other) return true;
  if (one.type !== "message" || other.type !== "message") {
    return JSON.stringify(one) === JSON.stringify(other);
  }
  return one.seq === other.seq && one.at === other.at && one.from === other.from &&
    one.id === other.id && one.text === other.text && one.action === other.action;
}

/**
 * An event of a room's log as the log holds it, which knows its room.
 *
 * @param event What a client was told.
 * @returns Undefined for whatever is in no log.
 */
export function loggedOf(event: ServerEvent): { room: string; logged: LogEvent } | undefined {
  // Only what is in a log has all of them.
  if (!("room" in event && "seq" in event && "at" in event)) return undefined;
  const { room, ...logged } = event;
  return { room, logged };
}
