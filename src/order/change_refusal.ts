/**
 * Who may change a room: its keeper and those who help it, and operators.
 *
 * @module
 */

import { type Batch, refused } from "./batch.ts";
import type { Room } from "../room/room.ts";
import type { Refusal, Refused } from "./order.ts";
import type { ByKeeper, Proposal } from "./proposals.ts";
import { isMuted, type State } from "./state.ts";

/**
 * Refuses what somebody may not change in a room; null: it may.
 *
 * @param change Who does, and `text`: words that everybody in the room sees.
 */
export function changeRefusal(
  { members, rooms }: State,
  { atMs }: Batch,
  proposal: Proposal & { readonly room: Room },
  { by, isOperator, text }: ByKeeper & { readonly text?: string },
): Refused | null {
  const { room } = proposal;
  const no = (why: Refusal) => refused(why, proposal, { room });
  if (!members.has(by)) return no("gone");
  if (rooms.get(room.name) !== room) return no("not_in_room");
  if (!isOperator && !room.isKeptBy(by)) return no("not_keeper");
  return text !== undefined && isMuted(by, atMs) ? no("muted") : null;
}
