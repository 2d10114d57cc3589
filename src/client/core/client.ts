/**
 * The client core: one person in one room, over as many connections as it takes. It has no terminal
 * in it; the screen, the pipe and bots listen to its {@linkcode ClientEvent}s and call its methods.
 *
 * ```ts
 * const client = new ChatClient({ connect, name: "ada" });
 * client.say("hi");
 * const ending = await client.run((events) => show(events));
 * ```
 *
 * Messages to everybody arrive exactly once, in order, however often the connection breaks
 * (`outbox.ts`), and events come in order without holes (`gap.ts`). Direct messages arrive at most
 * once. Nothing of Deno is used here.
 *
 * @module
 */

import type { LineConnection } from "../../net/line_connection.ts";
import { MessageIds } from "../../protocol/ids.ts";
import { DEFAULT_HISTORY } from "../../protocol/limits.ts";
import { type ErrorEvent, type Hello, PROTOCOL } from "../../protocol/messages.ts";
import { cleanText, textProblem } from "../../protocol/text.ts";
import type { ClientEvent, Ending } from "./events.ts";
import { Connection } from "./connection.ts";
import { type LossReason, lossText } from "./loss.ts";
import { Outbox, type Outgoing } from "./outbox.ts";
import { realTimers, retryDelayMs, type Timers } from "./timers.ts";
import { Visit, type VisitEnd } from "./visit.ts";
import { limitWelcome } from "./welcome_wait.ts";

/** How long {@linkcode ChatClient.leave} waits for acknowledgements: 3 s. */
export const LEAVE_WAIT_MS = 3_000;

/** How long the server may take to say goodbye before the connection is simply closed. */
const GOODBYE_MS = 1_000;

/** After so long without an answer a person wonders what is going on. */
const WONDERING_MS = 1_500;

/** The longest that a server makes guessers, and those beside them, wait. */
const PENALTY_MS = 10_000;

/**
 * UTF-16 units of the name in a direct message: no name is nearly so long, and a line that the
 * server cannot read would never be answered.
 */
export const MAX_TO_UNITS = 256;

/** A place is held for 15 s: a name may for so long be taken by ourselves, with a bit to spare. */
const HELD_BY_US_MS = 20_000;

/** Options of {@linkcode ChatClient}. */
export interface ChatClientOptions {
  /** Makes a connection; rejects when that fails or the signal aborts. */
  readonly connect: (signal: AbortSignal) => Promise<LineConnection>;
  /** The name wished for. */
  readonly name: string;
  /** Events of the past to begin with, 0 or more, or all that are stored; default 50. */
  readonly history?: number | "all";
  /**
   * The past is fetched page by page from all that is stored, at the listener's speed, rather than
   * sent on joining from the server's newest window; default: only when all of it is wanted.
   */
  readonly paged?: boolean;
  /**
   * Milliseconds from the connection to the welcome; default 5,000. While a welcome arrives over a
   * slow link it may take up to a minute.
   */
  readonly welcomeTimeoutMs?: number;
  /** After a loss it tries for so many milliseconds to come back; default: forever. */
  readonly giveUpAfterMs?: number;
  /** The first connection, too, is tried again when it fails; default false. */
  readonly patient?: boolean;
  /** Of longer gaps only so many of the newest events are fetched; default: all. */
  readonly maxFill?: number;
  /** Where a page was reloaded: the session whose place it takes up again. */
  readonly session?: string | undefined;
  /** The same: messages to everybody that nobody had acknowledged; at most 500. */
  readonly unacknowledged?: readonly Outgoing[];
  /** The room's password, where it has one. */
  readonly password?: string | undefined;
  /** Finds the password when there is none or it was wrong; undefined ends the client. */
  readonly askPassword?: (error: ErrorEvent) => Promise<string | undefined>;
  /** Finds another name when one was refused; undefined ends the client. Default: it ends. */
  readonly askName?: (error: ErrorEvent) => Promise<string | undefined>;
  /** Time and chance; default the real ones. */
  readonly timers?: Timers;
}

/** Is told what happens, in batches; the next batch waits for its promise, and so does reading. */
export type ClientListener = (events: readonly ClientEvent[]) => void | Promise<void>;

