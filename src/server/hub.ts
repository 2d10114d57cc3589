/**
 * What a session sees of the server around it.
 *
 * @module
 */

import type { LeaveReason } from "../protocol/messages.ts";
import type { Room } from "../room/room.ts";
import type { SessionRecord, Sessions } from "../room/sessions.ts";
import type { Clock } from "./clock.ts";
import type { Limits } from "./limits.ts";
import type { Logger } from "./logger.ts";
import type { Moderation } from "./moderation.ts";
import type { Penalties } from "./penalties.ts";
import type { Secret } from "./secret.ts";
import type { Session } from "./session.ts";

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
  /** What is allowed. */
  readonly limits: Limits;
  /** The room's password; null: everybody may come in. */
  readonly password: Secret | null;
  /** The operators' password; null: there are none. */
  readonly operatorPassword: Secret | null;
  /** Who has given wrong passwords. */
  readonly penalties: Penalties;
  /** Who is kept out, and who may not speak. */
  readonly moderation: Moderation;
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
  /** Every connection that is in, joined or not. */
  clients(): Iterable<Session>;
  /** Tells everybody something in the server's name. */
  announce(text: string): void;
  /**
   * Removes somebody from the room, also one whose place is only held.
   *
   * @param text What the removed one is told.
   * @returns The name, or null when nobody has it.
   */
  remove(name: string, reason: "kicked" | "banned", text: string): string | null;
  /**
   * Removes every connection from an address that is banned.
   *
   * @param key Of `addressKey`.
   * @returns How many.
   */
  removeAddress(key: string, text: string): number;
}
