/**
 * Every peer, in the order of the tables.
 *
 * @module
 */

import { limit, limitJson } from "./limit.ts";
import { naive } from "./naive.ts";
import { nats } from "./nats.ts";
import { ncat } from "./ncat.ts";
import { ngircd } from "./ngircd.ts";
import { ours, oursDb, oursJson } from "./ours.ts";
import type { Peer } from "./peer.ts";
import { redis } from "./redis.ts";

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