/** See the module. */
export class ChatClient {
  readonly #options: ChatClientOptions;
  readonly #timers: Timers;
  readonly #ids = new MessageIds();
  readonly #outbox = new Outbox();
  readonly #visit: Visit;
  readonly #stop = new AbortController();
  #connection: Connection | undefined;
  #name: string;
  #password: string | undefined;
  #leaving = false;
  #ending: Omit<Ending, "undelivered"> | undefined;
  #waiting: (() => void)[] = [];
  #cancelTimers: (() => void)[] = [];
  #unansweredAtMs = -Infinity;

  /**
   * Does nothing before {@linkcode ChatClient.run}.
   *
   * @param options See {@linkcode ChatClientOptions}.
   */
  constructor(options: ChatClientOptions) {
    this.#options = options;
    this.#password = options.password;
    this.#timers = options.timers ?? realTimers;
    this.#name = options.name;
    this.#visit = new Visit({
      outbox: this.#outbox,
      timers: this.#timers,
      history: options.history ?? DEFAULT_HISTORY,
      paged: this.#paged,
      giveUpAfterMs: options.giveUpAfterMs ?? Infinity,
      maxFill: options.maxFill ?? Infinity,
      onSettled: () => this.#settled(),
      session: options.session,
    });
    for (const message of options.unacknowledged ?? []) this.#outbox.add(message);
  }

  get #paged(): boolean {
    return this.#options.paged ?? this.#options.history === "all";
  }

  /** The name that it has, or wishes for. */
  get name(): string {
    return this.#visit.name ?? this.#name;
  }

  /** It is in the room now. */
  get connected(): boolean {
    return this.#visit.welcomed;
  }

  /** The secret with which its place is taken up again; undefined before the first welcome. */
  get session(): string | undefined {
    return this.#visit.session;
  }

  /** What is not acknowledged yet, oldest first. */
  get unacknowledged(): Outgoing[] {
    return this.#outbox.entries;
  }

  /** It has ended, or is saying goodbye: nothing can be said any more. */
  get ended(): boolean {
    return this.#ending !== undefined;
  }

  /** The outbox is full: {@linkcode say} and {@linkcode direct} throw. */
  get full(): boolean {
    return this.#outbox.full;
  }

  /**
   * Says something to everybody, now or as soon as there is a connection.
   *
   * @param text Up to 4,000 code points and 40 lines; control characters are replaced.
   * @param options `action`: a deed (`/me`) instead of words.
   * @returns The message, as it will stand in `delivered` or `refused`.
   * @throws {RangeError} When the text cannot be said, 500 messages are unacknowledged, or it has
   * {@linkcode ended}.
   */
  say(text: string, { action = false }: { readonly action?: boolean } = {}): Outgoing {
    const id = this.#ids.next();
    const said = checked(text);
    return this.#post({ type: "say", text: said, id, ...(action ? { action: true } : {}) });
  }

  /**
   * Says something to one person: at most once. It is sent over the present connection or the next
   * one; when that one is lost before the answer, the message is reported as `uncertain`.
   *
   * @param to The name of somebody in the room, at most {@linkcode MAX_TO_UNITS} long.
   * @param text As in {@linkcode say}.
   * @throws {RangeError} As {@linkcode say}.
   */
  direct(to: string, text: string): Outgoing {
    if (to.length > MAX_TO_UNITS) throw new RangeError("There is nobody with so long a name.");
    return this.#post({ type: "direct", to, text: checked(text), id: this.#ids.next() });
  }

  /**
   * Sends a slash command over the present connection.
   *
   * @param line The command with its slash.
   * @returns False when there is no connection: it was not sent, and will not be.
   */
  command(line: string): boolean {
    if (!this.connected || this.#connection === undefined) return false;
    this.#connection.send({ type: "command", line });
    return true;
  }

  /**
   * Asks for a page of the past; it is told as a `history` event.
   *
   * @param before Events with a smaller `seq` are wanted, the newest of them.
   * @param limit How many, 1 to 500; there may come fewer.
   * @returns False when it cannot be asked for now: without a connection, while another page is
   * awaited, or while a gap is filled.
   */
  older(before: number, limit: number): boolean {
    return this.#visit.older(before, limit);
  }

  /** Resolves when something more can be said, or when it has ended. */
  ready(): Promise<void> {
    if (!this.#outbox.full || this.#ending !== undefined) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /**
   * Leaves as soon as everything is acknowledged, {@linkcode run} then resolves.
   *
   * @param options `waitMs`: leaves after so many milliseconds in any case; default 3,000.
   */
  leave({ waitMs = LEAVE_WAIT_MS }: { readonly waitMs?: number } = {}): void {
    if (this.#ending !== undefined) return;
    if (waitMs !== Infinity) this.#later(waitMs, () => this.#goodbye());
    this.#leaving = true;
    if (this.#outbox.size === 0) this.#goodbye();
  }

  /**
   * Connects and stays in the room until it ends. Can be called once.
   *
   * @param listener Is told what happens.
   * @returns How it ended.
   * @throws What the listener throws; the connection is closed then.
   */
  async run(listener: ClientListener): Promise<Ending> {
    try {
      const ending = await this.#stay(listener);
      // Those that were just lost sight of with the connection are told here, or nowhere.
      const uncertain = this.#visit.takeUncertain().map(({ message }) => message);
      return { ...ending, undelivered: [...uncertain, ...this.#outbox.entries] };
    } finally {
      this.#ending ??= { reason: "quit", text: "" };
      this.#connection?.close();
      for (const cancel of this.#cancelTimers) cancel();
      this.#visit.disconnected();
      this.#wake();
    }
  }

  async #stay(listener: ClientListener): Promise<Omit<Ending, "undelivered">> {
    let attempt = 0;
    let lostAtMs = this.#timers.now();
    for (;;) {
      if (this.#ending !== undefined) return this.#ending;
      await listener([{ type: "connecting", attempt }]);
      const end = await this.#connectOnce(listener);
      if (this.#ending !== undefined) return this.#ending;
      if (end.type === "ending") return end.ending;
      if (end.type === "refused") {
        const another = end.error.code === "password"
          ? await this.#anotherPassword(end.error)
          : await this.#anotherName(end.error);
        if (another !== undefined) return another;
        continue;
      }
      const first = !this.#visit.everWelcomed && this.#options.patient !== true;
      if (first) return firstFailure(end.reason, end.cause);
      if (end.wasConnected) {
        attempt = 0;
        lostAtMs = this.#timers.now();
      }
      const leftMs = lostAtMs + (this.#options.giveUpAfterMs ?? Infinity) - this.#timers.now();
      if (leftMs <= 0) {
        const code = end.reason === "full" ? { code: end.reason } as const : {};
        return { reason: "gave_up", text: lossText(end.reason), cause: end.cause, ...code };
      }
      const retryMs = Math.min(retryDelayMs(attempt++, this.#timers.random()), leftMs);
      await listener([
        ...this.#visit.takeUncertain(),
        { type: "lost", reason: end.reason, retryMs, wasConnected: end.wasConnected },
      ]);
      await this.#sleep(retryMs);
    }
  }

  /** One connection from dialling to its end. */
  async #connectOnce(listener: ClientListener): Promise<VisitEnd> {
    let lines: LineConnection;
    try {
      lines = await this.#options.connect(this.#stop.signal);
    } catch (cause) {
      return { type: "lost", reason: "unreachable", cause, wasConnected: false };
    }
    if (this.#stop.signal.aborted) {
      lines.close();
      return { type: "lost", reason: "closed", wasConnected: false };
    }
    const connection = new Connection(lines, this.#timers);
    this.#connection = connection;
    this.#visit.begin(connection);
    connection.send(this.#hello());
    // After wrong passwords from its network, a server answers up to ten seconds later.
    const lateMs = this.#password === undefined ? 0 : PENALTY_MS;
    const waitMs = (this.#options.welcomeTimeoutMs ?? 5_000) + lateMs;
    const cancelLate = limitWelcome(connection, {
      timers: this.#timers,
      waitMs,
      isOver: () => this.#visit.welcomed,
    });
    let saying: Promise<void> | undefined;
    const cancelWondering = this.#timers.after(WONDERING_MS, () => {
      // A pong is no answer: a server that holds one back sends it to show that it lives.
      if (this.#visit.welcomed || this.#visit.over !== undefined) return;
      const withPassword = this.#password !== undefined;
      saying = (async () => await listener([{ type: "unanswered", withPassword }]))();
      // What it throws is thrown where the next batch would be told.
      saying.catch(() => {});
    });
    try {
      for await (const batch of connection.events()) {
        await saying;
        const told: ClientEvent[] = [];
        for (const event of batch) this.#visit.take(event, told);
        if (told.length > 0) await listener(told);
        if (this.#visit.over !== undefined) break;
      }
      await saying;
    } finally {
      cancelLate();
      cancelWondering();
      this.#connection = undefined;
      if (!this.#visit.answered) this.#unansweredAtMs = this.#timers.now();
      this.#visit.disconnected();
    }
    return this.#visit.over ?? {
      type: "lost",
      reason: connection.fault === undefined ? connection.end : "unreachable",
      cause: connection.fault,
      wasConnected: this.#visit.wasWelcomed,
    };
  }

  #hello(): Hello {
    const { session, last } = this.#visit;
    const { history: wanted = DEFAULT_HISTORY } = this.#options;
    const history = this.#paged || wanted === "all" ? 0 : wanted;
    const past = session !== undefined && last !== undefined ? { after: last } : { history };
    const known = session === undefined ? {} : { session };
    const secret = this.#password === undefined ? {} : { password: this.#password };
    return { type: "hello", protocol: PROTOCOL, name: this.name, ...secret, ...known, ...past };
  }

  /**
   * A name was refused.
   *
   * @returns How that ends the client; undefined to try again.
   */
  async #anotherName(error: ErrorEvent): Promise<Omit<Ending, "undelivered"> | undefined> {
    const sinceHelloMs = this.#timers.now() - this.#unansweredAtMs;
    if (error.code === "name_taken" && sinceHelloMs < HELD_BY_US_MS) {
      // A hello whose answer was lost may have taken the name; the server holds it for us.
      await this.#sleep(retryDelayMs(1, this.#timers.random()));
      return this.#ending;
    }
    const name = await this.#unlessStopped(this.#options.askName?.(error));
    if (this.#ending !== undefined) return this.#ending;
    if (name === undefined) return { reason: "refused", text: error.text, code: error.code };
    this.#name = name;
    this.#visit.forgetName();
    return undefined;
  }

  /** The room has a password, and this was not it. Like {@linkcode ChatClient.#anotherName}. */
  async #anotherPassword(error: ErrorEvent): Promise<Omit<Ending, "undelivered"> | undefined> {
    const password = await this.#unlessStopped(this.#options.askPassword?.(error));
    if (this.#ending !== undefined) return this.#ending;
    if (password === undefined) return { reason: "refused", text: error.text, code: error.code };
    this.#password = password;
    return undefined;
  }

  async #unlessStopped<T>(answer: Promise<T> | undefined): Promise<T | undefined> {
    const { promise: stopped, resolve } = Promise.withResolvers<undefined>();
    this.#stop.signal.addEventListener("abort", () => resolve(undefined), { once: true });
    return await Promise.race([answer, stopped]);
  }

  #post(message: Outgoing): Outgoing {
    if (this.ended) throw new RangeError("The connection has ended: this was not sent.");
    this.#outbox.add(message);
    this.#visit.flush();
    return message;
  }

  #settled(): void {
    if (!this.#outbox.full) this.#wake();
    if (this.#leaving && this.#outbox.size === 0) this.#goodbye();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #goodbye(): void {
    if (this.#ending !== undefined) return;
    this.#ending = { reason: "quit", text: "" };
    this.#wake();
    const connection = this.#connection;
    if (connection !== undefined && this.#visit.welcomed) {
      connection.send({ type: "quit" });
      this.#later(GOODBYE_MS, () => connection.close());
    } else {
      connection?.close();
    }
    this.#stop.abort();
  }

  #later(delayMs: number, action: () => void): void {
    this.#cancelTimers.push(this.#timers.after(delayMs, action));
  }

  /** Waits, unless it is leaving. */
  #sleep(delayMs: number): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        this.#stop.signal.removeEventListener("abort", done);
        resolve();
      };
      const cancel = this.#timers.after(delayMs, done);
      this.#stop.signal.addEventListener("abort", done);
    });
  }
}

function checked(text: string): string {
  const cleaned = cleanText(text);
  const problem = textProblem(cleaned);
  if (problem !== null) throw new RangeError(problem.text);
  return cleaned;
}

function firstFailure(reason: LossReason, cause: unknown): Omit<Ending, "undelivered"> {
  return reason === "unreachable"
    ? { reason, text: "", cause }
    : { reason: "no_welcome", text: reason === "silent" ? "it said nothing" : lossText(reason) };
}
