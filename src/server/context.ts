/**
 * What a connection sees of the server around it. This folder may import `order`, `room`, `store`,
 * `net` and `protocol`; in it, handlers (`requests/`, `commands/`) import `connection.ts`, and that
 * imports this file.
 *
 * @module
 */

import type { Turns } from "../net/turns.ts";
import type { DirectOutcome, OperatorWords, Order } from "../order/order.ts";
import type { State } from "../order/state.ts";
import type { Member, Recipient } from "../room/room.ts";
import type { Rooms } from "../room/rooms.ts";
import type { Writer } from "../room/writer.ts";
import type { Bye, LeaveReason, PrivateEvent } from "../protocol/messages.ts";
import type { Dialect } from "../protocol/dialect.ts";
import type { Feature } from "../protocol/features.ts";
import type { Accounts } from "./admission/accounts.ts";
import type { Clock } from "../clock.ts";
import type { Guesses, Penalties } from "./admission/penalties.ts";
import type { Limits } from "./limits.ts";
import type { Logger } from "./logger.ts";
import type { RoomKeys } from "./admission/room_keys.ts";
import type { Lookups } from "./requests/lookups.ts";
import type { Moderation } from "./admission/moderation.ts";
import type { BotRuns } from "./bot_runs.ts";
import type { Bots } from "./bots.ts";
import type { GracePeriod } from "./grace.ts";
import type { IrcNetwork } from "./irc/network.ts";
import type { Secret } from "./admission/secret.ts";
import type { Waiting } from "./admission/waiting.ts";
import type { AuditStore } from "../store/audit.ts";

/** Shared by all connections of a server. */
export interface ServerContext {
  /** The rooms that there are, and who is in them. Changed by the order alone. */
  readonly rooms: Rooms;
  /**
   * Who is here, which sessions are remembered, who is muted or banned. Changed by the order alone.
   */
  readonly state: State;
  /** Gives everything that people share its place. */
  readonly order: Order;
  /** Time. */
  readonly clock: Clock;
  /** The operator's log. Never given the text of a message. */
  readonly logger: Logger;
  /** What is allowed. */
  readonly limits: Limits;
  /** The server's password; null: everybody may come in. */
  readonly password: Secret | null;
  /** The operators' password; null: there are none. */
  readonly operatorPassword: Secret | null;
  /** Who has given wrong passwords. */
  readonly penalties: Penalties;
  /** Hashes and compares the keys of private rooms. */
  readonly keys: RoomKeys;
  /** Whose password is tried next. */
  readonly guesses: Guesses;
  /** What each address costs and holds. */
  readonly accounts: Accounts;
  /** What waits for all clients together. */
  readonly waiting: Waiting;
  /** Who works next. */
  readonly turns: Turns;
  /** Looks into the past, one at a time. */
  readonly lookups: Lookups;
  /** What operators and keepers have done here. */
  readonly audit: AuditStore;
  /** Who is a program. */
  readonly bots: Bots;
  /** What programs say to each other. */
  readonly botRuns: BotRuns;
  /** Who is banned. */
  readonly moderation: Moderation;
  /** How much of the past to show on joining when the client names no number. */
  readonly history: number;
  /** Shown to everybody who comes. */
  readonly motd: string | undefined;
  /** The port of the page; undefined: there is none. */
  readonly pagePort: () => number | undefined;
  /** What the server can do, for programs. */
  readonly features: readonly Feature[];
  /** What clients of IRC share. */
  readonly irc: IrcNetwork;
  /** Places whose connection is lost. */
  readonly grace: GracePeriod;
  /** What has been counted so far, for the metrics. */
  readonly totals: Totals;
  /** The other servers that hold the same rooms; null: there are none. */
  readonly elsewhere: Elsewhere | null;
  /** The time that people read, in milliseconds since 1970. */
  readonly nowMs: () => number;
  /**
   * The time by which bans, mutes and sessions are over, in whole milliseconds since 1970: it does
   * not follow a clock that jumps, and is the same for all servers that hold the same rooms.
   */
  readonly trustedMs: () => number;
  /** A connection has a name now, or takes the place of one that had. */
  named(client: Client): void;
  /** Every connection that is in, joined or not. */
  clients(): Iterable<Client>;
}

/** The other servers, where several hold the same rooms. */
export interface Elsewhere {
  /** This one is out of touch with the others: nothing is settled, and nobody comes in. */
  readonly isCutOff: boolean;
  /** What time it is for all of them, in milliseconds since 1970. */
  readonly nowMs: number;
  /** For the metrics. */
  readonly figures: OrderFigures;
  /**
   * Resolves when those are in again whose places went because this server was found dead: until
   * then they are in no room. At once when nobody is to come in again.
   */
  readonly allBack: Promise<void>;
  /** Whether somebody's connection is, or was last, at another server. */
  has(member: Member): boolean;
  /** Gives an event to somebody at another server. Never rejects. */
  deliver(member: Member, event: PrivateEvent): Promise<DirectOutcome>;
  /**
   * Tells everybody at the other servers something. Never rejects.
   *
   * @returns How many of these have not told their people.
   */
  tellAll(words: OperatorWords): Promise<number>;
  /** To be called once a second. */
  tick(): void;
  /** The server ends: who can come back to another one keeps the place, the others leave. */
  shutDown(): void;
}

/** How the order does that servers share. */
export interface OrderFigures {
  /** Batches that are stored in the stream, and not here. */
  readonly lag: number;
  /** Batches of this server that were settled. */
  readonly commits: number;
  /** How long all of them took from their first publish until they were settled. */
  readonly commitSeconds: number;
}

/** What the server counts over all connections, those that have ended included. */
export interface Totals {
  /** Connections that came in. */
  connections: number;
  /** Connections that were turned away. */
  refused: number;
  /** Lines that clients sent. */
  linesIn: number;
  /** Bytes written to clients. */
  bytesOut: number;
  /** Events that slow readers missed. */
  eventsSkipped: number;
}

/** A connection, as others see it: operators, and what counts and lists. */
export interface Client extends Recipient {
  /** Its name; empty before it has one. */
  readonly name: string;
  /** IP address of the other end. */
  readonly address: string;
  /** Address and port of the other end. */
  readonly label: string;
  /** When it came, in milliseconds of the server's clock. */
  readonly startedAt: number;
  /** What it speaks; null before its first line. */
  readonly dialect: Dialect | null;
  /** Its place on the server; null before it has joined and once it has given it up. */
  readonly member: Member | null;
  /** The only writer of the connection. */
  readonly writer: Writer;
  /** Lines that it has sent. */
  readonly linesIn: number;
  /** It may use the commands of operators. */
  readonly isOperator: boolean;
  /** It is on its way out. */
  readonly leaving: boolean;
  /** It is held back because it talks too fast. */
  readonly slowed: boolean;
  /** Since when what it is sent makes no progress, in milliseconds of the server's clock. */
  readonly stalledSince: number | null;
  /** Gives it an event of its own now. */
  tell(event: PrivateEvent): void;
  /** Gives its place up for everybody to see. */
  leave(reason: LeaveReason): void;
  /** Ends the connection once everything up to now has been delivered. */
  close(bye: Bye | null): void;
}
