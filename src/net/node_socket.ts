/**
 * Reading and writing a socket of Node's as a `Deno.Conn` is read and written: by calls that wait,
 * not by events.
 *
 * @module
 */

import type { Duplex } from "node:stream";

/** As much as one write takes, so that a slow peer's progress can be seen. */
const WRITE_BYTES = 64 * 1024;

/** Bytes of a socket, TCP or TLS. */
export class NodeSocket {
  readonly #socket: Duplex;
  #rest: Uint8Array | null = null;
  #failure: Error | null = null;
  #isStarted = false;
  #wake: () => void = () => {};

  /**
   * Takes a socket over. Its owner listens to it, and says when there will be no more
   * ({@linkcode NodeSocket.end}).
   *
   * @param socket It stays open when the peer has said its last.
   */
  constructor(socket: Duplex) {
    this.#socket = socket;
  }

  /** Begins to take what the peer sends; the first {@linkcode NodeSocket.read} does it, too. */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#socket.on("readable", () => this.#wake());
  }

  /**
   * Nothing more will come.
   *
   * @param failure Why, if not because the peer has said so; of several, the first counts.
   */
  end(failure: Error | null): void {
    this.#failure ??= failure;
    this.#wake();
  }

  /**
   * Reads some bytes.
   *
   * @param buffer Where to put them. One call at a time.
   * @returns How many were read; null when the peer has said that there will be no more.
   * @throws What {@linkcode NodeSocket.end} was told.
   */
  async read(buffer: Uint8Array): Promise<number | null> {
    this.start();
    for (;;) {
      const bytes: Uint8Array | null = this.#rest ?? this.#socket.read();
      if (bytes !== null) {
        const length = Math.min(bytes.length, buffer.length);
        buffer.set(bytes.subarray(0, length));
        this.#rest = length < bytes.length ? bytes.subarray(length) : null;
        return length;
      }
      if (this.#failure !== null) throw this.#failure;
      if (this.#socket.readableEnded) return null;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /**
   * Writes some of the bytes. One call at a time.
   *
   * @param bytes They must not change until it resolves.
   * @returns How many were taken, at most 64 KiB, when the socket has passed all of them on.
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
}
