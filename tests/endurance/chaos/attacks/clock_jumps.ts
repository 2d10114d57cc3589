/**
 * A wall clock that jumps, forwards and backwards, by seconds and by years.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { rest } from "../../nuisance.ts";

/** Twenty years: further back than the certificate of anybody, before most machines. */
const MAX_JUMP_SECONDS = 20 * 365 * 86_400;

/** Between two jumps. */
const PAUSE_MS = 50;

/** See the module. */
export const clockJumps: Attack = {
  name: "clock",
  about: "clock jumps",
  count: 1,
  testCount: 1,
  finite: false,
  clock: true,
  async run({ random, signal, clock = "", ready }) {
    ready();
    let jumps = 0;
    while (!signal.aborted) {
      const seconds = random.logUniform(1, MAX_JUMP_SECONDS);
      // In one write, so that nobody reads half of it.
      Deno.writeTextFileSync(clock, `${random.chance(0.5) ? "+" : "-"}${seconds}\n`.padEnd(24));
      jumps++;
      await rest(PAUSE_MS, signal);
    }
    return { jumps };
  },
};
