/**
 * Programs are told of a room again when they have become its keeper, or are it no more: they know
 * then what they may do there. Each server tells its own clients, whichever server proposed it.
 *
 * @module
 */

import type { Done, Verdict } from "../order/order.ts";
import type { Member, Room } from "../room/room.ts";
import { joinedOf } from "./arrival.ts";
import type { ServerContext } from "./context.ts";
import { clientOf } from "./deliver.ts";

/** Takes verdicts, when their events are in the logs. */
export function tellKeepers(
  server: Pick<ServerContext, "bots" | "rooms">,
  verdicts: readonly Verdict[],
): void {
  for (const verdict of verdicts) {
    if (verdict.type !== "done") continue;
    const room = roomOf(verdict, server);
    if (room === undefined) continue;
    const { proposal, keptBy } = verdict;
    const people = new Set(keptBy === undefined ? [] : [keptBy]);
    if (proposal.type === "keeper") people.add(proposal.member);
    for (const member of people) tell(member, room, server);
  }
}

/** The room that may have another keeper now. */
function roomOf(
  { proposal, keptBy }: Done,
  { rooms }: Pick<ServerContext, "rooms">,
): Room | undefined {
  if (proposal.type === "keeper") return proposal.room;
  if (keptBy === undefined) return undefined;
  if (proposal.type === "rank") return proposal.room;
  return proposal.type === "open" ? rooms.get(proposal.name) : undefined;
}

function tell(member: Member, room: Room, { bots }: Pick<ServerContext, "bots">): void {
  const client = clientOf(member);
  if (client === null || !client.dialect!.ackedById || !member.rooms.has(room)) return;
  client.deliver(joinedOf(member, room, { seq: room.store.lastSeq, resumed: true, bots }));
}
