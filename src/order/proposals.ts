/**
 * What may be proposed to the order: everything that changes what people share.
 *
 * @module
 */

import type { LeaveReason, Typed } from "../protocol/messages.ts";
import type { NameKeys } from "../protocol/look_alikes.ts";
import type { Member, Profile, Room } from "../room/room.ts";
import type { ModerationProposal } from "./moderation_proposals.ts";
import type { RoomProposal, RoomWish } from "./room_proposals.ts";

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
  | Leave
  | Rename
  | Describe
  | RoomProposal
  | ModerationProposal
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
