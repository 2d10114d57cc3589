/**
 * The memory that the logs of all rooms and dialects share: however many rooms there are, their
 * windows together have a bound. Beyond it the log that is furthest over its share, which is the
 * same for all, drops its oldest events: many quiet rooms leave a busy one nearly all of its
 * window, and no busy one takes that of the quiet ones.
 *
 * @module
 */

/**
 * What all windows take together: those of 32 busy logs in full. A room has one log for each
 * dialect that is spoken in it.
 */
const WINDOWS_BYTES = 128 * 1024 * 1024;

/** A log, as what shares the memory sees it. */
export interface Window {
  /** Memory that it takes. */
  readonly bytes: number;
  /** It has more than its newest part. */
  readonly canDrop: boolean;
  /** Drops its oldest part, where it {@linkcode canDrop}. */
  dropOldest(): void;
}

/** The windows of all logs of a server. */
export class Windows {
  readonly #maxBytes: number;
  readonly #all = new Set<Window>();
  #bytes = 0;

  /**
   * None so far.
   *
   * @param maxBytes What they take together, apart from the newest segment of each.
   */
  constructor(maxBytes: number = WINDOWS_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** What they take together. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A new log shares from now on. */
  add(window: Window): void {
    this.#all.add(window);
    this.changed(window.bytes);
  }

  /** It is no longer in use. */
  delete(window: Window): void {
    if (this.#all.delete(window)) this.#bytes -= window.bytes;
  }

  /** One of the logs takes so many bytes more, or less when negative. */
  changed(bytes: number): void {
    this.#bytes += bytes;
    if (bytes <= 0) return;
    while (this.#bytes > this.#maxBytes) {
      const largest = this.#largest();
      if (largest === null) return;
      largest.dropOldest();
    }
  }

  /**
   * The one that is furthest over its share, of those that can drop something. Looked for only when
   * a log begins a new segment while all is taken: 0.1 ms with 10,000 logs.
   */
  #largest(): Window | null {
    let largest: Window | null = null;
    for (const window of this.#all) {
      if (!window.canDrop) continue;
      if (largest === null || window.bytes > largest.bytes) largest = window;
    }
    return largest;
  }
}
