/**
 * Writing all of some bytes to something that takes them in parts.
 *
 * @module
 */

/** What {@linkcode writeAll} writes to: a connection, standard output. */
export interface ByteSink {
  /**
   * Writes some of the bytes.
   *
   * @returns How many, 1 or more.
   */
  write(bytes: Uint8Array): Promise<number>;
}

/**
 * Writes all of the bytes, one part after the other. Nobody else may write meanwhile.
 *
 * @param bytes Must not change until it resolves.
 * @param onPart Told how many bytes each write took.
 * @throws Whatever a write throws; how much was written is then known to `onPart` alone.
 */
export async function writeAll(
  sink: ByteSink,
  bytes: Uint8Array,
  onPart?: (written: number) => void,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const written = await sink.write(bytes.subarray(done));
    done += written;
    onPart?.(written);
  }
}
