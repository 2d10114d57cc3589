/**
 * What a session sees of the server around it.
 *
 * @module
 */

import type { Room } from "../room/room.ts";
import type { Sessions } from "../room/sessions.ts";
import type { Clock } from "./clock.ts";
import type { Limits } from "./limits.ts";
import type { Logger } from "./logger.ts";
import type { Totals } from "./metrics.ts";
import type { Moderation } from "./moderation.ts";
import type { Penalties } from "./penalties.ts";
import type { Places } from "./places.ts";
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
  /** The places of those whose connection is lost. */
  readonly places: Places;
  /** What has been counted so far, for the metrics. */
  readonly totals: Totals;
  /** Every connection that is in, joined or not. */
  clients(): Iterable<Session>;
}
