/**
 * Who comes in while hundreds page through the history: that must not be felt. Pages are read in
 * small steps, between which everybody else has a turn.
 *
 * @module
 */

import { hello, LineSocket } from "../../tests/helpers/line_socket.ts";
import { pause } from "../../tests/helpers/wait.ts";
import { Pagers } from "../paging/pagers.ts";
import { startChat } from "../peers/ours.ts";
import type { Peer } from "../peers/peer.ts";
import { Scratch } from "../scratch.ts";
import { spreadOf } from "../table.ts";
import { makeRoom } from "./large_room.ts";
import type { Figure, Scenario } from "./scenario.ts";

const PAGERS = 200;

/** Messages of the room; memory keeps those that its window holds. */
const EVENTS = 20_000;

/** Newcomers, one after the other. */
const NEWCOMERS = 40;

/** Between one and the next, in milliseconds. */
const BETWEEN_MS = 50;

/** See the module. */
export const paging: Scenario = {
  name: "paging",
  about: `${PAGERS} peers page through a room of ${EVENTS.toLocaleString("en")} messages with ` +
    "--db, 500 a page, as fast as they are answered and without flood control; meanwhile " +
    `${NEWCOMERS} newcomers, one after the other: from connecting to the first message of the past`,
  peers: ["ours-json"],
  notes: {},
  run,
};

async function run(_peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  using scratch = new Scratch();
  const db = scratch.file("paged.db");
  await makeRoom(db, EVENTS);
  await using server = await startChat({ maxClients: PAGERS + NEWCOMERS + 10, db });
  const alone = await newcomers(server.port, "early");
  using pagers = await Pagers.start(server.port, PAGERS);
  const before = { pages: pagers.pages, ms: performance.now() };
  const beside = await Promise.race([newcomers(server.port, "late"), pagers.failed]);
  const seconds = (performance.now() - before.ms) / 1000;
  const { median, max } = spreadOf(beside);
  log(`newcomers wait ${median.toFixed(1)} ms, at most ${max.toFixed(1)} ms`);
  return [
    { label: "a newcomer's wait, longest", value: max, unit: "milliseconds" },
    { label: "a newcomer's wait, median", value: median, unit: "milliseconds" },
    {
      label: "the same without pagers, median",
      value: spreadOf(alone).median,
      unit: "milliseconds",
    },
    { label: "pages", value: (pagers.pages - before.pages) / seconds, unit: "per second" },
  ];
}

/** How long each waited, in milliseconds. They stay. */
async function newcomers(port: number, name: string): Promise<number[]> {
  const waits: number[] = [];
  for (let n = 0; n < NEWCOMERS; n++) {
    const startedMs = performance.now();
    const shown = Promise.withResolvers<number>();
    const socket = new LineSocket(await Deno.connect({ hostname: "127.0.0.1", port }), (line) => {
      if (line.startsWith('{"type":"message"')) shown.resolve(performance.now());
    });
    socket.ended.then(() => shown.reject(new Error(`${name}${n} was cut off.`)));
    await socket.send(hello(`${name}${n}`, { history: 50 }));
    waits.push(await shown.promise - startedMs);
    await socket.send('{"type":"quit"}\n');
    await socket.ended;
    await pause(BETWEEN_MS);
  }
  return waits;
}
