/**
 * Three servers over a stream that loses, repeats and delays. Servers that live are declared dead,
 * others die and start anew; clients move between them, and say again what they do not know to be
 * said. At the end everything was said once, and all servers have the same.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Clock } from "../../../src/clock.ts";
import type { SavedState } from "../../../src/order/nats/checkpoint.ts";
import type { People } from "../../../src/order/nats/nats_order_options.ts";
import type { Proposal } from "../../../src/order/proposals.ts";
import type { Member, Recipient } from "../../../src/room/room.ts";
import { chance } from "../../helpers/chance.ts";
import { ManualClock } from "../../server/manual_clock.ts";
import { wish } from "../stage.ts";
import { MemoryNats } from "./memory_stream.ts";
import { Replica } from "./replica.ts";

const RUNS = 200;
const STEPS = 300;
const STEP_MS = 20;
const HOUR_MS = 3_600_000;

/** Somebody with a session, who says 1, 2, 3 …. */
interface Client {
  readonly name: string;
  at: number;
  connection: Connection | null;
  next: number;
  /** What it does not know to be said. */
  readonly open: Set<string>;
}

/** One connection of it. */
class Connection implements Recipient {
  readonly client: Client;
  member: Member | null = null;

  constructor(client: Client) {
    this.client = client;
  }

  get isLost(): boolean {
    return this.client.connection !== this;
  }

  /** Its place is kept, but nobody reads for it. */
  lose(): void {
    if (!this.isLost) this.client.connection = null;
    if (this.member?.recipient === this) this.member.recipient = null;
  }

  deliver(): boolean {
    return true;
  }

  replaced(): void {
    this.lose();
  }

  parted(): void {}
}

const people: People = {
  taken(member) {
    member.recipient?.replaced();
    member.recipient = null;
  },
  removed() {},
  waited() {},
  newRules() {},
  moved(before, { member }) {
    const connection = before.recipient as Connection | null;
    if (connection === null) return;
    connection.member = member;
    member.recipient = connection;
  },
  lost(member) {
    (member.recipient as Connection | null)?.lose();
  },
};

interface Outcome {
  readonly died: number;
  readonly events: number;
  readonly kept: number;
}

class Simulation {
  readonly #chance: () => number;
  readonly #clock = new ManualClock();
  readonly #nats: MemoryNats;
  readonly #servers: Replica[];
  readonly #clients: Client[];
  /** Direct messages of which a sender was told that they wait. */
  readonly #kept = new Set<string>();
  #died = 0;

