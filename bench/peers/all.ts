/**
 * Every peer, in the order of the tables.
 *
 * @module
 */

import { inspircd, nats, ncat, ngircd, redis } from "./others.ts";
import { ours, oursDb, oursIrc, oursIrcFour, oursIrcTags, oursJson } from "./ours.ts";
import type { Peer, PeerName } from "./peer.ts";
import { limit, limitC, limitCJson, limitJson, naive } from "./scripts.ts";

/** Ours first; each ratio is ours divided by another. */
export const PEERS: readonly Peer[] = [
  ours,
  oursJson,
  oursDb,
  oursIrc,
  oursIrcTags,
  oursIrcFour,
  nats,
  redis,
  ngircd,
  inspircd,
  ncat,
  naive,
  limit,
  limitJson,
  limitC,
  limitCJson,
];

/** Who is measured in the scenario of IRC only. */
const IRC_ONLY: readonly Peer[] = [oursIrc, oursIrcTags, oursIrcFour, inspircd];

/** Names of those who are compared wherever lines are delivered. */
export const EVERYWHERE: readonly PeerName[] = PEERS.filter((peer) => !IRC_ONLY.includes(peer))
  .map(({ name }) => name);
