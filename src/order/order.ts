/**
 * The order of everything that people share. What changes it is a {@linkcode Proposal}; the order
 * gives it a place, the reducer (`reducer.ts`) makes of it an event or a refusal, and the proposer is
 * told. Nothing changes, and nobody sees anything, before that.
 *
 * ```text
 * propose ─▶ queue ─▶ order ─▶ reduce ─▶ store.append ─▶ room.show ─▶ proposers told ─▶ cursors woken
 *                                            └─ fails: undone, proposers told, nothing shown
 * ```
 *
 * This folder may import `room`, `store`, `net` and `protocol`.
 *
 * @module
 */

import type { LeaveReason, LogEvent } from "../protocol/messages.ts";
import type { Member } from "../room/members.ts";
import type { Ban } from "../store/store.ts";

/** A change that somebody asks for. Texts and names have passed their rules before. */
export type Proposal =
  | Say
  | Direct
  | Delivery
  | Join
  | Resume
  | Leave
  | Rename
  | Mute
  | Unmute
  | PlaceBan
  | Unban;

/** Says something to everybody. */
export interface Say {
  /** Which proposal it is. */
  readonly type: "say";
  /** The speaker. */
  readonly member: Member;
  /** A cleaned text. */
  readonly text: string;
  /** Of the sender's choice; one that its session has said before is refused as `repeated`. */
  readonly id?: string;
  /** It is what the sender does: `/me`. */
  readonly action?: true;
}

/** Uses up an id for a direct message, which is not in the log. */
export interface Direct {
  /** Which proposal it is. */
  readonly type: "direct";
  /** The sender. */
  readonly member: Member;
  /**
   * Of the sender's choice; one that its session has used for a direct message before is refused as
   * `repeated`. Ids of messages are others. Without one only a mute can refuse it.
   */
  readonly id?: string;
}

/** Says what became of a direct message that was settled. */
export interface Delivery {
  /** Which proposal it is. */
  readonly type: "delivery";
  /** The sender. */
  readonly member: Member;
  /** The id of its {@linkcode Direct}. */
  readonly id: string;
  /** False: it could not be delivered, and its id may be used again. */
  readonly delivered: boolean;
}

/** Comes in under a name. */
export interface Join {
  /** Which proposal it is. */
  readonly type: "join";
  /** A name that `parseName` has accepted. */
  readonly name: string;
  /** Hash of the session that the place belongs to; null for clients that cannot resume. */
  readonly session: string | null;
  /** IP address of the client. */
  readonly address: string;
}

/** Takes up the place that a session has. */
export interface Resume {
  /** Which proposal it is. */
  readonly type: "resume";
  /** Hash of the session. */
  readonly session: string;
}

/** Gives a place up. It happens even if it cannot be stored now: then it is stored later. */
export interface Leave {
  /** Which proposal it is. */
  readonly type: "leave";
  /** Who leaves. */
  readonly member: Member;
  /** Why. */
  readonly reason: LeaveReason;
  /** Only if the place has not been taken up again since it had this {@linkcode Member.epoch}. */
  readonly epoch?: number;
}

/** Takes another name. */
export interface Rename {
  /** Which proposal it is. */
  readonly type: "rename";
  /** Who does. */
  readonly member: Member;
  /** A name that `parseName` has accepted. */
  readonly to: string;
}

/** Lets nobody hear a member: its session, or who comes from its address without one. */
export interface Mute {
  /** Which proposal it is. */
  readonly type: "mute";
  /** Whose. */
  readonly member: Member;
  /** Until when, in milliseconds since 1970; `Infinity`: for good. */
  readonly untilMs: number;
}

/** Lets people be heard again: who has a name, or had it when muted. */
export interface Unmute {
  /** Which proposal it is. */
  readonly type: "unmute";
  /** In any case and width. */
  readonly name: string;
}

/** Keeps a name or addresses out. It does not remove those who are here. */
export interface PlaceBan {
  /** Which proposal it is. */
  readonly type: "ban";
  /** Takes the place of one with the same key. */
  readonly ban: Ban;
}

/** Lifts a ban. */
export interface Unban {
  /** Which proposal it is. */
  readonly type: "unban";
  /** The first of these that there is. */
  readonly keys: readonly string[];
  /** True: only one that has run out; else only one that holds. */
  readonly ranOut?: true;
}

/** Why a proposal came to nothing. */
export type Refusal =
  /** Somebody has the name, or one that looks like it. */
  | "name_taken"
  /** The name or the address is banned. */
  | "banned"
  /** Who speaks or takes another name is muted. */
  | "muted"
  /** The session has used the id before: see {@linkcode Refused.seq}. */
  | "repeated"
  /** Who proposed it has no place any more, or nobody is muted or kept out so. */
  | "gone"
  /** It could not be stored; proposing it again may work. */
  | "unavailable";

/** A refusal. */
export interface Refused {
  /** Which verdict it is. */
  readonly type: "refused";
  /** Why. */
  readonly why: Refusal;
  /** What was proposed. */
  readonly proposal: Proposal;
  /** Of the repeated id of a message: the `seq` of its event. */
  readonly seq: number;
}

/** Somebody is in. */
export interface Joined {
  /** Which verdict it is. */
  readonly type: "joined";
  /** The new member, which nobody reads for yet. */
  readonly member: Member;
  /** Its join in the log; null: it has taken its place up again, which is no event. */
  readonly event: LogEvent | null;
}

/** What changes without an event has happened. */
export interface Done {
  /** Which verdict it is. */
  readonly type: "done";
  /** What was proposed. */
  readonly proposal: Proposal;
}

/** What became of a proposal: an event that is in the log, or one of the others. */
export type Verdict = LogEvent | Joined | Done | Refused;

/** Who proposes, and hears what became of it. */
export interface Proposer {
  /**
   * Called in the order of proposing, once for proposals that follow on each other. Events are in
   * the logs by then, and cursors are woken right after.
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
