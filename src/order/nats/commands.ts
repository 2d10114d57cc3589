/**
 * Proposals on their way to other servers. A proposal holds objects of this server's state; in a
 * command the number of the place stands for a member, and the log for a room. Both are the same on
 * all servers.
 *
 * @module
 */

import type { Member, Room } from "../../room/room.ts";
import type { Kick, MuteMember, Proposal } from "../proposals.ts";
import type { State } from "../state.ts";

/** What stands for a value of a proposal. */
export type OnWire<T> = T extends Member ? number
  : T extends Room ? string
  : T extends Kick ? WithReferences<Kick>
  : T;

/** An object with what stands for its values. */
export type WithReferences<T> = T extends unknown ? { readonly [K in keyof T]: OnWire<T[K]> }
  : never;

/** A proposal as JSON. `null` for `untilMs` of a mute: for good. */
export type Command = WithReferences<Proposal>;

/** The command of a proposal. Its JSON gives it back. */
export function commandOf(proposal: Proposal): Command {
  switch (proposal.type) {
    // Nearly all are this one.
    case "say":
      return { ...proposal, member: proposal.member.place, room: proposal.room.logId };
    case "part": {
      const { kick, member, room } = proposal;
      const place = { type: "part", member: member.place, room: room.logId } as const;
      return kick === undefined ? place : { ...place, kick: { ...kick, by: kick.by.place } };
    }
    case "mute": {
      const untilMs = proposal.untilMs === Infinity ? null : proposal.untilMs;
      return { ...proposal, member: proposal.member.place, untilMs: untilMs as number };
    }
    case "keeper":
    case "rank":
    case "invite":
      return {
        ...proposal,
        member: proposal.member.place,
        by: proposal.by.place,
        room: proposal.room.logId,
      };
    case "topic":
    case "key":
    case "unlist":
    case "flags":
    case "ban-name":
    case "close":
      return { ...proposal, by: proposal.by.place, room: proposal.room.logId } as Command;
    case "direct":
    case "enter":
    case "leave":
    case "rename":
      return { ...proposal, member: proposal.member.place } as Command;
    default:
      return proposal;
  }
}

/**
 * The proposal of a command, to be reduced next.
 *
 * @returns null: it is about somebody, or a room, that is not there any more. The reducer refuses
 * such proposals, and changes nothing.
 * @throws {Error} When there is no such command: another version has sent it.
 */
export function proposalOf(command: Command, { members, rooms }: State): Proposal | null {
  switch (command.type) {
    case "join":
    case "resume":
    case "delivery":
    case "open":
    case "unmute":
    case "ban":
    case "unban":
    case "dead":
      return command;
    case "direct":
    case "enter":
    case "leave":
    case "rename":
    case "mute": {
      const member = members.at(command.member);
      if (member === undefined) return null;
      if (command.type !== "mute") return { ...command, member } as Proposal;
      return { ...command, member, untilMs: untilOf(command) };
    }
    case "say":
    case "part": {
      const member = members.at(command.member);
      const room = rooms.byLog(command.room);
      if (member === undefined || room === undefined) return null;
      if (command.type === "say") return { ...command, member, room };
      const { kick, ...part } = command;
      if (kick === undefined) return { ...part, member, room };
      const by = members.at(kick.by);
      return by === undefined ? null : { ...part, member, room, kick: { ...kick, by } };
    }
    case "topic":
    case "key":
    case "unlist":
    case "flags":
    case "ban-name":
    case "close":
    case "keeper":
    case "rank":
    case "invite": {
      const by = members.at(command.by);
      const room = rooms.byLog(command.room);
      if (by === undefined || room === undefined) return null;
      if (!("member" in command)) return { ...command, by, room } as Proposal;
      const member = members.at(command.member);
      return member === undefined ? null : { ...command, by, room, member };
    }
    default:
      throw new Error(`there is no command ${(command as { readonly type: string }).type}`);
  }
}

function untilOf({ untilMs }: { readonly untilMs: MuteMember["untilMs"] | null }): number {
  return untilMs ?? Infinity;
}

/** A proposal that holds later what it holds now. */
export function bound(proposal: Proposal): Proposal {
  if (proposal.type !== "leave") return proposal;
  return { ...proposal, epoch: proposal.epoch ?? proposal.member.epoch };
}

/** A proposal that comes from a server: who comes in by it is there. */
export function ownedBy(owner: string, proposal: Proposal): Proposal {
  return proposal.type === "join" || proposal.type === "resume" ? { ...proposal, owner } : proposal;
}

/**
 * The same proposal, about those who have taken the place of others.
 *
 * @param successors By whom they follow.
 */
export function withSuccessors(
  proposal: Proposal,
  successors: Pick<WeakMap<Member, Member>, "get">,
): Proposal {
  function newest(member: Member): Member {
    const next = successors.get(member);
    return next === undefined ? member : newest(next);
  }
  const changed: { member?: Member; by?: Member; kick?: Kick; epoch?: number } = {};
  if ("member" in proposal) {
    const member = changed.member = newest(proposal.member);
    if (member !== proposal.member && "epoch" in proposal) changed.epoch = member.epoch;
  }
  if ("by" in proposal) changed.by = newest(proposal.by);
  if (proposal.type === "part" && proposal.kick !== undefined) {
    changed.kick = { ...proposal.kick, by: newest(proposal.kick.by) };
  }
  return { ...proposal, ...changed } as Proposal;
}
