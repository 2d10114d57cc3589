/**
 * People who make as many rooms as they can and go in and out of all of them.
 *
 * @module
 */

import { MAX_ROOMS_A_CLIENT } from "../../../../src/protocol/limits.ts";
import { DEFAULT_LIMITS } from "../../../../src/server/limits.ts";
import { introduction, type Nuisance, rest, stayers } from "../../nuisance.ts";
import type { Attack, AttackRun } from "../attack.ts";
import { joinsAllowed } from "./allowed.ts";

/** Rooms that all of them know, the lobby among them: one more than a client may be in. */
const ROOMS = ["lobby", ...Array.from({ length: MAX_ROOMS_A_CLIENT }, (_, i) => `mob${i}`)];

/** How long a peer waits for the answers to one round. */
const PATIENCE_MS = 2_000;

/** The answer to a request to join or to leave, or to one that failed. */
const ANSWER = /^\{"type":"(?:joined|parted|error)"/;

/** Of a room without events yet: who reads this has made it. */
const MADE = /^\{"type":"joined".*"seq":0,/;

/** See the module. */
export const roomStorm: Attack = {
  name: "rooms",
  about: "40 peers that make all rooms they can, and join and leave 20 of them over and over",
  count: 40,
  testCount: 40,
  finite: false,
  allows: (ran) => ({ joins: joinsAllowed(ran) }),
  figuresAllowed: () => ({ "rooms made": DEFAULT_LIMITS.newRoomsPerHour }),
  async run(run) {
    let answers = 0;
    let made = 0;
    const connections = await stayers(run, async (peer, number) => {
      let begun = "";
      let done = () => {};
      peer.listen((text) => {
        const lines = (begun + text).split("\n");
        begun = lines.pop() ?? "";
        for (const line of lines) {
          if (MADE.test(line)) made++;
          if (!ANSWER.test(line)) continue;
          answers++;
          done();
        }
      });
      await peer.send(introduction(run, "mob", number));
      for (let round = 0; !peer.closed && !run.signal.aborted; round++) {
        const rooms = [...ROOMS, `den${number}x${round}`];
        const { promise, resolve } = Promise.withResolvers<void>();
        // Plain has nothing by which a program knows an answer: it waits in vain.
        let missing = number % 2 === 0 ? Infinity : 2 * rooms.length;
        done = () => --missing === 0 && resolve();
        await goRound(run, peer, number % 2 === 0 ? typed(rooms) : asked(rooms), promise);
      }
    });
    return { connections, answers, "rooms made": made };
  },
};

/** In one room after the other: plain has one at a time. */
function typed(rooms: readonly string[]): string {
  return rooms.map((room) => `/join ${room}\nnow here\n/leave\n`).join("");
}

/**
 * In all at once. In some something is said: an empty room without messages goes with its last
 * member.
 */
function asked(rooms: readonly string[]): string {
  const requests = [
    ...rooms.map((room) => ({ type: "join", room })),
    ...ROOMS.slice(1, 6).map((room) => ({ type: "say", room, text: "now here" })),
    ...rooms.map((room) => ({ type: "part", room })),
  ];
  return requests.map((request) => `${JSON.stringify(request)}\n`).join("");
}

/** Sends some lines and waits for their answers, but not for ever. */
async function goRound(
  { signal }: AttackRun,
  peer: Nuisance,
  lines: string,
  answered: Promise<void>,
): Promise<void> {
  const all = Promise.all([peer.send(lines), answered]);
  await Promise.race([all, peer.ended, rest(PATIENCE_MS, signal)]);
}
