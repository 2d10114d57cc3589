/**
 * Not checks but figures: how large it is and how long it takes to start.
 *
 * @module
 */

import type { Check } from "./check.ts";

/** Starts that are measured; the middle one is told. */
const RUNS = 5;

/** The middle one of some figures. */
function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? NaN;
}

/** Size and start-up time. */
export const FIGURES: readonly Check[] = [
  {
    name: "size",
    async look(_, { file }) {
      const { size } = await Deno.stat(file);
      return `${(size / 1e6).toFixed(1)} MB`;
    },
  },
  {
    name: "start-up",
    async look(bench) {
      const versionMs: number[] = [];
      const serveMs: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        const startedMs = performance.now();
        await bench.run(["--version"]);
        versionMs.push(performance.now() - startedMs);
        const { program, startMs } = await bench.serve();
        serveMs.push(startMs);
        program.signal("SIGKILL");
        await program.outcome();
      }
      const [version, serve] = [median(versionMs), median(serveMs)].map(Math.round);
      return `--version ${version} ms, serve until it listens ${serve} ms (median of ${RUNS})`;
    },
  },
];
