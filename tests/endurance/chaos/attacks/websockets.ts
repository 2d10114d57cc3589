/**
 * WebSockets that keep the server busy with frames that say nothing: messages that never end,
 * pings, pongs, frames of one byte, and frames that are none.
 *
 * @module
 */

import type { Random } from "../../random.ts";
import type { Attack, AttackRun } from "../attack.ts";
import { stayers } from "../../nuisance.ts";
import { connectToPage, frame, handshake, joined, OP, randomBytes, webHello } from "./web_peer.ts";

/** What is sent at once. */
const CHUNK_BYTES = 60_000;

/** A peer that has poured so much begins anew. */
const PEER_BYTES = 200_000_000;

/** What a peer pours. */
interface Flood {
  /** Sent once, before. */
  readonly first?: (random: Random) => Uint8Array;
  /** One piece; many of them are sent again and again. */
  readonly piece: (random: Random) => Uint8Array;
}

/** A text that has begun, and then nothing, for ever. */
export const continuations: Attack = attack("ws-continuations", "empty continuations", 6, {
  first: (random) => frame(OP.text, "x".repeat(random.below(100)), { fin: false }),
  piece: (random) => {
    const payload = random.chance(0.01) ? "x" : "";
    return frame(OP.continuation, payload, { fin: false });
  },
});

/** Pings, of all sizes. */
export const pings: Attack = attack("ws-pings", "pings", 8, {
  piece: (random) => frame(OP.ping, "x".repeat(random.chance(0.5) ? 0 : random.below(126))),
});

/** Answers to nothing. */
export const pongs: Attack = attack("ws-pongs", "pongs", 8, {
  piece: (random) => frame(OP.pong, "x".repeat(random.chance(0.5) ? 0 : random.below(126))),
});

/** Lines whose every byte has a frame of its own, with pings between them. */
export const fragments: Attack = attack("ws-fragments", "lines in frames of one byte", 8, {
  piece(random) {
    const text = '{"type":"ping"}';
    const frames = [...text].map((char, i) => {
      const fin = i === text.length - 1;
      return frame(i === 0 ? OP.text : OP.continuation, char, { fin });
    });
    if (random.chance(0.3)) frames.splice(1 + random.below(frames.length), 0, frame(OP.ping));
    return joined(frames);
  },
});

/** What no client sends: frames without a mask, reserved bits, opcodes that do not exist. */
export const junk: Attack = attack("ws-junk", "frames that are none", 8, {
  piece(random) {
    const payload = randomBytes(random, random.logUniform(1, 200));
    if (random.chance(0.5)) return frame(random.below(16), payload, { masked: false });
    return random.chance(0.5) ? frame(random.below(128), payload) : payload;
  },
});

function attack(name: string, what: string, count: number, flood: Flood): Attack {
  return {
    name,
    about: `${count} WebSockets with ${what}`,
    count,
    testCount: count,
    finite: false,
    web: true,
    run: (run) => pour(run, name, flood),
  };
}

async function pour(
  run: AttackRun,
  name: string,
  flood: Flood,
): Promise<Readonly<Record<string, number>>> {
  const { random } = run;
  let bytes = 0;
  let sockets = 0;
  const connections = await stayers(run, async (peer, number) => {
    // Half of them read what they are answered.
    if (number % 2 === 0) peer.swallow();
    await peer.send(handshake(run.web ?? 0));
    sockets++;
    if (number % 4 < 2) await peer.send(webHello(run, `${name}${number}`));
    if (flood.first !== undefined) await peer.send(flood.first(random));
    const pieces: Uint8Array[] = [];
    for (let length = 0; length < CHUNK_BYTES;) {
      const piece = flood.piece(random);
      pieces.push(piece);
      length += piece.length;
    }
    const words = joined(pieces);
    for (let sent = 0; sent < PEER_BYTES && !peer.closed; sent += words.length) {
      await peer.send(words);
      bytes += words.length;
    }
  }, { connect: connectToPage });
  return { connections, sockets, bytes };
}
