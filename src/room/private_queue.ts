/**
 * What waits for one client alone: pieces of whole lines, each with the position in the log at which
 * it arose. Bounded: what is full, and what is past twice the bound, are outcomes that the owner sees.
 *
 * @module
 */

/**
 * Bytes that may wait before the outbox is full: four of the longest replies. What a client asks for
 * itself waits in its session instead, which then reads no further.
 */
export const QUEUE_BYTES = 256 * 1024;

/** Pieces that may wait, so that many tiny ones stay cheap, too. */
export const QUEUE_PIECES = 1_024;

/** Two of the longest replies fit behind the bound, however small it is: one of them fills it. */
const LEAST_EXCESS_BYTES = 128 * 1024;

/** What a piece takes beside its bytes. */
const PIECE_BYTES = 64;

/**
 * Bytes at once, or a source that is asked for more when the last ones are written, until null. A
 * source that has to wait for its bytes gives a promise of them.
 */
export type Piece = Uint8Array | PieceSource;

/** See {@linkcode Piece}. */
export type PieceSource = () => Uint8Array | null | Promise<Uint8Array | null>;

interface Waiting {
  readonly at: number;
  piece: Piece;
}

const NO_BYTES = new Uint8Array(0);

/** A bounded queue of pieces in the order in which they arose. */
export class PrivateQueue {
  readonly #maxBytes: number;
  /** Those before `#first` have been taken. */
  #waiting: Waiting[] = [];
  #first = 0;
  #bytes = 0;
  /** Of each kind of which only the newest matters, the piece that waits. */
  readonly #slots = new Map<string, Waiting>();

  /**
   * An empty outbox.
   *
   * @param maxBytes When it is full; see {@linkcode QUEUE_BYTES}.
   */
  constructor(maxBytes: number = QUEUE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** It is at its bound. */
  get full(): boolean {
    return this.#bytes >= this.#maxBytes || this.#pieces >= QUEUE_PIECES;
  }

  /** It is past twice its bound: a client that far behind is gone. */
  get overflowing(): boolean {
    const most = this.#maxBytes + Math.max(this.#maxBytes, LEAST_EXCESS_BYTES);
    return this.#bytes > most || this.#pieces > 2 * QUEUE_PIECES;
  }

  /** What it takes of the memory. */
  get bytes(): number {
    return this.#bytes + this.#pieces * PIECE_BYTES;
  }

  /** Position in the log at which the first piece is due; `Infinity` when there is none. */
  get dueAt(): number {
    return this.#waiting[this.#first]?.at ?? Infinity;
  }

  /**
   * Adds a piece, also when full: who may do that decides the owner.
   *
   * @param slot A kind of which only the newest matters: it takes the place of one that waits.
   */
  push(at: number, piece: Piece, slot?: string): void {
    const known = slot === undefined ? undefined : this.#slots.get(slot);
    this.#bytes += sizeOf(piece) - (known === undefined ? 0 : sizeOf(known.piece));
    if (known !== undefined) {
      known.piece = piece;
      return;
    }
    const waiting = { at, piece };
    this.#waiting.push(waiting);
    if (slot !== undefined) this.#slots.set(slot, waiting);
  }

  /** The next bytes of the first piece, maybe none or a promise; it leaves with its last ones. */
  take(): Uint8Array | Promise<Uint8Array | null> {
    const piece = this.#waiting[this.#first]?.piece;
    if (piece === undefined) return NO_BYTES;
    if (piece instanceof Uint8Array) {
      this.drop();
      return piece;
    }
    const bytes = piece();
    if (bytes === null) this.drop();
    return bytes ?? NO_BYTES;
  }

  /** Lets the first piece go: its source has come to its end. */
  drop(): void {
    const waiting = this.#waiting[this.#first];
    if (waiting === undefined) return;
    this.#bytes -= sizeOf(waiting.piece);
    for (const [slot, one] of this.#slots) if (one === waiting) this.#slots.delete(slot);
    this.#first++;
    // Moving the rest to the front now and then costs less than at each piece.
    if (this.#first * 2 >= this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#waiting = [];
    this.#first = 0;
    this.#bytes = 0;
    this.#slots.clear();
  }

  get #pieces(): number {
    return this.#waiting.length - this.#first;
  }
}

/** A source holds its bytes elsewhere. */
function sizeOf(piece: Piece): number {
  return piece instanceof Uint8Array ? piece.length : 0;
}
