/**
 * Who works next: all reads of a server pass here, so that no peer keeps the event loop from
 * turning. Of several addresses that wait, the one that has worked least and the one that has
 * waited longest take turns: somebody who sends a line now and then does not wait for two hundred
 * addresses that pour, and nobody waits for more than each of them once. Within an address,
 * connections take turns likewise, see `turn_queue.ts`.
 *
 * Deno polls sockets when its loop parks, and while there is always something ready it never does:
 * then it looks at sockets once in about 60 turns (measured with 2.9.6: six peers that pour bytes,
 * 2 ms of work each: an echo took 5 s; with this, 20 ms). Yielding is not enough. So after
 * {@linkcode WORK_MS} of work everybody waits for a timer that is set after the work, and the loop
 * parks.
 *
 * @module
 */

import { type ReadLoad, TurnQueue } from "./turn_queue.ts";

/** Work between two rests of the loop, in milliseconds: what nobody notices in an answer. */
export const WORK_MS = 8;

/** The rest. A shorter timer would not let the loop park. */
export const REST_MS = 1;

/**
 * What part of the time between two turns counts as rest: it may be writing, in which case the loop
 * has not parked either.
 */
const REST_SHARE = 1 / 4;

/**
 * Asking the loop when a turn ends costs about 15 µs, a tenth of a line in a quiet room. So after a
 * turn of at most {@linkcode SMALL_MS} without anybody waiting, the next reads are taken to be as
 * small until they have brought so many bytes, unless they follow on each other within
 * {@linkcode PAUSE_MS}; then one is measured again. Whoever makes them large gains the work on that
 * many bytes, once.
 */
const UNMEASURED_BYTES = 4 * 1024;
/** A line to 100 people, at 7 µs each, is small. */
const SMALL_MS = WORK_MS / 8;
const PAUSE_MS = 0.25;

/** So many that wait are let go on in one turn of the loop at most, where their work is small. */
const MAX_AT_ONCE = 64;

/**
 * Stands for new connections, which are of no address yet. While any wait, every second turn is
 * theirs, since nobody can come in before; but where they are a storm, and take more than
 * {@linkcode ACCEPT_SHARE} of the work, they are one address among the others.
 */
export const ACCEPT = "";

/** See {@linkcode ACCEPT}: a class that comes in at once stays below it. */
const ACCEPT_SHARE = 1 / 4;

/**
 * What a turn counts at least, in milliseconds, so that those who have worked as much alternate.
 */
const LEAST_MS = 0.01;

/** How often the work of an address counts for half of what it did. */
const HALVED_EVERY_MS = 500;

/** Work that is forgotten, in milliseconds. */
const FORGOTTEN_MS = 0.1;

/** Time, as far as it is needed here. */
export interface TurnsOptions {
  /** Milliseconds of a clock that never goes back. Default: `performance.now`. */
  readonly now?: () => number;
  /** Calls back once; returns what calls it off. Default: a timer that keeps no process alive. */
  readonly after?: (ms: number, call: () => void) => () => void;
  /** Calls back in the next turn of the loop. Default: `setImmediate`. */
  readonly soon?: (call: () => void) => void;
}

/** Of several, who has worked least or waited longest. */
export class Turns {
  readonly #now: () => number;
  readonly #after: (ms: number, call: () => void) => () => void;
  readonly #soon: (call: () => void) => void;
  /** Who waits, by address. */
  readonly #waiting = new Map<string, TurnQueue>();
  /** Milliseconds that each address has worked lately. */
  readonly #worked = new Map<string, number>();
  /** The sum of it. */
  #workedByAll = 0;
  #halvedAt = 0;
  /** How often all of it has been halved, and what was read of each connection with it. */
  #halvings = 0;
  /** The addresses that work in the present turn of the loop. */
  #working: string[] = [];
  /** The last turn was a new connection's. */
  #accepted = false;
  /** Whose turn is next: that of who has waited longest, or of who has worked least. */
  #oldestNext = false;
  /** Milliseconds of work since the loop has parked, the present turn not counted. */
  #workedMs = 0;
  /** When the present turn of the loop began; null outside of one. */
  #turnSince: number | null = null;
  /** The loop will tell when it ends. */
  #isMeasured = false;
  /** What brings at most so many bytes is still taken to be small. */
  #unmeasuredBytes = 0;
  #turnEnded = 0;
  /**
   * How many go on in one turn of the loop: more while their work is small, fewer when it is not.
   */
  #atOnce = 4;
  #cancelTimer: () => void = nothing;
  /** Everybody waits for the timer. */
  #resting = false;
  #closed = false;

  /** Nobody waits. */
  constructor(options: TurnsOptions = {}) {
    this.#now = options.now ?? (() => performance.now());
    this.#after = options.after ?? afterUnref;
    this.#soon = options.soon ?? ((call) => setImmediate(call));
  }

