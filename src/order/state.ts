/**
 * What people share beside the log: who is here, which sessions are remembered, who is muted or
 * kept out. Only the reducer changes it.
 *
 * @module
 */

import { Members } from "../room/members.ts";
import type { Member, Room } from "../room/room.ts";
import { Rooms, type RoomsOptions } from "../room/rooms.ts";
import { SESSION_BOUNDS, Sessions } from "../room/sessions.ts";
import { type Present, type Store } from "../store/store.ts";
import { SESSION_KEPT_MS } from "../store/stored_sessions.ts";
import { Bans } from "./bans.ts";
import { Mutes } from "./mutes.ts";
import { Servers } from "./servers.ts";

/**
 * The newest rules that this program knows: 2 has `describe`, `erase`, `mute-range`, `seen` and
 * `wait`; in 3 what has waited for too long is dropped by itself, who is muted shows no words in a
 * profile or a ban, numbers of rooms are used again, a room is gone for what follows in the batch
 * that deletes it, and what holds in a room already is not noted anew. What a proposal does may
 * change from one release to the next. Servers of both may run at the same time, so that a rule of
 * version N holds only where {@linkcode State.rules} says N or more.
 */
export const RULES = 3;

/** From these rules on it counts what somebody says of itself, on coming or later. */
export const PROFILE_RULES = 2;

/** From these rules on operators may erase what was said. */
export const ERASING_RULES = 2;

/** From these rules on all who come from some addresses may be muted. */
export const RANGE_MUTE_RULES = 2;

/** From these rules on who is muted shows no words of its own in its profile, nor as a ban. */
export const SILENCE_RULES = 3;

/** From these rules on direct messages wait for who is away. */
export const WAITING_RULES = 2;

/** From these rules on those that have waited for too long take no place any more. */
export const EXPIRY_RULES = 3;

/** From these rules on what holds in a room already changes nothing when it is proposed again. */
export const REPEAT_RULES = 3;

/** From these rules on servers use the numbers of rooms again that are gone. */
export const ROOM_ID_RULES = 3;

/** From these rules on a room that is deleted is gone for what follows in the same batch, too. */
export const GONE_ROOM_RULES = 3;

/** The state that the reducer folds proposals into; everybody may read it. */
export class State {
  /** The rooms that there are, and who is in them. */
  readonly rooms: Rooms;
  /** Who is here. */
  readonly members: Members = new Members();
  /** Sessions that are remembered, with the ids that they have used. */
  readonly sessions: Sessions;
  /** Who may not speak. */
  readonly mutes: Mutes = new Mutes();
  /** Who may not come in. */
  readonly bans: Bans;
  /**
   * By which rules proposals are reduced: at most {@linkcode RULES}. Several servers take up newer
   * ones when each of them knows these.
   */
  rules = 1;
  /** The servers that share all this; none where there is only this one. */
  readonly servers: Servers = new Servers();

  /**
   * Begins where the store ended: with its rooms and sessions, and with those who were here. Names
   * that a store of before has twice are taken once.
   *
   * @param nowMs Milliseconds since 1970.
   */
  constructor(store: Store, nowMs: number, options: RoomsOptions = {}) {
    this.bans = new Bans(store.bans());
    this.sessions = new Sessions(store.sessions(nowMs - SESSION_KEPT_MS, SESSION_BOUNDS));
    const stored = store.rooms();
    this.rooms = new Rooms(store, stored, options);
    for (const present of store.present()) this.#restore(present);
    for (const { id, keeper } of stored) {
      const member = keeper === null ? null : this.sessions.get(keeper)?.member ?? null;
      const room = this.rooms.byId(id)!;
      if (member !== null && room.members.has(member) && !room.isPermanent) room.keeper = member;
    }
    this.sessions.trim(nowMs);
  }

  /** Whether a room is there, for what is said or erased in it. */
  isThere(room: Room): boolean {
    return this.rules >= GONE_ROOM_RULES ? this.rooms.has(room) : !room.isGone;
  }

  #restore({ name, session: hash, rooms }: Present): void {
    const session = hash === null ? null : this.sessions.get(hash) ?? null;
    const member = this.members.add(name, session);
    if (member === null) return;
    if (session !== null) session.member = member;
    for (const id of rooms) {
      const room = this.rooms.byId(id);
      if (room === undefined) continue;
      room.members.add(member);
      member.rooms.add(room);
    }
  }
}

/** Whether somebody may not speak, nor take another name. */
export function isMuted({ mute }: Member, nowMs: number): boolean {
  return mute !== null && mute.untilMs > nowMs;
}

/** Words that somebody gives on leaving; none where they may not speak. */
export function spoken(
  member: Member,
  text: string | undefined,
  nowMs: number,
): string | undefined {
  return isMuted(member, nowMs) ? undefined : text;
}
