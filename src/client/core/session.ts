/**
 * What lasts longer than a connection: who we are (`identity.ts`), in which rooms, where in their
 * logs (`rooms.ts`) and which of our messages have arrived (`delivery.ts`). Gives each event of the
 * server to the part that it is for. `client.ts` makes one connection after another for it.
 *
 * @module
 */

import {
  type Bye,
  type ErrorEvent,
  type Hello,
  PROTOCOL,
  type RoomEvent,
  type ServerEvent,
  type Welcome,
} from "../../protocol/messages.ts";
import type { WantedRoom } from "./client_options.ts";
import type { Connection } from "./connection.ts";
import { Delivery } from "./delivery.ts";
import type { ClientEvent, LossReason, Over } from "./events.ts";
import type { Identity } from "./identity.ts";
import type { Outbox } from "./outbox.ts";
import { Rooms } from "./rooms.ts";
import type { Timers } from "./timers.ts";

/**
 * How a connection ended for the client: for good, for a name or password, or to be tried again.
 */
export type ConnectionOutcome =
  | { readonly type: "ending"; readonly ending: Over }
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
  /** The rooms to begin with; the first one is the default. */
  readonly wanted: readonly WantedRoom[];
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

/** One client in its rooms, over all of its connections. */
export class ClientSession {
  /** The way of our messages. */
  readonly delivery: Delivery;
  /** Our rooms, and our place in the log of each. */
  readonly rooms: Rooms;
  readonly #options: ClientSessionOptions;
  readonly #identity: Identity;
  #connection: Connection | undefined;
  #welcomed = false;
  #wasWelcomed = false;
  #everWelcomed = false;
  #answered = true;
  /** We gave up waiting for the answer to a hello: its server may take up our place later. */
  #hasStrayHello = false;
  #over: ConnectionOutcome | undefined;

  /** Begins outside. */
  constructor(options: ClientSessionOptions) {
    this.#options = options;
    this.#identity = options.identity;
    this.rooms = new Rooms(options);
    this.delivery = new Delivery({
      ...options,
      mayGo: (message) => message.type === "direct" || !this.rooms.isAsked(message.room),
      onGiveUp: (text) => {
        this.#over = { type: "ending", ending: { reason: "gave_up", text, code: "unavailable" } };
      },
    });
  }

  /** The server has let it in. */
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
    if (!this.#wasWelcomed && this.#over === undefined) this.#hasStrayHello = true;
    this.#answered = true;
    this.rooms.disconnected();
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
      if (event.type === "welcome") this.#welcome(event, told);
      else if (event.type === "error") this.#notAdmitted(event);
      return;
    }
    switch (event.type) {
      case "welcome":
        return;
      case "joined":
        this.rooms.joined(event, told);
        return this.delivery.flush();
      case "parted":
        this.rooms.parted(event, told);
        return this.delivery.flush();
      case "message":
      case "join":
      case "leave":
      case "rename":
      case "topic":
        return this.#logEvent(event, told);
      case "direct":
        if (event.n !== undefined) {
          this.#identity.lastDirect = event.n;
          this.#connection?.send({ type: "seen", directs: event.n });
        } else if (event.id !== undefined && this.#identity.isOwn(event.from)) {
          this.delivery.acknowledged(event.id, told);
        }
        break;
      case "history":
        return this.rooms.page(event, told);
      case "lagged":
        return this.rooms.lagged(event);
      case "pong":
        return this.rooms.pong(told);
      case "notice":
        if (event.operator === true) this.#identity.isOperator = true;
        break;
      case "error":
        if (event.id === undefined) {
          const wasTold = this.rooms.refused(event, told);
          this.delivery.flush();
          if (wasTold) return;
        } else if (this.delivery.refused(event.id, event, told)) return;
        break;
    }
    told.push({ type: "told", event, past: false });
  }

  #hello(): Hello {
    const { name, password, session, lastDirect, isOperator } = this.#identity;
    const rooms = this.rooms.wishes();
    const room = this.#options.wanted[0]?.room;
    return {
      type: "hello",
      protocol: PROTOCOL,
      name,
      ...(password === undefined ? {} : { password }),
      ...(session === undefined ? {} : { session }),
      ...(isOperator ? { operator: true } : {}),
      ...(room !== undefined && room in rooms ? { room } : {}),
      directs: lastDirect,
      rooms,
    };
  }

  #welcome(welcome: Welcome, told: ClientEvent[]): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    const again = this.#everWelcomed;
    this.#identity.session = welcome.session;
    this.#identity.mayBecomeOperator = welcome.features?.includes("operators") ?? true;
    // Who still is one is told so next.
    this.#identity.isOperator = false;
    this.#identity.named(welcome.name);
    this.#welcomed = true;
    this.#wasWelcomed = true;
    this.#everWelcomed = true;
    told.push({ type: "connected", welcome, again });
    this.rooms.connected(connection, told);
    this.delivery.connected(connection);
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
    if (reason === "replaced" && this.#hasStrayHello) {
      // By ourselves. Once for all that were given up, lest two of us replace each other for ever.
      this.#hasStrayHello = false;
      return this.#overAs("lost");
    }
    if (this.#welcomed) told.push({ type: "told", event: bye, past: false });
    const forGood = reason === "kicked" || reason === "banned" || reason === "replaced";
    if (forGood || (reason === "full" && !this.#isComingBack)) {
      this.#over = { type: "ending", ending: { reason: "removed", text, bye: reason } };
    } else {
      this.#overAs(reason);
    }
  }

  /** It was let in before, if in an earlier life of the page: what keeps it out will pass. */
  get #isComingBack(): boolean {
    return this.#identity.session !== undefined;
  }

  #overAs(reason: LossReason): void {
    this.#over = { type: "lost", reason, wasConnected: this.#wasWelcomed };
  }

  #logEvent(event: RoomEvent, told: ClientEvent[]): void {
    const identity = this.#identity;
    if (event.type === "rename" && event.from === identity.name && !this.rooms.isPast(event)) {
      identity.named(event.to);
    }
    const isAnswer = event.type === "message" && event.id !== undefined &&
      identity.isOwn(event.from) && this.delivery.acknowledged(event.id, told);
    this.rooms.arrived(event, told, { isAnswer });
  }
}
