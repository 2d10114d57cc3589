/**
 * Every peer, in the order of the tables.
 *
 * @module
 */

import { nats, ncat, ngircd, redis } from "./others.ts";
import { ours, oursDb, oursJson } from "./ours.ts";
import type { Peer } from "./peer.ts";
import { limit, limitJson, naive } from "./scripts.ts";

/** Ours first; each ratio is ours divided by another. */
export const PEERS: readonly Peer[] = [
  ours,
  oursJson,
  oursDb,
  nats,
  redis,
  ngircd,
  ncat,
  naive,
  limit,
  limitJson,
];
