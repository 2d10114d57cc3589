/**
 * What a session sees of the server around it.
 *
 * @module
 */

import type { Room } from "../room/room.ts";
import type { Sessions } from "../room/sessions.ts";
import type { Accounts } from "./admission/accounts.ts";
import type { Clock } from "./clock.ts";
import type { Guesses } from "./admission/guesses.ts";
import type { Limits } from "./limits.ts";
import type { Logger } from "./logger.ts";
import type { Lookups } from "./requests/lookups.ts";
import type { Totals } from "./metrics.ts";
import type { Moderation } from "./admission/moderation.ts";
import type { Penalties } from "./admission/penalties.ts";
import type { GracePeriod } from "./grace.ts";
import type { Secret } from "./admission/secret.ts";
import type { ClientConnection } from "./connection.ts";
import type { Waiting } from "./admission/waiting.ts";

/** Shared by all sessions of a server. */
export interface ServerContext {
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
  /** Whose password is tried next. */
  readonly guesses: Guesses;
  /** What each address costs and holds. */
  readonly accounts: Accounts;
  /** What waits for all clients together. */
  readonly waiting: Waiting;
  /** Looks into the past, one at a time. */
  readonly lookups: Lookups;
  /** Who is kept out, and who may not speak. */
  readonly moderation: Moderation;
  /** How much of the past to show on joining when the client names no number. */
  readonly history: number;
  /** Shown to everybody who comes. */
  readonly motd: string | undefined;
  /** The places of those whose connection is lost. */
  readonly grace: GracePeriod;
  /** What has been counted so far, for the metrics. */
  readonly totals: Totals;
  /** A connection has a name now, or takes the place of one that had. */
  named(client: ClientConnection): void;
  /** Every connection that is in, joined or not. */
  clients(): Iterable<ClientConnection>;
}
