/**
 * Proposals on their way to other servers. A proposal holds objects of this server's state; in a
 * command the number of the place stands for a member, and the log for a room. Both are the same on
 * all servers.
 *
 * @module
 */

import { foldOf, nameKeys } from "../../protocol/look_alikes.ts";
import type { Member, Room } from "../../room/room.ts";
import { isNameKey } from "../bans.ts";
import type { Proposal } from "../proposals.ts";
import type { Kick } from "../room_proposals.ts";
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

/** A field of a proposal that holds an object of our own state. */
type Reference = "member" | "by" | "room";

/** The references of each proposal; what a kick holds is not told here. */
const REFERENCES: Readonly<Record<Proposal["type"], readonly Reference[]>> = {
  say: ["member", "room"],
  direct: ["member"],
  delivery: [],
  wait: ["member"],
  seen: [],
  join: [],
  resume: [],
  enter: ["member"],
  part: ["member", "room"],
  leave: ["member"],
  rename: ["member"],
  describe: ["member"],
  topic: ["by", "room"],
  key: ["by", "room"],
  unlist: ["by", "room"],
  keeper: ["by", "room", "member"],
  flags: ["by", "room"],
  rank: ["by", "room", "member"],
  "ban-name": ["by", "room"],
  invite: ["by", "room", "member"],
  close: ["by", "room"],
  erase: ["by", "room"],
  open: [],
  mute: ["member"],
  "mute-range": [],
  unmute: [],
  ban: [],
  unban: [],
  dead: [],
  rules: [],
};

/** The command of a proposal. Its JSON gives it back. */
export function commandOf(proposal: Proposal): Command {
  const command: Record<string, unknown> = { ...proposal };
  for (const field of REFERENCES[proposal.type]) {
    const object = command[field] as Member | Room;
    command[field] = field === "room" ? (object as Room).logId : (object as Member).place;
  }
  if (proposal.type === "part" && proposal.kick !== undefined) {
    command["kick"] = { ...proposal.kick, by: proposal.kick.by.place };
  }
  if (isMute(proposal.type) && command["untilMs"] === Infinity) command["untilMs"] = null;
  // Not in `sentBy`: who proposes knows its wishes again.
  if (proposal.type === "enter") command["wish"] = withSkeleton(proposal.wish);
  if (proposal.type === "join" || proposal.type === "resume") {
    command["rooms"] = proposal.rooms?.map(withSkeleton) ?? null;
  }
  return command as unknown as Command;
}

/**
 * The proposal of a command, to be reduced next.
 *
 * @returns null: it is about somebody, or a room, that is not there any more. The reducer refuses
 * such proposals, and changes nothing.
 * @throws {Error} When there is no such command, or a field is missing: another version has sent
 * it.
 */
export function proposalOf(command: Command, { members, rooms }: State): Proposal | null {
  const { type } = command;
  if (!Object.hasOwn(REFERENCES, type)) throw new Error(`there is no command ${type}`);
  const proposal: Record<string, unknown> = { ...command };
  for (const field of REFERENCES[type]) {
    const reference = proposal[field];
    if (reference === undefined) throw new Error(`the command ${type} has no ${field}`);
    const object = field === "room"
      ? rooms.byLog(reference as string)
      : members.at(reference as number);
    if (object === undefined) return null;
    proposal[field] = object;
  }
  if (type === "part" && command.kick !== undefined) {
    const by = members.at(command.kick.by);
    if (by === undefined) return null;
    proposal["kick"] = { ...command.kick, by };
  }
  if (isMute(type)) proposal["untilMs"] ??= Infinity;
  return proposal as unknown as Proposal;
}

function isMute(type: Proposal["type"]): boolean {
  return type === "mute" || type === "mute-range";
}

/** A proposal that holds later what it holds now. */
export function bound(proposal: Proposal): Proposal {
  if (proposal.type !== "leave") return proposal;
  return { ...proposal, epoch: proposal.epoch ?? proposal.member.epoch };
}

/**
 * A proposal as a server sends it: who comes in by it is there, and which names are alike goes by
 * its tables, since those of the others may be of another version of Unicode.
 */
export function sentBy(owner: string, proposal: Proposal): Proposal {
  switch (proposal.type) {
    case "join":
      return { ...proposal, owner, keys: nameKeys(proposal.name) };
    case "resume":
      return { ...proposal, owner };
    case "open":
      return withSkeleton(proposal);
    case "rename":
      return { ...proposal, keys: nameKeys(proposal.to) };
    case "ban-name":
      return { ...proposal, keys: nameKeys(proposal.name) };
    case "unmute":
      return { ...proposal, fold: foldOf(proposal.name) };
    case "ban": {
      const { ban } = proposal;
      if (!isNameKey(ban.key)) return proposal;
      return { ...proposal, ban: { ...ban, skeleton: nameKeys(ban.shown).skeleton } };
    }
    default:
      return proposal;
  }
}

/** A room's name with what it looks like, unless somebody has said that. */
function withSkeleton<T extends { readonly name: string; readonly skeleton?: string }>(room: T): T {
  return { ...room, skeleton: room.skeleton ?? nameKeys(room.name).skeleton };
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
