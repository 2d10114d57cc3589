/**
 * The part of the reducer (`reducer.ts`) that is about rooms: who comes into one and out of it,
 * when one is made, and when it goes by itself.
 *
 * @module
 */

import { MAX_ROOMS_A_CLIENT } from "../protocol/limits.ts";
import { keepOutKeys, type Member, type Room } from "../room/room.ts";
import { type Batch, done, refused } from "./batch.ts";
import type { Done, Entered, Happened, Refused } from "./order.ts";
import type { Proposal } from "./proposals.ts";
import type { OpenRoom, Part, RightKey, RoomWish, Standing } from "./room_proposals.ts";
import type { KeeperRules } from "./keeper_rules.ts";
import { replaceable } from "./replaceable.ts";
import { type LeaveDetails, RoomChanges } from "./room_changes.ts";
import { isMuted, spoken, type State } from "./state.ts";

/** Folds proposals that are about rooms. */
export class RoomRules {
  readonly #state: State;
  readonly #batch: Batch;
  readonly #changes: RoomChanges;
  readonly #keepers: KeeperRules;

  /**
   * Folds nothing yet.
   *
   * @param batch Gets the events, and what undoes them.
   * @param keepers Tell who may put somebody out.
   */
  constructor(state: State, batch: Batch, keepers: KeeperRules) {
    this.#state = state;
    this.#batch = batch;
    this.#changes = new RoomChanges(state, batch);
    this.#keepers = keepers;
  }

  /**
   * Lets a member into a room, and makes that where there is none.
   *
   * @param proposal Which asks for it.
   */
  enter(member: Member, wish: RoomWish, proposal: Proposal): Entered | Refused {
    const { rooms } = this.#state;
    const room = rooms.get(wish.name);
    if (room !== undefined && member.rooms.has(room)) {
      return { type: "entered", proposal, wish, room, joined: null };
    }
    if (proposal.type === "resume" && wish.wasIn) return refused("lost", proposal, { wish });
    const { knownLog } = wish;
    if (knownLog !== undefined && room?.logId !== knownLog && !rooms.hasVanished(knownLog)) {
      return refused("lost", proposal, { wish });
    }
    if (member.rooms.size >= MAX_ROOMS_A_CLIENT) {
      return refused("too_many_rooms", proposal, { wish });
    }
    if (room === undefined) return this.#enterNew(member, wish, proposal);
    // The key first: whoever takes the name of somebody who is kept out hears no more than a
    // stranger.
    const isBack = wish.back !== undefined && room.logId === knownLog;
    if (room.key !== null && !isBack && !isKeyOf(room, wish.key)) {
      return refused("room_key", proposal, { wish, room });
    }
    const untilMs = room.keptOutUntil(keepOutKeys(member), this.#batch.atMs);
    if (untilMs !== null) return refused("kept_out", proposal, { wish, room, untilMs });
    const { flags, invited } = room.modes;
    if (room.modes.keepsOut(member)) return refused("name_banned", proposal, { wish, room });
    if (flags.isInviteOnly && !isBack && !invited.has(member)) {
      return refused("invite_only", proposal, { wish, room });
    }
    const joined = this.#changes.letIn(room, member, proposal);
    if (isBack) this.#giveBack(room, member, wish.back);
    return { type: "entered", proposal, wish, room, joined };
  }

  /** Somebody is again what it was, unless somebody else keeps the room by now. */
  #giveBack(room: Room, member: Member, standing: readonly Standing[]): void {
    for (const one of standing) {
      if (one !== "keeper") this.#changes.setRank(room, member, { rank: one, isOn: true });
      else if (room.keeper === null && !room.isPermanent) this.#changes.setKeeper(room, member);
    }
  }

