/**
 * `chat serve` as its users run it, with a database or without, but with flood control off.
 *
 * @module
 */

import { type RunningPeer, startListening } from "../peers/peer.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** How a server is started. */
export interface ChatServerOptions {
  /** How many clients it must allow; default 1,000. */
  readonly maxClients?: number;
  /** The database's file; absent: memory. */
  readonly db?: string;
  /** It serves the page for browsers, on any free port. */
  readonly web?: boolean;
}

/**
 * Starts a server on a free port of 127.0.0.1 and waits until it listens.
 *
 * @throws {Error} When it does not.
 */
export function startChatServer(options: ChatServerOptions): Promise<RunningPeer> {
  const flags = ["--port", "0", "--host", "127.0.0.1", "--rate", "0"];
  if (options.maxClients !== undefined) flags.push("--max-clients", String(options.maxClients));
  if (options.db !== undefined) flags.push("--db", options.db);
  if (options.web === true) flags.push("--web", "0");
  return startListening([
    Deno.execPath(),
    "run",
    "--no-prompt",
    "--allow-net",
    "--allow-read",
    "--allow-write",
    "--allow-sys=networkInterfaces",
    "--allow-env=CHAT_DEBUG",
    MAIN,
    "serve",
    ...flags,
  ]);
}
