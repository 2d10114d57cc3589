/**
 * What waits for one client alone: pieces of whole lines, each with the position in the log at
 * which it arose. There is a queue for each room that it reads and one for what belongs to no room,
 * with one bound for all: what is full, and what is past twice the bound, are outcomes that the
 * owner sees.
 *
 * @module
 */

/**
 * Bytes that may wait before the outbox is full: four of the longest replies. What a client asks
 * for itself waits in its session instead, which then reads no further.
 */
export const QUEUE_BYTES = 256 * 1024;

/** Pieces that may wait, so that many tiny ones stay cheap, too. */
export const QUEUE_PIECES = 1_024;

/** Two of the longest replies fit behind the bound, however small it is: one of them fills it. */
const LEAST_EXCESS_BYTES = 128 * 1024;

/**
 * What a piece takes beside its bytes: an array of its own and its buffer, in V8's heap and out of
 * it. 200,000 of 20 bytes took 266 in the heap and 613 of the process each (Deno 2.9.6).
 */
const PIECE_BYTES = 448;

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

/** What all queues of one client hold together, and its bound. */
export class QueueSize {
  readonly #maxBytes: number;
  #bytes = 0;
  #pieces = 0;

  /**
   * Nothing waits.
   *
   * @param maxBytes When the queues are full; see {@linkcode QUEUE_BYTES}.
   */
  constructor(maxBytes: number = QUEUE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Nothing waits in any of them. */
  get isEmpty(): boolean {
    return this.#pieces === 0;
  }

  /** They are at their bound. */
  get full(): boolean {
    return this.#bytes >= this.#maxBytes || this.#pieces >= QUEUE_PIECES;
  }

  /** They are past twice their bound: a client that far behind is gone. */
  get overflowing(): boolean {
    const most = this.#maxBytes + Math.max(this.#maxBytes, LEAST_EXCESS_BYTES);
    return this.#bytes > most || this.#pieces > 2 * QUEUE_PIECES;
  }

  /** What they take of the memory. */
  get bytes(): number {
    return this.#bytes + this.#pieces * PIECE_BYTES;
  }

  /** More waits; less, when negative. */
  add(pieces: number, bytes: number): void {
    this.#pieces += pieces;
    this.#bytes += bytes;
  }
}

/** A queue of pieces in the order in which they arose. */
export class PrivateQueue {
  /**
   * Position in the log at which the first piece is due; `Infinity` when there is none. Changed
   * here alone: it is asked for at each write to each client, and there is hardly ever a piece.
   */
  dueAt: number = Infinity;
  readonly #size: QueueSize;
  /** Those before `#first` have been taken. */
  #waiting: Waiting[] = [];
  #first = 0;
  /** Of each kind of which only the newest matters, the piece that waits; null: none ever did. */
  #slots: Map<string, Waiting> | null = null;

  /**
   * An empty queue.
   *
   * @param size Shared with the other queues of the client.
   */
  constructor(size: QueueSize) {
    this.#size = size;
  }

  /**
   * Adds a piece, also when full: who may do that decides the owner.
   *
   * @param slot A kind of which only the newest matters: it takes the place of one that waits.
   */
  push(at: number, piece: Piece, slot?: string): void {
    const known = slot === undefined ? undefined : this.#slots?.get(slot);
    if (known !== undefined) {
      this.#size.add(0, sizeOf(piece) - sizeOf(known.piece));
      known.piece = piece;
      return;
    }
    const waiting = { at, piece };
    this.#size.add(1, sizeOf(piece));
    this.#waiting.push(waiting);
    this.#noteDue();
    if (slot !== undefined) (this.#slots ??= new Map()).set(slot, waiting);
  }

  /** Whether a piece of this kind waits; false for pieces of none. */
  has(slot: string | undefined): boolean {
    return slot !== undefined && this.#slots?.has(slot) === true;
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
    this.#size.add(-1, -sizeOf(waiting.piece));
    for (const [slot, one] of this.#slots ?? []) if (one === waiting) this.#slots!.delete(slot);
    this.#first++;
    // Moving the rest to the front now and then costs less than at each piece.
    if (this.#first * 2 >= this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    this.#noteDue();
  }

  /** Forgets everything. */
  clear(): void {
    while (this.#waiting.length > 0) this.drop();
  }

  #noteDue(): void {
    this.dueAt = this.#waiting[this.#first]?.at ?? Infinity;
  }
}

/** A source holds its bytes elsewhere. */
function sizeOf(piece: Piece): number {
  return piece instanceof Uint8Array ? piece.length : 0;
}
