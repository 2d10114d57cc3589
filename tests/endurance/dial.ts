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
 * listens for data, beyond the 64 KiB that Node reads ahead.
 *
 * @returns Null when that does not work just now.
 */
export function dial({ host, port, from }: Route): Promise<net.Socket | null> {
  return new Promise((resolve) => {
    const local = from === undefined ? {} : { localAddress: from };
    const socket = net.connect({ host, port, noDelay: true, ...local });
    function failed(): void {
      socket.destroy();
      resolve(null);
    }
    socket.once("error", failed);
    socket.once("connect", () => {
      socket.off("error", failed);
      // Whoever writes is told by the write; nobody minds.
      socket.on("error", () => socket.destroy());
      resolve(socket);
    });
  });
}
