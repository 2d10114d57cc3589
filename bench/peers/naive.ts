/**
 * The naive server: one write for each client and message, nothing shared.
 *
 * @module
 */

import { type Peer, type RunningPeer, startListening } from "./peer.ts";

const MAIN = new URL("../naive_server.ts", import.meta.url).pathname;

/** `bench/naive_server.ts`. */
export const naive: Peer = {
  name: "naive",
  wire: "plain",
  about: "bench/naive_server.ts: one write for each client and message",
  version,
  start,
};

function version(): Promise<string | null> {
  return Promise.resolve(`Deno ${Deno.version.deno}`);
}

function start(): Promise<RunningPeer> {
  return startListening([Deno.execPath(), "run", "--no-prompt", "--allow-net", MAIN]);
}
