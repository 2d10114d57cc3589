/**
 * `deno task bench:check`: have we become slower? Measures ours beside the naive server, the limit
 * and itself (on IRC, in many rooms, with a database, on NATS) in a few alternating rounds and
 * compares the ratios with their floors. Exits with 1 when one does not hold.
 *
 * @module
 */

import { print, runCommand, say, stop, UsageError } from "./command.ts";
import { judge, type Measured, neededPeers, parseFloors, type Verdict } from "./floors.ts";
import { describeMachine } from "./machine.ts";
import { PEERS } from "./peers/all.ts";
import type { Peer } from "./peers/peer.ts";
import { SCENARIOS } from "./scenarios/all.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import type { Sample } from "./table.ts";

/** The median of three is sound when one of them was disturbed. */
const ROUNDS = 3;

/** When no further round is begun, unless it should end by then: ms. All take half of that. */
const BUDGET_MS = 240_000;

/** When everything is given up: ms. Something hangs, or the machine is far too busy. */
const LIMIT_MS = 420_000;

const HELP =
  `Compares ratios with their floors (bench/floors.json) and exits with 1 when one fell below.

  deno task bench:check

Takes about two minutes, and at most ${LIMIT_MS / 60_000} where others use the machine. It has no
flags. What needs a program that is not here (nats-server) is passed over: SKIPPED.
`;

/** One thing to measure, again and again. */
interface Step {
  readonly scenario: Scenario;
  readonly peer: Peer;
}

async function check(): Promise<number> {
  const startedMs = performance.now();
  const floors = parseFloors(await Deno.readTextFile(new URL("floors.json", import.meta.url)));
  const results = new Map<string, Measured & { samples: Sample[]; gaps: Map<string, string> }>();
  const steps: Step[] = [];
  const missing = await missingOf(floors.flatMap(({ needs }) => needs ?? []));
  const wanted = floors.filter(({ needs }) => needs === undefined || !missing.has(needs));
  for (const [name, needed] of neededPeers(wanted)) {
    const scenario = SCENARIOS.find((one) => one.name === name);
    if (scenario === undefined) continue;
    const gaps = new Map([...needed].map((peer) => [peer, "not known here"]));
    for (const peer of PEERS.filter((one) => needed.has(one.name))) {
      gaps.delete(peer.name);
      if (await peer.version() === null) gaps.set(peer.name, "not here");
      else steps.push({ scenario, peer });
    }
    results.set(name, { samples: [], gaps });
  }
  for (let round = 0; round < ROUNDS; round++) {
    const passedMs = performance.now() - startedMs;
    if (round > 0 && passedMs * (round + 1) / round > BUDGET_MS) {
      say(`Only ${round} of ${ROUNDS} rounds: this machine is too slow for more in time.`);
      break;
    }
    // Each second round goes the other way round, so that nobody is always first.
    for (const { scenario, peer } of round % 2 === 0 ? steps : steps.toReversed()) {
      const result = results.get(scenario.name);
      if (result === undefined || result.gaps.has(peer.name)) continue;
      const tell = (text: string) => say(`${scenario.name} ${round + 1} ${peer.name}: ${text}`);
      try {
        const figures = await (scenario.brief ?? scenario.run)(peer, tell);
        result.samples.push({ round, peer: peer.name, figures });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        result.gaps.set(peer.name, `failed in round ${round + 1}: ${reason}`);
      }
    }
  }
  const verdicts = judge(floors, results, missing);
  const lines = verdicts.map((verdict) => `${wordFor(verdict).padEnd(7)} ${verdict.text}\n`);
  await print(lines.join(""));
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  say(`${describeMachine()}${seconds} s.`);
  return verdicts.every(({ holds }) => holds) ? 0 : 1;
}

/** Which of these peers are not installed. */
async function missingOf(names: readonly string[]): Promise<Set<string>> {
  const missing = new Set<string>();
  for (const peer of PEERS.filter(({ name }) => names.includes(name))) {
    if (await peer.version() === null) missing.add(peer.name);
  }
  return missing;
}

function wordFor({ holds, isSkipped }: Verdict): string {
  return isSkipped === true ? "SKIPPED" : holds ? "ok" : "FAILED";
}

async function main([argument]: readonly string[]): Promise<number> {
  if (argument === "--help") {
    await print(HELP);
    return 0;
  }
  if (argument !== undefined) {
    throw new UsageError(`Unknown argument "${argument}": bench:check takes none.`);
  }
  const timer = setTimeout(() => {
    say(`Given up after ${LIMIT_MS / 1000} s: end what else is running and try again.`);
    stop(1);
  }, LIMIT_MS);
  try {
    return await check();
  } finally {
    clearTimeout(timer);
  }
}

await runCommand(() => main(Deno.args));
