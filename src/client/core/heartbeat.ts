/**
 * Signs of life, in both directions. The server must hear from us, however much it has to tell and
 * however slowly we read it; and a server from which nothing arrives any more, not even a part of
 * a line, is given up.
 *
 * No I/O, nothing of Deno.
 *
 * @module
 */

import type { Timers } from "./timers.ts";

/** Without a whole line for so long, the client asks for a sign of life; the contract of time. */
export const PING_AFTER_MS = 5_000;

/** So long after that question without a byte, the server is gone. */
export const GIVE_UP_AFTER_MS = 5_000;

/**
 * The server hears from us as often in any case: it takes a client for lost that has said nothing
 * for 30 s, also one to whom it tells something every second.
 */
const SPEAK_EVERY_MS = 10_000;

/** Options of {@linkcode Heartbeat}. */
export interface HeartbeatOptions {
  /** Where time comes from. */
  readonly timers: Timers;
  /** See `LineConnection`: the server has so much longer to answer. */
  readonly burstMs: number;
  /** How much has arrived so far; growing is a sign of life. */
  readonly received: () => number;
  /** Asks for a sign of life. */
  readonly ping: () => void;
  /** Called once: there has been none for too long. */
  readonly giveUp: () => void;
}

/** Pings a quiet server, and gives up one from which nothing has come for too long. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #timers: Timers;
  /** When something was received, as far as that was looked at. */
  #heardMs: number;
  #received = 0;
  /** When a whole line was received, or we began to listen. */
  #lineMs: number;
  #pingMs: number;
  #sentMs: number;
  /** A ping was sent since something was received. */
  #asked = false;
  /** Where somebody wants to know: without a sign of life until then, it is given up. */
  #checkedMs = Infinity;
  /** Not while the consumer is busy: what it has not read is no silence of the server. */
  #listening = false;
  #listenedMs = 0;
  #cancel: () => void = () => {};

  /**
   * Begins to watch.
   *
   * @param options See {@linkcode HeartbeatOptions}.
   */
  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#timers = options.timers;
    const nowMs = this.#timers.now();
    this.#heardMs =
      this.#lineMs =
      this.#pingMs =
      this.#sentMs =
        nowMs;
    this.#beatIn(PING_AFTER_MS);
  }

  /** Milliseconds spent listening, in all. */
  get listenedMs(): number {
    return this.#listenedMs + (this.#listening ? this.#timers.now() - this.#lineMs : 0);
  }

  /** Something was sent. */
  sent(): void {
    this.#sentMs = this.#timers.now();
  }

  /** What came is dealt with: waits for more. */
  listen(): void {
    this.#listening = true;
    this.#heard();
    this.#received = this.#options.received();
    this.#heardMs = this.#lineMs = this.#timers.now();
  }

  /** Lines have come: nobody listens before they are dealt with. */
  rest(): void {
    this.#listenedMs = this.listenedMs;
    this.#listening = false;
  }

  /**
   * Somebody wants to know, since the computer slept or the network is another one: asks at once,
   * and waits {@linkcode GIVE_UP_AFTER_MS}. A burst over a slow link may take longer: then the
   * connection is given up although it lives, once, which costs a resume.
   */
  check(): void {
    if (!this.#listening || this.#checkedMs !== Infinity) return;
    this.#received = this.#options.received();
    this.#checkedMs = this.#timers.now() + GIVE_UP_AFTER_MS;
    this.#cancel();
    this.#ask(this.#timers.now());
    this.#beatIn(GIVE_UP_AFTER_MS);
  }

  /** Watches no more. */
  stop(): void {
    this.#cancel();
  }

  #beatIn(delayMs: number): void {
    this.#cancel = this.#timers.after(delayMs, () => this.#beat());
  }

  #beat(): void {
    const nowMs = this.#timers.now();
    if (!this.#listening) {
      // The server must hear from a client whose screen or pipe is slow, too.
      this.#options.ping();
      return this.#beatIn(PING_AFTER_MS);
    }
    const { burstMs, giveUp } = this.#options;
    const patienceMs = PING_AFTER_MS + GIVE_UP_AFTER_MS + burstMs;
    this.#lookForBytes(nowMs);
    if (this.#asked && nowMs >= Math.min(this.#heardMs + patienceMs, this.#checkedMs)) {
      return giveUp();
    }
    if (nowMs >= this.#pingDueMs) this.#ask(nowMs);
    const giveUpMs = this.#asked ? Math.min(this.#heardMs + patienceMs, this.#checkedMs) : Infinity;
    this.#beatIn(Math.max(1, Math.min(this.#pingDueMs, giveUpMs) - nowMs));
  }

  #ask(nowMs: number): void {
    // Silence is counted from here when the timer came late (the computer slept).
    if (!this.#asked) this.#heardMs = Math.max(this.#heardMs, nowMs - PING_AFTER_MS);
    this.#asked = true;
    this.#pingMs = nowMs;
    this.#options.ping();
  }

  #heard(): void {
    this.#asked = false;
    this.#checkedMs = Infinity;
  }

  /** Nobody tells of bytes that complete no line. */
  #lookForBytes(nowMs: number): void {
    const received = this.#options.received();
    if (received === this.#received) return;
    this.#received = received;
    this.#heardMs = nowMs;
    this.#heard();
  }

  get #pingDueMs(): number {
    const unheardMs = Math.max(this.#lineMs, this.#pingMs) + PING_AFTER_MS;
    return Math.min(unheardMs, Math.max(this.#sentMs, this.#pingMs) + SPEAK_EVERY_MS);
  }
}
