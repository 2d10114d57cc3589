/**
 * The bytes of a connection as they arrive, cheap when idle and fast when busy.
 *
 * @module
 */

/** What an idle connection holds; nearly every line fits. */
const MIN_BUFFER_BYTES = 2 * 1024;

/** What a busy one grows to; larger reads are not faster. */
const MAX_BUFFER_BYTES = 64 * 1024;

/** What {@linkcode ChunkReader} reads from. */
export interface ByteSource {
  /**
   * Reads some bytes.
   *
   * @param buffer Where to put them.
   * @returns How many were read, or null at end of input.
   */
  read(buffer: Uint8Array): Promise<number | null>;
}

/**
 * Reads into one buffer, whose size follows what arrives. It starts at 2 KiB. After a read that
 * fills it, or not even a quarter of it, the next one is twice as large as what came, from 2 to
 * 64 KiB: a flood is read in large pieces, also where it comes in waves, and whoever types again
 * after a flood holds 2 KiB again.
 */
export class ChunkReader {
  readonly #source: ByteSource;
  #buffer = new Uint8Array(MIN_BUFFER_BYTES);
  #length = MIN_BUFFER_BYTES / 2;

  /** Reads nothing yet. */
  constructor(source: ByteSource) {
    this.#source = source;
  }

  /**
   * Reads once. A consumer that does not call it makes the peer wait.
   *
   * @param maxBytes Reads no more than so many, or 2 KiB if that is more; default: no limit.
   * @returns 1 byte to 64 KiB: a view of the buffer, which holds its bytes until the next call. Null
   * at end of input, which closes nothing.
   * @throws Whatever the read throws.
   */
  async next(maxBytes: number = Infinity): Promise<Uint8Array<ArrayBuffer> | null> {
    this.#fit(this.#length, maxBytes);
    const length = await this.#source.read(this.#buffer);
    if (length === null) return null;
    this.#length = length;
    return this.#buffer.subarray(0, length);
  }

  /** @param length What the last read brought. */
  #fit(length: number, maxBytes: number): void {
    const { length: size } = this.#buffer;
    if (length < size && length >= size / 4 && size <= maxBytes) return;
    const wanted = Math.max(MIN_BUFFER_BYTES, Math.min(2 * length, MAX_BUFFER_BYTES, maxBytes));
    if (wanted !== size) this.#buffer = new Uint8Array(wanted);
  }
}
