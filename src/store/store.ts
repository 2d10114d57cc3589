/**
 * Where the events of all rooms are kept: in memory (`memory.ts`) or in SQLite.
 *
 * The order calls {@linkcode Store.append} once a flush with all events of that flush, of all
 * rooms, and nobody sees them before it has returned. That and the other calls for the rooms
 * themselves are synchronous and short. The past of a room is read through its
 * {@linkcode RoomStore}.
 *
 * In `store/` lives what keeps events: this interface, memory, and SQLite in `sqlite/`. It may
 * import `protocol`.
 *
 * @module
 */

import { type Draft, LOBBY, type LogEvent } from "../protocol/messages.ts";
import type { NameKeys } from "../protocol/look_alikes.ts";
import type { AuditStore } from "./audit.ts";
import type { RoomStore } from "./room_store.ts";
import type { SessionBounds, StoredSession, WaitingDirect } from "./stored_sessions.ts";

/** Number of the room that is always there. */
export const LOBBY_ID = 0;

/**
 * No `seq` of a room reaches it, so `room * ROOM_SPAN + seq` is one number for both, below 2^53.
 */
export const ROOM_SPAN: number = 2 ** 32;

/** One thing to keep. */
export interface Entry {
  /** Number of the room in which it happened. */
  readonly room: number;
  /** What happened. */
  readonly draft: Draft;
  /**
   * Hash of the session that it comes from, where it is a json session's. Keeping the entry also
   * keeps that session: its newest name (the joiner's, the new one of a rename, the sender's), when
   * it was last heard of, and that `draft.id`, where there is one, has been published as this
   * `seq`.
   */
  readonly session?: string | undefined;
}

/** Something else to keep, in one commit with the entries. */
export type Note =
  /** A session has used an id for a direct message. What was said is not kept. */
  | {
    readonly type: "direct";
    readonly session: string;
    readonly id: string;
    /** The sender, whose newest name it is. */
    readonly name: string;
  }
  /** That message could not be delivered: its id may be used again. */
  | { readonly type: "undelivered"; readonly session: string; readonly id: string }
  /** A direct message waits for somebody who is away, and its sender's session has used its id. */
  | {
    readonly type: "wait";
    /** Hash of the session that it waits for. */
    readonly session: string;
    readonly message: WaitingDirect;
    /** Hash of the sender's session; null: it has none, and the id is not kept. */
    readonly sender: string | null;
  }
  /** A session has been given the direct messages that waited for it, up to this number. */
  | { readonly type: "seen"; readonly session: string; readonly upTo: number }
  /** Somebody with a session has left who was in no room, so that there is no event of it. */
  | {
    readonly type: "left";
    readonly session: string;
    readonly name: string;
    /** Without saying so: direct messages wait for it. */
    readonly mayComeBack: boolean;
  }
  /** A name or addresses are banned, in place of a ban with the same key. */
  | { readonly type: "ban"; readonly ban: Ban }
  /** A ban is lifted. */
  | { readonly type: "unban"; readonly key: string }
  /** A room is made. It may have entries in the same commit. */
  | {
    readonly type: "room";
    /** From {@linkcode Store.newRoomId}. */
    readonly id: number;
    /** Folded, without `#`; no other room has it. */
    readonly name: string;
    /** Identifies its log: from `newLogId()`. */
    readonly log: string;
    /** `seq` before its first event, for a store that keeps a window only; default: 0. */
    readonly after?: number;
  }
  /**
   * A room is gone, with its past, after all entries of the same commit. Nobody is in it, and there
   * are no entries for it afterwards.
   */
  | { readonly type: "room-gone"; readonly id: number }
  /** What a room has besides events has changed: all of it, as it is now. */
  | {
    readonly type: "room-state";
    readonly id: number;
    readonly key: RoomKey | null;
    readonly keeper: string | null;
    readonly unlisted: boolean;
    readonly modes: StoredModes | null;
  };

/** What is on or off in a room. */
export interface RoomFlags {
  /** Only its keeper, deputies and those with a voice may speak. */
  readonly isModerated: boolean;
  /** Only who was invited comes in. */
  readonly isInviteOnly: boolean;
  /** Everybody in it may set the topic. */
  readonly hasOpenTopic: boolean;
  /** Who is not in it may speak there, too. */
  readonly isOpenToAll: boolean;
}

/** A name that is kept out of a room for good. */
export interface NameBan {
  /** As it was given. */
  readonly name: string;
  /** Keys of the name, by the tables of the server where it was given; default: by ours. */
  readonly keys?: NameKeys;
  /** Who placed it. */
  readonly by: string;
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
}

/** What holds in a room beside its key. */
export interface StoredModes {
  /** What is on. */
  readonly flags: RoomFlags;
  /** Names that are kept out, the oldest ban first. */
  readonly bans: readonly NameBan[];
}

