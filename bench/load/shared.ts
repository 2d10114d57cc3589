/**
 * What all clients of the benchmarks need.
 *
 * @module
 */

/** Writes all of the bytes: `conn.write` may write only some. */
export async function writeAll(
  conn: Pick<Deno.Conn, "write">,
  bytes: Uint8Array,
): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await conn.write(bytes.subarray(done));
}

/** The time in milliseconds since 1970 with fractions, the same in all threads and processes. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
