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
import { type Ledger, loggedOf, View } from "./ledger.ts";
import type { Random } from "../random.ts";
import type { Said } from "./verdict.ts";

/** People stop for breath: so often, in pauses of at most so long. */
const PAUSE_PROBABILITY = 0.01;
const MAX_PAUSE_MS = 20;

/** What a {@linkcode Talker} works with. */
export interface TalkerOptions {
  /** Its name. */
  readonly name: string;
  /** Its rooms, 1 or more. */
  readonly rooms: readonly string[];
  /** Its connections. */
  readonly cutter: Cutter;
  /** Its dice. */
  readonly random: Random;
  /** What everybody has seen, by room. */
  readonly ledgers: ReadonlyMap<string, Ledger>;
  /** How many messages it says. */
  readonly count: number;
  /** This part of them, 0 to 1, is as long as a text may be. */
  readonly longShare: number;
  /** Before each it waits for up to so many milliseconds. */
  readonly maxPauseMs: number;
  /** Resolves when it may say one more. */
  readonly mayTalk: () => Promise<void>;
  /** Is told of everything that it sees. */
  readonly onProgress: () => void;
}

/** See the module. */
export class Talker {
  /** Its name. */
  readonly name: string;
  /** What it has seen, by room. */
  readonly views: ReadonlyMap<string, View>;
  /** Events that the core said would never come. */
  missed = 0;
  /**
   * What it should not be told: errors, messages refused, acknowledgements that come a second time,
   * that it is no longer in a room, or that a log has begun anew.
   */
  odd = 0;
  /** It is in its rooms and has seen the beginnings of their logs. */
  readonly entered: Promise<void>;
  readonly #options: TalkerOptions;
  readonly #client: ChatClient;
  readonly #said: { readonly room: string; readonly id: string; readonly text: string }[] = [];
  readonly #acknowledged = new Set<string>();
  readonly #enter: () => void;
  #done = 0;

  /** Does nothing before {@linkcode Talker.run}. */
  constructor(options: TalkerOptions) {
    this.#options = options;
    this.name = options.name;
    this.views = new Map(options.rooms.map((room) => [room, new View(options.ledgers.get(room)!)]));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.entered = promise;
    this.#enter = resolve;
    const { cutter, name, random, rooms } = options;
    const dice = random.fork();
    this.#client = new ChatClient({
      connect: (signal) => cutter.connect(signal),
      name,
      rooms: rooms.map((room) => ({ room })),
      patient: true,
      timers: { ...realTimers, random: () => dice.next() },
    });
  }

  /** What it has said so far in a room, and which of that is acknowledged. */
  said(room: string): Said[] {
    return this.#said.filter((said) => said.room === room)
      .map(({ id, text }) => ({ id, text, acknowledged: this.#acknowledged.has(id) }));
  }

  /** How many events it has seen, and those before them. */
  get seen(): number {
    let seen = 0;
    for (const { last } of this.views.values()) seen += last;
    return seen;
  }

  /** How many of its messages are acknowledged. */
  get delivered(): number {
    return this.#acknowledged.size;
  }

  /** It has a connection now. */
  get connected(): boolean {
    return this.#client.connected;
  }

  /** Stays in its rooms until {@linkcode leave}. */
  run(): Promise<Ending> {
    return this.#client.run((events) => this.#take(events));
  }

  /** Says all its messages, in bursts, each in one of its rooms. */
  async talk(): Promise<void> {
    const { count, longShare, maxPauseMs, random, rooms, mayTalk } = this.#options;
    for (let k = 0; k < count; k++) {
      if (maxPauseMs > 0) await pause(random.below(maxPauseMs));
      if (random.chance(PAUSE_PROBABILITY)) await pause(random.below(MAX_PAUSE_MS));
      await mayTalk();
      await this.#client.ready();
      const room = random.pick(rooms);
      const { id, text } = this.#client.say(textOf(k, random, longShare), { room });
      this.#said.push({ room, id, text });
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
      else if (event.type === "refused" || event.type === "gone") this.odd++;
      else if (event.type === "entered" && event.newLog) this.odd++;
      else if (event.type === "delivered") {
        if (this.#acknowledged.has(event.message.id)) this.odd++;
        this.#acknowledged.add(event.message.id);
      }
    }
    if ([...this.views.values()].every(({ last }) => last > 0)) this.#enter();
    // Connecting in vain is none.
    const done = this.seen + this.delivered;
    if (done === this.#done) return;
    this.#done = done;
    this.#options.onProgress();
  }

  #seen(event: ServerEvent): void {
    if (event.type === "error") this.odd++;
    const told = loggedOf(event);
    if (told !== undefined) this.views.get(told.room)!.take(told.logged);
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
