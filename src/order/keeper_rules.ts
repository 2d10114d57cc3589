/**
 * The part of the reducer (`reducer.ts`) that is about changing rooms: who may, and what follows.
 *
 * @module
 */

import { nameKeys } from "../protocol/look_alikes.ts";
import type { Member, Room } from "../room/room.ts";
import { type Batch, done, refused, unchanged } from "./batch.ts";
import type { Done, Happened, Refusal, Refused } from "./order.ts";
import type { Proposal } from "./proposals.ts";
import { RoomChanges } from "./room_changes.ts";
import type {
  BanName,
  ByKeeper,
  Close,
  Invite,
  NameKeeper,
  SetFlags,
  SetKey,
  SetRank,
  SetTopic,
  Unlist,
} from "./room_proposals.ts";
import { isMuted, REPEAT_RULES, SILENCE_RULES, type State } from "./state.ts";

/** Names that are kept out of one room for good: a list that somebody can read. */
const MAX_NAME_BANS = 100;

/** Folds what keepers do with their rooms, and operators with any. */
export class KeeperRules {
  readonly #state: State;
  readonly #batch: Batch;
  readonly #changes: RoomChanges;

  /**
   * Folds nothing yet.
   *
   * @param batch Gets the events, and what undoes them.
   */
  constructor(state: State, batch: Batch) {
    this.#state = state;
    this.#batch = batch;
    this.#changes = new RoomChanges(state, batch);
  }

