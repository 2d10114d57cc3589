/**
 * All that several servers share, as it is at one place of the stream: a server that starts begins
 * there, and reads only what was stored since. `saved_text.ts` writes it.
 *
 * @module
 */

import type { NameKeys } from "../../protocol/look_alikes.ts";
import type { Member, Profile } from "../../room/room.ts";
import type { Ban, StoredRoom } from "../../store/store.ts";
import type { StoredSession } from "../../store/stored_sessions.ts";
import type { SavedServer } from "../servers.ts";
import { RULES, type State } from "../state.ts";

/** The version of checkpoints that this program writes, and the only one that it reads. */
export const SAVED_VERSION = 1;

/** A room of a {@linkcode SavedState}. */
export interface SavedRoom extends StoredRoom {
  /** It is there also when it is empty. */
  readonly isPermanent: boolean;
  /** How often its key has changed. */
  readonly keyVersion: number;
  /** Place of the keeper. */
  readonly keeperPlace: number | null;
  /** Places of those who may do what the keeper may. */
  readonly deputies: readonly number[];
  /** Places of those who may speak where few may. */
  readonly voices: readonly number[];
  /** Places of those who may come in where only the invited may. */
  readonly invited: readonly number[];
  /** `seq` of its next event. */
  readonly nextSeq: number;
  /** By name or session, or by place. */
  readonly keptOut: readonly (readonly [string | number, number])[];
}

/** Somebody in a {@linkcode SavedState}. */
export interface SavedMember {
  /** Number of its place. */
  readonly place: number;
  /** Its name. */
  readonly name: string;
  /** Keys of the name, by the tables of the server that it came to. */
  readonly keys: NameKeys;
  /** Hash of its session. */
  readonly session: string | null;
  /** From where it came. */
  readonly address: string;
  /** How often its place has been taken up again. */
  readonly epoch: number;
  /** The server that has its connection. */
  readonly owner: string | null;
  /** Their logs. */
  readonly rooms: readonly string[];
  /** What it says of itself; default: nothing. */
  readonly profile?: Profile;
  /** Which of the mutes it is under. */
  readonly mute: number | null;
}

/** A state as JSON. `null` for `untilMs` of a mute: for good. */
export interface SavedState {
  /** Version of what is saved. */
  readonly v: number;
  /** The order's time. */
  readonly atMs: number;
  /** See `State.rules`. */
  readonly rules: number;
  /** Number of the place of who came last. */
  readonly newestPlace: number;
  /** The newest number of a room. */
  readonly newestRoomId: number;
  /** In the order in which they were made. */
  readonly rooms: readonly SavedRoom[];
  /** Rooms that are not there any more. */
  readonly gone: ReturnType<State["rooms"]["savedGone"]>;
  /** By their places. */
  readonly members: readonly SavedMember[];
  /** With their ids. */
  readonly sessions: readonly StoredSession[];
  /** The oldest first. */
  readonly mutes: readonly {
    readonly key: string;
    readonly fold: string;
    readonly untilMs: number | null;
  }[];
  /** Those that are over, too. */
  readonly bans: readonly Ban[];
  /** Dead ones, too. */
  readonly servers: readonly SavedServer[];
}

/** The same with nobody there: who comes back comes in again. */
export function unattended(saved: SavedState): SavedState {
  const rooms = saved.rooms.map((room): SavedRoom => ({
    ...room,
    keeperPlace: null,
    keptOut: room.keptOut.filter(([key]) => typeof key === "string"),
    deputies: [],
    voices: [],
    invited: [],
  }));
  return { ...saved, newestPlace: 0, rooms, members: [] };
}

/**
 * Reads a saved state.
 *
 * @returns null: it is of another version, or goes by rules that this program does not know.
 */
export function readState(text: string): SavedState | null {
  const saved = JSON.parse(text) as SavedState;
  return saved.v === SAVED_VERSION && saved.rules <= RULES ? saved : null;
}

/**
 * Puts into a state what the store has not given.
 *
 * @param state New, with the rooms, sessions and bans of what was saved, and nobody in it.
 */
export function restoreState(state: State, saved: SavedState): void {
  const { members, mutes, rooms, servers, sessions } = state;
  state.rules = saved.rules;
  servers.restore(saved.servers);
  rooms.restoreGone(saved.gone);
  const allMutes = saved.mutes.map(({ untilMs, ...mute }) => (
    { ...mute, untilMs: untilMs ?? Infinity }
  ));
  for (const mute of allMutes) mutes.restore(mute);
  for (const one of saved.members) {
    members.newestPlace = one.place - 1;
    const session = one.session === null ? null : sessions.get(one.session) ?? null;
    const member = members.add(one.name, session, one)!;
    if (session !== null) session.member = member;
    member.epoch = one.epoch;
    member.owner = one.owner;
    member.profile = one.profile ?? null;
    member.mute = one.mute === null ? null : allMutes[one.mute]!;
    for (const log of one.rooms) {
      const room = rooms.byLog(log)!;
      room.members.add(member);
      member.rooms.add(room);
    }
  }
  members.newestPlace = saved.newestPlace;
  for (const one of saved.rooms) {
    const room = rooms.byLog(one.log)!;
    room.isPermanent = one.isPermanent;
    room.keyVersion = one.keyVersion;
    room.nextSeq = one.nextSeq;
    room.keeper = memberAt(state, one.keeperPlace);
    const { ranks, invited } = room.modes;
    for (const place of one.deputies) ranks.deputy.add(memberAt(state, place)!);
    for (const place of one.voices) ranks.voice.add(memberAt(state, place)!);
    for (const place of one.invited) invited.add(memberAt(state, place)!);
    for (const [key, untilMs] of one.keptOut) {
      room.keptOut.set(typeof key === "string" ? key : memberAt(state, key)!, untilMs);
    }
  }
}

function memberAt({ members }: State, place: number | null): Member | null {
  return place === null ? null : members.at(place) ?? null;
}
