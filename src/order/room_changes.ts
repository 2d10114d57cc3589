/**
 * What can happen to a room, each with what undoes it. Whether it may is decided in
 * `room_rules.ts`.
 *
 * @module
 */

import { forgetOldest } from "../forget_oldest.ts";
import type { Leave } from "../protocol/messages.ts";
import { keepOutKeys, type Member, type Room } from "../room/room.ts";
import type { Rank } from "../room/room_modes.ts";
import type { NameBan, RoomFlags } from "../store/store.ts";
import type { Batch } from "./batch.ts";
import type { Happened } from "./order.ts";
import type { Proposal } from "./proposals.ts";
import type { RoomWish } from "./room_proposals.ts";
import { ROOM_ID_RULES, type State } from "./state.ts";

/** Names and sessions that are kept out of one room; beyond it the oldest may come back. */
const MAX_KEPT_OUT = 1_000;

/** How somebody leaves a room. */
export type LeaveDetails = Pick<Leave, "reason" | "by" | "text">;

/** Changes rooms, and who is in them. */
export class RoomChanges {
  readonly #state: State;
  readonly #batch: Batch;

  /**
   * Changes nothing yet.
   *
   * @param batch Gets the events, and what undoes them.
   */
  constructor(state: State, batch: Batch) {
    this.#state = state;
    this.#batch = batch;
  }

  /** Makes a room that is not there. Nobody is in it. */
  make({ name, log, skeleton }: Pick<RoomWish, "name" | "log" | "skeleton">): Room {
    const { rooms, rules } = this.#state;
    const usesAgain = rules >= ROOM_ID_RULES;
    const room = rooms.create(name, log, { skeleton, usesAgain });
    this.#batch.onUndo(rooms.add(room));
    this.#batch.notes.push({ type: "room", id: room.id, name: room.name, log: room.logId });
    return room;
  }

  /** Ends a room, with its past. Nobody is in it. */
  delete(room: Room): void {
    const { rooms } = this.#state;
    this.#batch.onUndo(rooms.delete(room));
    this.#batch.notes.push({ type: "room-gone", id: room.id });
    this.#batch.gone.push(room);
  }

