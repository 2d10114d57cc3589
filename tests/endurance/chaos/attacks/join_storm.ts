/**
 * People who come and go without a word: in order, with a reset, or by vanishing, so that their
 * places are kept for them.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { joinsAllowed } from "./allowed.ts";
import { firstLines, Nuisance, rest } from "../../nuisance.ts";

/** Of `--max-clients` of the stage's server, and its crowd. */
const MAX_MEMBERS = 2_000;

/** See the module. */
export const joinStorm: Attack = {
  name: "joins",
  about: "40 peers that join, then leave or reset, and come again",
  count: 40,
  testCount: 40,
  finite: false,
  allows: (ran) => ({ joins: joinsAllowed(ran), members: MAX_MEMBERS }),
  async run(run) {
    const { random, signal } = run;
    let joins = 0;
    async function keep(number: number): Promise<void> {
      for (let round = 0; !signal.aborted; round++) {
        const peer = await Nuisance.connect(run);
        if (peer === null) {
          await rest(50, signal);
          continue;
        }
        const name = `storm${number}x${round.toString(36)}`;
        const isPlain = random.chance(0.5);
        const answered = Promise.withResolvers<void>();
        peer.listen((text) => {
          if (/"welcome"|Welcome|full|"error"/.test(text)) answered.resolve();
        });
        await peer.send(firstLines(run, name, isPlain ? "plain" : "json"));
        const timer = setTimeout(answered.resolve, 2_000);
        await Promise.race([answered.promise, peer.ended]);
        clearTimeout(timer);
        joins++;
        // A json client that breaks off has its place kept; that is what fills the room.
        const dice = random.next();
        if (dice < 0.5) peer.reset();
        else if (dice < 0.75) peer.close();
        else {
          await peer.send(isPlain ? "/quit\n" : '{"type":"quit"}\n');
          peer.end();
        }
      }
    }
    const all = Array.from({ length: run.count }, (_, number) => keep(number));
    run.ready();
    await Promise.all(all);
    return { joins };
  },
};
