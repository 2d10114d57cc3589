/**
 * A port that another program has opened, such as systemd for a socket unit: it hands over the
 * listening socket as a descriptor. Loaded only where that is asked for.
 *
 * `Deno.listen` takes none, and opening `/dev/fd/3` fails for a socket, but `node:net` can take it
 * over (Deno 2.9.6); its connections go on when all permissions are given back.
 *
 * @module
 */

import { createServer, type Server, type Socket } from "node:net";
import { Failure } from "../failure.ts";
import { SocketConn } from "../net/socket_conn.ts";
import type { StreamConn } from "../net/stream_conn.ts";
import type { OpenPort } from "./listener.ts";

/**
 * Connections that wait to be taken in turn: as many as the system itself lets wait for
 * `Deno.listen`. `node:net` accepts whatever comes; further ones are closed.
 */
const MAX_WAITING = 511;

/**
 * How often a port is told to listen on: milliseconds. One that finds no free descriptor is not
 * looked at again by Deno 2.9.6 (`uv_compat/tcp.rs` forgets the failed accept, and does not ask to
 * be woken): it would be deaf for good, and says nothing. Listening is the call that makes it look.
 */
const LISTEN_ON_MS = 1_000;

/** What of a server of `node:net` is not in its types: the system's side of it; null: closed. */
interface Listening {
  readonly _handle?: { listen?(backlog: number): number } | null;
}

/** Accepts connections of a descriptor. */
class InheritedPort implements OpenPort {
  readonly addr: Deno.NetAddr;
  readonly #server: Server;
  #waiting: Socket[] = [];
  #wake: () => void = () => {};
  readonly #listenOn: ReturnType<typeof setInterval>;
  #isClosed = false;

  constructor(server: Server, addr: Deno.NetAddr) {
    this.#server = server;
    this.addr = addr;
    server.on("connection", (socket: Socket) => {
      // A fault before somebody listens for it would end the program.
      socket.on("error", () => {});
      if (this.#waiting.length >= MAX_WAITING) return void socket.destroy();
      this.#waiting.push(socket);
      this.#wake();
    });
    server.on("error", () => this.#wake());
    const { _handle: handle } = server as Listening;
    this.#listenOn = setInterval(() => handle?.listen?.(MAX_WAITING), LISTEN_ON_MS);
  }

  async accept(): Promise<StreamConn> {
    for (;;) {
      if (this.#isClosed) throw new Deno.errors.BadResource("The listener is closed");
      const socket = this.#waiting.shift();
      // One that is gone again harms nobody.
      if (socket !== undefined && socket.remoteAddress !== undefined) return new SocketConn(socket);
      if (socket !== undefined) socket.destroy();
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  close(): void {
    if (this.#isClosed) throw new Deno.errors.BadResource("The listener is closed");
    this.#isClosed = true;
    clearInterval(this.#listenOn);
    for (const socket of this.#waiting.splice(0)) socket.destroy();
    this.#server.close();
    this.#wake();
  }
}

/**
 * Takes connections from a listening socket that is open.
 *
 * @param descriptor Its number, such as 3: what systemd passes begins there.
 * @param flag That named it.
 * @throws {Failure} When there is none.
 */
export async function takeOver(descriptor: number, flag: string): Promise<OpenPort> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  const listening = Promise.withResolvers<void>();
  server.once("error", listening.reject);
  try {
    server.listen({ fd: descriptor }, listening.resolve);
    await listening.promise;
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no address");
    const { address: hostname, port } = address;
    return new InheritedPort(server, { transport: "tcp", hostname, port });
  } catch (error) {
    throw new Failure(
      `Cannot use ${flag} ${descriptor}: that is no TCP socket that listens ` +
        `(${error instanceof Error ? error.message : error}). Start it from a socket unit of ` +
        "systemd, or leave the flag out.",
    );
  }
}
