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
import { NodeSocket } from "./node_socket.ts";
import type { StreamConn } from "./stream_conn.ts";

/** Bytes of a socket. */
export class SocketConn implements StreamConn {
  /** Where the peer is. */
  readonly remoteAddr: Deno.NetAddr;
  readonly #socket: Socket;
  readonly #bytes: NodeSocket;

  /**
   * Takes a socket over. Nothing is read before the first {@linkcode SocketConn.read}.
   *
   * @param socket It is paused, and stays open when the peer has said its last.
   */
  constructor(socket: Socket) {
    const { remoteAddress: hostname = "", remotePort: port = 0 } = socket;
    this.remoteAddr = { transport: "tcp", hostname, port };
    this.#socket = socket;
    const bytes = new NodeSocket(socket);
    this.#bytes = bytes;
    socket.on("error", ({ message }) => bytes.end(new Deno.errors.ConnectionReset(message)));
    socket.on("end", () => bytes.end(null));
    socket.on("close", () => bytes.end(socket.readableEnded ? null : gone()));
  }

  /**
   * Reads some bytes.
   *
   * @param buffer Where to put them. One call at a time.
   * @returns How many were read; null when the peer has said that there will be no more.
   * @throws When the connection is gone.
   */
  read(buffer: Uint8Array): Promise<number | null> {
    return this.#bytes.read(buffer);
  }

  /**
   * Writes some of the bytes. One call at a time.
   *
   * @param bytes They must not change until it resolves.
   * @returns How many were taken, at most 64 KiB, when the system has all of them.
   * @throws When the connection is gone.
   */
  write(bytes: Uint8Array): Promise<number> {
    return this.#bytes.write(bytes);
  }

  /** Half-closes, after the last write. Reading goes on. */
  closeWrite(): Promise<void> {
    return this.#bytes.closeWrite();
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
