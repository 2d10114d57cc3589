/**
 * One connection from its greeting to its end: what it is, what it is told, and how it ends. Which
 * transport carries it and which dialect it speaks, it does not care. What it asks for is read in
 * `serve.ts` and done in `dispatch.ts`.
 *
 * ```text
 * greeting ──first line──▶ dialect known ──hello──▶ joined ──▶ leaving ──▶ closed
 *     └──────── 60 s, noise, five bad names ─────────────────────▲
 * ```
 *
 * @module
 */

import type { LineConnection } from "../net/line_connection.ts";
import { ReadLoad } from "../net/turn_queue.ts";
import type { RequestDialect } from "../protocol/dialect.ts";
import type { Line } from "../protocol/framing.ts";
import type { Proposer, Verdict } from "../order/order.ts";
import type { Bye, LeaveReason } from "../protocol/messages.ts";
import type { Parting, Room, Session } from "../room/room.ts";
import { CurrentRoom } from "./current_room.ts";
import type { Door } from "./door.ts";
import { overdue, SILENCE_MS } from "./deadlines.ts";
import { Farewell } from "./farewell.ts";
import type { Greeting } from "./greeting.ts";
import type { Client, ServerContext } from "./context.ts";
import { ClientOutput } from "./output.ts";
import { tellParted } from "./arrival.ts";
import { settled } from "./settled.ts";
import { Throttle } from "./throttle.ts";

/**
 * A client that is held back hears from us this often: our own gives up after 5 s without a word.
 */
const REASSURE_MS = 3_000;

/**
 * What a turn counts, in bytes, of who has waited for tokens: it has asked for too much already.
 */
const WAITED_BYTES = 16 * 1024;

/**
 * How long a connection that has no place any more may take to read why: its owner reads elsewhere.
 */
const DISMISSED_MS = 3_000;

/** A client, from the side of the server. */
export class ClientConnection extends ClientOutput implements Client, Proposer {
  /**
   * Called when its place is free: at the latest when it has its last line. May be called twice.
   */
  onPlaceFree: () => void = () => {};
  /** When it came, in milliseconds of the server's clock. */
  readonly startedAt: number;
  /** Each of its lines is a request in it; null: before its first line, and where it has a door. */
  language: RequestDialect | null = null;
  /** The hash of the session that a login of its client opened; null: it has not logged in. */
  ownSession: string | null = null;
  /** It has given the server's password. */
  hasPassed = false;
  /** In json it has said that it is a program. */
  isBot = false;
  /** It may use the commands of operators. */
  isOperator = false;
  /** What it is asked when it says nothing; null where only programs come. */
  greeting: Greeting | null = null;
  /** Does not wait for a name that will be free soon; see `requests/hello.ts`. */
  stopWaiting: () => void = () => {};
  /** Takes the next line of a plain client, unseen by anybody: the answer to a prompt. */
  prompt: ((line: string) => Promise<void>) | null = null;
  /** Lines that it has sent. */
  linesIn = 0;
  /** Hellos of it that were refused: see `refuseHello`. */
  refusedHellos = 0;
  /** Wrong passwords that it has tried. */
  guesses = 0;
  /** Looks into the past that it has asked for. */
  lookups = 0;
  /** When a line of it was last read, in milliseconds of the server's clock. */
  heardAt: number;
  /** Name of the room that a request without one means, of a client of many rooms; null: none. */
  defaultRoom: string | null = null;
  /** Where a client of one room is. */
  readonly current: CurrentRoom = new CurrentRoom(this, () => this.onRoomless());
  /** A client of one room came out of it, and stays: where it goes now. See `requests/rooms.ts`. */
  onRoomless: () => Promise<void> = () => Promise.resolve();
  /**
   * Number of the last direct message that has waited and that it was given; null: it does not know
   * of such numbers.
   */
  givenDirect: number | null = null;
  /** Holds it back when it talks too fast. */
  readonly throttle: Throttle;
  /** Why there is no place for it: then it can only take up the one that it had. */
  readonly refusal: string | null;
  readonly #conn: LineConnection;
  #reassuredAt = 0;
  #farewell: Farewell | null = null;
  #isAborted = false;
  #lostAs: LeaveReason = "lost";
  #isCutOff = false;
  readonly #ended = Promise.withResolvers<void>();
  #writtenBytes = 0;
  #progressAt = 0;

