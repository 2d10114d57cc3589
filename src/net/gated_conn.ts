/**
 * A connection whose reads wait for their turn. What a server accepts is wrapped in one before
 * anything reads it, so that TLS, telnet, WebSockets, and HTTP all pass the same gate.
 *
 * @module
 */

import type { StreamConn } from "./tcp.ts";
import type { Turns } from "./turns.ts";

/** See the module. */
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

  /** See {@linkcode StreamConn}. */
  write(bytes: Uint8Array): Promise<number> {
    return this.#conn.write(bytes);
  }

  /** See {@linkcode StreamConn}. */
  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  /** See {@linkcode StreamConn}. */
  close(): void {
    this.#conn.close();
  }

  /** See {@linkcode StreamConn}. */
  setNoDelay(noDelay?: boolean): void {
    this.#conn.setNoDelay?.(noDelay);
  }
}
