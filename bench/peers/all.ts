/**
 * Every peer, in the order of the tables.
 *
 * @module
 */

import { naive } from "./naive.ts";
import { ours } from "./ours.ts";
import type { Peer } from "./peer.ts";
import { relay } from "./relay.ts";

/** Ours first; each ratio is ours divided by another. */
export const PEERS: readonly Peer[] = [ours, naive, relay];
