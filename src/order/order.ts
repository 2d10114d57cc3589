/**
 * The order of everything that people share. What changes it is a {@linkcode Proposal}
 * (`proposals.ts`); the order gives it a place, the reducer (`reducer.ts`) makes of it events or a
 * refusal, and the proposer is told. Nothing changes, and nobody sees anything, before that.
 *
 * ```text
 * propose ─▶ queue ─▶ order ─▶ reduce ─▶ store.append ─▶ room.show ─▶ proposers told
 *                                            │                        └─▶ readers woken
 *                                            └─ fails: undone, proposers told, nothing shown
 * ```
 *
 * This folder may import `room`, `store`, `net` and `protocol`.
 *
 * @module
 */

import type { LogEvent, Typed } from "../protocol/messages.ts";
import type { MailboxRefusal } from "../room/mailboxes.ts";
import type { Member, Room } from "../room/room.ts";
import type { Entry } from "../store/store.ts";
import type { WaitingDirect } from "../store/stored_sessions.ts";
import type { Proposal } from "./proposals.ts";
import type { RoomWish } from "./room_proposals.ts";

/** Why a proposal came to nothing. */
export type Refusal =
  /** Somebody has the name, or one that looks like it. */
  | "name_taken"
  /** The name or the address is banned. */
  | "banned"
  /** Who speaks, takes another name or makes a room is muted. */
  | "muted"
  /** The session has used the id before: see {@linkcode Refused.repeats}. */
  | "repeated"
  /** The proposer has left, or there is no such mute or ban. */
  | "gone"
  /** Who it is about is not in the room, or the room is gone. */
  | "not_in_room"
  /** Who proposed it is neither the room's keeper nor an operator. */
  | "not_keeper"
  /** A permanent room has no keeper, and cannot be closed. */
  | "permanent"
  /** The room's name could be taken for that of another room: see {@linkcode Refused.room}. */
  | "room_invalid"
  /** The server has its maximum number of rooms. */
  | "rooms_full"
  /** Its client is in as many rooms as it may be. */
  | "too_many_rooms"
  /** There is no such room, and its client may not make one now. */
  | "no_room"
  /** The room has a key, or another one than was given. */
  | "room_key"
  /** The client has been put out of the room: see {@linkcode Refused.untilMs}. */
  | "kept_out"
  /** The room is for those who were invited. */
  | "invite_only"
  /** The name is kept out of the room for good. */
  | "name_banned"
  /** As many names are kept out of the room as may be. */
  | "too_many_bans"
  /** Few may speak in the room. */
  | "moderated"
  /** It was in the room before, and is no more. */
  | "lost"
  /** Whom a direct message should wait for has said goodbye, or is forgotten. */
  | "nobody"
  /** As many direct messages wait for it, or for all people together, as may. */
  | MailboxRefusal
  /** It could not be stored; proposing it again may work. */
  | "unavailable";

/** A refusal. */
export interface Refused extends Typed<"refused"> {
  /** Why. */
  readonly why: Refusal;
  /** What was proposed. */
  readonly proposal: Proposal;
  /** Which of the rooms of a hello refuses, where it is not all that is refused. */
  readonly wish?: RoomWish;
  /**
   * Of a repeated id of a message: the number of its room, which may be gone, and its event there.
   */
  readonly repeats?: { readonly room: number; readonly seq: number };
  /** The room that refuses, or the one whose name looks alike. */
  readonly room?: Room;
  /** When it may come back: milliseconds since 1970. */
  readonly untilMs?: number;
}

/** Something is in the log of a room. */
export interface Happened extends Entry, Typed<"happened"> {
  /** What was proposed. */
  readonly proposal: Proposal;
  /** Where. */
  readonly inRoom: Room;
  /** What the log has; not before it is stored. */
  event: LogEvent;
}

/** Somebody is in a room. */
export interface Entered extends Typed<"entered"> {
  /** What was proposed. */
  readonly proposal: Proposal;
  /** What was asked for; null: all rooms in which it was. */
  readonly wish: RoomWish | null;
  /** Which room. */
  readonly room: Room;
  /** Its join in the log; null: it was in the room before, which is no event. */
  readonly joined: Happened | null;
}

/** Somebody is on the server. */
export interface Joined extends Typed<"joined"> {
  /** What was proposed. */
  readonly proposal: Proposal;
  /** The new member, which nobody reads for yet, or whose connection another one replaces. */
  readonly member: Member;
  /** It has taken its place up again. */
  readonly resumed: boolean;
  /**
   * What became of each room that it wanted to be in, or was in; one for each wish, in its order.
   */
  readonly rooms: readonly (Entered | Refused)[];
  /** What is in the logs of rooms that it has left by that. */
  readonly left: readonly Happened[];
}

/** What was proposed has happened: nothing of it is in a log, or the same in several. */
export interface Done extends Typed<"done"> {
  /** What was proposed. */
  readonly proposal: Proposal;
  /** What is in the logs, one of each room. */
  readonly events: readonly Happened[];
  /** It was so before: nothing has changed. Default: something has. */
  readonly wasSo?: boolean;
  /** Of an `unlist`: whether the room is in no list now. */
  readonly isUnlisted?: boolean;
  /** Of a rename: the name before. Of `keeper`: that of the keeper before, if there was one. */
  readonly from?: string;
  /** Of what may give a room to somebody else, or to nobody: who kept it before. */
  readonly keptBy?: Member;
  /** Of `dead`: who has left the server. */
  readonly left?: readonly Member[];
  /** Of `seen`: what waits no more. */
  readonly seen?: readonly WaitingDirect[];
}

/** What became of a proposal; its `type` says what. */
export type Verdict = Happened | Entered | Joined | Done | Refused;

/** What an operator says to everybody: to be shown once, and in no log. */
export interface OperatorWords {
  /** Who says it, to clients of IRC that want to hear that; null: the server does, to all. */
  readonly from: string | null;
  /** One line. */
  readonly text: string;
}

/** What became of what is for one person alone. `unknown`: no answer came; it may have arrived. */
export type DirectOutcome = "delivered" | "away" | "full" | "unknown";

/** Who proposes, and hears what became of it. */
export interface Proposer {
  /**
   * It reads in the logs what has happened: it is not called where nothing else has become of its
   * proposals. Default: it is called in any case.
   */
  readonly readsOwn?: boolean;
  /**
   * Called in the order of proposing, once for proposals that follow on each other. Events are in
   * the logs by then; after that those are told who have come out of a room, and at last the
   * readers of the rooms are woken.
   *
   * @param verdicts One for each of them, 1 or more.
   */
  settled(verdicts: readonly Verdict[]): void;
}

/** Gives proposals their places. */
export interface Order {
  /**
   * Queues a proposal. The local order settles it at the end of this turn of the event loop, others
   * later.
   *
   * @param proposer Who is told what became of it; null: nobody.
   */
  propose(proposal: Proposal, proposer: Proposer | null): void;
  /** Proposals that are not settled yet: who has many of them waits with the next one. */
  readonly pending: number;
  /**
   * Calls back when everything that was proposed here so far is settled: at once when nothing is
   * pending.
   */
  whenSettled(then: () => void): void;
  /** Settles now what can be settled now. Also stores what could not be stored before. */
  flush(): void;
  /** Stops settling: what is pending is refused, and what is proposed from now on is forgotten. */
  close(): void;
}

/**
 * Resolves when everything that was proposed so far is settled: see {@linkcode Order.whenSettled}.
 */
export function settledSoFar(order: Order): Promise<void> {
  return new Promise((resolve) => order.whenSettled(resolve));
}
