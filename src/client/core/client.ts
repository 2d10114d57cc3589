/**
 * The client core: one person in some rooms, over as many connections as it takes. It has no
 * terminal in it; the screen, the pipe and bots listen to its {@linkcode ClientEvent}s and call its
 * methods.
 *
 * ```ts
 * const client = new ChatClient({ connect, name: "ada" });
 * client.say("hi");
 * const ending = await client.run((events) => show(events));
 * ```
 *
 * Messages to everybody arrive exactly once, in order, however often the connection breaks
 * (`outbox.ts`), and the events of each room come in order without holes (`gap.ts`). Direct
 * messages arrive at most once. Nothing of Deno is used here.
 *
 * In `core/` lives what every client needs: connecting, resuming, the outbox, gaps. It has no
 * terminal and no Deno in it, and may import `net` and `protocol`.
 *
 * @module
 */

import { MessageIds } from "../../protocol/ids.ts";
import { DEFAULT_HISTORY, MAX_ROOMS_A_CLIENT } from "../../protocol/limits.ts";
import { LOBBY, type Request } from "../../protocol/messages.ts";
import { cleanText, textProblem } from "../../protocol/text.ts";
import { type ChatClientOptions, type ClientListener, wantedRoom } from "./client_options.ts";
import type { Connection } from "./connection.ts";
import type { Ending, Over } from "./events.ts";
import { Identity } from "./identity.ts";
import { Outbox, type Outgoing } from "./outbox.ts";
import { ClientSession } from "./session.ts";
import { stay } from "./stay.ts";
import { realTimers, type Timers } from "./timers.ts";

export type { ChatClientOptions, ClientListener };

/** How long {@linkcode ChatClient.leave} waits for acknowledgements: 3 s. */
const LEAVE_WAIT_MS = 3_000;

/** How long the server may take to say goodbye before the connection is simply closed. */
const GOODBYE_MS = 1_000;

/**
 * UTF-16 units of the name in a direct message: no name is nearly so long, and a line that the
 * server cannot read would never be answered.
 */
export const MAX_TO_UNITS = 256;

/** One person in some rooms, over as many connections as it takes. */
export class ChatClient {
  readonly #options: ChatClientOptions;
  readonly #timers: Timers;
  /** Where what is said goes when no room is named. */
  readonly #default: string;
  readonly #ids = new MessageIds();
  readonly #identity: Identity;
  readonly #outbox = new Outbox();
  readonly #session: ClientSession;
  readonly #stop = new AbortController();
  #hurry = new AbortController();
  #connection: Connection | undefined;
  #leaving = false;
  #ending: Over | undefined;
  #waiting: (() => void)[] = [];
  #cancelTimers: (() => void)[] = [];

