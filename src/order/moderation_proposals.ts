/**
 * What operators may propose.
 *
 * @module
 */

import type { Typed } from "../protocol/messages.ts";
import type { Member, Room } from "../room/room.ts";
import type { Ban } from "../store/store.ts";

/** What is said is taken away, or somebody may not speak or come in. */
export type ModerationProposal = Erase | MuteMember | MuteRange | Unmute | PlaceBan | Unban;

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
