/**
 * Joining a room with a long past must be as quick as joining one that has hardly begun.
 *
 * @module
 */

import { LineSocket } from "../../tests/helpers/line_socket.ts";
import { startChat } from "../peers/ours.ts";
import type { Peer } from "../peers/peer.ts";
import { Scratch } from "../scratch.ts";
import { spreadOf } from "../table.ts";
import { addMessages, LARGE_EVENTS, makeRoom, sharedLargeRoom } from "./large_room.ts";
import type { Figure, Scenario } from "./scenario.ts";

const SMALL_EVENTS = 50;

/** Joins of each room by each dialect that are measured. */
const JOINS = 200;

/** More than come at a time. */
const CLIENTS = { maxClients: 100 };

/** Joins before those: a server that has just started is slower, whatever its past. */
const WARM_UP = 100;

/** Joining a room with a million stored events and one with 50. */
export const bigroom: Scenario = {
  name: "bigroom",
  about: `joining a room with ${LARGE_EVENTS.toLocaleString("en")} stored events and one with ` +
    `${SMALL_EVENTS}, in turns: from connecting to the first line of the past; ` +
    `${JOINS} joins each after a warm-up of ${WARM_UP}, and the very first one of a fresh server`,
  peers: ["ours"],
  notes: {},
  run,
};

/** How one dialect comes in. */
interface Door {
  readonly name: "plain" | "json";
  hello(name: string): string;
  /** The first line of the past. */
  readonly history: RegExp;
  readonly quit: string;
}

const DOORS: readonly Door[] = [
  {
    name: "plain",
    hello: (name) => name,
    history: /^person/,
    quit: "/quit",
  },
  {
    name: "json",
    hello: (name) => JSON.stringify({ type: "hello", protocol: 1, name }),
    history: /^\{"type":"(?!(?:welcome|joined)").*"seq":/,
    quit: '{"type":"quit"}',
  },
];

let people = 0;

async function run(_peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  using scratch = new Scratch();
  const small = scratch.file("small.db");
  await makeRoom(small, SMALL_EVENTS);
  const large = (await sharedLargeRoom(log)).path;
  // Earlier rounds have left joins and leaves behind; both pasts end with the same messages.
  await addMessages(large, SMALL_EVENTS);
  const startedMs = performance.now();
  await using largeServer = await startChat({ ...CLIENTS, db: large });
  const startMs = performance.now() - startedMs;
  await using smallServer = await startChat({ ...CLIENTS, db: small });
  const smallStartMs = performance.now() - startedMs - startMs;

  const figures: Figure[] = [
    { label: "start of the server, large room", value: startMs, unit: "milliseconds" },
    { label: "start of the server, small room", value: smallStartMs, unit: "milliseconds" },
  ];
  for (const door of DOORS) {
    const largeMs: number[] = [];
    const smallMs: number[] = [];
    for (let n = 0; n < 1 + WARM_UP + JOINS; n++) {
      // In turns, and neither always first: whoever comes second finds a warmer machine.
      const isLargeFirst = n % 2 === 0;
      if (isLargeFirst) largeMs.push(await joinMs(door, largeServer.port));
      smallMs.push(await joinMs(door, smallServer.port));
      if (!isLargeFirst) largeMs.push(await joinMs(door, largeServer.port));
    }
    const [largeMedian, smallMedian] = [largeMs, smallMs].map((all) =>
      spreadOf(all.slice(-JOINS)).median
    );
    if (largeMedian === undefined || smallMedian === undefined) continue;
    const { name } = door;
    figures.push(
      { label: `${name}, large room, median`, value: largeMedian, unit: "milliseconds" },
      { label: `${name}, small room, median`, value: smallMedian, unit: "milliseconds" },
      { label: `${name}, large ÷ small`, value: largeMedian / smallMedian, unit: "times" },
      { label: `${name}, large room, first join`, value: largeMs[0] ?? 0, unit: "milliseconds" },
      { label: `${name}, small room, first join`, value: smallMs[0] ?? 0, unit: "milliseconds" },
    );
    log(`${name}: ${largeMedian.toFixed(2)} ms, ${smallMedian.toFixed(2)} ms`);
  }
  return figures;
}

/** From connecting to the first line of the past. The client has left when this returns. */
async function joinMs(door: Door, port: number): Promise<number> {
  const name = `visitor${people++}`;
  const startedMs = performance.now();
  const begun = Promise.withResolvers<number>();
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const client = new LineSocket(conn, (line) => {
    if (door.history.test(line)) begun.resolve(performance.now());
  });
  client.ended.then(() => begun.reject(new Error("The server closed the connection too early.")));
  await client.send(`${door.hello(name)}\n`);
  const ms = await begun.promise - startedMs;
  await client.send(`${door.quit}\n`);
  await client.ended;
  return ms;
}
