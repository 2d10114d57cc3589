/**
 * The limit: a program that does nothing but the reads and writes that the work needs. Its senders
 * write lines as long as those that our clients get, since it adds nothing.
 *
 * @module
 */

import { denoScript, type Peer } from "./peer.ts";

const SCRIPT = "../relay_server.ts";

/** Lines as long as our plain ones. */
export const limit: Peer = {
  name: "limit",
  wire: "raw",
  about: "bench/relay_server.ts: only the reads and writes that the work needs, on lines as long " +
    "as ours in plain",
  ...denoScript(SCRIPT),
};

/** Lines as long as our json ones. */
export const limitJson: Peer = {
  name: "limit-json",
  wire: "raw-json",
  about: "the same program, on lines as long as ours in json",
  ...denoScript(SCRIPT),
};
