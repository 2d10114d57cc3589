/**
 * What the client core makes of the server's events: who we are (session, name), where we are in
 * the log, which of our messages have arrived, and what to ask for when something is missing. It
 * lives longer than a connection; `client.ts` gives it one after another.
 *
 * Nothing of Deno.
 *
 * @module
 */

import type {
  ErrorEvent,
  History,
  Lagged,
  LogEvent,
  ServerEvent,
  Welcome,
} from "../../protocol/messages.ts";
import type { ClientEvent, Ending, Uncertain } from "./events.ts";
import type { Connection } from "./connection.ts";
import { LogOrder, type Missed } from "./gap.ts";
import type { LossReason } from "./loss.ts";
import type { Outbox } from "./outbox.ts";
import { PageRetries, Resending } from "./retries.ts";
import type { Timers } from "./timers.ts";

/**
 * A log that is new to us and not longer than this is read from its beginning: most likely a server
 * without a database was restarted, and all of it was said while we were away.
 */
const SHORT_LOG = 1_000;

/**
 * A page of history is waited for so long, counted while we listen: a page of 60 KiB behind a MiB of
 * other things takes that over 4 KiB/s.
 */
export const PAGE_WAIT_MS = 300_000;

/** Names of ours that an acknowledgement may carry: after a rename, the older ones too. */
const MAX_OWN_NAMES = 16;

/** How a connection ended for the client: for good, for a name, or to be tried again. */
export type VisitEnd =
  | { readonly type: "ending"; readonly ending: Omit<Ending, "undelivered"> }
  | { readonly type: "refused"; readonly error: ErrorEvent }
  | {
    readonly type: "lost";
    readonly reason: LossReason;
    readonly cause?: unknown;
    readonly wasConnected: boolean;
  };

/** Options of {@linkcode Visit}. */
export interface VisitOptions {
  /** The client's messages on their way. */
  readonly outbox: Outbox;
  /** Time and chance. */
  readonly timers: Timers;
  /** Events wanted of a long log that is new to us. */
  readonly history: number | "all";
  /** The past is asked for page by page, instead of being sent on joining. */
  readonly paged: boolean;
  /** Messages that the server cannot keep are sent again for so many milliseconds. */
  readonly giveUpAfterMs: number;
  /** Of longer gaps only so many of the newest events are fetched. */
  readonly maxFill: number;
  /** Is told when a message has left the outbox. */
  readonly onSettled: () => void;
  /** The session of an earlier life, if there was one. */
  readonly session?: string | undefined;
}

/** See the module. */
export class Visit {
  readonly #options: VisitOptions;
  readonly #outbox: Outbox;
  readonly #order: LogOrder;
  #connection: Connection | undefined;
  #session: string | undefined;
  #log: string | undefined;
  #ownNames: string[] = [];
  #welcomed = false;
  #wasWelcomed = false;
  #everWelcomed = false;
  #answered = true;
  #welcomeSeq = 0;
  #over: VisitEnd | undefined;
  #uncertain: Uncertain[] = [];
  /** A page of the past was asked for, beside those that fill gaps: events before this `seq`. */
  #olderThan: number | undefined;
  /** When the page that is awaited was asked for, in `Connection.listenedMs`. */
  #askedAtMs = 0;
  readonly #resending: Resending;
  readonly #pages: PageRetries;

  /**
   * Begins outside of the room.
   *
   * @param options See {@linkcode VisitOptions}.
   */
  constructor(options: VisitOptions) {
    this.#options = options;
    this.#outbox = options.outbox;
    this.#order = new LogOrder({ maxFill: options.maxFill });
    this.#session = options.session;
    this.#resending = new Resending(options.timers, options.giveUpAfterMs);
    this.#pages = new PageRetries(options.timers);
  }

  /** The name that the server gave; undefined before the first welcome. */
  get name(): string | undefined {
    return this.#ownNames[0];
  }

  /** The secret with which a place is taken up again. */
  get session(): string | undefined {
    return this.#session;
  }

