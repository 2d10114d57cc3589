/**
 * What this client said and the server has not acknowledged yet. A message to everybody stays until
 * its echo, or an error with its id, comes; after a lost connection it is sent again with the same
 * id, and the server publishes an id only once: so it arrives exactly once. A direct message is
 * not stored by the server, which therefore cannot tell that it has seen one: it is handed to a
 * connection once at most, and when that is lost before the answer, nobody knows.
 *
 * No I/O, no time, nothing of Deno: the page in the browser uses this file too.
 *
 * @module
 */

import type { InRoom, Say, SayDirect } from "../../protocol/messages.ts";

/** Unacknowledged messages of one client: the server remembers twice as many ids of a session. */
export const MAX_UNACKNOWLEDGED = 500;

/** One message on its way. What is said in a room goes to that room, whatever happens meanwhile. */
export type Outgoing = ((Say & InRoom) | SayDirect) & {
  /** Chosen here; its answer carries it. */
  readonly id: string;
};

/** Options of {@linkcode Outbox}. */
export interface OutboxOptions {
  /** At most this many messages; default {@linkcode MAX_UNACKNOWLEDGED}. */
  readonly maxEntries?: number;
}

/** The messages on their way, in the order in which they were said. */
export class Outbox {
  readonly #maxEntries: number;
  readonly #entries = new Map<string, Outgoing>();
  #unsent: Outgoing[] = [];
  /** Ids of those that no connection has been given yet. */
  readonly #kept = new Set<string>();

  /**
   * Begins empty.
   *
   * @param options See {@linkcode OutboxOptions}.
   */
  constructor({ maxEntries = MAX_UNACKNOWLEDGED }: OutboxOptions = {}) {
    this.#maxEntries = maxEntries;
  }

  /** How many are on their way. */
  get size(): number {
    return this.#entries.size;
  }

  /** No more can be added before one is settled. */
  get full(): boolean {
    return this.#entries.size >= this.#maxEntries;
  }

  /** All of them, oldest first. */
  get entries(): Outgoing[] {
    return [...this.#entries.values()];
  }

  /**
   * Adds a message at the end.
   *
   * @param options `isNew`: no connection has been given it, in an earlier life of the page either;
   * default true.
   * @throws {RangeError} When it is full.
   */
  add(message: Outgoing, { isNew = true }: { readonly isNew?: boolean } = {}): void {
    if (this.full) {
      throw new RangeError(
        `Cannot say more: ${this.#entries.size} messages wait to be acknowledged`,
      );
    }
    this.#entries.set(message.id, message);
    this.#unsent.push(message);
    if (isNew) this.#kept.add(message.id);
  }

  /**
   * Takes the newest message out, as long as no connection has been given it: it was never said.
   *
   * @param isMeant Which messages count.
   * @returns Undefined when there is none, or it may have been said.
   */
  takeBack(isMeant: (message: Outgoing) => boolean): Outgoing | undefined {
    const last = this.entries.findLast(isMeant);
    return last !== undefined && this.#kept.has(last.id) ? this.settle(last.id) : undefined;
  }

  /**
   * Takes what is to be sent now, in order. The caller sends all of it on one connection.
   *
   * @param mayGo Whether a message can be sent now; the others wait. Default: all.
   */
  takeUnsent(mayGo: (message: Outgoing) => boolean = () => true): Outgoing[] {
    const messages = this.#unsent.filter(mayGo);
    if (messages.length === this.#unsent.length) this.#unsent = [];
    else this.#unsent = this.#unsent.filter((message) => !messages.includes(message));
    for (const { id } of messages) this.#kept.delete(id);
    return messages;
  }

  /** The message with this id, when it is on its way. */
  get(id: string): Outgoing | undefined {
    return this.#entries.get(id);
  }

  /**
   * The answer to a message has come.
   *
   * @returns The message, or undefined when none with this id is on its way.
   */
  settle(id: string): Outgoing | undefined {
    const message = this.#entries.get(id);
    if (message === undefined) return undefined;
    this.#entries.delete(id);
    this.#kept.delete(id);
    // It can be waiting to be sent again; a new one never is, since no answer can have come.
    const at = this.#unsent.indexOf(message);
    if (at >= 0) this.#unsent.splice(at, 1);
    return message;
  }

  /** All messages to everybody are to be sent again, in order, with the same ids. */
  sendAgain(): void {
    const unsent = new Set(this.#unsent);
    this.#unsent = this.entries.filter((message) => message.type === "say" || unsent.has(message));
  }

  /**
   * The connection is gone: {@linkcode sendAgain}.
   *
   * @returns The direct messages that were sent and not answered. They are taken out: sending one
   * again could show it twice.
   */
  connectionLost(): Outgoing[] {
    this.sendAgain();
    const unsent = new Set(this.#unsent);
    const uncertain = this.entries.filter((message) => !unsent.has(message));
    for (const message of uncertain) this.#entries.delete(message.id);
    return uncertain;
  }
}
