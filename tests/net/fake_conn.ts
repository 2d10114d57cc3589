/**
 * A connection in memory: what each read brings is exactly what the test says.
 *
 * @module
 */

import type { StreamConn } from "../../src/net/stream_conn.ts";

/** What one read brings; an error is thrown by it. */
export type Read = Uint8Array | Error;

/** Brings the given reads, then the end of input. */
export class FakeConn implements StreamConn {
  /** Where the peer pretends to be. */
  readonly remoteAddr: Deno.Addr = { transport: "tcp", hostname: "192.0.2.7", port: 4711 };
  /** Sizes of the buffers that were offered, one for each read. */
  readonly offered: number[] = [];
  readonly #reads: Read[];

  /** Takes strings as their bytes in UTF-8. */
  constructor(reads: readonly (Read | string)[]) {
    this.#reads = reads.map((read) =>
      typeof read === "string" ? new TextEncoder().encode(read) : read
    );
  }

  /** Brings the next read. */
  read(buffer: Uint8Array): Promise<number | null> {
    this.offered.push(buffer.length);
    const next = this.#reads.shift();
    if (next === undefined) return Promise.resolve(null);
    if (next instanceof Error) return Promise.reject(next);
    if (next.length > buffer.length) this.#reads.unshift(next.slice(buffer.length));
    const part = next.subarray(0, buffer.length);
    buffer.set(part);
    return Promise.resolve(part.length);
  }

  /** Takes everything. */
  write(bytes: Uint8Array): Promise<number> {
    return Promise.resolve(bytes.length);
  }

  /** Fails, as for a connection that is gone. */
  closeWrite(): Promise<void> {
    return Promise.reject(new Deno.errors.NotConnected("gone"));
  }

  /** Fails, as for a connection that is gone. */
  close(): void {
    throw new Deno.errors.BadResource("gone");
  }
}
