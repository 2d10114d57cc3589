/**
 * One connection to a server, from its hello to its end: requests go out, checked events come in,
 * and a server that has fallen silent is noticed. It knows nothing of what was before or will come
 * after; `client.ts` does.
 *
 * Nothing of Deno: any {@linkcode LineConnection} will do.
 *
 * @module
 */

import type { LineConnection } from "../net/line_connection.ts";
import type { Request, ServerEvent } from "../protocol/messages.ts";
import type { Timers } from "./timers.ts";
import { parseServerLine } from "./validate.ts";

/** Silence after which the client asks for a sign of life; the contract of time. */
export const PING_AFTER_MS = 5_000;

/** Silence after that question which means that the server is gone. */
export const GIVE_UP_AFTER_MS = 5_000;

const encoder = new TextEncoder();

/** How a connection ended: `silent` when the server gave no sign of life. */
export type ConnectionEnd = "closed" | "broken" | "silent";

/** See the module. */
export class Connection {
  readonly #lines: LineConnection;
  readonly #timers: Timers;
  #unwritten: string[] = [];
  #writing = false;
  #closed = false;
  #silent = false;
  #pinged = false;
  /** Not while the consumer is busy: what it has not read is no silence of the server. */
  #listening = false;
  #heardMs: number;
  #cancelBeat: () => void = () => {};

  /**
   * Takes a connection over and begins to watch over it.
   *
   * @param lines From here on this object's to close.
   * @param timers Where time comes from.
   */
  constructor(lines: LineConnection, timers: Timers) {
    this.#lines = lines;
    this.#timers = timers;
    this.#heardMs = timers.now();
    this.#beatIn(PING_AFTER_MS);
  }

  /** How it ended; has a meaning once {@linkcode events} has ended. */
  get end(): ConnectionEnd {
    if (this.#silent) return "silent";
    return this.#lines.broken ? "broken" : "closed";
  }

  /** Why there was no conversation, when the transport could tell; known at the end. */
  get fault(): Error | undefined {
    return this.#lines.fault;
  }

  /**
   * Sends a request after those before it. What is sent in one turn is written at once. Never
   * throws: when the connection is gone, {@linkcode events} ends.
   */
  send(request: Request): void {
    if (this.#closed) return;
    this.#unwritten.push(JSON.stringify(request) + "\n");
    if (this.#writing) return;
    this.#writing = true;
    queueMicrotask(() => this.#write());
  }

  /**
   * What the server says, checked; all that arrived at once, never an empty batch. Lines that are
   * not events are left out. Ends with the connection, which it closes. The next batch is read when
   * the consumer asks for it: a slow one makes TCP push back.
   */
  async *events(): AsyncGenerator<ServerEvent[], void> {
    try {
      this.#heard();
      for await (const batch of this.#lines.lines) {
        this.#listening = false;
        const events: ServerEvent[] = [];
        for (const line of batch) {
          const event = typeof line === "string" ? parseServerLine(line) : undefined;
          if (event !== undefined) events.push(event);
        }
        if (events.length > 0) yield events;
        if (this.#closed) return;
        this.#heard();
      }
    } finally {
      this.close();
    }
  }

  /** Ends it at once, since the server has not answered for too long. */
  giveUp(): void {
    this.#silent = true;
    this.close();
  }

  /** Ends it at once. */
  close(): void {
    this.#closed = true;
    this.#cancelBeat();
    this.#lines.close();
  }

  #heard(): void {
    this.#listening = true;
    this.#pinged = false;
    this.#heardMs = this.#timers.now();
  }

  #beatIn(delayMs: number): void {
    this.#cancelBeat = this.#timers.after(delayMs, () => this.#beat());
  }

  #beat(): void {
    if (this.#closed) return;
    const quietMs = this.#timers.now() - this.#heardMs;
    if (!this.#listening) {
      // The server must hear from a client whose screen or pipe is slow, too.
      this.send({ type: "ping" });
      this.#beatIn(PING_AFTER_MS);
    } else if (this.#pinged && quietMs >= PING_AFTER_MS + GIVE_UP_AFTER_MS) {
      this.giveUp();
    } else if (!this.#pinged && quietMs >= PING_AFTER_MS) {
      this.#pinged = true;
      // Silence is counted from here when the timer came late (the computer slept).
      this.#heardMs = this.#timers.now() - PING_AFTER_MS;
      this.send({ type: "ping" });
      this.#beatIn(GIVE_UP_AFTER_MS);
    } else {
      const waitMs = PING_AFTER_MS + (this.#pinged ? GIVE_UP_AFTER_MS : 0);
      this.#beatIn(Math.max(1, waitMs - quietMs));
    }
  }

  async #write(): Promise<void> {
    try {
      while (this.#unwritten.length > 0 && !this.#closed) {
        const bytes = encoder.encode(this.#unwritten.join(""));
        this.#unwritten = [];
        for (let offset = 0; offset < bytes.length;) {
          offset += await this.#lines.write(bytes.subarray(offset));
        }
      }
    } catch {
      // The lines end too, and say how. Not closed here: what the server said last is still read.
    } finally {
      this.#writing = false;
    }
  }
}