  /** `seq` of the last event that was told. */
  get last(): number | undefined {
    return this.#order.last;
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

  /** The hello of the last connection was answered in some way. */
  get answered(): boolean {
    return this.#answered;
  }

  /** How the connection ended, when an event said so. */
  get over(): VisitEnd | undefined {
    return this.#over;
  }

  /** A new connection, whose hello is being sent. */
  begin(connection: Connection): void {
    this.#connection = connection;
    this.#over = undefined;
    this.#welcomed = false;
    this.#wasWelcomed = false;
    this.#answered = false;
    this.#olderThan = undefined;
  }

  /** See `ChatClient.older`. One page at a time: an answer does not say to which question. */
  older(before: number, limit: number): boolean {
    if (!this.#welcomed || this.#olderThan !== undefined || this.#order.asking) return false;
    this.#olderThan = before;
    this.#askedAtMs = this.#connection?.listenedMs ?? 0;
    this.#connection?.send({ type: "history", before, limit });
    return true;
  }

  /** The connection is gone. */
  disconnected(): void {
    this.#connection = undefined;
    this.#welcomed = false;
    this.#resending.cancel();
    this.#pages.cancel();
    for (const message of this.#outbox.connectionLost()) {
      this.#uncertain.push({ type: "uncertain", message });
      this.#options.onSettled();
    }
  }

  /** The direct messages that were lost sight of since the last call. */
  takeUncertain(): Uncertain[] {
    const uncertain = this.#uncertain;
    this.#uncertain = [];
    return uncertain;
  }

  /** The next hello wishes for another name. */
  forgetName(): void {
    this.#ownNames = [];
  }

  /** Sends what has not been sent on this connection. */
  flush(): void {
    if (!this.#welcomed || this.#resending.waiting) return;
    for (const message of this.#outbox.takeUnsent()) this.#connection?.send(message);
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
      case "message":
      case "join":
      case "leave":
      case "rename":
        return this.#logEvent(event, told);
      case "direct":
        if (event.id !== undefined && this.#ownNames.includes(event.from)) {
          this.#delivered(event.id, told);
        }
        break;
      case "history":
        return this.#page(event, told);
      case "lagged":
        return this.#lagged(event);
      case "pong":
        this.#lookAfterPage(told);
        // All that the server had for us stood before it in the stream.
        return this.#ask();
      case "error":
        if (this.#error(event, told)) return;
        break;
    }
    told.push({ type: "told", event, past: false });
  }

  #welcome(welcome: Welcome, told: ClientEvent[]): void {
    const again = this.#everWelcomed;
    const newLog = this.#log !== undefined &&
      (welcome.log !== this.#log || welcome.seq < (this.#order.last ?? 0));
    if (newLog) {
      this.#order.restart(welcome.seq <= SHORT_LOG ? 0 : this.#firstWanted(welcome.seq));
    } else if (!again && this.#options.paged) {
      this.#order.restart(this.#firstWanted(welcome.seq));
    }
    this.#order.connected(welcome.seq);
    this.#session = welcome.session;
    this.#log = welcome.log;
    this.#welcomeSeq = welcome.seq;
    this.#welcomed = true;
    this.#wasWelcomed = true;
    this.#everWelcomed = true;
    this.#pages.succeeded();
    this.#callMe(welcome.name);
    told.push({ type: "connected", welcome, again, newLog });
    this.flush();
    // Its answer comes behind the events that we missed, and shows whether any did not come.
    if (again) this.#connection?.send({ type: "ping" });
    else if (this.#options.paged) this.#ask();
  }

  /** `seq` before the first event that is wanted of a log that is new to us. */
  #firstWanted(seq: number): number {
    const { history, maxFill } = this.#options;
    return Math.max(0, seq - Math.min(history === "all" ? Infinity : history, maxFill));
  }

  #notAdmitted(error: ErrorEvent): void {
    const { code, text } = error;
    if (code === "name_taken" || code === "name_invalid" || code === "password") {
      this.#over = { type: "refused", error };
    } else if ((code === "unavailable" || code === "full") && this.#isComingBack) {
      this.#overAs(code);
    } else this.#over = { type: "ending", ending: { reason: "refused", text, code } };
  }

  #bye(bye: Extract<ServerEvent, { type: "bye" }>, told: ClientEvent[]): void {
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
    return this.#session !== undefined;
  }

  #overAs(reason: LossReason): void {
    this.#over = { type: "lost", reason, wasConnected: this.#wasWelcomed };
  }

  #logEvent(event: LogEvent, told: ClientEvent[]): void {
    if (event.type === "rename" && event.seq > this.#welcomeSeq && event.from === this.name) {
      this.#callMe(event.to);
    }
    if (
      event.type === "message" && event.id !== undefined && this.#ownNames.includes(event.from) &&
      this.#delivered(event.id, told) && event.seq > (this.#order.last ?? Infinity) + 1
    ) {
      // A private answer to a message sent again: its place in the log is still to come.
      this.#order.heardOf(event.seq);
      this.#connection?.send({ type: "ping" });
      return;
    }
    this.#tell(this.#order.arrived(event), told);
    if (event.seq > (this.#order.last ?? Infinity)) this.#ask();
  }

  #lagged({ from, to }: Lagged): void {
    if (this.#order.last === undefined) this.#order.restart(from - 1);
    this.#order.heardOf(to);
    this.#ask();
  }

  #page(page: History, told: ClientEvent[]): void {
    const olderThan = this.#olderThan;
    if (olderThan !== undefined && page.events.every(({ seq }) => seq < olderThan)) {
      this.#olderThan = undefined;
      told.push({ type: "told", event: page, past: true });
      return this.#ask();
    }
    const events = this.#order.page(page);
    if (events === undefined) {
      told.push({ type: "told", event: page, past: true });
      return;
    }
    this.#pages.succeeded();
    this.#tell(events, told);
    this.#ask();
  }

  #tell(events: readonly (LogEvent | Missed)[], told: ClientEvent[]): void {
    for (const event of events) {
      if (event.type === "missed") told.push(event);
      else told.push({ type: "told", event, past: event.seq <= this.#welcomeSeq });
    }
  }

  #ask(): void {
    if (this.#olderThan !== undefined || this.#pages.waiting) return;
    const request = this.#order.next();
    if (request === undefined) return;
    this.#askedAtMs = this.#connection?.listenedMs ?? 0;
    this.#connection?.send(request);
  }

  /** A server that never sends a page would keep back all that was said since. */
  #lookAfterPage(told: ClientEvent[]): void {
    const waitedMs = (this.#connection?.listenedMs ?? 0) - this.#askedAtMs;
    const awaited = this.#order.asking || this.#olderThan !== undefined;
    if (!awaited || waitedMs < PAGE_WAIT_MS) return;
    const text = "The server did not send the history that it was asked for.";
    told.push({ type: "told", event: { type: "error", code: "unavailable", text }, past: false });
    if (this.#olderThan !== undefined) this.#olderThan = undefined;
    else this.#tell(this.#order.giveUp(), told);
  }

  /** @returns The event needs not be told. */
  #error(error: ErrorEvent, told: ClientEvent[]): boolean {
    const { code, id, text } = error;
    if (id !== undefined) {
      const message = this.#outbox.get(id);
      if (message === undefined) return false;
      if (code === "unavailable" && message.type === "say") {
        this.#postpone(text, told);
      } else {
        this.#outbox.settle(id);
        told.push({ type: "refused", message, error });
        this.#options.onSettled();
      }
      return true;
    }
    if (this.#olderThan !== undefined && (code === "unavailable" || code === "bad_request")) {
      this.#olderThan = undefined;
      this.#ask();
      return false;
    }
    if (!this.#order.asking || (code !== "unavailable" && code !== "bad_request")) return false;
    this.#order.askAgain();
    const again = this.#pages.later(() => this.#ask());
    if (!again) this.#tell(this.#order.giveUp(), told);
    return false;
  }

  /** All that is unacknowledged is sent again a little later, in order. */
  #postpone(text: string, told: ClientEvent[]): void {
    if (this.#resending.waiting) return;
    const retryMs = this.#resending.later(() => {
      this.#outbox.sendAgain();
      this.flush();
    });
    if (retryMs === undefined) {
      this.#over = { type: "ending", ending: { reason: "gave_up", text, code: "unavailable" } };
      return;
    }
    told.push({ type: "postponed", retryMs, text });
  }

  #delivered(id: string, told: ClientEvent[]): boolean {
    const message = this.#outbox.settle(id);
    if (message === undefined) return false;
    this.#resending.succeeded();
    told.push({ type: "delivered", message });
    this.#options.onSettled();
    return true;
  }

  #callMe(name: string): void {
    const others = this.#ownNames.filter((known) => known !== name);
    this.#ownNames = [name, ...others].slice(0, MAX_OWN_NAMES);
  }
}
