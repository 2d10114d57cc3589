/**
 * What a connection receives, for tests that read all of it.
 *
 * @module
 */

import type { LineConnection } from "../../src/net/line_connection.ts";
import type { Line } from "../../src/protocol/framing.ts";

/** The batches of lines until the input ends. */
export async function* batchesOf(
  conn: Pick<LineConnection, "read">,
): AsyncGenerator<Line[], void> {
  for (let batch; (batch = await conn.read()) !== null;) yield batch;
}