  /**
   * A connection of which nothing has been read.
   *
   * @param conn Closed by {@linkcode end}.
   * @param refusal Why there is no place for it, in one line; null: there is.
   */
  constructor(server: ServerContext, conn: LineConnection, refusal: string | null = null) {
    super(server, conn);
    this.#conn = conn;
    this.startedAt = server.clock.now();
    this.heardAt = this.startedAt;
    this.refusal = refusal;
    const { rate } = server.limits;
    const waits = new ReadLoad();
    this.throttle = new Throttle(this.account, server.clock, {
      rate,
      turn: () => server.turns.next(this.account.address, waits, WAITED_BYTES),
    });
    // What it cannot pay for would wait here, and not in its own socket.
    if (rate > 0) conn.readLimit = () => this.throttle.affordableBytes;
    conn.onReply = (bytes) => this.write(bytes, { slot: "telnet" });
    conn.onWaiting = (bytes) => this.addWaiting(bytes);
  }

  /** Each of its lines is a request from now on. Who comes with `telnet` speaks plain. */
  speak(language: RequestDialect): void {
    this.language = language;
    this.dialect = language;
    if (!language.prompts) this.#conn.endTelnet?.();
  }

  /** Its lines are taken by a door from now on. */
  enterBy(door: Door): void {
    this.door = door;
    this.dialect = door.dialect;
    this.#conn.endTelnet?.();
  }

  /** What is remembered of it; null for plain clients, and before it has joined. */
  get session(): Session | null {
    return this.member?.session ?? null;
  }

  /** Who has sent nothing for so many milliseconds is lost; `Infinity`: may be silent. */
  get silenceMs(): number {
    return this.door?.silenceMs ?? (this.session === null ? Infinity : SILENCE_MS);
  }

  /**
   * The room that a request is about, also one that the client is not in.
   *
   * @param raw Its name in any case; default: the room that a request without one means.
   * @returns Undefined: there is none.
   */
  findRoom(raw?: string): Room | undefined {
    const { rooms } = this.server;
    if (raw !== undefined) return rooms.find(raw);
    const { current: { room }, defaultRoom } = this;
    return room ?? (defaultRoom === null ? undefined : rooms.get(defaultRoom));
  }

  /** The same, where the client is in that room; it has a place on the server. */
  ownRoom(raw?: string): Room | undefined {
    // It reads no room that it is not in.
    if (raw === undefined && this.stream !== null) return this.stream;
    const room = this.findRoom(raw);
    return room !== undefined && this.member!.rooms.has(room) ? room : undefined;
  }

  /** Its transport tells when the other end is gone. */
  get watched(): boolean {
    return this.#conn.watched === true;
  }

  /** It is held back because it talks too fast. */
  get slowed(): boolean {
    return this.throttle.slowed;
  }

