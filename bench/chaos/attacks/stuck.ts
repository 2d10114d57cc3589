/**
 * WebSockets that read nothing until all writing to them stands still, and that then say goodbye or
 * are kicked, and stay. Their slots must be free within a minute.
 *
 * @module
 */

import type { Attack, AttackRun } from "../attack.ts";
import { introduction, Nuisance, rest } from "./nuisance.ts";
import { connectToPage, frame, handshake, joined, OP, webHello } from "./web_peer.ts";

/** How long a slot may stay taken by somebody who has gone. */
const GONE_WITHIN_MS = 60_000;

/** How long they ping, and others talk, so that everything between is full. */
const FILLING_MS = 6_000;

/** Pings of one peer: with the talk, more than the buffers of both ends hold. */
const PINGS_BYTES = 5_000_000;

/** People who talk, as fast as they may. */
const TALKERS = 4;

/** See the module. */
export const stuck: Attack = {
  name: "ws-stuck",
  about: "20 WebSockets that ping, read nothing, and close or are kicked",
  count: 20,
  // It lasts for a minute.
  testCount: 0,
  finite: true,
  web: true,
  figuresAllowed: () => ({ "still there after their close": 0, "still there after a kick": 0 }),
  async run(run) {
    const over = new AbortController();
    run.signal.addEventListener("abort", () => over.abort(), { once: true });
    const talk = talkers({ ...run, signal: over.signal });
    const all = Array.from({ length: run.count }, (_, number) => fill(run, number));
    run.ready();
    const peers = (await Promise.all(all)).filter((peer) => peer !== null);
    over.abort();
    await talk;
    await leave(run, peers);
    await rest(GONE_WITHIN_MS, run.signal);
    const left = await Promise.all(peers.map(isOpen));
    return {
      peers: peers.length,
      "still there after their close": left.filter((open, i) => open && !isKicked(i)).length,
      "still there after a kick": left.filter((open, i) => open && isKicked(i)).length,
    };
  },
};

function isKicked(number: number): boolean {
  return number % 2 === 1;
}

function nameOf(number: number): string {
  return `stuck${number}`;
}

/** Comes in, and pings without reading. */
async function fill(run: AttackRun, number: number): Promise<Nuisance | null> {
  const peer = await connectToPage(run);
  if (peer === null) return null;
  await peer.send(handshake(run.web ?? 0));
  await peer.send(webHello(run, nameOf(number)));
  const size = run.random.below(126);
  const pings = joined(Array.from({ length: 400 }, () => frame(OP.ping, "x".repeat(size))));
  const until = rest(FILLING_MS, run.signal);
  let isOver = false;
  until.then(() => isOver = true);
  for (let sent = 0; sent < PINGS_BYTES && !isOver; sent += pings.length) {
    await Promise.race([peer.send(pings), until]);
  }
  await until;
  return peer;
}

/** Half of them say that they go; the others are sent away. */
async function leave(run: AttackRun, peers: readonly Nuisance[]): Promise<void> {
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

/** Reads what is there: it either ends, or there is nothing more to come. */
async function isOpen(peer: Nuisance): Promise<boolean> {
  peer.swallow();
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, 3_000);
  await Promise.race([peer.ended, late]);
  clearTimeout(timer);
  return !peer.closed;
}

/** Long lines, so that everybody has much to read. */
async function talkers(run: AttackRun): Promise<void> {
  const text = "x".repeat(3_900);
  await Promise.all(Array.from({ length: TALKERS }, async (_, number) => {
    const peer = await Nuisance.connect(run);
    if (peer === null) return;
    const swallowed = peer.swallow();
    await peer.send(introduction(run, "loud", 2 * number));
    while (!peer.closed && !run.signal.aborted) {
      await peer.send(`${text}\n`);
      await rest(20, run.signal);
    }
    peer.close();
    await swallowed;
  }));
}
