/**
 * Connections that end with a reset instead of an orderly end. Only `node:net` can ask for one.
 *
 * @module
 */

import net from "node:net";

/** What to do before the reset. */
export interface BeforeReset {
  /** What to send. */
  readonly send: string;
  /** What must have been received. */
  readonly waitFor: string;
  /** What to send then, right before the reset; default: nothing. */
  readonly last?: string;
}

/** Connects to a port of 127.0.0.1 and resets the connection, at once if nothing comes before. */
export function connectAndReset(port: number, before?: BeforeReset): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = "";
    const socket = net.connect(port, "127.0.0.1");
    socket.once("connect", () => {
      if (before === undefined) socket.resetAndDestroy();
      else socket.write(before.send);
    });
    socket.on("data", (bytes: Uint8Array) => {
      received += new TextDecoder().decode(bytes);
      if (before === undefined || !received.includes(before.waitFor)) return;
      socket.removeAllListeners("data");
      socket.write(before.last ?? "", () => socket.resetAndDestroy());
    });
    socket.once("error", reject);
    socket.once("close", () => resolve());
  });
}
