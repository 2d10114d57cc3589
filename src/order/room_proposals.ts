/**
 * What may be proposed about rooms.
 *
 * @module
 */

import type { Typed } from "../protocol/messages.ts";
import type { NameKeys } from "../protocol/look_alikes.ts";
import type { Member, Room } from "../room/room.ts";
import type { Rank } from "../room/room_modes.ts";
import type { RoomFlags } from "../store/store.ts";

/** A change of a room, or of who is in it. */
export type RoomProposal =
  | Enter
  | Part
  | SetTopic
  | SetKey
  | Unlist
  | NameKeeper
  | SetFlags
  | SetRank
  | BanName
  | Invite
  | Close
  | OpenRoom;

/** Wants to be in a room. */
export interface RoomWish {
  /** What `roomName` has accepted. */
  readonly name: string;
  /** What it looks like, by the tables of the server that its client is at; default: by ours. */
  readonly skeleton?: string;
  /** The key that was given and found right; default: none was. */
  readonly key?: RightKey;
  /** Identifies the log of the room, if it has to be made: from `newLogId`. */
  readonly log: string;
  /** Hash of the key that the room gets, if it has to be made; default: it gets none. */
  readonly newKey?: string;
  /** Its client may make a room now. */
  readonly mayMake: boolean;
  /** On resuming: it says that it was in. If it is not, it does not come in again. */
  readonly wasIn?: true;
  /**
   * Of a remembered session that comes in anew: the log that it read. It comes into no other room
   * of that name, unless its own went because nothing was said in it.
   */
  readonly knownLog?: string;
  /**
   * Its server was found dead, and lives: it was in the room of {@linkcode knownLog} until then, as
   * this, and is again. It needs neither a key nor an invitation.
   */
  readonly back?: readonly Standing[];
}

/** What somebody is in a room, beside being in it. */
export type Standing = "keeper" | Rank;

/** Which key was found right, of which room: another room of the same name may be there by now. */
export interface RightKey {
  /** Identifies the log of the room. */
  readonly log: string;
  /** Of the key. */
  readonly version: number;
}

/** Comes into a room. It makes the room, which is its own then, where there is none. */
export interface Enter extends Typed<"enter"> {
  /** Who. */
  readonly member: Member;
  /** Where. */
  readonly wish: RoomWish;
}

/** Leaves a room, or is put out of it. */
export interface Part extends Typed<"part"> {
  /** Who leaves. */
  readonly member: Member;
  /** Which room. */
  readonly room: Room;
  /** It is put out. Default: it wants to go. */
  readonly kick?: Kick;
  /** A cleaned line: why it wants to go; default: it has not said so. */
  readonly text?: string;
}

/** How somebody is put out of a room. */
export interface Kick extends ByKeeper {
  /** Why; default: no reason was given. */
  readonly text?: string;
  /** It may not come back before, in milliseconds since 1970. */
  readonly untilMs: number;
}

/** Somebody changes a room: its keeper may. */
export interface ByKeeper {
  /** Who does. */
  readonly by: Member;
  /** An operator may do it, too. */
  readonly isOperator: boolean;
}

/** Says what a room is about. */
export interface SetTopic extends ByKeeper, Typed<"topic"> {
  /** Which room. */
  readonly room: Room;
  /** A cleaned line; empty: nothing. */
  readonly text: string;
}

/** Makes a room private, or open again. */
export interface SetKey extends ByKeeper, Typed<"key"> {
  /** Which room. */
  readonly room: Room;
  /** Of the key; null: none is needed any more. */
  readonly hash: string | null;
}

/** Takes a room out of the lists, or puts it back where it is in none. */
export interface Unlist extends ByKeeper, Typed<"unlist"> {
  /** Which room. */
  readonly room: Room;
  /** Whether it is in no list; default: the other way than now. */
  readonly isUnlisted?: boolean;
}

/** Changes what is on or off in a room. */
export interface SetFlags extends ByKeeper, Typed<"flags"> {
  /** Which room. */
  readonly room: Room;
  /** Those that change. */
  readonly flags: Partial<RoomFlags>;
}

/** Gives somebody a rank in a room, or takes it. The keeper has that of a deputy. */
export interface SetRank extends ByKeeper, Typed<"rank"> {
  /** Which room. */
  readonly room: Room;
  /** Somebody in the room. */
  readonly member: Member;
  /** Which rank. */
  readonly rank: Rank;
  /** Whether it is given. */
  readonly isOn: boolean;
}

/** Keeps a name out of a room for good, or no longer. It does not remove who is in it. */
export interface BanName extends ByKeeper, Typed<"ban-name"> {
  /** Which room. */
  readonly room: Room;
  /** As it was given. */
  readonly name: string;
  /** Keys of the name, by the tables of the server where it was given; default: by ours. */
  readonly keys?: NameKeys;
  /** Whether it is kept out. */
  readonly isOn: boolean;
}

/** Lets somebody into a room where only the invited may come in. */
export interface Invite extends Typed<"invite"> {
  /** Which room. */
  readonly room: Room;
  /** Who invites, and is in the room. */
  readonly by: Member;
  /** The inviter is an operator. */
  readonly isOperator: boolean;
  /** Who is invited. */
  readonly member: Member;
}

/** Gives a room to somebody else. */
export interface NameKeeper extends ByKeeper, Typed<"keeper"> {
  /** Which room. */
  readonly room: Room;
  /** Somebody in the room. */
  readonly member: Member;
}

/** Ends a room, with its history. */
export interface Close extends ByKeeper, Typed<"close"> {
  /** Which room; a permanent one cannot be closed. */
  readonly room: Room;
}

/** Makes a permanent room, if it is not there. */
export interface OpenRoom extends Typed<"open"> {
  /** What `roomName` has accepted. */
  readonly name: string;
  /** What it looks like, by the tables of the server that opens it; default: by ours. */
  readonly skeleton?: string;
  /** Identifies its log: from `newLogId`. */
  readonly log: string;
}
