/**
 * The bytes of a connection as a stream that is cheap when idle and fast when busy.
 *
 * `conn.readable` is not used: it closes the whole connection at end of input, so that a peer that
 * half-closed would never get its answers, and it holds 64 KiB for each idle connection.
 *
 * @module
 */

/** What an idle connection holds; nearly every line fits. */
const MIN_BUFFER_BYTES = 2 * 1024;

/** What a busy one grows to; larger reads are not faster. */
const MAX_BUFFER_BYTES = 64 * 1024;

/** What {@linkcode byteStream} reads from. */
export interface ByteSource {
  /**
   * Reads some bytes.
   *
   * @param buffer Where to put them.
   * @returns How many were read, or null at end of input.
   */
  read(buffer: Uint8Array): Promise<number | null>;
}

/** Options of {@linkcode byteStream}. */
export interface ByteStreamOptions {
  /** Changes each chunk on its way; an empty result is left out. */
  readonly filter?: (bytes: Uint8Array) => Uint8Array;
  /** Is told the error of a read that failed; the stream then ends as at end of input. */
  readonly onError: (error: unknown) => void;
}

/**
 * What a connection receives, read only when somebody waits for it. The end of the stream does not
 * close the connection. The read buffer starts at 2 KiB, doubles up to 64 KiB while reads fill it,
 * and is 2 KiB again after a read that does not.
 *
 * @param source What to read from; one read at a time.
 * @param options See {@linkcode ByteStreamOptions}.
 * @returns Chunks of 1 byte to 64 KiB, each the reader's to keep.
 */
export function byteStream(
  source: ByteSource,
  { filter, onError }: ByteStreamOptions,
): ReadableStream<Uint8Array> {
  let buffer = new Uint8Array(MIN_BUFFER_BYTES);
  return new ReadableStream<Uint8Array>({
    async pull(controller): Promise<void> {
      for (;;) {
        let length: number | null;
        try {
          length = await source.read(buffer);
        } catch (error) {
          onError(error);
          length = null;
        }
        if (length === null) return controller.close();
        let chunk: Uint8Array;
        if (length === buffer.length) {
          // Copying a full buffer costs more than a new one, which has to grow anyway.
          chunk = buffer;
          buffer = new Uint8Array(Math.min(2 * length, MAX_BUFFER_BYTES));
        } else {
          chunk = buffer.slice(0, length);
          if (buffer.length > MIN_BUFFER_BYTES) buffer = new Uint8Array(MIN_BUFFER_BYTES);
        }
        if (filter !== undefined) chunk = filter(chunk);
        if (chunk.length > 0) return controller.enqueue(chunk);
      }
    },
  }, { highWaterMark: 0 });
}
