/**
 * The gate that all reads of a server pass.
 *
 * @module
 */

import type { StreamConn } from "./stream_conn.ts";
import type { Turns } from "./turns.ts";

/**
 * A connection whose reads wait for their turn. What a server accepts is wrapped in one before
 * anything reads it, so that TLS, telnet, WebSockets and HTTP all pass the same gate.
 */
export class GatedConn implements StreamConn {
  /** Where the peer is. */
  readonly remoteAddr: Deno.Addr;
  readonly #conn: StreamConn;
  readonly #turns: Turns;
  readonly #address: string;
  readonly #admit = (length: number | null): number | null | Promise<number | null> => {
    const wait = this.#turns.next(this.#address);
    return wait === null ? length : wait.then(() => length);
  };

  /**
   * Takes a connection over.
   *
   * @param conn From here on this object's to close.
   * @param turns Whose turns it takes.
   * @param address Who counts as one, as `networkOf` gives it.
   */
  constructor(conn: StreamConn, turns: Turns, address: string) {
    this.#conn = conn;
    this.remoteAddr = conn.remoteAddr;
    this.#turns = turns;
    this.#address = address;
  }

  /** Reads some bytes; resolves when it is this connection's turn to work on them. */
  read(buffer: Uint8Array): Promise<number | null> {
    return this.#conn.read(buffer).then(this.#admit);
  }

  /** Asks for another turn, for more work on the same bytes. Null: go on. */
  turn(): Promise<void> | null {
    return this.#turns.next(this.#address);
  }

  /** Writes some of the bytes; writes take no turns. */
  write(bytes: Uint8Array): Promise<number> {
    return this.#conn.write(bytes);
  }

  /** Half-closes. */
  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  /** Closes the connection; a read that waits for its turn still resolves. */
  close(): void {
    this.#conn.close();
  }

  /** Sends each write at once, where the connection can be told to. */
  setNoDelay(noDelay?: boolean): void {
    this.#conn.setNoDelay?.(noDelay);
  }
}
