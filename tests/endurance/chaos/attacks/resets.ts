/**
 * Connections that are reset while, or right after, the server accepts them. One of these ends
 * `ncat --chat`.
 *
 * @module
 */

import type { Attack, AttackRun } from "../attack.ts";
import { forEach, introduction, Nuisance } from "../../nuisance.ts";

/** Connections at the same time. */
const AT_ONCE = 40;

/** See the module. */
export const resets: Attack = {
  name: "resets",
  about: "resets racing accepts",
  count: 20_000,
  testCount: 1_500,
  finite: true,
  async run(run) {
    run.ready();
    let refused = 0;
    const done = await forEach(run, AT_ONCE, async (number) => {
      if (!await reset(run, beforeReset(run, number))) refused++;
    });
    return { resets: done - refused, refused };
  },
};

/** Most say nothing; some have begun a line, some have come in. */
function beforeReset(run: AttackRun, number: number): string {
  const dice = run.random.next();
  if (dice < 0.7) return "";
  return dice < 0.85 ? "half a na" : introduction(run, "reset", number);
}

/** Resolves to false when no connection came about. */
async function reset(run: AttackRun, words: string): Promise<boolean> {
  const peer = await Nuisance.connect(run);
  if (peer === null) return false;
  if (words !== "") await peer.send(words);
  peer.reset();
  await peer.ended;
  return true;
}
