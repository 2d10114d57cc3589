/**
 * What rooms cost: the server's time for a delivery in a hundred of them and in one, and the memory
 * of a thousand in which nothing happens.
 *
 * @module
 */

import { pause } from "../../tests/helpers/wait.ts";
import { settledMemory } from "../idle/idle_crowd.ts";
import { startChat } from "../peers/ours.ts";
import type { Peer, RunningPeer } from "../peers/peer.ts";
import { ROOMS_OF_SPEAKER, RoomsLoad, type RoomsLoadOptions } from "../rooms/rooms_load.ts";
import type { Figure, Scenario } from "./scenario.ts";

const ROOMS = 100;

const PEOPLE = 10;

/** Messages of all rooms together: 20 in each. */
const PER_SECOND = 2_000;

/** Before those that are measured: a fresh server compiles its hot paths. */
const WARM_UP_SECONDS = 3;

const SECONDS = 10;

/** As many as it takes to be in all rooms. In one room there are as many. */
const SPEAKERS = ROOMS / ROOMS_OF_SPEAKER;

const QUIET_ROOMS = 1_000;

/** Five messages in each of them, and as many in the one room. */
const QUIET_PACE = { perSecond: 1_000, seconds: 5 };

/** After a burst V8 gives memory back when it has had nothing to do for 15 to 30 s (measured). */
const REST_MS = 40_000;

/** 100 rooms beside one. */
export const rooms: Scenario = {
  name: "rooms",
  about:
    `${PER_SECOND.toLocaleString("en")} messages a second for ${SECONDS} s: in one room with ` +
    `${PEOPLE} people; in ${ROOMS} rooms with ${PEOPLE} people each, who are all in ` +
    `${ROOMS_OF_SPEAKER} of them; and in as many with people who are in one room each`,
  peers: ["ours-json"],
  notes: {},
  run: measureTime,
  brief: measureBriefly,
};

/** 1,000 rooms in which nothing happens. */
export const quietRooms: Scenario = {
  name: "quietrooms",
  about:
    `${QUIET_ROOMS.toLocaleString("en")} rooms with two people each and five messages in each, ` +
    "while they are there and when all have left: memory of the server beyond that of one room " +
    "with as many messages, which all have left",
  peers: ["ours-json"],
  notes: {},
  run: measureMemory,
};

let turn = 0;

const KINDS = {
  one: { rooms: 1, people: PEOPLE, roomsOfReader: 1, speakers: SPEAKERS },
  shared: { rooms: ROOMS, people: PEOPLE, roomsOfReader: ROOMS_OF_SPEAKER, speakers: SPEAKERS },
  apart: { rooms: ROOMS, people: PEOPLE, roomsOfReader: 1, speakers: SPEAKERS },
} satisfies Record<string, RoomsLoadOptions>;

type KindName = keyof typeof KINDS;

const KIND_LABELS: Readonly<Record<KindName, string>> = {
  one: "server's time for a delivery, one room",
  shared: `the same in ${ROOMS} rooms, people in ${ROOMS_OF_SPEAKER} each`,
  apart: `the same in ${ROOMS} rooms, people in one each`,
};

async function measureTime(_peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  const names = Object.keys(KINDS) as KindName[];
  const long = { warmUp: WARM_UP_SECONDS, seconds: SECONDS };
  const { micros, lateMs } = await timesOf(names, long, log);
  return [
    ...names.map((name): Figure => ({
      label: KIND_LABELS[name],
      value: micros[name] / 1000,
      unit: "milliseconds",
    })),
    {
      label: `${ROOMS} rooms ÷ one, people in ${ROOMS_OF_SPEAKER} each`,
      value: micros.shared / micros.one,
      unit: "times",
    },
    {
      label: `${ROOMS} rooms ÷ one, people in one each`,
      value: micros.apart / micros.one,
      unit: "times",
    },
    { label: "most that a message was late", value: lateMs, unit: "milliseconds" },
  ];
}

/** One room and a hundred, for a few seconds. */
async function measureBriefly(_peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  const names = ["one", "shared"] as const;
  const { micros } = await timesOf(names, { warmUp: 1, seconds: 3 }, log);
  return names.map((name): Figure => ({
    label: KIND_LABELS[name],
    value: micros[name] / 1000,
    unit: "milliseconds",
  }));
}

/** The server's time for a delivery in rooms of each kind, in µs, and how late a message was. */
async function timesOf(
  names: readonly KindName[],
  { warmUp, seconds }: { readonly warmUp: number; readonly seconds: number },
  log: (text: string) => void,
): Promise<{ readonly micros: Record<KindName, number>; readonly lateMs: number }> {
  // Each second time the other way round, so that none is always first.
  const order = turn++ % 2 === 0 ? names : names.toReversed();
  const micros = { one: 0, shared: 0, apart: 0 };
  let lateMs = 0;
  for (const name of order) {
    await using server = await startChat({ maxClients: ROOMS * PEOPLE + 10, rooms: ROOMS + 1 });
    using load = await RoomsLoad.enter(server.port, KINDS[name]);
    await load.run({ perSecond: PER_SECOND, seconds: warmUp });
    const before = await server.usage();
    const result = await load.run({ perSecond: PER_SECOND, seconds });
    const spent = (await server.usage()).cpuSeconds - before.cpuSeconds;
    micros[name] = spent * 1e6 / result.deliveries;
    lateMs = Math.max(lateMs, result.lateMs);
    log(`${name}: ${micros[name].toFixed(1)} µs of the server for a delivery`);
  }
  return { micros, lateMs };
}

async function measureMemory(_peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  await using server = await startChat({ maxClients: 1_000, rooms: QUIET_ROOMS + 1 });
  const speakers = QUIET_ROOMS / ROOMS_OF_SPEAKER;
  {
    // As many people and messages: what is compiled once, and what a crowd leaves, is not counted.
    const kind = { rooms: 1, people: 2 * speakers, roomsOfReader: 1, speakers };
    using early = await RoomsLoad.enter(server.port, kind);
    await early.run(QUIET_PACE);
    await early.leave();
  }
  const one = await restedMemory(server);
  const kind = { rooms: QUIET_ROOMS, people: 2, roomsOfReader: ROOMS_OF_SPEAKER, speakers };
  using load = await RoomsLoad.enter(server.port, kind);
  await load.run(QUIET_PACE);
  const there = await restedMemory(server);
  await load.leave();
  const left = await restedMemory(server);
  log(`${Math.round((there - one) / QUIET_ROOMS)} bytes for each room`);
  return [
    { label: "server with one room", value: one, unit: "bytes" },
    { label: "1,000 rooms with two people each", value: there - one, unit: "bytes" },
    { label: "1,000 rooms after all have left", value: left - one, unit: "bytes" },
  ];
}

async function restedMemory(server: RunningPeer): Promise<number> {
  await pause(REST_MS);
  return await settledMemory(server);
}