  /**
   * Asks for a turn of a few milliseconds' work, right before it.
   *
   * @param address Who asks, as `networkOf` gives it, or {@linkcode ACCEPT}.
   * @param load Of the connection; default: of one of which nothing was read lately.
   * @param bytes What was read, for the work on it alone; default: other work.
   * @returns Null: go on at once, as is usual. Otherwise it resolves when it is this one's turn.
   */
  next(address: string, load?: ReadLoad, bytes?: number): Promise<void> | null {
    if (this.#closed) return null;
    const loaded = load?.add(bytes ?? 0, this.#halvings) ?? 0;
    if (this.#waiting.size === 0 && !this.#resting) {
      if (this.#mayWork(bytes ?? Infinity)) {
        this.#working.push(address);
        return null;
      }
      this.#rest();
    }
    return new Promise((resolve) => {
      let queue = this.#waiting.get(address);
      if (queue === undefined) this.#waiting.set(address, queue = new TurnQueue());
      queue.push({ load: loaded, isNew: load?.isNew ?? false, go: resolve });
    });
  }

  /** Lets everybody go on, now and in future. */
  close(): void {
    this.#closed = true;
    this.#cancelTimer();
    for (const queue of this.#waiting.values()) while (queue.size > 0) queue.take()();
    this.#waiting.clear();
  }

  /** Whether the loop has not worked too long; begins a turn where none has begun. */
  #mayWork(bytes: number): boolean {
    const nowMs = this.#now();
    if (this.#turnSince !== null && !this.#isMeasured) {
      if (nowMs - this.#turnSince < PAUSE_MS) this.#measure();
      else this.#forgetTurn(this.#turnSince);
    }
    if (this.#turnSince === null) {
      this.#workedMs = Math.max(0, this.#workedMs - (nowMs - this.#turnEnded) * REST_SHARE);
      this.#turnSince = nowMs;
      this.#unmeasuredBytes -= bytes;
      if (this.#waiting.size > 0 || this.#unmeasuredBytes < 0) this.#measure();
    }
    return this.#workedMs + nowMs - this.#turnSince < WORK_MS;
  }

  #measure(): void {
    this.#isMeasured = true;
    this.#unmeasuredBytes = 0;
    this.#soon(this.#endTurn);
  }

  /** It was a small one. */
  #forgetTurn(sinceMs: number): void {
    this.#turnEnded = sinceMs;
    this.#turnSince = null;
    this.#working = [];
  }

  readonly #endTurn = (): void => {
    this.#isMeasured = false;
    this.#turnEnded = this.#now();
    const tookMs = this.#turnEnded - (this.#turnSince ?? this.#turnEnded);
    this.#workedMs += tookMs;
    if (tookMs > WORK_MS / 2) this.#atOnce = Math.max(1, this.#atOnce >> 1);
    else if (tookMs < WORK_MS / 4) this.#atOnce = Math.min(2 * this.#atOnce, MAX_AT_ONCE);
    if (tookMs <= SMALL_MS && this.#waiting.size === 0) this.#unmeasuredBytes = UNMEASURED_BYTES;
    this.#turnSince = null;
    this.#noteWork(tookMs);
    this.#release();
  };

  /** Each address that took part in a turn is taken to have done as much of it. */
  #noteWork(tookMs: number): void {
    if (this.#turnEnded - this.#halvedAt >= HALVED_EVERY_MS) {
      this.#halvedAt = this.#turnEnded;
      this.#halvings++;
      this.#workedByAll /= 2;
      for (const [address, ms] of this.#worked) {
        if (ms < FORGOTTEN_MS) this.#worked.delete(address);
        else this.#worked.set(address, ms / 2);
      }
    }
    const share = tookMs / this.#working.length;
    for (const address of this.#working) this.#note(address, share);
    this.#working = [];
  }

  #note(address: string, ms: number): void {
    this.#workedByAll += ms;
    this.#worked.set(address, (this.#worked.get(address) ?? 0) + ms);
  }

  #rest(): void {
    this.#resting = true;
    this.#cancelTimer = this.#after(REST_MS, () => {
      this.#resting = false;
      this.#workedMs = 0;
      this.#release();
    });
  }

  /** A few in each turn of the loop: what they do comes before the end of the turn. */
  #release(): void {
    if (this.#resting || this.#waiting.size === 0) return;
    if (!this.#mayWork(Infinity)) return this.#rest();
    for (let left = this.#atOnce; left > 0 && this.#waiting.size > 0; left--) this.#takeFirst()();
  }

  #takeFirst(): () => void {
    const address = this.#nextAddress();
    const queue = this.#waiting.get(address)!;
    const first = queue.take();
    this.#waiting.delete(address);
    // Behind the others, for those that have worked as much.
    if (queue.size > 0) this.#waiting.set(address, queue);
    this.#accepted = address === ACCEPT;
    this.#working.push(address);
    this.#note(address, LEAST_MS);
    return first;
  }

  #nextAddress(): string {
    const isStorm = (this.#worked.get(ACCEPT) ?? 0) > ACCEPT_SHARE * this.#workedByAll;
    if (!this.#accepted && !isStorm && this.#waiting.has(ACCEPT)) return ACCEPT;
    this.#oldestNext = !this.#oldestNext;
    let least = ACCEPT;
    let leastMs = Infinity;
    for (const address of this.#waiting.keys()) {
      if (address === ACCEPT && !isStorm) continue;
      if (!this.#oldestNext) return address;
      const ms = this.#worked.get(address) ?? 0;
      if (ms >= leastMs) continue;
      least = address;
      leastMs = ms;
    }
    return least;
  }
}

function afterUnref(ms: number, call: () => void): () => void {
  const timer = setTimeout(call, ms);
  Deno.unrefTimer(timer);
  return () => clearTimeout(timer);
}

function nothing(): void {}
