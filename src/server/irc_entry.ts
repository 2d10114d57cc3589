/**
 * The way to the door of IRC, which is loaded when the server listens already: its fifty modules
 * are a tenth of the start, and nobody has said anything by then.
 *
 * @module
 */

import type { ClientConnection } from "./connection.ts";

/** Takes a connection whose first line is one of IRC; null: it is not loaded. */
let open: ((connection: ClientConnection) => void) | null = null;

/** Loads the door. A server does before it gives up reading files. */
export async function loadIrc(): Promise<void> {
  const { openIrc }: typeof import("./irc/irc_door.ts") = await import(
    import.meta.resolve("./irc/irc_door.ts")
  );
  open = openIrc;
}

/**
 * Takes a connection whose first line is one of IRC.
 *
 * @returns A promise, where that has to wait for the door.
 */
export function openIrc(connection: ClientConnection): void | Promise<void> {
  return open === null ? loadIrc().then(() => open!(connection)) : open(connection);
}
