/** The client's rooms over connections that break anywhere: each event once and in order. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ChatClient } from "../../src/client/core/client.ts";
import type { ClientEvent } from "../../src/client/core/events.ts";
import { ManualTimers } from "../client/core/manual_timers.ts";
import { chance } from "../helpers/chance.ts";
import { fuzz } from "./fuzz.ts";
import { type Random, RoomsServer } from "./rooms_server.ts";

const NAMES = ["lobby", "ops", "dev"];

/** Turns of the event loop after which a run must have come to its end. */
const MAX_TURNS = 3_000;

/** One client against the model. */
class Run {
  readonly #random: Random;
  readonly #server: RoomsServer;
  readonly #timers = new ManualTimers();
  readonly #client: ChatClient;
  /** What was told of each room since it came into it, or since its log is this one. */
  readonly #told = new Map<string, { log: string; seqs: number[] }>();
  readonly #said = new Map<string, "waiting" | "delivered" | "refused">();
  #isWhole = false;
  #connected = 0;

  constructor(seed: number) {
    this.#random = chance(seed);
    this.#server = new RoomsServer(this.#random);
    this.#client = new ChatClient({
      name: "ada",
      rooms: NAMES.map((room) => ({ room })),
      history: this.#random() < 0.5 ? 5 : "all",
      patient: true,
      timers: this.#timers,
      connect: () => Promise.resolve(this.#server.connect({ whole: this.#isWhole })),
    });
  }

  async run(steps: number): Promise<void> {
    let failure: unknown;
    const ending = this.#client.run((events) => events.forEach((event) => this.#take(event)))
      .catch((error) => failure = error);
    for (let step = 0; step < steps && failure === undefined; step++) {
      this.#step(step);
      await this.#turn();
    }
    this.#isWhole = true;
    // A room that is asked for and never answered would keep this.
    for (const room of failure === undefined ? NAMES : []) this.#say("the end", room);
    for (let turns = 0; failure === undefined && !this.#isSettled; turns++) {
      assert(turns < MAX_TURNS, `does not settle: ${JSON.stringify([...this.#told])}`);
      await this.#turn();
    }
    if (failure !== undefined) throw failure;
    this.#check();
    this.#client.leave({ waitMs: 0 });
    await this.#turn();
    this.#timers.advance(10_000);
    await ending;
  }

  #step(step: number): void {
    const room = this.#any(NAMES);
    const dice = this.#random();
    if (dice < 0.45) this.#server.publish(room, "bob", `${step}`);
    else if (dice < 0.85) this.#say(`${step}`, room);
    else if (dice < 0.88) this.#server.lose(room, this.#any(["closed", "kicked"]));
    else if (dice < 0.91) this.#server.renew(room);
    else if (dice < 0.95) this.#client.join(room);
    else if (dice < 0.97) this.#client.part(room);
  }

  #say(text: string, room: string): void {
    this.#said.set(this.#client.say(text, { room }).id, "waiting");
  }

  #take(event: ClientEvent): void {
    switch (event.type) {
      case "connected":
        this.#connected++;
        return;
      case "entered": {
        const { room, again, newLog, joined } = event;
        const known = this.#told.get(room);
        assertEquals(known !== undefined, again, "entered again what it was in");
        if (known === undefined || newLog) this.#told.set(room, { log: joined.log, seqs: [] });
        else assertEquals(known.log, joined.log);
        return;
      }
      case "gone":
        this.#told.delete(event.room);
        return;
      case "delivered":
      case "refused":
        assertEquals(this.#said.get(event.message.id), "waiting");
        this.#said.set(event.message.id, event.type);
        return;
      case "missed":
        throw new Error(`Missed ${event.from} to ${event.to} of ${event.room}`);
      case "told": {
        if (!("seq" in event.event)) return;
        const { room, seq } = event.event;
        const seqs = this.#told.get(room)?.seqs;
        assert(seqs !== undefined, `an event of ${room}, where it is not`);
        assertEquals(seq, (seqs.at(-1) ?? seq - 1) + 1, `the next of ${room}`);
        seqs.push(seq);
      }
    }
  }

  /** All that exists has been told, and every message was answered. */
  get #isSettled(): boolean {
    const isTold = [...this.#server.rooms].every(([name, { isIn, events }]) =>
      !isIn || events.length === 0 || this.#told.get(name)?.seqs.at(-1) === events.length
    );
    return this.#client.connected && isTold && this.#client.unacknowledged.length === 0;
  }

  #check(): void {
    for (const [name, { log, events, isIn }] of this.#server.rooms) {
      if (!isIn) continue;
      assertEquals(this.#told.get(name)?.log ?? log, log);
      const ids = events.flatMap((event) => event.type === "message" ? event.id ?? [] : []);
      assertEquals(new Set(ids).size, ids.length, "nothing is published twice");
      for (const id of ids) assertEquals(this.#said.get(id), "delivered");
    }
    for (const [id, became] of this.#said) {
      assert(became !== "delivered" || this.#server.published.has(id), `${id} ${became}`);
    }
    assert(this.#connected > 0);
  }

  async #turn(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#timers.advance(250);
  }

  #any<T>(of: readonly T[]): T {
    return of[Math.floor(this.#random() * of.length)]!;
  }
}

fuzz(
  "Each room's events are told once and in order, and each message is said once in its room, " +
    "wherever connections break",
  fc.asyncProperty(
    fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    fc.integer({ min: 1, max: 120 }),
    (seed, steps) => new Run(seed).run(steps),
  ),
  { share: 0.2 },
);
