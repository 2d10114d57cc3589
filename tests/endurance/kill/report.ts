/**
 * What a kill run says in the end.
 *
 * @module
 */

import type { PipedRunResult } from "./piped_run.ts";
import type { RoomRunResult } from "./room_run.ts";
import type { Verdict } from "./verdict.ts";

/** What all runs have in common, each field a figure that must be 0. */
export interface Judged extends Verdict {
  /** Events that not everybody saw the same. */
  readonly different: number;
  /** What clients were told that they should not be. */
  readonly odd?: number;
  /** Lines of `PRAGMA integrity_check` that are not "ok". */
  readonly damaged?: number;
  /** Exit code of the piped client. */
  readonly code?: number;
}

/** The figures that must be 0, and what they are called. */
const FAULTS: readonly (readonly [keyof Judged, string])[] = [
  ["lost", "acknowledged messages lost"],
  ["unacknowledged", "messages never acknowledged"],
  ["doubled", "messages doubled"],
  ["outOfOrder", "messages out of order"],
  ["strange", "messages that nobody said"],
  ["gaps", "numbers left out"],
  ["disturbances", "leaves or joins of somebody who had only lost the connection"],
  ["different", "events that not everybody saw the same"],
  ["odd", "refusals, rooms lost, logs begun anew, and acknowledgements that came twice"],
  ["damaged", "problems of the database's integrity after kills"],
  ["code", "exit code of the piped client"],
];

/**
 * What is wrong with a run.
 *
 * @returns A clause for each figure that is not 0; none when all is as it must be.
 */
export function faultsOf(result: Judged): string[] {
  return FAULTS.filter(([key]) => (result[key] ?? 0) !== 0)
    .map(([key, words]) => `${result[key]} ${words}`);
}

/**
 * The figures of a run with many clients.
 *
 * @param name Which run it was.
 * @param size How many talked, in how many rooms.
 * @returns Lines, each with its newline.
 */
export function renderRoom(
  name: string,
  { clients, rooms }: { readonly clients: number; readonly rooms: number },
  result: RoomRunResult,
): string {
  const { messages, kills, cuts, lost, doubled, outOfOrder, seconds } = result;
  return `${name}: ${clients} clients, ${rooms} rooms, ${messages} messages, ${kills} kills, ${cuts} cuts, ` +
    `${lost} lost, ${doubled} doubled, ${outOfOrder} out of order, ${seconds.toFixed(1)} s\n` +
    renderFaults(result);
}

/**
 * The figures of a run with a piped client.
 *
 * @returns Lines, each with its newline.
 */
export function renderPiped(result: PipedRunResult): string {
  const { messages, killedAt, lost, doubled, outOfOrder, seconds, stderr } = result;
  return `piped: ${messages} lines, 1 kill (after ${killedAt}), ` +
    `${lost} lost, ${doubled} doubled, ${outOfOrder} out of order, ${seconds.toFixed(1)} s\n` +
    renderFaults(result) + (result.code === 0 ? "" : stderr);
}

function renderFaults(result: Judged): string {
  return faultsOf(result).map((fault) => `  WRONG: ${fault}\n`).join("");
}
