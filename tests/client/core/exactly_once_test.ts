/**
 * Connections that are cut at random moments, against the real server: nothing may be lost, come
 * twice or come in another order, in any room.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ChatClient } from "../../../src/client/core/client.ts";
import { realTimers, type Timers } from "../../../src/client/core/timers.ts";
import { dial } from "../../../src/net/dial.ts";
import type { LineConnection, Peer } from "../../../src/net/line_connection.ts";
import type { Line } from "../../../src/protocol/framing.ts";
import { MemoryStore } from "../../../src/store/memory.ts";
import { ChatServer } from "../../../src/server/server.ts";
import { chance } from "../../helpers/chance.ts";
import { within } from "../../helpers/wait.ts";

const CLIENTS = 4;
const ROOMS = ["lobby", "ops", "dev"] as const;
const MESSAGES_EACH = 400;

/** Seconds become hundredths of seconds, so that reconnecting is quick. */
const fastTimers: Timers = {
  ...realTimers,
  after: (delayMs, action) => realTimers.after(delayMs / 100, action),
};

/** A connection that breaks after some writes or some reads, perhaps in the middle of a line. */
class Fragile implements LineConnection {
  readonly peer: Peer;
  readonly #inner: LineConnection;
  readonly #random: () => number;
  #left: number;

  constructor(inner: LineConnection, random: () => number) {
    this.#inner = inner;
    this.#random = random;
    this.#left = Math.ceil(random() * 40);
    this.peer = inner.peer;
  }

  get broken(): boolean {
    return this.#inner.broken;
  }

  async read(): Promise<Line[] | null> {
    if (this.#left <= 0) this.close();
    const batch = await this.#inner.read();
    if (batch === null || --this.#left > 0) return batch;
    return batch.slice(0, Math.ceil(this.#random() * batch.length));
  }

  async write(bytes: Uint8Array): Promise<number> {
    if (--this.#left > 0) return await this.#inner.write(bytes);
    await this.#inner.write(bytes.subarray(0, Math.ceil(this.#random() * bytes.length)));
    this.close();
    throw new Deno.errors.BrokenPipe("cut");
  }

  closeWrite(): Promise<void> {
    return this.#inner.closeWrite();
  }

  close(): void {
    this.#inner.close();
  }
}

/** Two of the rooms: every client shares one with each of the others. */
function roomsOf(index: number): string[] {
  return [ROOMS[index % 3]!, ROOMS[(index + 1) % 3]!];
}

Deno.test("Messages arrive exactly once and in order over connections cut at random", async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = chance(seed);
  const nothing = () => {};
  const server = new ChatServer({
    store: new MemoryStore(),
    logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    maxClients: 1_000,
    maxPerAddress: 0,
    rate: 0,
    history: 50,
  });
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  server.serve(listener);
  const { port } = listener.addr;
  /** By client and room: the texts by `seq`, in the order in which they were told. */
  const heard = Array.from({ length: CLIENTS }, (_, index) => (
    new Map(roomsOf(index).map((room) => [room, { seqs: [] as number[], texts: [] as string[] }]))
  ));
  let reconnections = 0;
  const clients = heard.map((rooms, index) => {
    const client = new ChatClient({
      connect: async (signal) =>
        new Fragile(
          await dial({ hostname: "127.0.0.1", port }, { timeoutMs: 5_000, signal }),
          random,
        ),
      name: `client${index}`,
      rooms: roomsOf(index).map((room) => ({ room })),
      history: 500,
      patient: true,
      timers: fastTimers,
    });
    const ending = client.run((events) => {
      for (const event of events) {
        if (event.type === "missed") throw new Error(`Missed ${event.from} to ${event.to}`);
        if (event.type === "gone") throw new Error(`Client ${index} lost #${event.room}`);
        if (event.type === "connected" && event.again) reconnections++;
        if (event.type !== "told" || !("seq" in event.event)) continue;
        const room = rooms.get(event.event.room);
        room?.seqs.push(event.event.seq);
        if (event.event.type === "message") {
          room?.texts.push(`${event.event.from} ${event.event.text}`);
        }
      }
    });
    return { client, ending };
  });
  await t.step(`with seed ${seed}`, async () => {
    await Promise.all(clients.map(async ({ client }, index) => {
      for (let i = 0; i < MESSAGES_EACH; i++) {
        await within(client.ready(), "room in the outbox");
        client.say(`${i}`, { room: roomsOf(index)[i % 2]! });
        if (random() < 0.2) await new Promise((resolve) => setTimeout(resolve, 0));
      }
    }));
    /** So many messages are said in a room: half of those of each client in it. */
    const all = (room: string): number =>
      heard.filter((rooms) => rooms.has(room)).length * MESSAGES_EACH / 2;
    const isBehind = (rooms: (typeof heard)[number]): boolean =>
      [...rooms].some(([room, { texts }]) => texts.length < all(room));
    const deadlineMs = performance.now() + 60_000;
    while (heard.some(isBehind) && performance.now() < deadlineMs) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (const { client } of clients) client.leave();
    const endings = await Promise.all(clients.map(({ ending }) => ending));
    for (const { undelivered } of endings) assertEquals(undelivered, []);
    for (const [index, rooms] of heard.entries()) {
      for (const [room, { seqs, texts }] of rooms) {
        const who = `client ${index} in #${room}`;
        assertEquals(texts.length, all(room), who);
        assertEquals(seqs, seqs.map((_, i) => (seqs[0] ?? 0) + i), who);
        for (let sender = 0; sender < CLIENTS; sender++) {
          const half = roomsOf(sender).indexOf(room);
          const said = half < 0 ? [] : Array.from(
            { length: MESSAGES_EACH / 2 },
            (_, i) => `client${sender} ${2 * i + half}`,
          );
          const from = texts.filter((text) => text.startsWith(`client${sender} `));
          assertEquals(from, said, `${who} from client ${sender}`);
        }
      }
    }
    assert(reconnections > CLIENTS, `only ${reconnections} reconnections`);
  });
  for (const { client } of clients) client.leave({ waitMs: 0 });
  await server.shutdown();
});
