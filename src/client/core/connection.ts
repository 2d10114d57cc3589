/**
 * One connection to a server, from its hello to its end: requests go out, checked events come in,
 * and a server that has fallen silent is noticed. It knows nothing of what was before or will come
 * after; `client.ts` does.
 *
 * Nothing of Deno: any {@linkcode LineConnection} will do.
 *
 * @module
 */

import { type LineConnection, writeAll } from "../../net/line_connection.ts";
import type { Request, ServerEvent } from "../../protocol/messages.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Timers } from "./timers.ts";
import { parseServerLine } from "./validate.ts";

/**
 * Characters of requests that may wait to be written, three times what a full outbox takes. A
 * server that lets more wait answers what it never read: its events would make us ask without end.
 */
export const MAX_UNWRITTEN_CHARS: number = 16 * 1024 * 1024;

const encoder = new TextEncoder();

/** How a connection ended: `silent` when the server gave no sign of life, or read nothing. */
export type ConnectionEnd = "closed" | "broken" | "silent";

/** Sends requests and gives events until either side ends it. Used once. */
export class Connection {
  readonly #lines: LineConnection;
  readonly #heartbeat: Heartbeat;
  #unwritten: string[] = [];
  #unwrittenChars = 0;
  #writing = false;
  #closed = false;
  #silent = false;

  /**
   * Takes a connection over and begins to watch over it.
   *
   * @param lines From here on this object's to close.
   * @param timers Where time comes from.
   */
  constructor(lines: LineConnection, timers: Timers) {
    this.#lines = lines;
    this.#heartbeat = new Heartbeat({
      timers,
      burstMs: lines.burstMs ?? 0,
      received: () => this.received,
      ping: () => this.#ping(),
      giveUp: () => this.giveUp(),
    });
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

  /** How much has arrived; see {@linkcode LineConnection.bytesIn}. 0 where that is unknown. */
  get received(): number {
    return this.#lines.bytesIn ?? 0;
  }

  /** Milliseconds spent waiting for the server: what its consumer took is not counted. */
  get listenedMs(): number {
    return this.#heartbeat.listenedMs;
  }

  /**
   * Sends a request after those before it. What is sent in one turn is written at once. Never
   * throws: when the connection is gone, or the server has left more than
   * {@linkcode MAX_UNWRITTEN_CHARS} unread, {@linkcode events} ends.
   */
  send(request: Request): void {
    if (this.#closed) return;
    const line = JSON.stringify(request) + "\n";
    this.#unwritten.push(line);
    this.#unwrittenChars += line.length;
    if (this.#unwrittenChars > MAX_UNWRITTEN_CHARS) return this.giveUp();
    this.#heartbeat.sent();
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
      this.#heartbeat.listen();
      for (let batch; (batch = await this.#lines.read()) !== null;) {
        this.#heartbeat.rest();
        const events: ServerEvent[] = [];
        for (const line of batch) {
          const event = typeof line === "string" ? parseServerLine(line) : undefined;
          if (event !== undefined) events.push(event);
        }
        if (events.length > 0) yield events;
        if (this.#closed) return;
        this.#heartbeat.listen();
      }
    } finally {
      this.close();
    }
  }

  /** Ends it soon unless the server gives a sign of life: {@linkcode Heartbeat.check}. */
  check(): void {
    this.#heartbeat.check();
  }

  /** Ends it at once, since the server has not answered for too long. */
  giveUp(): void {
    this.#silent = true;
    this.close();
  }

  /** Ends it at once. */
  close(): void {
    this.#closed = true;
    this.#heartbeat.stop();
    this.#unwritten = [];
    this.#lines.close();
  }

  /** What waits to be written is as good a sign of life, once the server reads it. */
  #ping(): void {
    if (this.#unwritten.length === 0) this.send({ type: "ping" });
  }

  async #write(): Promise<void> {
    try {
      while (this.#unwritten.length > 0 && !this.#closed) {
        const bytes = encoder.encode(this.#unwritten.join(""));
        this.#unwritten = [];
        this.#unwrittenChars = 0;
        await writeAll(this.#lines, bytes);
      }
    } catch {
      // The lines end too, and say how. Not closed here: what the server said last is still read.
    } finally {
      this.#writing = false;
    }
  }
}
