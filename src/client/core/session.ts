/**
 * What lasts longer than a connection: who we are (`identity.ts`), where we are in the log
 * (`log_reader.ts`) and which of our messages have arrived (`delivery.ts`). Gives each event of the
 * server to the part that it is for. `client.ts` makes one connection after another for it.
 *
 * @module
 */

import {
  type Bye,
  type ErrorEvent,
  type Hello,
  type Joined,
  LOBBY,
  PROTOCOL,
  type RoomEvent,
  type ServerEvent,
  type Welcome,
} from "../../protocol/messages.ts";
import type { Connection } from "./connection.ts";
import { Delivery } from "./delivery.ts";
import type { ClientEvent, Ending, LossReason } from "./events.ts";
import type { Identity } from "./identity.ts";
import { LogReader } from "./log_reader.ts";
import type { Outbox } from "./outbox.ts";
import type { Timers } from "./timers.ts";

/** How a connection ended for the client: for good, for a name or password, or to be tried again. */
export type ConnectionOutcome =
  | { readonly type: "ending"; readonly ending: Omit<Ending, "undelivered"> }
  | { readonly type: "refused"; readonly error: ErrorEvent }
  | {
    readonly type: "lost";
    readonly reason: LossReason;
    readonly cause?: unknown;
    readonly wasConnected: boolean;
  };

/** Options of {@linkcode ClientSession}. */
export interface ClientSessionOptions {
  /** Name, password and the session's secret. */
  readonly identity: Identity;
  /** The client's messages on their way. */
  readonly outbox: Outbox;
  /** Time and chance. */
  readonly timers: Timers;
  /** Events wanted of a long log that is new to us. */
  readonly history: number | "all";
  /** The past is asked for page by page, instead of being sent on joining. */
  readonly paged: boolean;
  /** Messages that the server cannot store are sent again for so many milliseconds. */
  readonly giveUpAfterMs: number;
  /** Of longer gaps only so many of the newest events are fetched. */
  readonly maxFill: number;
  /** Is told when a message has left the outbox. */
  readonly onSettled: () => void;
}

/** One client in one room, over all of its connections. */
export class ClientSession {
  /** The way of our messages. */
  readonly delivery: Delivery;
  /** Our place in the log. */
  readonly log: LogReader;
  readonly #options: ClientSessionOptions;
  readonly #identity: Identity;
  #connection: Connection | undefined;
  #welcomed = false;
  #wasWelcomed = false;
  #greeting: Welcome | undefined;
  #everWelcomed = false;
  #answered = true;
  #over: ConnectionOutcome | undefined;

  /** Begins outside of the room. */
  constructor(options: ClientSessionOptions) {
    this.#options = options;
    this.#identity = options.identity;
    this.log = new LogReader(options);
    this.delivery = new Delivery({
      ...options,
      onGiveUp: (text) => {
        this.#over = { type: "ending", ending: { reason: "gave_up", text, code: "unavailable" } };
      },
    });
  }

  /** It is in the room now. */
  get welcomed(): boolean {
    return this.#welcomed;
  }

  /** The last connection got as far as a welcome. */
  get wasWelcomed(): boolean {
    return this.#wasWelcomed;
  }

  /** There was a welcome at some time. */
  get everWelcomed(): boolean {
    return this.#everWelcomed;
  }

  /** How the connection ended, when an event said so. */
  get over(): ConnectionOutcome | undefined {
    return this.#over;
  }

