/**
 * A connection of `node:net`, in the shape of a `Deno.TcpConn`: for connections of a listening
 * socket that another program has opened, which only `node:net` can take over (Deno 2.9.6).
 *
 * Up to 128 KiB of what a peer sends are read ahead, where a `Deno.TcpConn` reads what is asked
 * for; beyond that TCP makes the peer wait.
 *
 * @module
 */

import type { Socket } from "node:net";
import type { StreamConn } from "./stream_conn.ts";

/** As much as one write takes, so that a slow peer's progress can be seen. */
const WRITE_BYTES = 64 * 1024;

/** Bytes of a socket. */
export class SocketConn implements StreamConn {
  /** Where the peer is. */
  readonly remoteAddr: Deno.NetAddr;
  readonly #socket: Socket;
  #rest: Uint8Array | null = null;
  #failure: Error | null = null;
  #isRead = false;
  #wake: () => void = () => {};

  /**
   * Takes a socket over. Nothing is read before the first {@linkcode SocketConn.read}.
   *
   * @param socket It is paused, and stays open when the peer has said its last.
   */
  constructor(socket: Socket) {
    const { remoteAddress: hostname = "", remotePort: port = 0 } = socket;
    this.remoteAddr = { transport: "tcp", hostname, port };
    this.#socket = socket;
    socket.on("error", ({ message }) => this.#failure ??= new Deno.errors.ConnectionReset(message));
    socket.on("end", () => this.#wake());
    socket.on("close", () => this.#wake());
  }

  /**
   * Reads some bytes.
   *
   * @param buffer Where to put them. One call at a time.
   * @returns How many were read; null when the peer has said that there will be no more.
   * @throws When the connection is gone.
   */
  async read(buffer: Uint8Array): Promise<number | null> {
    const socket = this.#socket;
    if (!this.#isRead) socket.on("readable", () => this.#wake());
    this.#isRead = true;
    for (;;) {
      const bytes: Uint8Array | null = this.#rest ?? socket.read();
      if (bytes !== null) {
        const length = Math.min(bytes.length, buffer.length);
        buffer.set(bytes.subarray(0, length));
        this.#rest = length < bytes.length ? bytes.subarray(length) : null;
        return length;
      }
      if (this.#failure !== null) throw this.#failure;
      if (socket.readableEnded) return null;
      if (socket.destroyed) throw gone();
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /**
   * Writes some of the bytes. One call at a time.
   *
   * @param bytes They must not change until it resolves.
   * @returns How many were taken, at most 64 KiB, when the system has all of them.
   * @throws When the connection is gone.
   */
  write(bytes: Uint8Array): Promise<number> {
    const part = bytes.subarray(0, WRITE_BYTES);
    return new Promise((resolve, reject) => {
      this.#socket.write(part, (error) => {
        if (error) reject(this.#failure ?? error);
        else resolve(part.length);
      });
    });
  }

  /** Half-closes, after the last write. Reading goes on. */
  closeWrite(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.once("close", resolve);
      this.#socket.end(() => resolve());
    });
  }

  /** Closes the socket at once, reads and writes under way included. @throws The second time. */
  close(): void {
    if (this.#socket.destroyed) throw gone();
    this.#socket.destroy();
  }

  /** Sends each write at once. */
  setNoDelay(noDelay = true): void {
    this.#socket.setNoDelay(noDelay);
  }
}

function gone(): Error {
  return new Deno.errors.BadResource("The connection is closed");
}
