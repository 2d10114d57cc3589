/**
 * Browsers beside programs: the same lines in the same dialect, once in the frames of a WebSocket,
 * once over TCP as they are.
 *
 * @module
 */

import { Load } from "../load.ts";
import { LoadClient } from "../load/client.ts";
import { WebSocketConn } from "../load/websocket_conn.ts";
import { WIRES } from "../load/wire.ts";
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
  about: `a program floods ${LINES.toLocaleString("en")} lines to ` +
    `${READERS.toLocaleString("en")} readers of json: over WebSockets, then over TCP, each on a ` +
    `fresh server; ${WARM_FLOODS} floods after a first one`,
  peers: ["ours"],
  notes: {},
  run,
};

async function run(_peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  const overWebSocket = await rateOf("WebSockets", log);
  const overTcp = await rateOf("TCP", log);
  return [
    { label: "deliveries over WebSockets", value: overWebSocket, unit: "per second" },
    { label: "deliveries over TCP", value: overTcp, unit: "per second" },
    { label: "TCP ÷ WebSockets", value: overTcp / overWebSocket, unit: "times" },
  ];
}

async function rateOf(carrier: "WebSockets" | "TCP", log: (text: string) => void): Promise<number> {
  const { port, program } = await startChatServer({ maxClients: READERS + 10, web: true });
  await using _stopped = program;
  const [, web] = await program.waitFor(/http:\/\/127\.0\.0\.1:(\d+)\//, 20_000);
  const door = carrier === "TCP" ? {} : {
    joinReceiver: (name: string) =>
      LoadClient.join(Number(web), { name, wire: WIRES.json, connect: WebSocketConn.connect }),
  };
  using load = await Load.connect(port, { wire: "json", receivers: READERS, ...door });
  await load.flood(LINES);
  let seconds = 0;
  for (let n = 0; n < WARM_FLOODS; n++) seconds += (await load.flood(LINES)).seconds;
  const rate = WARM_FLOODS * LINES * READERS / seconds;
  log(`${carrier}: ${Math.round(rate).toLocaleString("en")} deliveries a second`);
  return rate;
}
