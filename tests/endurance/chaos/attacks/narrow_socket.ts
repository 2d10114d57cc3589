/**
 * A connection with hardly any room for what the other end sends, so that a peer that does not read
 * blocks it after some kilobytes. The system otherwise gives it megabytes, and neither Deno nor
 * Node can ask for less: this asks the C library of Linux itself.
 *
 * @module
 */

import type { Route } from "../../dial.ts";

/** Of `<sys/socket.h>` on Linux. */
const AF_INET = 2, SOCK_STREAM = 1, SOL_SOCKET = 1, SO_RCVBUF = 8;
/** Never wait, and no signal for a connection that has gone. */
const FLAGS = 0x40 | 0x4000;

/** The system makes at least 2,304 of it. */
const RECEIVE_BYTES = 4_096;

const SYMBOLS = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
} as const;

/** Never closed but by the end of the process: what the server does about that is the point. */
export class NarrowSocket {
  readonly #libc: Deno.DynamicLibrary<typeof SYMBOLS>;
  readonly #fd: number;

  /**
   * Connects, and waits for it.
   *
   * @throws {Error} When that does not work.
   */
  constructor({ host, port, from = "0.0.0.0" }: Route) {
    this.#libc = Deno.dlopen("libc.so.6", SYMBOLS);
    const { socket, setsockopt, bind, connect } = this.#libc.symbols;
    this.#fd = socket(AF_INET, SOCK_STREAM, 0);
    const size = new Uint8Array(new Int32Array([RECEIVE_BYTES]).buffer);
    const results = [
      this.#fd < 0 ? -1 : 0,
      setsockopt(this.#fd, SOL_SOCKET, SO_RCVBUF, size, 4),
      bind(this.#fd, addressOf(from, 0), 16),
      connect(this.#fd, addressOf(host, port), 16),
    ];
    if (results.some((result) => result < 0)) {
      throw new Error(`No connection to ${host}:${port} came about (${results.join(", ")}).`);
    }
  }

  /** Sends what the system takes now. Returns how many bytes; -1 when it takes nothing. */
  send(bytes: Uint8Array<ArrayBuffer>): number {
    return Number(this.#libc.symbols.send(this.#fd, bytes, BigInt(bytes.length), FLAGS));
  }
}

/** A `sockaddr_in`. */
function addressOf(host: string, port: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint16(0, AF_INET, true);
  new DataView(bytes.buffer).setUint16(2, port);
  bytes.set(host.split(".").map(Number), 4);
  return bytes;
}
