/**
 * The gate that all reads of a server pass.
 *
 * @module
 */

import { type StreamConn, WrappedConn } from "./stream_conn.ts";
import type { Turns } from "./turns.ts";

/**
 * A connection whose reads wait for their turn. What a server accepts is wrapped in one before
 * anything reads it, so that TLS, telnet, WebSockets and HTTP all pass the same gate.
 */
export class GatedConn extends WrappedConn {
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
    super(conn);
    this.#turns = turns;
    this.#address = address;
  }

  /** Reads some bytes; resolves when it is this connection's turn to work on them. */
  read(buffer: Uint8Array): Promise<number | null> {
    return this.conn.read(buffer).then(this.#admit);
  }

  /** Asks for another turn, for more work on the same bytes. Null: go on. */
  override turn(): Promise<void> | null {
    return this.#turns.next(this.#address);
  }
}
