/**
 * The limit: a program that does nothing but the reads and writes that the work needs. Its senders
 * write lines as long as those that our clients get, since it adds nothing.
 *
 * @module
 */

import { type Peer, type RunningPeer, startListening } from "./peer.ts";

const MAIN = new URL("../relay_server.ts", import.meta.url).pathname;

/** Lines as long as our plain ones. */
export const limit: Peer = {
  name: "limit",
  wire: "raw",
  about: "bench/relay_server.ts: only the reads and writes that the work needs, on lines as long " +
    "as ours in plain",
  version,
  start,
};

/** Lines as long as our json ones. */
export const limitJson: Peer = {
  name: "limit-json",
  wire: "raw-json",
  about: "the same program, on lines as long as ours in json",
  version,
  start,
};

function version(): Promise<string | null> {
  return Promise.resolve(`Deno ${Deno.version.deno}`);
}

function start(): Promise<RunningPeer> {
  return startListening([Deno.execPath(), "run", "--no-prompt", "--allow-net", MAIN]);
}
