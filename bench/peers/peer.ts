/**
 * What is measured: a program that can be started and speaks a wire that the load generator knows.
 * Another one is one more file beside this one and a line in `all.ts`.
 *
 * @module
 */

import type { WireName } from "../load/wire.ts";
import { RunningProgram } from "../process.ts";

/** How long a peer may take until it listens, in milliseconds. */
const START_TIMEOUT_MS = 20_000;

/** Names of the peers, as the tables show them. */
export type PeerName = "ours" | "naive" | "relay";

/** One program to measure. */
export interface Peer {
  /** Its name. */
  readonly name: PeerName;
  /** What it speaks. */
  readonly wire: WireName;
  /** What it is, for the legend below the table. */
  readonly about: string;
  /**
   * Its version, or null when it is not there: then the tables name the gap.
   */
  version(): Promise<string | null>;
  /**
   * Starts it on a free port of 127.0.0.1 and waits until it listens.
   *
   * @param options `maxClients`: how many clients it must allow.
   */
  start(options: { readonly maxClients: number }): Promise<RunningPeer>;
}

/** A peer that listens. */
export interface RunningPeer {
  /** Where. */
  readonly port: number;
  /** Its process. */
  readonly program: RunningProgram;
}

/** Starts a program that says `… is listening on ADDRESS:PORT` on its standard output. */
export async function startListening(command: readonly string[]): Promise<RunningPeer> {
  const program = RunningProgram.start(command);
  try {
    const match = await program.waitFor(/ is listening on \S+:(\d+)/, START_TIMEOUT_MS);
    return { port: Number(match[1]), program };
  } catch (error) {
    await program.stop();
    throw error;
  }
}