  /**
   * Does nothing before {@linkcode ChatClient.run}.
   *
   * @throws {RangeError} When a room of the options cannot exist.
   */
  constructor(options: ChatClientOptions) {
    const { history = DEFAULT_HISTORY, giveUpAfterMs = Infinity, maxFill = Infinity } = options;
    this.#options = options;
    this.#timers = options.timers ?? realTimers;
    this.#identity = new Identity(options, this.#timers);
    const wanted = (options.rooms ?? [{ room: LOBBY }]).map(wantedRoom);
    this.#default = wanted[0]?.room ?? LOBBY;
    this.#session = new ClientSession({
      wanted,
      identity: this.#identity,
      outbox: this.#outbox,
      timers: this.#timers,
      history,
      paged: options.paged ?? history === "all",
      giveUpAfterMs,
      maxFill,
      onSettled: () => this.#settled(),
    });
    for (const message of options.unacknowledged ?? []) this.#outbox.add(message, { isNew: false });
  }

  /** The name that it has, or wishes for. */
  get name(): string {
    return this.#identity.name;
  }

  /** The server has let it in, and the connection stands. */
  get connected(): boolean {
    return this.#session.welcomed;
  }

  /** The secret that resumes its session; undefined before the first welcome. */
  get session(): string | undefined {
    return this.#identity.session;
  }

  /** False: the server says that it has no operators, and is to be asked for no password. */
  get mayBecomeOperator(): boolean {
    return this.#identity.mayBecomeOperator;
  }

  /** Number of the last direct message told that has waited for the session; 0: none has. */
  get lastDirect(): number {
    return this.#identity.lastDirect;
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
   * The rooms that it has come into and not left, in that order, by their folded names; those that
   * it comes back into after a loss, too.
   */
  rooms(): readonly string[] {
    return this.#session.rooms.names;
  }

  /**
   * Comes into a room, now or as soon as there is a connection. `entered` tells that it has, an
   * `error` with this `room` that it cannot. Does nothing in a room that it is in.
   *
   * @param room Its name as people type it.
   * @param key Where it has one; remembered for the next connections.
   * @returns The name of the room in events.
   * @throws {RangeError} When there cannot be such a room, or it would be one too many.
   */
  join(room: string, key?: string): string {
    const wanted = wantedRoom({ room, ...(key === undefined ? {} : { key }) });
    const { rooms } = this.#session;
    if (rooms.size >= MAX_ROOMS_A_CLIENT && !rooms.has(wanted.room)) {
      throw new RangeError(`You are in ${rooms.size} rooms, which is the limit: leave one first.`);
    }
    rooms.join(wanted);
    return wanted.room;
  }

  /**
   * Leaves a room, now or as soon as there is a connection; `gone` tells that it has.
   *
   * @param room Its name in events.
   * @returns False when it is not in such a room, and does not wish to be.
   */
  part(room: string): boolean {
    const isKnown = this.#session.rooms.part(room);
    this.#session.delivery.flush();
    return isKnown;
  }

  /**
   * Says something to everybody in a room, now or as soon as it is in it. Whatever becomes of the
   * room, it is said there or refused.
   *
   * @param text Up to 4,000 code points and 40 lines; control characters are replaced.
   * @param options `room`: its name in events; default: the first room of the options. `action`: a
   * deed (`/me`) instead of words.
   * @returns The message, as it will stand in `delivered` or `refused`.
   * @throws {RangeError} When the text cannot be said, 500 messages are unacknowledged, or it has
   * {@linkcode ended}.
   */
  say(
    text: string,
    { room = this.#default, action = false }: {
      readonly room?: string;
      readonly action?: boolean;
    } = {},
  ): Outgoing {
    const id = this.#ids.next();
    const said = checked(text);
    return this.#post({ type: "say", room, text: said, id, ...(action ? { action: true } : {}) });
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
   * Takes the newest message back that is not acknowledged, unless it may have been said already.
   *
   * @param isMeant Which messages count.
   * @returns Undefined: nothing was taken back.
   */
  takeBack(isMeant: (message: Outgoing) => boolean): Outgoing | undefined {
    const message = this.#outbox.takeBack(isMeant);
    if (message !== undefined) this.#settled();
    return message;
  }

  /**
   * Sends a slash command over the present connection.
   *
   * @param line The command with its slash.
   * @param room Where it is typed; default: the first room of the options.
   * @returns False when there is no connection: it was not sent, and will not be.
   */
  command(line: string, room: string = this.#default): boolean {
    return this.#send({ type: "command", room, line });
  }

  /**
   * Sets the topic of a room over the present connection.
   *
   * @param room Its name in events.
   * @param text Empty: removes the topic.
   * @returns As {@linkcode command}.
   */
  topic(room: string, text: string): boolean {
    return this.#send({ type: "topic", room, text });
  }

  /**
   * Asks which rooms there are; they are told as a `rooms` event.
   *
   * @param after The last room of the page before; absent: the first page.
   * @returns As {@linkcode command}.
   */
  listRooms(after?: string): boolean {
    return this.#send({ type: "rooms", ...(after === undefined ? {} : { after }) });
  }

  /**
   * Asks who is in a room, of whom `entered` names the first 100 only; they are told as a `members`
   * event.
   *
   * @param room Its name in events.
   * @returns As {@linkcode command}.
   */
  who(room: string): boolean {
    return this.#send({ type: "who", room });
  }

  /**
   * Asks for a page of a room's past; it is told as a `history` event.
   *
   * @param room Its name in events.
   * @param before Messages with a smaller `seq` are wanted, the newest of them.
   * @param messages How many, 1 to 500, with the comings and goings between them; there may come
   * fewer.
   * @returns False when it cannot be asked for now: it is not in the room, another page of it is
   * awaited, or a gap in it is being filled.
   */
  older(room: string, before: number, messages: number): boolean {
    return this.#session.rooms.older(room, before, messages);
  }

  /**
   * The network may be another one, or the computer slept: tries to connect at once, where the next
   * try is waited for; a connection that stands must show within 5 s that it lives.
   */
  hurry(): void {
    this.#hurry.abort();
    this.#hurry = new AbortController();
    this.#connection?.check();
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
   * Connects and stays until it ends. Can be called once.
   *
   * @param listener Is told what happens.
   * @returns How it ended.
   * @throws What the listener throws; the connection is closed then.
   */
  async run(listener: ClientListener): Promise<Ending> {
    try {
      const { connect, welcomeTimeoutMs, patient, giveUpAfterMs } = this.#options;
      const ending = await stay({
        connect,
        welcomeTimeoutMs,
        patient,
        giveUpAfterMs,
        signal: this.#stop.signal,
        ended: () => this.#ending,
        hurried: () => this.#hurry.signal,
        timers: this.#timers,
        session: this.#session,
        identity: this.#identity,
        listener,
        onConnection: (connection) => this.#connection = connection,
      });
      // Those that were just lost sight of with the connection are told here, or nowhere.
      const uncertain = this.#session.delivery.takeUncertain().map(({ message }) => message);
      return { ...ending, undelivered: [...uncertain, ...this.#outbox.entries] };
    } finally {
      this.#ending ??= { reason: "quit", text: "" };
      this.#connection?.close();
      for (const cancel of this.#cancelTimers) cancel();
      this.#session.disconnected();
      this.#wake();
    }
  }

  #send(request: Request): boolean {
    if (!this.connected || this.#connection === undefined) return false;
    this.#connection.send(request);
    return true;
  }

  #post(message: Outgoing): Outgoing {
    if (this.ended) throw new RangeError("The connection has ended: this was not sent.");
    this.#outbox.add(message);
    this.#session.delivery.flush();
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
    if (connection !== undefined && this.#session.welcomed) {
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
}

function checked(text: string): string {
  const cleaned = cleanText(text);
  const problem = textProblem(cleaned);
  if (problem !== null) throw new RangeError(problem.text);
  return cleaned;
}