  /**
   * Since when what it is sent makes no progress, in milliseconds of the server's clock; null: it
   * does. A write that is several of the system's makes progress with each of these.
   */
  get stalledSince(): number | null {
    const { stalledSince } = this.writer;
    return stalledSince === null ? null : Math.max(stalledSince, this.#progressAt);
  }

  /** It is on its way out: nothing that it sends counts any more. */
  override get leaving(): boolean {
    return this.#farewell !== null || this.#isAborted;
  }

  /** What is still to be read of its lines is to be dropped. */
  override get isCutOff(): boolean {
    return this.#isCutOff;
  }

  /** Takes note of lines that come after {@linkcode close}; true when it has been too much. */
  isTooMuch(batch: readonly Line[]): boolean {
    return this.#farewell?.isTooMuch(batch) ?? false;
  }

  /** Its place has been taken up by another connection. */
  replaced(): void {
    const text = "This place was taken up from another connection.";
    this.dismiss({ type: "bye", reason: "replaced", text });
  }

  /** It has no place any more: its connection ends soon. */
  dismiss(bye: Bye): void {
    this.server.logger.info(bye.reason, this.who());
    this.giveUp(true);
    this.close(bye, DISMISSED_MS);
    this.onPlaceFree();
  }

  /** It is in a room no more. See {@linkcode Recipient}. */
  parted(parting: Parting): void {
    this.door?.parted(parting);
    const isCurrent = this.current.parted(parting);
    tellParted(this, parting, isCurrent);
    if (isCurrent) this.inBackground(() => this.onRoomless());
  }

  /** Does what none of its lines waits for. Whatever goes wrong there ends this one alone. */
  inBackground(work: () => void | Promise<void>): void {
    Promise.try(work).catch((error) => {
      this.server.logger.error("session failed", { ...this.who(), error: String(error) });
      this.cutOff();
    });
  }

  /** See {@linkcode Proposer.readsOwn}: a plain client passes over its own messages. */
  get readsOwn(): boolean {
    return this.door === null && this.dialect?.echoes("message") === true;
  }

  /** What became of what it has proposed. */
  settled(verdicts: readonly Verdict[]): void {
    settled(this, verdicts);
  }

  /**
   * Gives its place up for everybody to see.
   *
   * @param text Why, in its own words; default: it has not said so.
   */
  leave(reason: LeaveReason, text?: string): void {
    const { member } = this;
    if (member === null) return;
    this.server.logger.info("left", { ...this.who(), reason });
    this.giveUp(this.#conn.broken);
    member.recipient = null;
    const why = text === undefined ? {} : { text };
    this.server.order.propose({ type: "leave", member, reason, epoch: member.epoch, ...why }, this);
  }

  /**
   * Ends the connection once everything up to now has been delivered.
   *
   * @param bye The last line; null: none.
   * @param withinMs How long that may take.
   */
  close(bye: Bye | null, withinMs?: number): void {
    if (this.leaving) return;
    const farewell = new Farewell(this.server.clock.now(), withinMs);
    this.#farewell = farewell;
    this.throttle.stop();
    this.server.order.whenSettled(() => {
      const lastLine = bye === null ? new Uint8Array(0) : this.encode(bye);
      farewell.say(this.writer, this.#conn, this.server.clock, lastLine);
    });
    farewell.done.then(() => this.onPlaceFree());
  }

  /** Resolves when the connection has ended. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Resolves when the last line has been handed to the connection, after {@linkcode close}. */
  get finished(): Promise<void> {
    return this.#farewell?.done ?? Promise.resolve();
  }

  /** Ends the connection without another word. */
  abort(): void {
    this.#isAborted = true;
    this.throttle.stop();
    this.writer.close();
    this.#conn.close();
  }

  /** Looks at its deadlines. Called about once a second. */
  tick(now: number): void {
    if (this.#farewell?.isOver(now)) this.#conn.close();
    const { writtenBytes = 0 } = this.#conn;
    if (writtenBytes !== this.#writtenBytes) this.#progressAt = now;
    this.#writtenBytes = writtenBytes;
    if (this.throttle.held) this.#reassure(now);
    this.current.tick(now);
    this.door?.tick(now);
    const late = overdue(this, now);
    if (late === null) return;
    if (this.refusal !== null && this.member === null) return this.cutOff();
    this.server.logger.info("overdue", { ...this.who(), why: late });
    if (late === "stalled" && !this.writer.isLost) this.#lostAs = "timeout";
    if (late === "stalled" || late === "silent") return this.cutOff();
    if (late === "idle") this.leave("timeout");
    const { nameTimeoutMs, idleMs } = this.server.limits;
    const text = late === "idle"
      ? `You said nothing for ${idleMs / 1000} seconds. Come back any time.`
      : `No name came within ${nameTimeoutMs / 1000} seconds. Connect again to try again.`;
    this.close({ type: "bye", reason: "timeout", text });
  }

  /** The pings of a client that is held back wait in line; so that it does not take us for dead: */
  #reassure(now: number): void {
    if (!this.dialect?.ackedById || now - this.#reassuredAt < REASSURE_MS) return;
    this.#reassuredAt = now;
    this.tell({ type: "pong" }, "pong");
  }

  /**
   * Ends a connection that does not work any more, or costs too much. Its input then ends, and that
   * is a loss; what is still to be read of its lines is dropped.
   */
  override cutOff(): void {
    this.#isCutOff = true;
    // Its lines may wait for tokens for an hour, and nobody is there to say them.
    this.throttle.stop();
    this.door?.leaving(true);
    this.writer.close();
    this.#conn.close();
    this.addWaiting(-this.waitingBytes);
    this.#conn.onWaiting = undefined;
  }

  /** Nothing more comes from it: it has left, or its connection is lost and its place is kept. */
  inputEnded(): void {
    if (this.leaving) return;
    const { member } = this;
    if (member !== null && member.session !== null) {
      this.server.grace.hold(member, this.account.address, this.#lostAs);
      this.giveUp(this.#conn.broken);
    } else {
      this.leave(this.#conn.broken || this.#isCutOff ? this.#lostAs : "quit");
    }
    this.close(null);
  }

  /** Gives everything back. Nothing may be called after it. */
  end(): void {
    this.stopWaiting();
    this.door?.close();
    this.current.close();
    this.writer.close();
    this.#conn.close();
    this.addWaiting(-this.waitingBytes);
    // Later changes are none: what is left in the transport goes with it.
    this.#conn.onWaiting = undefined;
    this.throttle.giveBack();
    this.server.accounts.close(this.account);
    this.#ended.resolve();
    this.server.logger.debug("disconnected", this.who());
  }
}
