/**
 * Bytes that form no line: telnet's commands, ends of nothing, spaces, broken UTF-8. In large
 * pieces, or one byte a packet.
 *
 * @module
 */

import type { Random } from "../../random.ts";
import type { Attack } from "../attack.ts";
import { introduction, stayers } from "../../nuisance.ts";

const CHUNK_BYTES = 60_000;

/** A peer that has poured so much begins anew with other bytes. */
const PEER_BYTES = 200_000_000;

/** What leaves nothing behind, or nothing that ends. */
const PIECES: readonly (readonly number[])[] = [
  [0xff, 0xf1],
  [0xff, 0xf9],
  [0xff, 0xff],
  [0xff, 0xfa, 0x01, 0xff, 0xf0],
  [0x0d],
  [0x0d, 0x00],
  [0x20],
  [0x00],
  [0xc3],
  [0xf0, 0x9f],
  [0xed, 0xa0, 0x80],
];

function pieces(random: Random, number: number): Uint8Array {
  const into: number[] = [];
  // The first ones pour what was found to be worst; some of the others mix.
  const only = number % 2 === 0 ? 0 : random.below(PIECES.length + 3);
  while (into.length < CHUNK_BYTES) {
    into.push(...PIECES[only] ?? PIECES[random.below(PIECES.length)]!);
  }
  return new Uint8Array(into);
}

/** As fast as it goes. */
export const noLines: Attack = {
  name: "no-lines",
  about: "8 peers that pour bytes which form no line",
  count: 8,
  testCount: 8,
  finite: false,
  async run(run) {
    let bytes = 0;
    const connections = await stayers(run, async (peer, number) => {
      peer.swallow();
      if (number % 4 === 3) await peer.send(introduction(run, "nothing", number));
      const words = pieces(run.random, number);
      for (let sent = 0; sent < PEER_BYTES && !peer.closed; sent += words.length) {
        await peer.send(words);
        bytes += words.length;
      }
    });
    return { connections, bytes };
  },
};

/** Each byte wakes the server anew. */
export const oneByte: Attack = {
  name: "one-byte",
  about: "20 peers that send such bytes one a packet",
  count: 20,
  testCount: 20,
  finite: false,
  async run(run) {
    let bytes = 0;
    const connections = await stayers(run, async (peer, number) => {
      peer.swallow();
      if (number % 4 === 3) await peer.send(introduction(run, "drop", number));
      const words = pieces(run.random, number);
      while (!peer.closed) {
        const at = bytes % words.length;
        bytes++;
        await peer.send(words.subarray(at, at + 1));
      }
    });
    return { connections, bytes };
  },
};
