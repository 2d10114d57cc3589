/**
 * Small servers of ours to measure against, which need no package: what would be the first try, and
 * what nobody can beat.
 *
 * @module
 */

import { denoScript, type Peer } from "./peer.ts";

/** One write for each client and message, nothing shared. */
export const naive: Peer = {
  name: "naive",
  wire: "plain",
  about: "bench/naive_server.ts: one write for each client and message",
  ...denoScript("../naive_server.ts"),
};

/**
 * Nothing but the reads and writes that the work needs, on lines as long as our plain ones: its
 * senders write them so, since it adds nothing.
 */
export const limit: Peer = {
  name: "limit",
  wire: "raw",
  about: "bench/relay_server.ts: only the reads and writes that the work needs, on lines as long " +
    "as ours in plain",
  ...denoScript("../relay_server.ts"),
};

/** The same on lines as long as our json ones. */
export const limitJson: Peer = {
  ...limit,
  name: "limit-json",
  wire: "raw-json",
  about: "the same program, on lines as long as ours in json",
};
