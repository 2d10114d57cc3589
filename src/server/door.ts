/**
 * A dialect whose lines are commands with answers of their own, and not requests, has a door beside
 * the connection: what it remembers of its client, and what it does with each line.
 *
 * @module
 */

import type { Dialect } from "../protocol/dialect.ts";
import type { RoomWish } from "../protocol/messages.ts";
import type { Parting, Profile, Room } from "../room/room.ts";

/** The side of a connection that only its dialect knows. */
export interface Door {
  /** What is said as a notice is answered with no error, lest two programs answer each other. */
  readonly leavesNotices: boolean;
  /** What it speaks. */
  readonly dialect: Dialect;
  /** Who has sent nothing for so many milliseconds is lost. */
  readonly silenceMs: number;
  /** What its client has said of itself on coming in. */
  readonly profile: Partial<Profile>;
  /** Does what a line asks for. @returns A promise, if the next line has to wait. */
  take(line: string): void | Promise<void>;
  /** A line was longer than a line may be. */
  overlong(): void;
  /**
   * The client has another name now.
   *
   * @param isShown It reads a room in which it sees that.
   */
  renamed(isShown: boolean): void;
  /** It has another place on the server now: see `server/cluster/people.ts`. */
  moved(): void;
  /**
   * Where it begins in a room into which it comes.
   *
   * @param isResumed It was in it, and takes up its place there.
   */
  wishIn(room: Room, isResumed: boolean): RoomWish;
  /** It has come out of a room. */
  parted(parting: Parting): void;
  /**
   * It is about to lose its place or its connection, of which this is the last look. May be called
   * twice: then the first time counts.
   *
   * @param isDoubtful What was written last may not have come: the connection does not end in
   * order.
   */
  leaving(isDoubtful: boolean): void;
  /** Looks at its deadlines. Called about once a second. */
  tick(nowMs: number): void;
  /** The connection has ended. */
  close(): void;
}