  /** Says what a room is about. */
  topic(proposal: SetTopic): Happened | Refused {
    const { room, by, text } = proposal;
    const isOpen = room.modes.flags.hasOpenTopic && by.rooms.has(room);
    const refusal = this.refuse(
      room,
      proposal,
      isOpen ? { ...proposal, isOperator: true } : proposal,
    );
    if (refusal !== null) return refusal;
    const { topic } = room;
    room.topic = text === "" ? null : { text, name: by.name, at: this.#batch.at };
    this.#batch.onUndo(() => room.topic = topic);
    return this.#batch.accept(room, { type: "topic", name: by.name, text }, by, proposal);
  }

  /** Changes what has to be given to come in. */
  key(proposal: SetKey): Done | Refused {
    const { room, hash } = proposal;
    const refusal = this.refuse(room, proposal, proposal);
    if (refusal !== null) return refusal;
    if (this.#isSame(hash === null && room.key === null)) return unchanged(proposal);
    this.#changes.setKey(room, hash);
    return done(proposal);
  }

  /** Takes a room out of the lists, or puts it back. */
  unlist(proposal: Unlist): Done | Refused {
    const { room } = proposal;
    const refusal = this.refuse(room, proposal, proposal);
    if (refusal !== null) return refusal;
    const before = room.isUnlisted;
    if (this.#isSame(proposal.isUnlisted === before)) return unchanged(proposal);
    const isUnlisted = room.isUnlisted = proposal.isUnlisted ?? !before;
    this.#batch.onUndo(() => room.isUnlisted = before);
    this.#changes.noteState(room);
    return { ...done(proposal), isUnlisted };
  }

  /** Gives a room to somebody else. */
  keeper(proposal: NameKeeper): Done | Refused {
    const { room, member } = proposal;
    if (room.isPermanent) return refused("permanent", proposal, { room });
    const refusal = this.refuse(room, proposal, proposal);
    if (refusal !== null) return refusal;
    if (!member.rooms.has(room)) return refused("not_in_room", proposal, { room });
    const { keeper: keptBy } = room;
    this.#changes.setKeeper(room, member);
    return { ...done(proposal), ...(keptBy === null ? {} : { from: keptBy.name, keptBy }) };
  }

  /** Changes what is on or off. */
  flags(proposal: SetFlags): Done | Refused {
    const { room, flags } = proposal;
    const refusal = this.refuse(room, proposal, proposal);
    if (refusal !== null) return refusal;
    const now: Partial<Record<string, boolean>> = { ...room.modes.flags };
    if (this.#isSame(Object.entries(flags).every(([flag, isOn]) => now[flag] === isOn))) {
      return unchanged(proposal);
    }
    this.#changes.setFlags(room, flags);
    return done(proposal);
  }

  /** Gives a rank, or takes it. Who takes it from the keeper leaves the room without one. */
  rank(proposal: SetRank): Done | Refused {
    const { room, member, rank, isOn } = proposal;
    const refusal = this.refuse(room, proposal, proposal);
    if (refusal !== null) return refusal;
    if (!member.rooms.has(room)) return refused("not_in_room", proposal, { room });
    const has = rank === "deputy" ? room.isKeptBy(member) : room.modes.ranks[rank].has(member);
    if (this.#isSame(has === isOn)) return unchanged(proposal);
    this.#changes.setRank(room, member, { rank, isOn });
    if (rank !== "deputy" || isOn || room.keeper !== member) return done(proposal);
    this.#changes.setKeeper(room, null);
    return { ...done(proposal), keptBy: member };
  }

  /** Keeps a name out for good, or no longer. */
  banName(proposal: BanName): Done | Refused {
    const { room, by, name, isOn, keys } = proposal;
    const refusal = this.refuse(room, proposal, proposal);
    if (refusal !== null) return refusal;
    const { fold } = keys ?? nameKeys(name);
    if (this.#isSame(room.modes.bans.has(fold) === isOn)) return unchanged(proposal);
    if (isOn && this.#isWordOf(by, fold)) return refused("muted", proposal, { room });
    if (!isOn) this.#changes.setNameBan(room, fold, undefined);
    else if (room.modes.bans.size >= MAX_NAME_BANS && !room.modes.bans.has(fold)) {
      return refused("too_many_bans", proposal, { room });
    } else {
      const ban = { name, by: by.name, atMs: this.#batch.atMs };
      this.#changes.setNameBan(room, fold, keys === undefined ? ban : { ...ban, keys });
    }
    return done(proposal);
  }

  /** By older rules what is so already is noted anew, like a change. */
  #isSame(isSo: boolean): boolean {
    return isSo && this.#state.rules >= REPEAT_RULES;
  }

  /** A name that nobody has is words, and who is muted shows nobody any. */
  #isWordOf(by: Member, fold: string): boolean {
    const { members, rules } = this.#state;
    if (rules < SILENCE_RULES || members.ofFold(fold) !== undefined) return false;
    return isMuted(by, this.#batch.atMs);
  }

  /** Lets somebody in where only the invited may come in. */
  invite(proposal: Invite): Done | Refused {
    const { room, by, isOperator, member } = proposal;
    if (!by.rooms.has(room)) return refused("not_in_room", proposal, { room });
    if (room.modes.flags.isInviteOnly && !isOperator && !room.isKeptBy(by)) {
      return refused("not_keeper", proposal, { room });
    }
    if (!this.#state.members.has(member)) return refused("gone", proposal);
    // It is told in the name of who invites.
    if (isMuted(by, this.#batch.atMs)) return refused("muted", proposal);
    this.#changes.setInvited(room, member, true);
    return done(proposal);
  }

  /** Ends a room. Its history goes with it. */
  close(proposal: Close): Done | Refused {
    const { room, by } = proposal;
    if (room.isPermanent) return refused("permanent", proposal, { room });
    const refusal = this.refuse(room, proposal, proposal);
    if (refusal !== null) return refusal;
    for (const member of [...room.members]) {
      this.#changes.remove(room, member);
      const parting = { room, reason: "closed", seq: null, by: by.name } as const;
      this.#batch.parted.push({ member, parting });
    }
    this.#changes.delete(room);
    return done(proposal);
  }

  /**
   * Refuses what somebody may not change in a room; null: it may.
   *
   * @param change Who does, and `text`: words that everybody in the room sees.
   */
  refuse(
    room: Room,
    proposal: Proposal,
    { by, isOperator, text }: ByKeeper & { readonly text?: string },
  ): Refused | null {
    const { members, rooms } = this.#state;
    const no = (why: Refusal) => refused(why, proposal, { room });
    if (!members.has(by)) return no("gone");
    if (!rooms.has(room)) return no("not_in_room");
    if (!isOperator && !room.isKeptBy(by)) return no("not_keeper");
    return text !== undefined && isMuted(by, this.#batch.atMs) ? no("muted") : null;
  }
}
