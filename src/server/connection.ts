/**
 * One connection from its greeting to its end: reading lines, giving them to the right hands, and
 * writing nothing but through its cursor. Which transport carries it and which dialect it speaks,
 * it does not care.
 *
 * ```text
 * greeting ──first line──▶ dialect known ──hello──▶ joined ──▶ leaving ──▶ closed
 *     └──────── 60 s, noise, five bad names ─────────────────────▲
 * ```
 *
 * @module
 */

import type { LineConnection } from "../net/line_connection.ts";
import type { Line } from "../protocol/framing.ts";
import { MAX_LINE_CHARS } from "../protocol/limits.ts";
import type {
  Bye,
  Draft,
  ErrorCode,
  LeaveReason,
  LogEvent,
  PrivateEvent,
} from "../protocol/messages.ts";
import { json } from "../protocol/json.ts";
import { GREETING, PASSWORD_GREETING } from "../protocol/plain.ts";
import type { Recipient } from "../room/members.ts";
import type { Publisher } from "../room/room.ts";
import type { Session } from "../room/sessions.ts";
import { act } from "./requests/actions.ts";
import { overdue } from "./deadlines.ts";
import { Farewell } from "./farewell.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { ServerContext } from "./context.ts";
import { open } from "./opening.ts";
import { committed, rejected } from "./requests/outcome.ts";
import { Throttle } from "./throttle.ts";
import { Voice } from "./output.ts";

/** Names and passwords that one connection may try. */
export const MAX_HELLO_TRIES = 5;

/** A client that is held back hears from us this often: our own gives up after 5 s without a word. */
const REASSURE_MS = 3_000;

const OVERLONG =
  `That line is longer than ${MAX_LINE_CHARS} characters and was not said. Send it in parts.`;

/** What a decoder bills that has found hundreds of commands in one turn: see `waste.ts`. */
const NOISE_TOKENS = 4;

/** What a line that waits takes beside its characters. */
const LINE_BYTES = 16;

const encoder = new TextEncoder();

/** See the module. */
export class ClientConnection extends Voice implements Publisher, Recipient {
  /** What is remembered of it; null for plain clients. */
  session: Session | null = null;
  /** What to do when the join that is pending has been committed. */
  welcome: ((event: LogEvent) => void) | null = null;
  /** Called when the last line has been handed to the connection, after {@linkcode close}. */
  onFinished: () => void = () => {};
  /** When it came, in milliseconds of the server's clock. */
  readonly startedAt: number;
  /** It has given the room's password. */
  hasPassed = false;
  /** It may use the commands of operators. */
  isOperator = false;
  /** Takes the next line of a plain client, unseen by anybody: the answer to a prompt. */
  prompt: ((line: string) => Promise<void>) | null = null;
  #refusals = 0;
  /** Lines that it has sent. */
  linesIn = 0;
  /** Holds it back when it talks too fast. */
  readonly throttle: Throttle;
  readonly #conn: LineConnection;
  #heardAt: number;
  #reassuredAt = 0;
  #farewell: Farewell | null = null;
  #isAborted = false;
  #lostAs: LeaveReason = "lost";
  #isCutOff = false;
  #isHungUp = false;
  readonly #ended = Promise.withResolvers<void>();
  #ahead: Promise<IteratorResult<Line[]>> | null = null;
  #writtenBytes = 0;
  #progressAt = 0;
  #segmentBytes = 0;
  /** Why there is no place for it: then it can only take up the one that it had. */
  readonly refusal: string | null;

  /**
   * A session that has not begun.
   *
   * @param conn Closed by {@linkcode run} in the end.
   * @param refusal Why there is no place for it, in one line; null: there is.
   */
  constructor(server: ServerContext, conn: LineConnection, refusal: string | null = null) {
    super(server, conn);
    this.#conn = conn;
    this.startedAt = server.clock.now();
    this.#heardAt = this.startedAt;
    this.refusal = refusal;
    const { rate } = server.limits;
    const tokens = rate === 0 ? DEFAULT_LIMITS.rate : rate;
    this.throttle = new Throttle(this.account.take(tokens, this.startedAt), server.clock, {
      linesAreFree: rate === 0,
    });
    conn.onReply = (bytes) => this.write(bytes, "telnet");
    conn.onWaiting = (bytes) => this.addWaiting(bytes);
  }

  /** Its transport tells when the other end is gone. */
  get watched(): boolean {
    return this.#conn.watched === true;
  }

