/**
 * Text in few bytes: a saved state repeats itself a lot.
 *
 * @module
 */

/** Packs a text. */
export function pack(text: string): Promise<Uint8Array> {
  return through(new Blob([text]), new CompressionStream("gzip"));
}

/** The text that was packed. @throws {Error} When the bytes are something else. */
export async function unpack(data: Uint8Array): Promise<string> {
  const bytes = await through(new Blob([data.slice()]), new DecompressionStream("gzip"));
  return new TextDecoder().decode(bytes);
}

async function through(
  blob: Blob,
  transform: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  return new Uint8Array(await new Response(blob.stream().pipeThrough(transform)).arrayBuffer());
}
