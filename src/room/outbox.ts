/**
 * What waits for one client alone: pieces of whole lines, each with the position in the log at which
 * it arose. Bounded, and full is an outcome that its owner sees.
 *
 * @module
 */

/**
 * Bytes that may wait before the outbox is full: four of the longest replies. What a client asks for
 * itself waits in its session instead, which then reads no further.
 */
export const OUTBOX_BYTES = 256 * 1024;

/** Pieces that may wait, so that many tiny ones stay cheap, too. */
export const OUTBOX_PIECES = 1_024;

/** Bytes at once, or a source that is asked for more when the last ones are written, until null. */
export type Piece = Uint8Array | (() => Uint8Array | null);

interface Waiting {
  readonly at: number;
  readonly piece: Piece;
}

const NO_BYTES = new Uint8Array(0);

/** A bounded queue of pieces in the order in which they arose. */
export class Outbox {
  readonly #maxBytes: number;
  #waiting: Waiting[] = [];
  #bytes = 0;

  /**
   * An empty outbox.
   *
   * @param maxBytes When it is full; see {@linkcode OUTBOX_BYTES}.
   */
  constructor(maxBytes: number = OUTBOX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** It is at its bound. */
  get full(): boolean {
    return this.#bytes >= this.#maxBytes || this.#waiting.length >= OUTBOX_PIECES;
  }

  /** Position in the log at which the first piece is due; `Infinity` when there is none. */
  get dueAt(): number {
    return this.#waiting[0]?.at ?? Infinity;
  }

  /** Adds a piece, also when full: who may do that decides the owner. */
  push(at: number, piece: Piece): void {
    this.#waiting.push({ at, piece });
    if (piece instanceof Uint8Array) this.#bytes += piece.length;
  }

  /** The next bytes of the first piece, maybe none; it leaves with its last ones. */
  take(): Uint8Array {
    const piece = this.#waiting[0]?.piece;
    if (piece instanceof Uint8Array) {
      this.#waiting.shift();
      this.#bytes -= piece.length;
      return piece;
    }
    const bytes = piece?.() ?? null;
    if (bytes === null) this.#waiting.shift();
    return bytes ?? NO_BYTES;
  }

  /** Forgets everything. */
  clear(): void {
    this.#waiting = [];
    this.#bytes = 0;
  }
}
