/**
 * What `deno task bench` is told on its command line.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "./command.ts";
import { PEERS } from "./peers/all.ts";
import type { Peer } from "./peers/peer.ts";
import { SCENARIOS } from "./scenarios/all.ts";
import type { Scenario } from "./scenarios/scenario.ts";

/** Rounds when none are asked for: what is published takes at least as many. */
const DEFAULT_ROUNDS = 5;

/** Most rounds of one run. */
const MAX_ROUNDS = 100;

/** What to do. */
export interface BenchOptions {
  /** How often each peer is measured, 1 to 100. */
  readonly rounds: number;
  /** What is measured. */
  readonly scenarios: readonly Scenario[];
  /** Who is measured. */
  readonly peers: readonly Peer[];
  /** Whether the results are kept and the report made anew. */
  readonly write: boolean;
  /** Whether only the help is wanted. */
  readonly help: boolean;
}

/**
 * Reads the command line.
 *
 * @throws {UsageError} When something in it is unknown or out of range.
 */
export function parseOptions(args: readonly string[]): BenchOptions {
  const flags = parseArgs(args, {
    string: ["rounds", "peers"],
    boolean: ["write", "help"],
    unknown(arg) {
      if (arg.startsWith("-")) {
        throw new UsageError(`Unknown flag ${arg}: use --rounds, --peers, --write or --help.`);
      }
    },
  });
  const rounds = Number(flags.rounds ?? DEFAULT_ROUNDS);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > MAX_ROUNDS) {
    throw new UsageError(`--rounds must be 1 to ${MAX_ROUNDS}: got "${flags.rounds}".`);
  }
  const peers = flags.peers === undefined ? [] : String(flags.peers).split(",");
  return {
    rounds,
    scenarios: pick(SCENARIOS, flags._.map(String), "scenario"),
    peers: pick(PEERS, peers, "peer"),
    // Whoever tries one thing out does not want the published figures replaced by it.
    write: flags.write === true || args.length === 0,
    help: flags.help === true,
  };
}

/** What `--help` says. */
export function helpText(): string {
  return `Measures the server beside others, in alternating rounds of one run.

  deno task bench                      everything; keeps the results and makes the report anew
  deno task bench SCENARIO… [FLAGS]    only these; prints the tables

  --rounds N      how often each peer is measured, 1 to ${MAX_ROUNDS}; default ${DEFAULT_ROUNDS}
  --peers A,B     only these peers
  --write         keep the results of these scenarios, too: bench/results/SCENARIO.json, and from
                  all that is kept there bench/RESULTS.md, the plots and docs/performance.md.
                  With --peers, a scenario keeps these peers and no other

Scenarios: ${SCENARIOS.map(({ name }) => name).join(", ")}
Peers: ${PEERS.map(({ name }) => name).join(", ")}

Peers are found on the PATH; one that is missing is a named gap in the tables.
deno task bench:report makes the report again without measuring.
deno task bench:check compares a few ratios with their floors, in about two minutes.
`;
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