  /** Lets a member into a room. */
  letIn(room: Room, member: Member, proposal: Proposal): Happened {
    this.setInvited(room, member, false);
    room.members.add(member);
    member.rooms.add(room);
    this.#batch.onUndo(() => {
      room.members.delete(member);
      member.rooms.delete(room);
    });
    const { name, profile } = member;
    const draft = profile?.isBot === true
      ? { type: "join", name, bot: true } as const
      : { type: "join", name } as const;
    return this.#batch.accept(room, draft, member, proposal);
  }

  /**
   * Lets a member out of a room. An empty room without messages goes, unless it is permanent, or
   * only its server was found dead: if that lives, its people come back.
   */
  letOut(room: Room, member: Member, how: LeaveDetails, proposal: Proposal): Happened {
    this.remove(room, member);
    const draft = { type: "leave", name: member.name, ...how } as const;
    const left = this.#batch.accept(room, draft, member, proposal);
    const isOver = room.members.size === 0 && room.lastMessageMs === null && !room.isPermanent &&
      proposal.type !== "dead";
    if (isOver) {
      this.delete(room);
      this.#batch.onUndo(this.#state.rooms.noteVanished(room));
    }
    return left;
  }

  /** Takes a member out of a room without an event. If they were its keeper, it has none. */
  remove(room: Room, member: Member): void {
    if (room.keeper === member) this.setKeeper(room, null);
    this.setRank(room, member, { rank: "deputy", isOn: false });
    this.setRank(room, member, { rank: "voice", isOn: false });
    room.members.delete(member);
    const putBack = takeOut(member.rooms, room);
    this.#batch.onUndo(() => {
      room.members.add(member);
      putBack();
    });
  }

  /** Lets a member not come back before a time. */
  keepOut(room: Room, member: Member, untilMs: number): void {
    const { keptOut } = room;
    const before = [...keptOut];
    for (const [key, endMs] of before) if (endMs <= this.#batch.atMs) keptOut.delete(key);
    for (const key of keepOutKeys(member)) {
      keptOut.delete(key);
      keptOut.set(key, untilMs);
    }
    forgetOldest(keptOut, MAX_KEPT_OUT);
    this.#batch.onUndo(() => {
      keptOut.clear();
      for (const [key, endMs] of before) keptOut.set(key, endMs);
    });
  }

  /** Gives a room to a member, or to nobody. */
  setKeeper(room: Room, keeper: Member | null): void {
    const before = room.keeper;
    room.keeper = keeper;
    this.#batch.onUndo(() => room.keeper = before);
    if (before?.session !== keeper?.session) this.noteState(room);
  }

  /** Changes what is on or off in a room. */
  setFlags(room: Room, change: Partial<RoomFlags>): void {
    const { modes } = room;
    const { flags } = modes;
    modes.flags = { ...flags, ...change };
    this.#batch.onUndo(() => modes.flags = flags);
    this.noteState(room);
  }

  /** Gives a rank to a member of a room, or takes it. */
  setRank(
    { modes }: Room,
    member: Member,
    { rank, isOn }: { readonly rank: Rank; readonly isOn: boolean },
  ): void {
    this.#setIn(modes.ranks[rank], member, isOn);
  }

  /** Somebody may come in where only the invited may, or has come in. */
  setInvited({ modes: { invited } }: Room, member: Member, isOn: boolean): void {
    this.#setIn(invited, member, isOn);
    if (!isOn) return;
    for (const one of [...invited]) {
      if (!this.#state.members.has(one)) this.#setIn(invited, one, false);
    }
  }

  #setIn(set: Set<Member>, member: Member, isOn: boolean): void {
    if (set.has(member) === isOn) return;
    if (!isOn) return this.#batch.onUndo(takeOut(set, member));
    set.add(member);
    this.#batch.onUndo(() => set.delete(member));
  }

  /** Keeps a name out of a room for good; undefined: no longer. */
  setNameBan(room: Room, fold: string, ban: NameBan | undefined): void {
    const { bans } = room.modes;
    const before = [...bans];
    if (ban === undefined) bans.delete(fold);
    else bans.set(fold, ban);
    this.#batch.onUndo(() => {
      bans.clear();
      for (const [key, one] of before) bans.set(key, one);
    });
    this.noteState(room);
  }

  /** Lets a room be there also when it is empty. It has no keeper then. */
  makePermanent(room: Room): void {
    if (room.isPermanent) return;
    if (room.keeper !== null) this.setKeeper(room, null);
    room.isPermanent = true;
    this.#batch.onUndo(() => room.isPermanent = false);
  }

  /** Changes the key of a room; null: none is needed any more. */
  setKey(room: Room, hash: string | null): void {
    const { key, keyVersion } = room;
    // It counts on while there is no key: one that was found right before is not right again.
    room.keyVersion++;
    room.key = hash === null ? null : { hash, version: room.keyVersion };
    this.#batch.onUndo(() => Object.assign(room, { key, keyVersion }));
    this.noteState(room);
  }

  /** What a room has besides events has changed: it is to be stored. */
  noteState({ id, key, keeper, isUnlisted: unlisted, modes: { stored: modes } }: Room): void {
    const hash = keeper?.session?.hash ?? null;
    this.#batch.notes.push({ type: "room-state", id, key, keeper: hash, unlisted, modes });
  }
}

/**
 * Takes something out of a set.
 *
 * @returns What puts it back, in its place: in the order of a member's rooms these are left.
 */
function takeOut<T>(set: Set<T>, one: T): () => void {
  const before = [...set];
  set.delete(one);
  return () => {
    set.clear();
    for (const other of before) set.add(other);
  };
}
