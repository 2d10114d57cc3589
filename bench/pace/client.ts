/**
 * One connection of a paced load that has been let in.
 *
 * @module
 */

import { writeAll } from "../load/shared.ts";
import { type WireName, WIRES } from "../load/wire.ts";

/** Connections that are made at the same time: ncat's backlog holds ten. */
const CONNECT_BATCH = 8;

const LEAD_IN_BYTES = 16 * 1024;

/** Where to connect, and as whom. */
export interface Door {
  /** TCP port on 127.0.0.1. */
  readonly port: number;
  /** What the peer speaks. */
  readonly wire: WireName;
}

/**
 * Connects, says hello and reads until it has been let in.
 *
 * @returns The connection; what came behind the words that it waits for may have been read.
 * @throws {Error} When the peer closes it before.
 */
export async function joinAs(name: string, { port, wire }: Door): Promise<Deno.TcpConn> {
  const { hello, ready } = WIRES[wire];
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(conn, new TextEncoder().encode(hello(name)));
  const buffer = new Uint8Array(LEAD_IN_BYTES);
  const decoder = new TextDecoder();
  for (let text = ""; !text.includes(ready);) {
    const count = await conn.read(buffer);
    if (count === null) throw new Error(`${name} was not let in; the peer said: ${text}`);
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
  return conn;
}

/**
 * Joins as several, some at a time.
 *
 * @param use Gets each connection as soon as it is let in, in order within each batch.
 */
export async function joinAll(
  names: readonly string[],
  door: Door,
  use: (conn: Deno.TcpConn, name: string) => void,
): Promise<void> {
  for (let index = 0; index < names.length; index += CONNECT_BATCH) {
    const batch = names.slice(index, index + CONNECT_BATCH);
    await Promise.all(batch.map(async (name) => use(await joinAs(name, door), name)));
  }
}
