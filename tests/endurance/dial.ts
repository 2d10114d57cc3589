/**
 * A connection of an attacker, from an address of this machine that it chooses: `Deno.connect` has
 * no way to say which, `node:net` has.
 *
 * @module
 */

import net from "node:net";

/** Where to, and from where. */
export interface Route {
  /** Address of the server. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
  /** Address of this machine to connect from; absent: the one that the system takes. */
  readonly from?: string | undefined;
}

/**
 * Connects. What is written goes out at once (no Nagle), and nothing is read before somebody
 * listens for data, beyond the 64 KiB that Node reads ahead. A server whose queue is full, or whose
 * link is cut, does not answer at all: the system would go on asking for two minutes.
 *
 * @param signal When it is aborted, nobody waits for a connection that is not there yet.
 * @returns Null when that does not work just now.
 */
export function dial(
  { host, port, from }: Route,
  signal: AbortSignal,
): Promise<net.Socket | null> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(null);
    const local = from === undefined ? {} : { localAddress: from };
    const socket = net.connect({ host, port, noDelay: true, ...local });
    function failed(): void {
      signal.removeEventListener("abort", failed);
      socket.destroy();
      resolve(null);
    }
    signal.addEventListener("abort", failed, { once: true });
    socket.once("error", failed);
    socket.once("connect", () => {
      signal.removeEventListener("abort", failed);
      socket.off("error", failed);
      // Whoever writes is told by the write; nobody minds.
      socket.on("error", () => socket.destroy());
      resolve(socket);
    });
  });
}
