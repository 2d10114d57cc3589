/**
 * One thing to measure. Another one is one more file beside this one and a line in `all.ts`.
 *
 * @module
 */

import type { Peer, PeerName } from "../peers/peer.ts";

/** A number that a run gave. */
export interface Figure {
  /** What was measured; the same for all peers and rounds, so that they can be compared. */
  readonly label: string;
  /** The number. */
  readonly value: number;
  /** What it counts. */
  readonly unit:
    | "per second"
    | "seconds"
    | "milliseconds"
    | "microseconds"
    | "cores"
    | "times"
    | "bytes"
    | "lines"
    | "searches"
    | "clients";
}

/** One comparison. */
export interface Scenario {
  /** Its name on the command line. */
  readonly name: string;
  /** What happens, in one sentence, for the heading of its table. */
  readonly about: string;
  /** Which peers it makes sense for. */
  readonly peers: readonly PeerName[];
  /** What differs for a peer, for the notes below the table. */
  readonly notes: Readonly<Partial<Record<PeerName, string>>>;
  /**
   * Starts the peer, measures, stops it.
   *
   * @param log Tells the person at the terminal what is going on.
   * @throws {Error} When what the peer delivered is not right: a number for it would mean nothing.
   */
  run(peer: Peer, log: (text: string) => void): Promise<Figure[]>;
  /** The same in a few seconds, for `deno task bench:check`: some of the figures. Absent: `run`. */
  readonly brief?: Scenario["run"];
}
