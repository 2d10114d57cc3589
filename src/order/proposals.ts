/**
 * What may be proposed to the order: everything that changes what people share.
 *
 * @module
 */

import type { LeaveReason, Typed } from "../protocol/messages.ts";
import type { NameKeys } from "../protocol/names.ts";
import type { Member, Profile, Room } from "../room/room.ts";
import type { Rank } from "../room/room_modes.ts";
import type { Ban, RoomFlags } from "../store/store.ts";

/**
 * A change that somebody asks for; its `type` says which. Texts and names have passed their rules
 * before.
 */
export type Proposal =
  | Say
  | Direct
  | Delivery
  | Wait
  | Seen
  | Join
  | Resume
  | Enter
  | Part
  | Leave
  | Rename
  | Describe
  | SetTopic
  | SetKey
  | Unlist
  | NameKeeper
  | SetFlags
  | SetRank
  | BanName
  | Invite
  | Close
  | Erase
  | OpenRoom
  | MuteMember
  | MuteRange
  | Unmute
  | PlaceBan
  | Unban
  | ServerDead
  | TakeUpRules;

/** Says something to everybody in a room. */
export interface Say extends Typed<"say"> {
  /** The speaker. */
  readonly member: Member;
  /** Where. */
  readonly room: Room;
  /** A cleaned text. */
  readonly text: string;
  /**
   * Of the sender's choice; one that its session has said before, in whichever room, is refused as
   * `repeated`.
   */
  readonly id?: string;
  /** It is what the sender does: `/me`. */
  readonly action?: true;
  /** A program says it, and none may answer. */
  readonly notice?: true;
  /** See `Message.cuts`. */
  readonly cuts?: readonly number[];
  /** An operator may speak where few may. */
  readonly isOperator?: true;
}

/** Uses up an id for a direct message, which is not in the log. */
export interface Direct extends Typed<"direct"> {
  /** The sender. */
  readonly member: Member;
  /**
   * Of the sender's choice; one that its session has used for a direct message before is refused as
   * `repeated`. Ids of messages are others. Without one only a mute can refuse it.
   */
  readonly id?: string;
}

/** Says what became of a direct message that was settled. */
export interface Delivery extends Typed<"delivery"> {
  /** Hash of the sender's session. */
  readonly session: string;
  /** The id of its {@linkcode Direct}. */
  readonly id: string;
  /** False: it could not be delivered, and its id may be used again. */
  readonly delivered: boolean;
}

/** Keeps a direct message for somebody who is away, and uses up its id, in one. */
export interface Wait extends Typed<"wait"> {
  /** The sender. */
  readonly member: Member;
  /** Hash of the session that it waits for, whatever name that will have. */
  readonly to: string;
  /** A cleaned text that `mayWait` has accepted. */
  readonly text: string;
  /** As in {@linkcode Direct}. */
  readonly id?: string;
  /** A program says it, and none may answer. */
  readonly notice?: true;
}

/** A session has been given the direct messages that waited for it. */
export interface Seen extends Typed<"seen"> {
  /** Hash of the session. */
  readonly session: string;
  /** Number of the last one. */
  readonly upTo: number;
}

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

/** Comes in under a name. */
export interface Join extends Typed<"join"> {
  /** A name that `parseName` has accepted. */
  readonly name: string;
  /** Hash of the session that the place belongs to; null for clients that cannot resume. */
  readonly session: string | null;
  /** IP address of the client. */
  readonly address: string;
  /** Rooms that it wants to be in; may be none. A room that refuses it does not keep it out. */
  readonly rooms: readonly RoomWish[];
  /** Which of several servers it comes to; default: there is only this one. */
  readonly owner?: string;
  /** Keys of the name, by the tables of the server that it comes to; default: by ours. */
  readonly keys?: NameKeys;
  /** What it says of itself; default: nothing. */
  readonly says?: Partial<Profile>;
  /**
   * It was here when its server was found dead. It takes up no place: its session may have gone on
   * at another server.
   */
  readonly isAgain?: true;
}

/** Takes up the place that a session has. */
export interface Resume extends Typed<"resume"> {
  /** Hash of the session. */
  readonly session: string;
  /** Rooms that it wants to be in: it leaves the others. Null: those that it is in. */
  readonly rooms: readonly RoomWish[] | null;
  /** What it says of itself by now; default: what it said. */
  readonly says?: Partial<Profile>;
  /** Which of several servers it comes to; default: there is only this one. */
  readonly owner?: string;
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

/** Gives a place up. It happens even if it cannot be stored now: then it is stored later. */
export interface Leave extends Typed<"leave"> {
  /** Who leaves. */
  readonly member: Member;
  /** Why. */
  readonly reason: LeaveReason;
  /** A cleaned line: why, in its own words; default: it has not said so. */
  readonly text?: string;
  /** Only if the place has not been taken up again since it had this {@linkcode Member.epoch}. */
  readonly epoch?: number;
}

/** Takes another name. */
export interface Rename extends Typed<"rename"> {
  /** Who does. */
  readonly member: Member;
  /** A name that `parseName` has accepted. */
  readonly to: string;
  /** Keys of the name, by the tables of the server that it is at; default: by ours. */
  readonly keys?: NameKeys;
}

/** Says something of itself: that it is away, or a program. */
export interface Describe extends Typed<"describe"> {
  /** Who does. */
  readonly member: Member;
  /** Cleaned lines; what is not here stays as it is. */
  readonly says: Partial<Profile>;
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

/** Erases what messages say. Only for operators. */
export interface Erase extends Typed<"erase"> {
  /** Which room. */
  readonly room: Room;
  /** Which operator does it. */
  readonly by: Member;
  /** Of the messages: rising, 1 to `MAX_ERASED`. */
  readonly seqs: readonly number[];
  /** What it does, as an action: `erases a message of ada`. */
  readonly text: string;
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

/** Mutes a member: its session, or its address where it has none. */
export interface MuteMember extends Typed<"mute"> {
  /** Whose. */
  readonly member: Member;
  /** Until when, in milliseconds since 1970; `Infinity`: for good. */
  readonly untilMs: number;
}

/** Mutes all who come from some addresses, now or later. */
export interface MuteRange extends Typed<"mute-range"> {
  /** From `addressKey`. */
  readonly key: string;
  /** Until when, in milliseconds since 1970; `Infinity`: for good. */
  readonly untilMs: number;
}

/** Lifts the mutes of a name: of who has it, or had it when muted. */
export interface Unmute extends Typed<"unmute"> {
  /** In any case and width; or a range, as `rangeText` writes it. */
  readonly name: string;
  /** The same, folded by the tables of the server where it was given; default: by ours. */
  readonly fold?: string;
}

/** Keeps a name or addresses out. It does not remove those who are here. */
export interface PlaceBan extends Typed<"ban"> {
  /** Takes the place of one with the same key. */
  readonly ban: Ban;
}

/** Lifts a ban. */
export interface Unban extends Typed<"unban"> {
  /** The first of these that there is. */
  readonly keys: readonly string[];
  /** True: only one that has run out; else only one that holds. */
  readonly ranOut?: true;
}

/** One of several servers has been silent for so long that its people are gone. */
export interface ServerDead extends Typed<"dead"> {
  /** Which. */
  readonly server: string;
  /** Number of its last batch, as far as is known: it is alive if that is another. */
  readonly last: number;
}

/** All servers know newer rules: these hold from now on. */
export interface TakeUpRules extends Typed<"rules"> {
  /** See `State.rules`. */
  readonly version: number;
}
