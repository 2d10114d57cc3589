/**
 * `deno task bench [SCENARIO…] [--rounds 3] [--peers ours,naive,relay]`: measures our server beside
 * others, in alternating rounds of one run, and prints a table for each scenario.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { describeMachine } from "./machine.ts";
import { PEERS } from "./peers/all.ts";
import type { Peer, PeerName } from "./peers/peer.ts";
import { killAll } from "./process.ts";
import { SCENARIOS } from "./scenarios/all.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import { renderTable, type Sample } from "./table.ts";

/** Rounds when none are asked for; published figures take 5 or more. */
const DEFAULT_ROUNDS = 3;

interface Options {
  readonly rounds: number;
  readonly scenarios: readonly Scenario[];
  readonly peers: readonly Peer[];
}

/** A mistake in the arguments. */
class UsageError extends Error {}

function parseOptions(args: readonly string[]): Options {
  const flags = parseArgs(args, {
    string: ["rounds", "peers"],
    unknown(arg) {
      if (arg.startsWith("-")) {
        throw new UsageError(`Unknown flag ${arg}: use --rounds and --peers.`);
      }
    },
  });
  const rounds = Number(flags.rounds ?? DEFAULT_ROUNDS);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
    throw new UsageError(`--rounds must be 1 to 100: got "${flags.rounds}".`);
  }
  const peers = flags.peers === undefined ? [] : String(flags.peers).split(",");
  return {
    rounds,
    scenarios: pick(SCENARIOS, flags._.map(String), "scenario"),
    peers: pick(PEERS, peers, "peer"),
  };
}

/** Those of the things that are named; all when nothing is named. */
function pick<T extends { readonly name: string }>(
  all: readonly T[],
  names: readonly string[],
  what: string,
): readonly T[] {
  const known = all.map((one) => one.name);
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new UsageError(`Unknown ${what} "${stranger}": use ${known.join(", ")}.`);
  }
  return names.length === 0 ? all : all.filter((one) => names.includes(one.name));
}

async function runScenario(
  scenario: Scenario,
  options: Options,
  versions: ReadonlyMap<PeerName, string | null>,
): Promise<boolean> {
  const peers = options.peers.filter((peer) => scenario.peers.includes(peer.name));
  const gaps = new Map<PeerName, string>();
  for (const peer of peers) if (versions.get(peer.name) === null) gaps.set(peer.name, "not here");
  const failures: string[] = [];
  const samples: Sample[] = [];
  for (let round = 0; round < options.rounds; round++) {
    // Each second round goes the other way round, so that nobody is always first.
    for (const peer of round % 2 === 0 ? peers : peers.toReversed()) {
      if (gaps.has(peer.name)) continue;
      const tell = (text: string) => note(`${scenario.name} ${round + 1} ${peer.name}: ${text}`);
      try {
        samples.push({ round, peer: peer.name, figures: await scenario.run(peer, tell) });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        tell(reason);
        failures.push(`${peer.name} FAILED in round ${round + 1}: ${reason}\n`);
        gaps.set(peer.name, "FAILED");
      }
    }
  }
  const good = samples.filter((sample) => !gaps.has(sample.peer));
  let text = `\n## ${scenario.name}: ${scenario.about}\n\n`;
  text += renderTable(good, peers.map((peer) => peer.name), gaps);
  text += `\nMedian (minimum–maximum) of ${options.rounds} alternating rounds.\n`;
  for (const peer of peers) {
    const different = scenario.notes[peer.name];
    if (different !== undefined) text += `For ${peer.name}: ${different}.\n`;
  }
  await print(text + failures.join(""));
  return failures.length === 0;
}

async function main(): Promise<number> {
  const options = parseOptions(Deno.args);
  const versions = new Map<PeerName, string | null>();
  for (const peer of options.peers) versions.set(peer.name, await peer.version());
  let fine = true;
  for (const scenario of options.scenarios) {
    fine = await runScenario(scenario, options, versions) && fine;
  }
  let text = "\n";
  for (const peer of options.peers) {
    text += `${peer.name} (${versions.get(peer.name) ?? "not here"}): ${peer.about}.\n`;
  }
  await print(text + describeMachine());
  return fine ? 0 : 1;
}

async function print(text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) done += await Deno.stdout.write(bytes.subarray(done));
}

/** Progress goes to standard error, so that the tables alone can be kept. */
function note(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

function stop(): void {
  killAll();
  Deno.exit(130);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) Deno.addSignalListener(signal, stop);
let code = 1;
try {
  code = await main();
} catch (error) {
  note(error instanceof Error ? error.message : String(error));
  code = error instanceof UsageError ? 2 : 1;
} finally {
  killAll();
}
Deno.exit(code);
