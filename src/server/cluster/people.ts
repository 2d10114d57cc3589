/**
 * What happens to people whose connections are here, by what other servers have proposed.
 *
 * @module
 */

import { networkOf } from "../../net/address_range.ts";
import type { People } from "../../order/nats/nats_order_options.ts";
import type { Joined, Refusal } from "../../order/order.ts";
import { PROFILE_RULES } from "../../order/state.ts";
import type { Bye } from "../../protocol/messages.ts";
import type { Member, Room } from "../../room/room.ts";
import { arrive } from "../arrival.ts";
import { bannedBye } from "../commands/answers.ts";
import type { Ban } from "../../store/store.ts";
import type { ServerContext } from "../context.ts";
import { clientOf } from "../deliver.ts";
import { forHowLong } from "../refusals.ts";
import { giveTo } from "../waiting.ts";

/** A program comes back by itself, as after a shutdown. */
const NO_PLACE: Bye = {
  type: "bye",
  reason: "shutdown",
  text: "This server had lost touch with the others, and cannot give you your place back. " +
    "Connect again.",
};

const REMOVED_BYE: Bye = {
  type: "bye",
  reason: "kicked",
  text: "An operator removed you from this server.",
};

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
    const ban = this.#banOf(member);
    clientOf(member)?.dismiss(ban === undefined ? REMOVED_BYE : this.#bannedBye(ban));
  }

  #banOf({ name, address }: Member): Ban | undefined {
    const { moderation } = this.server;
    return moderation.ofName(name) ?? moderation.ofAddress(address);
  }

  #bannedBye(ban: Ban | undefined): Bye {
    return bannedBye(forHowLong(ban?.untilMs, this.server), ban?.reason ?? "");
  }

  /** See {@linkcode People.waited}. */
  waited(session: string): void {
    giveTo(this.server, session);
  }

  /** See {@linkcode People.newRules}. */
  newRules(before: number): void {
    const { order, state } = this.server;
    if (before >= PROFILE_RULES || state.rules < PROFILE_RULES) return;
    // What they said of themselves when they came did not count.
    for (const member of state.members.all()) {
      const client = clientOf(member);
      const says = client?.door?.profile ?? (client?.isBot ? { isBot: true } : null);
      if (says !== null) order.propose({ type: "describe", member, says }, null);
    }
  }

  /** See {@linkcode People.lost}. */
  lost(member: Member, why: Refusal): void {
    this.server.grace.resumed(member);
    const client = clientOf(member);
    // Its session has gone on at another server.
    if (why === "gone") client?.replaced();
    else client?.dismiss(why === "banned" ? this.#bannedBye(this.#banOf(member)) : NO_PLACE);
  }

  /** See {@linkcode People.moved}. */
  moved(before: Member, joined: Joined, rooms: readonly Room[]): void {
    const { member } = joined;
    const client = clientOf(before);
    this.server.irc.moved(member);
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
    // What was said to it while it was dead.
    if (member.session !== null) giveTo(this.server, member.session.hash);
    for (const [index, room] of rooms.entries()) {
      const verdict = joined.rooms[index];
      if (verdict?.type === "entered" && verdict.room === room) continue;
      client.parted({ room, reason: "closed", seq: null, text: notBackIn(room) });
      if (verdict?.type !== "entered" || !client.dialect!.manyRooms) continue;
      const joinSeq = verdict.joined?.event.seq ?? null;
      arrive(client, { room: verdict.room, joinSeq, wish: {} });
    }
  }
}

function notBackIn({ name }: Room): string {
  return `You are in #${name} no more: this server had lost touch with the others.`;
}
