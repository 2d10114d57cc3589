/**
 * Deno's own compression, which is the same on every system and says nothing of the time.
 *
 * @module
 */

/**
 * Compresses bytes.
 *
 * @param format `gzip` with its frame, as for `.tar.gz`; `deflate-raw` without one, as for zip.
 */
export async function compress(
  bytes: Uint8Array<ArrayBuffer>,
  format: "gzip" | "deflate-raw",
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream(format));
  return await new Response(stream).bytes();
}
