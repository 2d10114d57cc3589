/**
 * WebSockets that ping and read no answer until all writing to them stands still, and that then say
 * goodbye or are kicked, and stay. Their slots must be free within a minute.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import type { Attack, AttackRun } from "../attack.ts";
import { NarrowSocket } from "./narrow_socket.ts";
import { introduction, Nuisance, rest } from "../../nuisance.ts";
import { frame, handshake, OP, webHello } from "./web_peer.ts";

/**
 * How long they ping: the system takes 2.5 MB of answers from the server before its writes stand
 * still, and of pings that come together only one is answered.
 */
const PINGING_MS = 12_000;

/** See the module. */
export const stuck: Attack = {
  name: "ws-stuck",
  about: "8 WebSockets that ping, read nothing, and close or are kicked",
  count: 8,
  // It lasts for a minute.
  testCount: 0,
  finite: false,
  web: true,
  narrow: true,
  // How long a slot may stay taken by somebody who has gone, and a little more.
  leavesNothingAfterMs: 65_000,
  async run(run) {
    const peers = Array.from({ length: run.count }, () => {
      return new NarrowSocket({ ...run, port: run.web ?? 0 });
    });
    for (const [i, peer] of peers.entries()) {
      peer.send(new TextEncoder().encode(handshake(run.web ?? 0)));
      // What comes with the handshake is kept for the WebSocket.
      if (isKicked(i)) peer.send(webHello(run, nameOf(i)));
    }
    const pings = await ping(run, peers);
    await leave(run, peers);
    run.ready();
    await new Promise<void>((resolve) => {
      if (run.signal.aborted) resolve();
      run.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    return { peers: peers.length, pings };
  },
};

/** The others have no name, so that nothing but the answers to their pings waits for them. */
function isKicked(number: number): boolean {
  return number % 2 === 1;
}

function nameOf(number: number): string {
  return `stuck${number}`;
}

/** A ping of each, and again. Resolves to how many the system has taken. */
async function ping(run: AttackRun, peers: readonly NarrowSocket[]): Promise<number> {
  let taken = 0;
  await rest(200, run.signal);
  const untilMs = performance.now() + PINGING_MS;
  while (performance.now() < untilMs && !run.signal.aborted) {
    const bytes = frame(OP.ping, "x".repeat(100 + run.random.below(26)));
    for (const peer of peers) if (peer.send(bytes) > 0) taken++;
    // As often as the loop turns: the server is to read them one by one.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return taken;
}

/** Half of them say that they go; the others are sent away. */
async function leave(run: AttackRun, peers: readonly NarrowSocket[]): Promise<void> {
  for (const [i, peer] of peers.entries()) {
    if (!isKicked(i)) peer.send(frame(OP.close, new Uint8Array([0x03, 0xe8])));
  }
  const operator = await Nuisance.connect(run);
  if (operator === null) return;
  operator.swallow();
  await operator.send(`${introduction(run, "operator", 0)}/op\n${run.operatorPassword ?? ""}\n`);
  for (const [i] of peers.entries()) {
    if (isKicked(i)) await operator.send(`/kick ${nameOf(i)}\n`);
  }
  await rest(2_000, run.signal);
  operator.close();
}
