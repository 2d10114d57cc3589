/**
 * The limit: a relay that does nothing but read and write.
 *
 * @module
 */

import { type Peer, type RunningPeer, startListening } from "./peer.ts";

const MAIN = new URL("../relay_server.ts", import.meta.url).pathname;

/** `bench/relay_server.ts`. */
export const relay: Peer = {
  name: "relay",
  wire: "raw",
  about:
    "bench/relay_server.ts: reads and writes chunks, knows no lines: the limit of one Deno thread",
  version,
  start,
};

function version(): Promise<string | null> {
  return Promise.resolve(`Deno ${Deno.version.deno}`);
}

function start(): Promise<RunningPeer> {
  return startListening([Deno.execPath(), "run", "--no-prompt", "--allow-net", MAIN]);
}