  /** Hash of its session, under which the store files what it publishes. */
  get sessionHash(): string | undefined {
    return this.session?.hash;
  }

  /**
   * Since when what it is sent makes no progress, in milliseconds of the server's clock; null: it
   * does. A write that is several of the system's makes progress with each of these.
   */
  get stalledSince(): number | null {
    const { stalledSince } = this.cursor;
    return stalledSince === null ? null : Math.max(stalledSince, this.#progressAt);
  }

  /** It is on its way out: nothing that it sends counts any more. */
  get leaving(): boolean {
    return this.#farewell !== null || this.#isAborted;
  }

  /** Serves the connection until it has ended. Never rejects. */
  async run(): Promise<void> {
    try {
      if (this.#conn.peer.transport === "websocket") {
        // Only programs come that way.
        this.dialect = json;
      } else {
        const greeting = this.server.password === null ? GREETING : PASSWORD_GREETING;
        const line = this.refusal === null ? greeting : `* ${this.refusal}\n`;
        this.write(encoder.encode(line));
      }
      const lines = this.#conn.lines[Symbol.asyncIterator]();
      for (;;) {
        const { value: batch, done } = await (this.#ahead ?? lines.next());
        this.#ahead = null;
        if (done) break;
        if (this.#farewell?.isTooMuch(batch)) break;
        this.#heardAt = this.server.clock.now();
        let heldBytes = 0;
        for (const line of batch) {
          // Waiting for nothing would cost every line a flush of its own.
          const wait = this.throttle.admission(line, this.cursor);
          if (wait !== null) {
            if (this.#isNoise(line)) {
              this.server.logger.warn("noise", this.who());
              this.hangUp();
              break;
            }
            if (heldBytes === 0) this.addWaiting(heldBytes = batch.length * LINE_BYTES);
            await wait;
            this.#heardAt = this.server.clock.now();
          }
          if (this.leaving || this.#isHungUp) break;
          const work = this.#receive(line);
          if (work === undefined) continue;
          // Somebody who waits to come in may go again, and would stand in the queue for nothing.
          if (this.member === null) this.#ahead ??= this.#readAhead(lines);
          await work;
          this.#heardAt = this.server.clock.now();
        }
        if (heldBytes > 0) this.addWaiting(-heldBytes);
      }
      this.#inputEnded();
      await this.#farewell?.done;
    } catch (error) {
      this.server.logger.error("session failed", { ...this.who(), error: String(error) });
      this.#inputEnded();
    } finally {
      this.server.room.detach(this.cursor);
      this.cursor.close();
      this.#conn.close();
      this.addWaiting(-this.waitingBytes);
      // Later changes are none: what is left in the transport goes with it.
      this.#conn.onWaiting = undefined;
      this.account.leave(this.throttle.allowance, this.server.clock.now());
      this.server.accounts.close(this.account);
      this.#ended.resolve();
      this.server.logger.debug("disconnected", this.who());
    }
  }

  /** See {@linkcode Recipient}. */
  deliver(event: PrivateEvent): boolean {
    if (this.leaving || this.cursor.full) return false;
    this.reply(event);
    return true;
  }

  /** See {@linkcode Recipient}. */
  replaced(): void {
    this.server.logger.info("replaced", this.who());
    this.giveUp();
    this.session = null;
    const text = "This place was taken up from another connection.";
    this.close({ type: "bye", reason: "replaced", text });
  }

  /** See {@linkcode Publisher}. */
  published(events: readonly LogEvent[]): void {
    committed(this, events);
  }

  /** See {@linkcode Publisher}. */
  failed(draft: Draft, error: unknown): void {
    rejected(this, draft, error);
  }

  /**
   * Answers a hello that may not come in, for the last time after {@linkcode MAX_HELLO_TRIES}.
   *
   * @param problem What is wrong.
   * @param advice What to do, while there are tries left.
   */
  refuse(code: ErrorCode, problem: string, advice: string): void {
    this.server.logger.info("refused", { ...this.who(), why: code });
    const isLast = ++this.#refusals >= MAX_HELLO_TRIES;
    this.fail(code, `${problem} ${isLast ? "Connect again to try again." : advice}`);
    if (isLast) this.close(null);
  }

  /** Gives its place up for everybody to see. */
  leave(reason: LeaveReason): void {
    const { member } = this;
    if (member === null) return;
    this.server.logger.info("left", { ...this.who(), reason });
    this.server.room.publish({ type: "leave", name: member.name, reason }, this);
    this.vacate();
  }

  /** Gives its place up; what everybody sees of that is the caller's to publish. */
  vacate(): void {
    if (this.member !== null) this.server.room.members.remove(this.member);
    if (this.session !== null) this.session.member = null;
    this.giveUp();
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
    this.server.room.whenSettled(() => {
      const lastLine = bye === null ? new Uint8Array(0) : this.encode(bye);
      farewell.say(this.cursor, this.#conn, this.server.clock, lastLine);
    });
    farewell.done.then(() => this.onFinished());
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
    this.cursor.close();
    this.#conn.close();
  }

  /** Looks at its deadlines. Called about once a second. */
  tick(now: number): void {
    if (this.#farewell?.isOver(now)) this.#conn.close();
    const { writtenBytes = 0 } = this.#conn;
    if (writtenBytes !== this.#writtenBytes) this.#progressAt = now;
    this.#writtenBytes = writtenBytes;
    if (this.throttle.slowed) this.#reassure(now);
    const late = overdue(this, this.#heardAt, now);
    if (late === null) return;
    if (this.refusal !== null && this.member === null) return this.cutOff();
    this.server.logger.info("overdue", { ...this.who(), why: late });
    if (late === "stalled") this.#lostAs = "timeout";
    if (late === "stalled" || late === "silent") return this.cutOff();
    if (late === "idle") this.leave("timeout");
    const { nameTimeoutMs, idleMs } = this.server.limits;
    const text = late === "idle"
      ? `You said nothing for ${idleMs / 1000} seconds. Come back any time.`
      : `No name came within ${nameTimeoutMs / 1000} seconds. Connect again to try again.`;
    this.close({ type: "bye", reason: "timeout", text });
  }

  /** Reads one batch more, which takes no more memory than the last one. */
  async #readAhead(lines: AsyncIterator<Line[]>): Promise<IteratorResult<Line[]>> {
    const next = await lines.next();
    if (next.done && this.#conn.broken && this.member === null) this.abort();
    return next;
  }

  /**
   * Whoever is in debt and has no name but sends what is no line, or sends hundreds of commands at a
   * time, is no chat client, and would stay for as long as it takes to pay for them.
   */
  #isNoise(line: Line): boolean {
    if (typeof line === "string" || !("waste" in line)) return false;
    return this.member === null || line.waste >= NOISE_TOKENS;
  }

  /** The pings of a client that is held back wait in line; so that it does not take us for dead: */
  #reassure(now: number): void {
    if (!this.dialect?.echoes || now - this.#reassuredAt < REASSURE_MS) return;
    this.#reassuredAt = now;
    this.reply({ type: "pong" });
  }

  #receive(line: Line): void | Promise<void> {
    if (typeof line !== "string") {
      if ("waste" in line) return;
      this.linesIn++;
      if (line.begins) this.fail("line_too_long", OVERLONG);
      return;
    }
    this.linesIn++;
    const { prompt } = this;
    if (prompt !== null) {
      this.prompt = null;
      return prompt(line);
    }
    this.dialect ??= open(this, line);
    if (this.dialect === null || this.leaving) return;
    if (this.refusal !== null && !this.dialect.echoes) return this.close(null);
    const request = this.dialect.parse(line, { joined: this.member !== null });
    if (request === null) return;
    if (request.type !== "error") return act(this, request);
    this.reply(request);
    // A json client whose first line is no hello is no chat client.
    if (this.member === null) this.close(null);
  }

  /** Ends a connection that does not work any more; its input then ends, and that is a loss. */
  override cutOff(): void {
    this.#isCutOff = true;
    this.cursor.close();
    this.#conn.close();
    this.addWaiting(-this.waitingBytes);
    this.#conn.onWaiting = undefined;
  }

  /** Cuts somebody off who costs too much: what is still to be read of its lines is dropped, too. */
  override hangUp(): void {
    this.#isHungUp = true;
    this.throttle.stop();
    this.cutOff();
  }

  /**
   * Takes note of its part of a segment that has left the window and that it still reads.
   *
   * @param bytes 0: it reads none.
   */
  holdSegment(bytes: number): void {
    if (this.#isCutOff) return;
    this.addWaiting(bytes - this.#segmentBytes);
    this.#segmentBytes = bytes;
  }

  #inputEnded(): void {
    if (this.leaving) return;
    if (this.session !== null && this.member !== null) {
      this.server.grace.hold(this.session, this.#lostAs);
      this.giveUp();
    } else {
      this.leave(this.#conn.broken || this.#isCutOff ? this.#lostAs : "quit");
    }
    this.close(null);
  }
}
