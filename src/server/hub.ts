/**
 * What a session sees of the server around it.
 *
 * @module
 */

import type { LeaveReason } from "../protocol/messages.ts";
import type { Room } from "../room/room.ts";
import type { SessionRecord, Sessions } from "../room/sessions.ts";
import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";

/** Shared by all sessions of a server. */
export interface Hub {
  /** The room. */
  readonly room: Room;
  /** Sessions that are remembered. */
  readonly sessions: Sessions;
  /** Time. */
  readonly clock: Clock;
  /** The operator's log. Never given the text of a message. */
  readonly logger: Logger;
  /** Tokens a second for each session; 0 is no limit. */
  readonly rate: number;
  /** How much of the past to show on joining when the client names no number. */
  readonly history: number;
  /** Shown to everybody who comes. */
  readonly motd: string | undefined;
  /**
   * Keeps the place of a session whose connection is lost, for the time of grace.
   *
   * @param reason What its leave will say when it does not come back.
   */
  hold(record: SessionRecord, reason: LeaveReason): void;
}