  /** A new connection: sends the hello. */
  begin(connection: Connection): void {
    this.#connection = connection;
    this.#over = undefined;
    this.#greeting = undefined;
    this.#welcomed = false;
    this.#wasWelcomed = false;
    this.#answered = false;
    connection.send(this.#hello());
  }

  /** The connection is gone. */
  disconnected(): void {
    this.#connection = undefined;
    this.#welcomed = false;
    if (!this.#answered) this.#identity.helloLost();
    this.#answered = true;
    this.log.disconnected();
    this.delivery.disconnected();
  }

  /**
   * The server told something.
   *
   * @param told What the listener is to be told is added here.
   */
  take(event: ServerEvent, told: ClientEvent[]): void {
    if (this.#over !== undefined) return;
    this.#answered = true;
    if (event.type === "bye") return this.#bye(event, told);
    if (!this.#welcomed) {
      if (event.type === "welcome") this.#greeting = event;
      else if (event.type === "joined") this.#joined(event, told);
      else if (event.type === "error") this.#notAdmitted(event);
      return;
    }
    switch (event.type) {
      case "welcome":
      case "joined":
        return;
      case "message":
      case "join":
      case "leave":
      case "rename":
      case "topic":
        return this.#logEvent(event, told);
      case "direct":
        if (event.id !== undefined && this.#identity.isOwn(event.from)) {
          this.delivery.acknowledged(event.id, told);
        }
        break;
      case "history":
        return this.log.page(event, told);
      case "lagged":
        return this.log.lagged(event);
      case "pong":
        return this.log.pong(told);
      case "error":
        if (event.id === undefined) this.log.refused(event.code, told);
        else if (this.delivery.refused(event.id, event, told)) return;
        break;
    }
    told.push({ type: "told", event, past: false });
  }

  #hello(): Hello {
    const { name, password, session } = this.#identity;
    const { position } = this.log;
    const { history: wanted, paged } = this.#options;
    const history = paged || wanted === "all" ? 0 : wanted;
    const past = session !== undefined && position !== undefined ? position : { history };
    const known = session === undefined ? {} : { session };
    const secret = password === undefined ? {} : { password };
    return {
      type: "hello",
      protocol: PROTOCOL,
      name,
      ...secret,
      ...known,
      rooms: { [LOBBY]: past },
    };
  }

  #joined(joined: Joined, told: ClientEvent[]): void {
    const connection = this.#connection;
    const greeting = this.#greeting;
    if (connection === undefined || greeting === undefined) return;
    const { log, seq, count, names: members, forget } = joined;
    const went = forget === undefined ? {} : { forget };
    const welcome = { ...greeting, log, seq, count, members, ...went };
    const again = this.#everWelcomed;
    const newLog = this.log.connected(connection, welcome, { again });
    this.#identity.session = welcome.session;
    this.#identity.named(welcome.name);
    this.#welcomed = true;
    this.#wasWelcomed = true;
    this.#everWelcomed = true;
    told.push({ type: "connected", welcome, again, newLog });
    this.delivery.connected(connection);
    this.log.catchUp({ again });
  }

  #notAdmitted(error: ErrorEvent): void {
    const { code, text } = error;
    if (code === "name_taken" || code === "name_invalid" || code === "password") {
      this.#over = { type: "refused", error };
    } else if ((code === "unavailable" || code === "full") && this.#isComingBack) {
      this.#overAs(code);
    } else this.#over = { type: "ending", ending: { reason: "refused", text, code } };
  }

  #bye(bye: Bye, told: ClientEvent[]): void {
    const { reason, text } = bye;
    if (this.#welcomed) told.push({ type: "told", event: bye, past: false });
    const forGood = reason === "kicked" || reason === "banned" || reason === "replaced";
    if (forGood || (reason === "full" && !this.#isComingBack)) {
      this.#over = { type: "ending", ending: { reason: "removed", text, bye: reason } };
    } else {
      this.#overAs(reason);
    }
  }

  /** It was in the room before, if in an earlier life of the page: what keeps it out will pass. */
  get #isComingBack(): boolean {
    return this.#identity.session !== undefined;
  }

  #overAs(reason: LossReason): void {
    this.#over = { type: "lost", reason, wasConnected: this.#wasWelcomed };
  }

  #logEvent(event: RoomEvent, told: ClientEvent[]): void {
    const identity = this.#identity;
    if (event.type === "rename" && !this.log.isPast(event) && event.from === identity.name) {
      identity.named(event.to);
    }
    const isAnswer = event.type === "message" && event.id !== undefined &&
      identity.isOwn(event.from) && this.delivery.acknowledged(event.id, told);
    // A private answer to a message sent again: its place in the log is still to come.
    if (isAnswer && this.log.isEarly(event)) return this.log.expect(event);
    this.log.arrived(event, told);
  }
}
