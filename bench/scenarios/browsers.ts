/**
 * Browsers beside programs: the same lines in the same dialect, once in the frames of a WebSocket,
 * once over TCP as they are.
 *
 * @module
 */

import { JsonCrowd } from "../load/json_crowd.ts";
import type { Carrier } from "../load/json_reader.ts";
import type { Peer } from "../peers/peer.ts";
import { startChatServer } from "./chat_server.ts";
import type { Figure, Scenario } from "./scenario.ts";

const READERS = 1_000;
const LINES = 5_000;

/** Floods after the first, which finds a cold server. */
const WARM_FLOODS = 3;

/** 1,000 browsers and 1,000 programs read the same flood, one after the other. */
export const browsers: Scenario = {
  name: "browsers",
  about: `a plain sender floods ${LINES.toLocaleString("en")} lines to ` +
    `${READERS.toLocaleString("en")} readers of json: over WebSockets, then over TCP, each on a ` +
    `fresh server; ${WARM_FLOODS} floods after a first one`,
  peers: ["ours"],
  notes: {},
  run,
};

async function run(_peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  const overWebSocket = await rateOf("websocket", log);
  const overTcp = await rateOf("tcp", log);
  return [
    { label: "deliveries over WebSockets", value: overWebSocket, unit: "per second" },
    { label: "deliveries over TCP", value: overTcp, unit: "per second" },
    { label: "TCP ÷ WebSockets", value: overTcp / overWebSocket, unit: "times" },
  ];
}

async function rateOf(carrier: Carrier, log: (text: string) => void): Promise<number> {
  const { port, program } = await startChatServer({ maxClients: READERS + 10, web: true });
  await using _stopped = program;
  const [, web] = await program.waitFor(/http:\/\/127\.0\.0\.1:(\d+)\//, 20_000);
  const door = { carrier, port: carrier === "tcp" ? port : Number(web) };
  using crowd = await JsonCrowd.connect(door, READERS, port);
  await crowd.flood(LINES);
  let seconds = 0;
  for (let n = 0; n < WARM_FLOODS; n++) seconds += await crowd.flood(LINES);
  const rate = WARM_FLOODS * LINES * READERS / seconds;
  log(`${carrier}: ${Math.round(rate).toLocaleString("en")} deliveries a second`);
  return rate;
}
