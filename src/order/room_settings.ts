/**
 * The part of the reducer (`reducer.ts`) that is about what is set in a room: its key, whether it
 * is in lists, what is on or off, who has a rank, which names are kept out.
 *
 * @module
 */

import { nameKeys } from "../protocol/names.ts";
import type { Member } from "../room/room.ts";
import { type Batch, done, refused, unchanged } from "./batch.ts";
import { changeRefusal } from "./change_refusal.ts";
import type { Done, Refused } from "./order.ts";
import type { BanName, SetFlags, SetKey, SetRank, Unlist } from "./proposals.ts";
import { RoomChanges } from "./room_changes.ts";
import { isMuted, REPEAT_RULES, SILENCE_RULES, type State } from "./state.ts";

/** Names that are kept out of one room for good: a list that somebody can read. */
const MAX_NAME_BANS = 100;

/** Folds proposals about what is set in a room. */
export class RoomSettings {
  readonly #state: State;
  readonly #batch: Batch;
  readonly #changes: RoomChanges;

  /**
   * Folds nothing yet.
   *
   * @param batch Gets what undoes it.
   */
  constructor(state: State, batch: Batch) {
    this.#state = state;
    this.#batch = batch;
    this.#changes = new RoomChanges(state, batch);
  }

  /** Changes what has to be given to come in. */
  key(proposal: SetKey): Done | Refused {
    const { room, hash } = proposal;
    const refusal = changeRefusal(this.#state, this.#batch, proposal, proposal);
    if (refusal !== null) return refusal;
    if (this.#isSame(hash === null && room.key === null)) return unchanged(proposal);
    this.#changes.setKey(room, hash);
    return done(proposal);
  }

  /** Takes a room out of the lists, or puts it back. */
  unlist(proposal: Unlist): Done | Refused {
    const { room } = proposal;
    const refusal = changeRefusal(this.#state, this.#batch, proposal, proposal);
    if (refusal !== null) return refusal;
    const before = room.isUnlisted;
    if (this.#isSame(proposal.isUnlisted === before)) return unchanged(proposal);
    const isUnlisted = room.isUnlisted = proposal.isUnlisted ?? !before;
    this.#batch.onUndo(() => room.isUnlisted = before);
    this.#changes.noteState(room);
    return { ...done(proposal), isUnlisted };
  }

  /** Changes what is on or off. */
  flags(proposal: SetFlags): Done | Refused {
    const { room, flags } = proposal;
    const refusal = changeRefusal(this.#state, this.#batch, proposal, proposal);
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
    const refusal = changeRefusal(this.#state, this.#batch, proposal, proposal);
    if (refusal !== null) return refusal;
    if (!member.rooms.has(room)) return refused("not_in_room", proposal, { room });
    const has = rank === "deputy" ? room.isKeptBy(member) : room.modes.ranks[rank].has(member);
    if (this.#isSame(has === isOn)) return unchanged(proposal);
    this.#changes.setRank(room, member, { rank, isOn });
    if (rank === "deputy" && !isOn && room.keeper === member) this.#changes.setKeeper(room, null);
    return done(proposal);
  }

  /** Keeps a name out for good, or no longer. */
  banName(proposal: BanName): Done | Refused {
    const { room, by, name, isOn, keys } = proposal;
    const refusal = changeRefusal(this.#state, this.#batch, proposal, proposal);
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
}
