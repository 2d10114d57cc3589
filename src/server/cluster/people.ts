/**
 * What happens to people whose connections are here, by what other servers have proposed.
 *
 * @module
 */

import { networkOf } from "../../net/address_range.ts";
import type { People } from "../../order/nats/nats_order.ts";
import type { Joined } from "../../order/order.ts";
import type { Member, Room } from "../../room/room.ts";
import { BANNED } from "../admission/moderation.ts";
import { arrive } from "../arrival.ts";
import type { ServerContext } from "../context.ts";
import { clientOf } from "../deliver.ts";

const NAME_TAKEN =
  "This server had lost touch with the others, and cannot give you your place back. " +
  "Connect again.";

/** The people of a server of several. */
export class LocalPeople implements People {
  /** Set before anything happens to anybody. */
  server!: ServerContext;

  /** See {@linkcode People.taken}. */
  taken(member: Member): void {
    this.server.grace.resumed(member);
    member.recipient?.replaced();
    member.recipient = null;
  }

  /** See {@linkcode People.removed}. */
  removed(member: Member): void {
    this.server.grace.resumed(member);
    clientOf(member)?.dismiss({ type: "bye", reason: "banned", text: BANNED });
  }

  /** See {@linkcode People.lost}. */
  lost(member: Member): void {
    this.server.grace.resumed(member);
    // A program comes back by itself, as after a shutdown.
    clientOf(member)?.dismiss({ type: "bye", reason: "shutdown", text: NAME_TAKEN });
  }

  /** See {@linkcode People.moved}. */
  moved(before: Member, joined: Joined, rooms: readonly Room[]): void {
    const { member } = joined;
    const client = clientOf(before);
    this.server.irc.moved(before, member);
    if (client === null) {
      // Its connection was lost meanwhile.
      this.server.grace.resumed(before);
      if (member.session === null) return;
      return this.server.grace.hold(member, networkOf(member.address), "lost");
    }
    before.recipient = null;
    member.recipient = client;
    client.member = member;
    client.door?.moved();
    for (const [index, room] of rooms.entries()) {
      const verdict = joined.rooms[index];
      if (verdict?.type === "entered" && verdict.room === room) continue;
      client.parted({ room, reason: "closed", seq: null });
      if (verdict?.type !== "entered" || !client.dialect!.manyRooms) continue;
      const joinSeq = verdict.joined?.event.seq ?? null;
      arrive(client, { room: verdict.room, joinSeq, wish: {} });
    }
  }
}
