/**
 * One client of a kill run: says its messages through the client core and notes what it is told.
 *
 * @module
 */

import { ChatClient } from "../../../src/client/core/client.ts";
import type { ClientEvent, Ending } from "../../../src/client/core/events.ts";
import { realTimers } from "../../../src/client/core/timers.ts";
import { MAX_TEXT_CHARS } from "../../../src/protocol/limits.ts";
import type { ServerEvent } from "../../../src/protocol/messages.ts";
import { pause } from "../../helpers/wait.ts";
import type { Cutter } from "./cutter.ts";
import { type Ledger, View } from "./ledger.ts";
import type { Random } from "../random.ts";
import type { Said } from "./verdict.ts";

/** People stop for breath: so often, in pauses of at most so long. */
const PAUSE_PROBABILITY = 0.01;
const MAX_PAUSE_MS = 20;

/** What a {@linkcode Talker} works with. */
export interface TalkerOptions {
  /** Its name. */
  readonly name: string;
  /** Its connections. */
  readonly cutter: Cutter;
  /** Its dice. */
  readonly random: Random;
  /** What everybody has seen. */
  readonly ledger: Ledger;
  /** How many messages it says. */
  readonly count: number;
  /** This part of them, 0 to 1, is as long as a text may be. */
  readonly longShare: number;
  /** Resolves when it may say one more. */
  readonly mayTalk: () => Promise<void>;
  /** Is told of everything that it sees. */
  readonly onProgress: () => void;
}

/** See the module. */
export class Talker {
  /** What it has seen. */
  readonly view: View;
  /** Events that the core said would never come. */
  missed = 0;
  /** Messages that the server refused. */
  refused = 0;
  /** Acknowledgements that were told a second time. */
  acknowledgedAgain = 0;
  /** It is in the room and has seen the beginning of the log. */
  readonly entered: Promise<void>;
  readonly #options: TalkerOptions;
  readonly #client: ChatClient;
  readonly #said: { readonly id: string; readonly text: string }[] = [];
  readonly #acknowledged = new Set<string>();
  readonly #enter: () => void;
  #done = 0;

  /** Does nothing before {@linkcode Talker.run}. */
  constructor(options: TalkerOptions) {
    this.#options = options;
    this.view = new View(options.ledger);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.entered = promise;
    this.#enter = resolve;
    const { cutter, name, random } = options;
    const dice = random.fork();
    this.#client = new ChatClient({
      connect: (signal) => cutter.connect(signal),
      name,
      patient: true,
      timers: { ...realTimers, random: () => dice.next() },
    });
  }

  /** What it has said so far, and which of that is acknowledged. */
  get said(): Said[] {
    return this.#said.map((said) => ({ ...said, acknowledged: this.#acknowledged.has(said.id) }));
  }

  /** How many of its messages are acknowledged. */
  get delivered(): number {
    return this.#acknowledged.size;
  }

  /** It is in the room now. */
  get connected(): boolean {
    return this.#client.connected;
  }

  /** Stays in the room until {@linkcode leave}. */
  run(): Promise<Ending> {
    return this.#client.run((events) => this.#take(events));
  }

  /** Says all its messages, in bursts. */
  async talk(): Promise<void> {
    const { count, longShare, random, mayTalk } = this.#options;
    for (let k = 0; k < count; k++) {
      if (random.chance(PAUSE_PROBABILITY)) await pause(random.below(MAX_PAUSE_MS));
      await mayTalk();
      await this.#client.ready();
      const { id, text } = this.#client.say(textOf(k, random, longShare));
      this.#said.push({ id, text });
    }
  }

  /** Leaves. */
  leave(): void {
    this.#client.leave();
  }

  #take(events: readonly ClientEvent[]): void {
    for (const event of events) {
      if (event.type === "told") this.#seen(event.event);
      else if (event.type === "missed") this.missed += event.to - event.from + 1;
      else if (event.type === "refused") this.refused++;
      else if (event.type === "delivered") {
        if (this.#acknowledged.has(event.message.id)) this.acknowledgedAgain++;
        this.#acknowledged.add(event.message.id);
      }
    }
    if (this.view.last > 0) this.#enter();
    // Connecting in vain is none.
    const done = this.view.last + this.delivered;
    if (done === this.#done) return;
    this.#done = done;
    this.#options.onProgress();
  }

  #seen(event: ServerEvent): void {
    // Only what is in the log has both.
    if ("seq" in event && "at" in event) this.view.take(event);
  }
}

/**
 * A number to be recognized by, and a length by chance. Long ones are in letters of three bytes, so
 * that cuts fall into letters, too.
 */
function textOf(k: number, random: Random, longShare: number): string {
  const head = `${k} `;
  if (random.chance(longShare)) return head + "あ".repeat(MAX_TEXT_CHARS - head.length);
  return head + "x".repeat(random.logUniform(1, 120));
}
