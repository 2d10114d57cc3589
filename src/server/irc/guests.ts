/**
 * Clients of IRC as the others see them, and what these are told of each other that is in no log.
 *
 * @module
 */

import type { Happened } from "../../order/order.ts";
import type { Capabilities, CapabilityName } from "../../protocol/irc/capabilities.ts";
import type { NumericName } from "../../protocol/irc/numerics.ts";
import type { Room } from "../../room/room.ts";
import type { HeardLine } from "./heard_line.ts";

/** A numeric reply that is nothing but its text. */
export type Reply = readonly [name: NumericName, text: string];

/** Somebody who is here by IRC, and how it is told something. */
export interface Person {
  /** What it has asked for. */
  readonly caps: Capabilities;
  /** When it last said something, in milliseconds of the server's clock. */
  readonly spokeAt: number;
  /** It is told what operators say with WALLOPS. */
  readonly hearsOperators: boolean;
  /** Gives it a line from somebody, or several, written with {@linkcode IrcNetwork.tellSome}. */
  hear(line: HeardLine): void;
  /** Gives it numeric replies now. */
  hearReplies(replies: readonly Reply[]): void;
}

/** A client of IRC that is on the server, as the others see it. */
export interface Guest {
  /** Who it is. */
  readonly person: Person;
  /**
   * What it reads of these rooms at these places is one and the same: it is shown that once, in the
   * first of them that it reads.
   */
  seeOnce(places: ReadonlyMap<Room, Place>): void;
  /** What it has done has happened, in the logs of one or more rooms; its coming is not here. */
  acted(happened: readonly Happened[]): void;
}

/** What somebody does that is in no log, as a line of IRC. */
export interface News {
  /** Who does. */
  readonly from: string;
  /** The command of the line, its words and its text. */
  readonly command: string;
  /** The words behind it. */
  readonly words: readonly string[];
  /** The last parameter; default: there is none. */
  readonly text?: string;
  /** Only those are told who have asked for this; default: all. */
  readonly needs?: CapabilityName;
}

/** One of several events that are one thing in several rooms. */
export interface Place {
  /** Which of them it is: the first is 0. */
  readonly index: number;
  /** Its `seq`. */
  readonly seq: number;
}
