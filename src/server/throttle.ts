/**
 * When a client's next line may be read: flood control, and patience with a client that does not
 * read the answers it asks for. Waiting here means that nothing is read, so TCP makes the sender
 * wait, too.
 *
 * @module
 */

import type { Line } from "../protocol/framing.ts";
import { MAX_LINE_CHARS } from "../protocol/limits.ts";
import type { Session } from "../room/room.ts";
import type { Writer } from "../room/writer.ts";
import type { Clock } from "../clock.ts";
import type { Account } from "./admission/accounts.ts";
import {
  type Allowance,
  allowanceOf,
  giveAllowance,
  type TokenBucket,
} from "./admission/allowance.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { SlowedSpeech } from "./slowed_speech.ts";

/** Characters that a token pays for. */
const TOKEN_CHARS = 1024;

/** What a line costs when it begins to be discarded: all that was read of it. */
const OVERLONG_COST = MAX_LINE_CHARS / TOKEN_CHARS;

/** What each further MiB of it costs, which nobody looks at. */
const DISCARDED_COST = 1;

/** Holds back what one client sends. */
export class Throttle {
  readonly #account: Account;
  readonly #clock: Clock;
  #allowance: Allowance;
  /** A session pays; until then the allowance is to go back to the address. */
  #isOfSession = false;
  /**
   * Lines cost nothing; then not even the clock is asked, which costs as much as the rest of a
   * line.
   */
  readonly #linesAreFree: boolean;
  readonly #turn: () => Promise<void> | null;
  /** Calls off what it waits for: its lines, and pages that are being written. */
  readonly #stops = new Set<() => void>();
  /** What is to be waited for before the next line; null: nothing. */
  #before: ((go: () => void) => () => void) | null = null;
  /** What its client, a program, says where it is slowed; null: nothing. Ends with the waiting. */
  speech: SlowedSpeech | null = null;
  /** For how many things it waits. */
  #holds = 0;
  #stopped = false;

  /**
   * Begins with an allowance of its address.
   *
   * @param options.rate Tokens a second; 0: lines, and what they ask for, cost nothing, only what
   * is no line does.
   * @param options.turn Asks for a turn, see `turns.ts`: who has waited does not go on by surprise,
   * with hundreds of others whose wait is over at the same moment.
   */
  constructor(
    account: Account,
    clock: Clock,
    { rate, turn }: { readonly rate: number; readonly turn: () => Promise<void> | null },
  ) {
    this.#account = account;
    this.#clock = clock;
    this.#allowance = account.take(rate === 0 ? DEFAULT_LIMITS.rate : rate, clock.now());
    this.#linesAreFree = rate === 0;
    this.#turn = turn;
  }

  /** What is left. */
  get allowance(): Allowance {
    return this.#allowance;
  }

  /**
   * From here on a session pays. What the connection came with is the session's, or goes back to
   * its address where the session has its own: nothing is there twice.
   */
  payAs(session: Session): void {
    const known = allowanceOf(session);
    if (known === undefined) giveAllowance(session, this.#allowance);
    else {
      this.giveBack();
      this.#allowance = known;
    }
    this.#isOfSession = true;
  }

  /** The connection has ended: its address gets the allowance back, where no session has it. */
  giveBack(): void {
    if (!this.#isOfSession) this.#account.leave(this.#allowance, this.#clock.now());
  }

  /** How much could be read now without waiting, in bytes of ASCII. */
  get affordableBytes(): number {
    return TOKEN_CHARS * Math.max(0, this.#allowance.bucket.tokens);
  }

  /** A line is being held back because its sender talks too fast. */
  get slowed(): boolean {
    return this.#stops.size > 0;
  }

  /** Nothing is read from it at the moment, for whatever reason. */
  get held(): boolean {
    return this.#holds > 0;
  }

  /**
   * Pays for something before it is done, beside the line that asks for it.
   *
   * @returns Null when there is nothing to wait for. Otherwise it resolves when the debt is paid,
   * or at {@linkcode stop}.
   */
  pay(tokens: number): Promise<void> | null {
    return this.#linesAreFree ? null : this.payFrom(this.#allowance.bucket, tokens);
  }

  /** As {@linkcode pay}, from another bucket: one that is shared by an address. */
  payFrom(bucket: TokenBucket, tokens: number): Promise<void> | null {
    const waitMs = bucket.take(tokens, this.#clock.now());
    if (waitMs === 0) return null;
    return this.pause(waitMs).then(() => {
      if (this.#stopped) bucket.giveBack(tokens);
    });
  }

  /** Waits for something else before the next line is read: see {@linkcode waitFor}. */
  holdNext(begin: (go: () => void) => () => void): void {
    this.#before = begin;
  }

  /**
   * What has to be waited for before a line may be read.
   *
   * @param writer Of the same client: its queue must have room for an answer.
   * @returns Null when there is nothing to wait for: then not even a turn is lost.
   */
  admission(line: Line, writer: Writer): Promise<void> | null {
    const isFree = this.#linesAreFree && (typeof line === "string" || "overlong" in line);
    const waitMs = isFree ? 0 : this.#allowance.bucket.take(costOf(line), this.#clock.now());
    if (this.#before !== null) return this.#holdNext(this.#before, waitMs, writer);
    return waitMs > 0 || writer.full ? this.#hold(waitMs, writer) : null;
  }

  /**
   * Waits, for another reason than its talk.
   *
   * @returns Resolves after that time, or at {@linkcode stop}.
   */
  pause(ms: number): Promise<void> {
    return this.waitFor((go) => this.#clock.after(ms, go));
  }

  /**
   * Waits for something else.
   *
   * @param begin Begins it, and returns what calls it off.
   * @returns Resolves when it has called back, or at {@linkcode stop}, and it is this client's
   * turn.
   */
  async waitFor(begin: (go: () => void) => () => void): Promise<void> {
    if (this.#stopped) return;
    let stop = (): void => {};
    const called = new Promise<void>((resolve) => {
      const cancel = begin(resolve);
      stop = () => {
        cancel();
        resolve();
      };
    });
    this.#stops.add(stop);
    await this.holdFor(called.then(() => {
      this.#stops.delete(stop);
      return this.#turn();
    }));
  }

  /** Waits for work that is done for the client: meanwhile nothing is read from it. */
  async holdFor<T>(work: Promise<T>): Promise<T> {
    this.#holds++;
    try {
      return await work;
    } finally {
      this.#holds--;
    }
  }

  /** Ends the waiting, now and for good. */
  stop(): void {
    this.#stopped = true;
    this.speech?.close();
    for (const stop of this.#stops) stop();
  }

  async #holdNext(
    begin: (go: () => void) => () => void,
    waitMs: number,
    writer: Writer,
  ): Promise<void> {
    this.#before = null;
    await this.waitFor(begin);
    await this.#hold(waitMs, writer);
  }

  async #hold(waitMs: number, writer: Writer): Promise<void> {
    if (waitMs > 0) await this.pause(waitMs);
    if (!writer.full) return;
    while (writer.full && !this.#stopped) await this.holdFor(writer.drained());
    await this.#turn();
  }
}

/** Tokens for a line: one for each started KiB, the empty line included. */
function costOf(line: Line): number {
  if (typeof line === "string") return Math.max(1, Math.ceil(line.length / TOKEN_CHARS));
  if ("waste" in line) return line.waste;
  return line.begins ? OVERLONG_COST : DISCARDED_COST;
}
