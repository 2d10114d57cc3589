/**
 * Who works next: all reads of a server pass here, first come, first served, so that no peer keeps
 * the event loop from turning.
 *
 * Deno polls sockets when its loop parks, and while there is always something ready it never does:
 * then it looks at sockets once in about 60 turns (measured with 2.9.6: six peers that pour bytes,
 * 2 ms of work each: an echo took 5 s; with this, 20 ms). Yielding is not enough. So after
 * {@linkcode WORK_MS} of work everybody waits for a timer that is set after the work, and the loop
 * parks.
 *
 * @module
 */

/** Work between two rests of the loop, in milliseconds: what nobody notices in an answer. */
export const WORK_MS = 8;

/** The rest. A shorter timer would not let the loop park. */
const REST_MS = 1;

/**
 * What part of the time between two turns counts as rest: it may be writing, in which case the loop
 * has not parked either.
 */
const REST_SHARE = 1 / 4;

/** So many that wait are let go on in one turn of the loop at most, where their work is small. */
const MAX_AT_ONCE = 64;

/** Time, as far as it is needed here. */
export interface TurnsOptions {
  /** Milliseconds of a clock that never goes back. Default: `performance.now`. */
  readonly now?: () => number;
  /** Calls back once; returns what calls it off. Default: a timer that keeps no process alive. */
  readonly after?: (ms: number, call: () => void) => () => void;
  /** Calls back in the next turn of the loop. Default: `setImmediate`. */
  readonly soon?: (call: () => void) => void;
}

/** First come, first served; of several addresses that wait, one after the other. */
export class Turns {
  readonly #now: () => number;
  readonly #after: (ms: number, call: () => void) => () => void;
  readonly #soon: (call: () => void) => void;
  /** Who waits, by address; each address has one turn after the other. */
  readonly #waiting = new Map<string, (() => void)[]>();
  /** Milliseconds of work since the loop has parked, the present turn not counted. */
  #workedMs = 0;
  /** When the present turn of the loop began; null outside of one. */
  #turnSince: number | null = null;
  #turnEnded = 0;
  /** How many go on in one turn of the loop: more while their work is small, fewer when it is not. */
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
   * @param address Who asks, as `networkOf` gives it: several addresses that wait take turns.
   * @returns Null: go on at once, as is usual. Otherwise it resolves when it is this one's turn.
   */
  next(address: string): Promise<void> | null {
    if (this.#closed) return null;
    if (this.#waiting.size === 0 && !this.#resting) {
      if (this.#mayWork()) return null;
      this.#rest();
    }
    return new Promise((resolve) => {
      const queue = this.#waiting.get(address);
      if (queue === undefined) this.#waiting.set(address, [resolve]);
      else queue.push(resolve);
    });
  }

  /** Lets everybody go on, now and in future. */
  close(): void {
    this.#closed = true;
    this.#cancelTimer();
    for (const queue of this.#waiting.values()) for (const resolve of queue) resolve();
    this.#waiting.clear();
  }

  /** Whether the loop has not worked too long; begins a turn where none has begun. */
  #mayWork(): boolean {
    const nowMs = this.#now();
    if (this.#turnSince === null) {
      this.#workedMs = Math.max(0, this.#workedMs - (nowMs - this.#turnEnded) * REST_SHARE);
      this.#turnSince = nowMs;
      this.#soon(this.#endTurn);
    }
    return this.#workedMs + nowMs - this.#turnSince < WORK_MS;
  }

  readonly #endTurn = (): void => {
    this.#turnEnded = this.#now();
    const tookMs = this.#turnEnded - (this.#turnSince ?? this.#turnEnded);
    this.#workedMs += tookMs;
    if (tookMs > WORK_MS / 2) this.#atOnce = Math.max(1, this.#atOnce >> 1);
    else if (tookMs < WORK_MS / 4) this.#atOnce = Math.min(2 * this.#atOnce, MAX_AT_ONCE);
    this.#turnSince = null;
    this.#release();
  };

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
    if (!this.#mayWork()) return this.#rest();
    for (let left = this.#atOnce; left > 0 && this.#waiting.size > 0; left--) this.#takeFirst()();
  }

  /** The first of the address whose turn it is; its others go behind the other addresses. */
  #takeFirst(): () => void {
    for (const [address, queue] of this.#waiting) {
      const first = queue.shift()!;
      this.#waiting.delete(address);
      if (queue.length > 0) this.#waiting.set(address, queue);
      return first;
    }
    return nothing;
  }
}

function afterUnref(ms: number, call: () => void): () => void {
  const timer = setTimeout(call, ms);
  Deno.unrefTimer(timer);
  return () => clearTimeout(timer);
}

function nothing(): void {}
