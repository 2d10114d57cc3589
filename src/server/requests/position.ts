/**
 * Where a client goes on in the log. A database can go back in time: a backup was put in its place, or
 * the power failed with `--durability process`. Then numbers up to which a client has read may stand
 * for other events by now, and it must forget the ones that it has.
 *
 * @module
 */

import type { RoomWish } from "../../protocol/messages.ts";
import { type Store, StoreUnavailable } from "../../store/store.ts";

/** Where a client goes on. */
export interface Position {
  /** Events after this `seq` follow; null: it begins as a newcomer. */
  readonly after: number | null;
  /** See `Joined.forget`. */
  readonly forget?: number;
}

/**
 * Finds where a client goes on.
 *
 * @param lastSeq `seq` of the newest event before it came.
 */
export function positionOf(store: Store, wish: RoomWish, lastSeq: number): Position {
  const { log, after, at } = wish;
  if (log !== undefined && log !== store.logId) return { after: null, forget: 0 };
  if (after === undefined) return { after: null };
  try {
    const forget = at === undefined ? undefined : lastInCommon(store, { after, at, lastSeq });
    if (forget !== undefined) return { after: forget > 0 ? forget : null, forget };
  } catch (error) {
    // The log has not gone back while this server runs, and what it cannot read it names as a gap.
    if (!(error instanceof StoreUnavailable)) throw error;
  }
  return { after: after <= lastSeq ? after : null };
}

/**
 * `seq` of the last event that the client and this log have in common, where the client's newest is
 * not in it; 0 where that cannot be told. Undefined: it is in it, or what is kept does not reach back
 * to it. What has been said since the log went back is younger than all that the client has.
 */
function lastInCommon(
  store: Store,
  { after, at, lastSeq }: { readonly after: number; readonly at: string; readonly lastSeq: number },
): number | undefined {
  if (after <= lastSeq) {
    const event = store.before(after + 1, 1).events[0];
    if (event?.seq !== after || event.at === at) return undefined;
    // Younger, and yet with an earlier time: the clock has gone back, too.
    if (event.at < at) return 0;
  }
  let common = 0;
  let end = Math.min(after, lastSeq + 1);
  while (common + 1 < end) {
    const middle = (common + end) >>> 1;
    const event = store.before(middle + 1, 1).events[0];
    if (event === undefined || event.at <= at) common = middle;
    else end = middle;
  }
  return common;
}
