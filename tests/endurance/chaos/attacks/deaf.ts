/**
 * Peers that come in and never read. Half of them ask and ask, for answers that they do not read
 * either. One of these freezes `ncat --chat` for everybody.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { introduction, rest, stayers } from "../../nuisance.ts";

const QUESTIONS = [
  "/help\n/who\n/history 500\n",
  '{"type":"history","limit":500}\n{"type":"who"}\n',
];

/** See the module. */
export const deaf: Attack = {
  name: "deaf",
  about: "peers that never read",
  count: 200,
  testCount: 100,
  finite: false,
  async run(run) {
    const connections = await stayers(run, async (peer, number) => {
      await peer.send(introduction(run, "deaf", number));
      const questions = QUESTIONS[number % 2]!.repeat(50);
      const asks = number % 4 < 2;
      // A peer that never reads does not notice that it was cut off unless it writes.
      while (!peer.closed && !run.signal.aborted) {
        if (asks) await peer.send(questions);
        else await rest(5_000, run.signal).then(() => peer.send("\n"));
      }
    });
    return { connections };
  },
};