  #enterNew(member: Member, wish: RoomWish, proposal: Proposal): Entered | Refused {
    // The name of a room is shown to everybody: it is speech, too.
    if (isMuted(member, this.#batch.atMs)) return refused("muted", proposal, { wish });
    const made = this.#make(wish, proposal);
    if ("why" in made) return { ...made, wish };
    if (!made.isPermanent) this.#changes.setKeeper(made, member);
    if (wish.newKey !== undefined) this.#changes.setKey(made, wish.newKey);
    const joined = this.#changes.letIn(made, member, proposal);
    return { type: "entered", proposal, wish, room: made, joined };
  }

  /** Lets a member out of a room, or puts it out. */
  part(proposal: Part): Happened | Refused {
    const { member, room, kick } = proposal;
    if (kick !== undefined) {
      const refusal = this.#keepers.refuse(room, proposal, kick);
      if (refusal !== null) return refusal;
    }
    if (!member.rooms.has(room)) return refused("not_in_room", proposal, { room });
    if (kick !== undefined) this.#changes.keepOut(room, member, kick.untilMs);
    return this.#partFrom(room, proposal);
  }

  #partFrom(room: Room, proposal: Part): Happened {
    const { member, kick } = proposal;
    const reason = kick === undefined ? "part" : "kicked";
    const text = kick === undefined ? spoken(member, proposal.text, this.#batch.atMs) : kick.text;
    const how = {
      reason,
      ...(kick === undefined ? {} : { by: kick.by.name }),
      ...(text === undefined ? {} : { text }),
    } as const;
    const { nextSeq: seq } = room;
    const left = this.#changes.letOut(room, member, how, proposal);
    const untilMs = kick === undefined ? {} : { untilMs: kick.untilMs };
    this.#batch.parted.push({ member, parting: { room, seq, ...how, ...untilMs } });
    return left;
  }

  /**
   * Takes up the rooms of a member that comes back.
   *
   * @param wishes Those that it wants to be in, and no others; null: those that it is in.
   */
  resume(
    member: Member,
    wishes: readonly RoomWish[] | null,
    proposal: Proposal,
  ): { readonly rooms: (Entered | Refused)[]; readonly left: Happened[] } {
    if (wishes === null) {
      const rooms = [...member.rooms].map((room): Entered => (
        { type: "entered", proposal, wish: null, room, joined: null }
      ));
      return { rooms, left: [] };
    }
    const names = new Set(wishes.map(({ name }) => name));
    const others = [...member.rooms].filter(({ name }) => !names.has(name));
    const left = others.map((room) =>
      this.#changes.letOut(room, member, { reason: "part" }, proposal)
    );
    return { rooms: wishes.map((wish) => this.enter(member, wish, proposal)), left };
  }

  /** Lets a member out of all its rooms. */
  leaveAll(member: Member, how: LeaveDetails, proposal: Proposal): Happened[] {
    return [...member.rooms].map((room) => this.#changes.letOut(room, member, how, proposal));
  }

  /** A member has another name: everybody in its rooms sees that. */
  renamed(member: Member, from: string, proposal: Proposal): Happened[] {
    const draft = { type: "rename", from, to: member.name } as const;
    return [...member.rooms].map((room) => {
      room.members.renamed();
      this.#batch.onUndo(() => room.members.renamed());
      return this.#batch.accept(room, draft, member, proposal);
    });
  }

  /** Makes a permanent room. */
  open(proposal: OpenRoom): Done | Refused {
    const room = this.#state.rooms.get(proposal.name) ??
      this.#make({ ...proposal, mayMake: true }, proposal);
    if ("why" in room) return room;
    const { keeper: keptBy } = room;
    this.#changes.makePermanent(room);
    return { ...done(proposal), ...(keptBy === null ? {} : { keptBy }) };
  }

  #make(
    wish: Omit<OpenRoom, "type"> & Pick<RoomWish, "mayMake">,
    proposal: Proposal,
  ): Room | Refused {
    const { rooms } = this.#state;
    const alike = rooms.lookAlike(wish.name, wish.skeleton);
    if (alike !== undefined) return refused("room_invalid", proposal, { room: alike });
    if (!wish.mayMake) return refused("no_room", proposal);
    if (rooms.size >= rooms.maxRooms && proposal.type !== "open") {
      const old = replaceable(rooms, this.#batch.atMs);
      if (old === null) return refused("rooms_full", proposal);
      this.#changes.delete(old);
    }
    return this.#changes.make(wish);
  }
}

/** Versions count from 1 in each room, so they say nothing without the log. */
function isKeyOf({ logId, key }: Room, right: RightKey | undefined): boolean {
  return right?.log === logId && right.version === key?.version;
}
