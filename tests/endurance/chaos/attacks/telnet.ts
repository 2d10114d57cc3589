/**
 * Telnet's requests without end, from peers that give no name: `DO TIMING-MARK`, which is answered,
 * every other request, and subnegotiations that begin and do not end.
 *
 * @module
 */

import type { Random } from "../../random.ts";
import type { Attack, AttackRun } from "../attack.ts";
import { introduction, type Nuisance, stayers } from "../../nuisance.ts";

/** Codes of RFC 854. */
const IAC = 255, SB = 250, SE = 240, DO = 253;
/** WILL, WONT, DO, DONT. */
const VERBS = [251, 252, 253, 254];
/** NOP, data mark, break, interrupt, abort output, are you there, erase, go ahead. */
const COMMANDS = [241, 242, 243, 244, 245, 246, 247, 248, 249];
/** RFC 860. */
const TIMING_MARK = 6;

/** What is sent at once, again and again. */
const CHUNK_BYTES = 60_000;

/** A peer that has poured so much begins anew with other requests. */
const PEER_BYTES = 200_000_000;

/** One request, or one of the other things that telnet knows. */
type Recipe = (random: Random, into: number[]) => void;

const RECIPES: readonly Recipe[] = [
  (_random, into) => into.push(IAC, DO, TIMING_MARK),
  (random, into) => into.push(IAC, DO, random.below(256)),
  (random, into) => into.push(IAC, VERBS[random.below(4)]!, random.below(256)),
  (random, into) => into.push(IAC, VERBS[random.below(4)]!, TIMING_MARK),
  (random, into) => into.push(IAC, COMMANDS[random.below(COMMANDS.length)]!),
  subnegotiation,
];

/** Some are short, some too long, some have no end; marks stand within them and behind. */
function subnegotiation(random: Random, into: number[]): void {
  into.push(IAC, SB, random.below(256));
  for (let left = random.logUniform(1, 700); left > 0; left--) into.push(random.below(255));
  if (random.chance(0.7)) into.push(IAC, SE);
  into.push(IAC, DO, TIMING_MARK);
}

/** Peers that read nothing. */
export const telnetDeaf: Attack = {
  name: "telnet-deaf",
  about: "4 peers that pour telnet requests and read nothing",
  count: 4,
  testCount: 4,
  finite: false,
  run: (run) => pourers(run, () => Promise.resolve(0)),
};

/** Peers that read the answers. */
export const telnetReading: Attack = {
  name: "telnet",
  about: "20 peers that pour telnet requests and read the answers",
  count: 20,
  testCount: 20,
  finite: false,
  run: (run) => pourers(run, (peer) => peer.swallow()),
};

async function pourers(
  run: AttackRun,
  read: (peer: Nuisance) => Promise<number>,
): Promise<Readonly<Record<string, number>>> {
  let bytes = 0;
  let answers = 0;
  const connections = await stayers(run, async (peer, number) => {
    const reading = read(peer);
    // Most have no name, which is when nothing but the connection is known of them.
    if (number % 4 === 3) await peer.send(introduction(run, "telnet", number));
    const words = requests(run.random, number);
    for (let sent = 0; sent < PEER_BYTES && !peer.closed; sent += words.length) {
      await peer.send(words);
      bytes += words.length;
    }
    peer.close();
    answers += await reading;
  });
  return { connections, bytes, "bytes of answers": answers };
}

/** Half of the peers ask for what is answered; the others for one other thing, or for anything. */
function requests(random: Random, number: number): Uint8Array {
  const only = number % 2 === 0 ? 0 : random.below(RECIPES.length + 1);
  const into: number[] = [];
  while (into.length < CHUNK_BYTES) {
    const recipe = RECIPES[only] ?? RECIPES[random.below(RECIPES.length)]!;
    recipe(random, into);
  }
  return new Uint8Array(into);
}