/** What everybody has to give who joins a private room. */
export interface RoomKey {
  /** The key itself is not kept. */
  readonly hash: string;
  /** Counts the changes of the key: 1, 2, 3 …. */
  readonly version: number;
}

/** A room that is kept, without its events. */
export interface StoredRoom {
  /** Its number. */
  readonly id: number;
  /** Folded, without `#`. */
  readonly name: string;
  /** What the name looks like, by the tables of the server that made it; default: by ours. */
  readonly skeleton?: string;
  /** Identifies its log. */
  readonly log: string;
  /** The text of the newest `topic` event that has one, who set it, and when; null: none. */
  readonly topic: { readonly text: string; readonly name: string; readonly at: string } | null;
  /** Null: everybody may join. */
  readonly key: RoomKey | null;
  /** Hash of the session that keeps the room; null: none does. */
  readonly keeper: string | null;
  /** It is in no list. */
  readonly unlisted: boolean;
  /** What holds in it beside its key; null: nothing. */
  readonly modes: StoredModes | null;
  /**
   * When something was last said, in milliseconds since 1970; null: nothing is known of. A message
   * that erases others says nothing.
   */
  readonly lastMessageAtMs: number | null;
}

/** The lobby as it begins. */
export function newLobby(log: string): StoredRoom {
  return {
    id: LOBBY_ID,
    name: LOBBY,
    log,
    topic: null,
    key: null,
    keeper: null,
    unlisted: false,
    modes: null,
    lastMessageAtMs: null,
  };
}

/** Somebody who had come and not left when the store was last written. */
export interface Present {
  /** The newest name. */
  readonly name: string;
  /** Hash of the session, where there is one. */
  readonly session: string | null;
  /** Numbers of the rooms, rising; 1 or more. */
  readonly rooms: readonly number[];
}

/** Somebody or somewhere that is banned. */
export interface Ban {
  /** What is banned, in the form in which it is looked up. */
  readonly key: string;
  /** The name or address, as the operator sees it. */
  readonly shown: string;
  /** What a name looks like, by the tables of the server where it was given; default: by ours. */
  readonly skeleton?: string;
  /** Which operator did it. */
  readonly by: string;
  /** Why; may be empty. */
  readonly reason: string;
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
  /** Until when, in milliseconds since 1970; null: for good. */
  readonly untilMs: number | null;
}

/** Thrown when the store cannot keep events now. Nothing of the call has been kept. */
export class StoreUnavailable extends Error {
  /** Says so by its name in logs. */
  override name = "StoreUnavailable";
}

/** How a number for a room is found. */
export interface RoomIdOptions {
  /**
   * Numbers are used again, as all stores do that stand alone. Default: they are. Servers of a
   * cluster have to agree on it.
   */
  readonly usesAgain?: boolean;
}

/** Keeps the events of all rooms. */
export interface Store {
  /** What operators and keepers have done. */
  readonly audit: AuditStore;
  /** The rooms to begin with, the lobby first. Each has a {@linkcode RoomStore}. */
  rooms(): StoredRoom[];
  /**
   * The past of a room. The same object each time.
   *
   * @param id Of a room that was made and is not gone.
   */
  room(id: number): RoomStore;
  /**
   * A number for a room that is to be made: given to nobody else, and none of which anything is
   * stored. Whether the room is then made or not, the number is not given again soon.
   *
   * @throws {Error} When it cannot be found out.
   */
  newRoomId(how?: RoomIdOptions): number;

  /** The number of the room that was made last; that of the lobby, if none was. */
  readonly newestRoomId: number;
  /**
   * Keeps the entries of all rooms, all or none, as the next events of their rooms: `lastSeq + 1`,
   * `lastSeq + 2`, ….
   *
   * @param entries What happened, oldest first.
   * @param at ISO 8601 in UTC with milliseconds: their common time.
   * @param notes What is to be kept with them; default: nothing.
   * @returns The events, in the same order.
   * @throws {StoreUnavailable} When they cannot be kept; then nothing has changed.
   */
  append(entries: readonly Entry[], at: string, notes?: readonly Note[]): LogEvent[];
  /**
   * Finds out whether something can be kept now, by a commit that changes nothing.
   *
   * @throws {StoreUnavailable} When it cannot.
   */
  tryWriting(): void;
  /**
   * The sessions that were heard of since a time, and those of who is present, for the server to
   * begin with. To be read to the end before anything else is asked for.
   *
   * @param sinceMs Milliseconds since 1970; older ids are not given either.
   * @param bounds Of what is given; those who are present, and equally old ids, may be more.
   */
  sessions(sinceMs: number, bounds: SessionBounds): Iterable<StoredSession>;
  /**
   * Who was in which rooms when the store was last written, for the server to begin with. Who was
   * in none is not known.
   */
  present(): Present[];
  /** The bans that were kept, oldest first; some may be over. @throws {StoreUnavailable} */
  bans(): Ban[];
  /** Gives back files and memory. Nothing may be called after it. */
  close(): void;
}
