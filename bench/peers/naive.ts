/**
 * The naive server: one write for each client and message, nothing shared.
 *
 * @module
 */

import { denoScript, type Peer } from "./peer.ts";

const SCRIPT = "../naive_server.ts";

/** `bench/naive_server.ts`. */
export const naive: Peer = {
  name: "naive",
  wire: "plain",
  about: "bench/naive_server.ts: one write for each client and message",
  ...denoScript(SCRIPT),
};
