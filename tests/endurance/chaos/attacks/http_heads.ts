/**
 * HTTP requests that are hard to read: long white space that a regular expression tries in every
 * way, many fields, folded lines, heads of one byte a packet.
 *
 * @module
 */

import type { Random } from "../../random.ts";
import type { Attack, AttackRun } from "../attack.ts";
import { type Nuisance, rest, stayers } from "../../nuisance.ts";
import { connectToPage } from "./web_peer.ts";

/** The longest head that the page's door reads, less a line. */
const HEAD_CHARS = 16_200;

/** See the module. */
export const httpHeads: Attack = {
  name: "http-heads",
  about: "10 browsers with heads of long white space",
  count: 10,
  testCount: 10,
  finite: false,
  web: true,
  async run(run) {
    let heads = 0;
    const connections = await stayers(run, async (peer, number) => {
      peer.swallow();
      // One of five is slow instead.
      if (number % 5 === 4) await drip(run, peer);
      else await peer.send(head(run.random));
      heads++;
      await Promise.race([peer.ended, rest(1_000, run.signal)]);
    }, { connect: connectToPage, pauseMs: 0 });
    return { connections, heads };
  },
};

/** One byte a packet, and then the next. */
async function drip(run: AttackRun, peer: Nuisance): Promise<void> {
  for (const char of head(run.random)) {
    if (peer.closed) return;
    await peer.send(char);
  }
}

function head(random: Random): string {
  const request = random.pick(["GET / HTTP/1.1", "GET /ws HTTP/1.1", "HEAD /healthz HTTP/1.0"]);
  return `${request}\r\n${random.pick(FIELDS)(random)}\r\n\r\n`;
}

type Fields = (random: Random) => string;

/** Each about as long as a head may be. */
const FIELDS: readonly Fields[] = [
  // What was found first: a value that ends in white space and what no value may hold.
  (random) => `X: a${blank(random).repeat(HEAD_CHARS)}\u0001`,
  (random) => `X: a${blank(random).repeat(HEAD_CHARS - random.below(8_000))}b\u0001`,
  (random) => `X:${blank(random).repeat(HEAD_CHARS)}\u0001`,
  (random) => `X: ${`a${blank(random)}`.repeat(HEAD_CHARS / 2)}\u0001`,
  (random) => `X: a${blank(random).repeat(HEAD_CHARS)}\r\n folded: ${"x".repeat(20)}\u0001`,
  () => `${"X".repeat(HEAD_CHARS)} : a`,
  () => "a:b\r\n".repeat(HEAD_CHARS / 5),
  () => `X: ${"\u0080".repeat(HEAD_CHARS / 2)}\u0001`,
  () => `Host:${" ".repeat(HEAD_CHARS)}\u0001`,
  () => `If-None-Match: ${'"", '.repeat(HEAD_CHARS / 4)}\u0001`,
  () => `Connection: ${", ,".repeat(HEAD_CHARS / 3)}upgrade\r\nUpgrade: websocket`,
];

function blank(random: Random): string {
  return random.pick([" ", "\t", " \t", "  "]).charAt(0);
}