  constructor(seed: number) {
    this.#chance = chance(seed);
    this.#nats = new MemoryNats({ delays: () => this.#delays(), nowMs: () => this.#trueMs() });
    this.#servers = [0, 1, 2].map(() => this.#start());
    this.#clients = ["ada", "bob", "eve", "dan", "joe"].map((name) => (
      { name, at: this.#below(3), connection: null, next: 1, open: new Set() }
    ));
  }

  #below(end: number): number {
    return Math.floor(this.#chance() * end);
  }

  #trueMs(): number {
    return this.#clock.date().getTime();
  }

  #delays(): number[] {
    if (this.#chance() < 0.2) return [];
    const first = this.#chance() < 0.5 ? 0 : this.#below(this.#chance() < 0.1 ? 60 : 4);
    return this.#chance() < 0.2 ? [first, first + this.#below(80)] : [first];
  }

  #start(): Replica {
    const skewMs = this.#below(2) * HOUR_MS * (1 - 2 * this.#below(2));
    const clock: Clock = {
      now: () => this.#clock.now(),
      date: () => new Date(this.#trueMs() + skewMs),
      after: (ms, call) => this.#clock.after(ms, call),
    };
    const replica = new Replica(this.#nats, { clock, people });
    replica.stream.isSlow = true;
    return replica;
  }

  async run(): Promise<Outcome> {
    for (let step = 0; step < STEPS; step++) {
      this.#misfortune();
      for (const client of this.#clients) this.#live(client, true);
      await this.#step();
    }
    for (let step = 0; !this.#isOver; step++) {
      assert(step < 100 * STEPS, "it does not end");
      for (const client of this.#clients) this.#live(client, false);
      await this.#step();
    }
    return this.#check();
  }

  async #step(): Promise<void> {
    this.#nats.step();
    for (const { stream } of this.#servers) stream.hear(this.#below(4));
    await this.#clock.advance(STEP_MS);
  }

  get #isOver(): boolean {
    const { length } = this.#nats.stored;
    return this.#nats.onTheWay === 0 && this.#clients.every(({ open }) => open.size === 0) &&
      this.#servers.every(({ order, stream }) => order.pending === 0 && stream.seq === length);
  }

  #misfortune(): void {
    if (this.#chance() < 0.02) {
      const by = this.#servers[this.#below(3)]!;
      const server = this.#servers[this.#below(3)]!.order.name;
      const last = by.state.servers.lastOf(server);
      if (server !== by.order.name) by.order.propose({ type: "dead", server, last }, null);
    }
    if (this.#chance() < 0.005) {
      const index = this.#below(3);
      const old = this.#servers[index]!;
      for (const { at, connection } of this.#clients) if (at === index) connection?.lose();
      old.order.close();
      void old.stream.close();
      this.#servers[index] = this.#start();
    }
  }

  #live(client: Client, isTalking: boolean): void {
    if (client.connection === null) return this.#connect(client);
    const { member } = client.connection;
    if (member === null) return;
    if (this.#chance() < 0.02) {
      client.connection.lose();
      client.at = this.#below(3);
      return;
    }
    if (!isTalking || this.#chance() > 0.1 || client.open.size >= 20) return;
    const id = `${client.name} ${client.next++}`;
    client.open.add(id);
    this.#say(client.connection, id);
    if (this.#chance() < 0.2) this.#keep(client.connection, id);
  }

  #connect(client: Client): void {
    const connection = client.connection = new Connection(client);
    const { order, state } = this.#servers[client.at]!;
    const { name } = client;
    const session = `session of ${name}`;
    const isKnown = (state.sessions.get(session)?.member ?? null) !== null;
    const proposal: Proposal = isKnown
      ? { type: "resume", session, rooms: [wish("lobby")] }
      : { type: "join", name, session, address: "10.0.0.1", rooms: [wish("lobby")] };
    order.propose(proposal, {
      settled: ([verdict]) => {
        if (verdict?.type !== "joined") return connection.lose();
        if (connection.isLost) return;
        verdict.member.recipient?.replaced();
        verdict.member.recipient = connection;
        connection.member = verdict.member;
        for (const id of client.open) this.#say(connection, id);
      },
    });
  }

  #say(connection: Connection, id: string): void {
    const { client, member } = connection;
    const { order, state } = this.#servers[client.at]!;
    const room = state.rooms.lobby;
    order.propose({ type: "say", member: member!, room, text: id, id }, {
      settled([verdict]) {
        if (connection.isLost) return;
        const isSaid = verdict?.type === "happened" ||
          (verdict?.type === "refused" && verdict.why === "repeated");
        if (isSaid) client.open.delete(id);
        else connection.lose();
      },
    });
  }

  /** Says something to somebody who is away, or not. */
  #keep({ client, member }: Connection, id: string): void {
    const { name } = this.#clients[this.#below(this.#clients.length)]!;
    const { order } = this.#servers[client.at]!;
    order.propose({ type: "wait", member: member!, to: `session of ${name}`, text: id, id }, {
      settled: ([verdict]) => {
        if (verdict?.type === "done") this.#kept.add(id);
      },
    });
  }

  /** What waits, waits once, and is numbered without gaps. */
  #checkKept({ sessions }: SavedState): void {
    const mailboxes = sessions.flatMap(({ mailbox }) => mailbox === undefined ? [] : [mailbox]);
    for (const { last, messages } of mailboxes) {
      assertEquals(messages.map(({ n }) => n), Array.from({ length: last }, (_, n) => n + 1));
    }
    const texts = mailboxes.flatMap(({ messages }) => messages.map(({ text }) => text));
    assertEquals(texts.length, new Set(texts).size);
    for (const id of this.#kept) assert(texts.includes(id), `${id} is lost`);
  }

  #check(): Outcome {
    const fresh = new Replica(this.#nats, { clock: this.#clock });
    for (const { logs, order, saved } of this.#servers) {
      assertEquals(saved, fresh.saved);
      assertEquals(logs, fresh.logs);
      order.close();
    }
    fresh.order.close();
    this.#checkKept(fresh.saved);
    const events = Object.values(fresh.logs).flat();
    events.forEach(({ seq }, index) => assertEquals(seq, index + 1));
    const said = events.flatMap((event) => event.type === "message" ? [event.text] : []);
    const wanted = this.#clients.flatMap(({ name, next }) =>
      Array.from({ length: next - 1 }, (_, index) => `${name} ${index + 1}`)
    );
    assertEquals(said.toSorted(), wanted.toSorted());
    const { atMs, servers } = fresh.saved;
    assert(Math.abs(atMs - this.#trueMs()) < HOUR_MS / 2, "a wrong clock has moved the time");
    this.#died = servers.filter(({ deadAtMs }) => deadAtMs !== null).length;
    return { died: this.#died, events: events.length, kept: this.#kept.size };
  }
}

Deno.test("with losses, repeats and deaths everything is said once, and all servers have the same", async () => {
  let died = 0;
  let kept = 0;
  for (let run = 1; run <= RUNS; run++) {
    try {
      const outcome = await new Simulation(run).run();
      died += outcome.died;
      kept += outcome.kept;
    } catch (error) {
      throw new Error(`seed ${run}`, { cause: error });
    }
  }
  assert(died > RUNS);
  assert(kept > RUNS, `${kept} direct messages wait`);
});
