/**
 * `deno task bench:pairs WHAT PAIRS BEFORE NOW`: what a change costs. Runs the servers of two
 * checkouts in alternating pairs and gives the ratio of both, since two runs of the same program
 * differ by up to 7% here.
 *
 * @module
 */

import { print, runCommand, say, UsageError } from "./command.ts";
import { IdleCrowd, settledMemory } from "./idle/idle_crowd.ts";
import { Load } from "./load.ts";
import { describeMachine, loadAverage } from "./machine.ts";
import { PacedLoad } from "./pace/paced_load.ts";
import { ratioOf } from "./pairs/ratio.ts";
import { type RunningPeer, startListening } from "./peers/peer.ts";

const MIN_PAIRS = 5;
const MAX_PAIRS = 100;

/** What can be compared. Each takes a checkout and gives a figure of which less is better. */
const MEASURES: ReadonlyMap<string, Measure> = new Map<string, Measure>([
  ["flood1", { unit: "s of server time", run: (tree) => flooded(tree, 1, 30_000, 48) }],
  ["flood32", { unit: "s of server time", run: (tree) => flooded(tree, 32, 1_000, 40) }],
  ["paced", { unit: "s of server time", run: paced }],
  ["idle", { unit: "KB of memory for a client", run: idle }],
  ["serve", { unit: "ms of processor time until it listens", run: starts }],
]);

const RECEIVERS = 100;

/**
 * Clients that are counted, from the first number to the second: what is loaded once is in both.
 * With fewer, how full the heap happens to be is a third of the figure.
 */
const IDLE_CLIENTS = [1_000, 3_000] as const;

/** Starts of one figure: one has some 15 ticks of 10 ms, in which the system counts. */
const STARTS = 8;

const HELP = `Compares the servers of two checkouts in alternating pairs.

  deno task bench:pairs WHAT PAIRS BEFORE NOW

WHAT    ${[...MEASURES.keys()].join(", ")}
PAIRS   how often, ${MIN_PAIRS} to ${MAX_PAIRS}; 15 tell 3%
BEFORE  a directory with the program, such as one of git worktree
NOW     another one

Gives NOW ÷ BEFORE with its 95% interval: below 1 is better.
`;

interface Measure {
  readonly unit: string;
  run(tree: string): Promise<number>;
}

/**
 * Floods before those that count: after one only, the compiler's work on the larger program was
 * half of what a version seemed to cost.
 */
const WARMING_FLOODS = 8;

/** So many floods that a server works for five seconds. */
async function flooded(
  tree: string,
  senders: number,
  linesEach: number,
  floods: number,
): Promise<number> {
  await using server = await start(tree, RECEIVERS + senders + 10);
  using load = await Load.connect(server.port, { wire: "plain", senders, receivers: RECEIVERS });
  for (let flood = 0; flood < WARMING_FLOODS; flood++) await load.flood(linesEach);
  const before = await server.usage();
  for (let flood = 0; flood < floods; flood++) await load.flood(linesEach);
  return (await server.usage()).cpuSeconds - before.cpuSeconds;
}

async function paced(tree: string): Promise<number> {
  await using server = await start(tree, RECEIVERS + 10);
  using load = await PacedLoad.connect(server.port, { wire: "plain", receivers: RECEIVERS });
  await load.run({ perSecond: 500, seconds: 3 });
  const before = await server.usage();
  await load.run({ perSecond: 500, seconds: 15 });
  return (await server.usage()).cpuSeconds - before.cpuSeconds;
}

async function idle(tree: string): Promise<number> {
  const [few, many] = IDLE_CLIENTS;
  await using server = await start(tree, many * 2);
  await using first = new IdleCrowd(server.port, "plain", few);
  await first.storm(8);
  const before = await settledMemory(server, "anonBytes");
  await using others = new IdleCrowd(server.port, "plain", many - few, { first: few });
  await others.storm(8);
  return (await settledMemory(server, "anonBytes") - before) / (many - few) / 1000;
}

async function starts(tree: string): Promise<number> {
  let seconds = 0;
  for (let count = 0; count < STARTS; count++) {
    await using server = await start(tree, 10);
    seconds += (await server.usage()).cpuSeconds;
  }
  return seconds / STARTS * 1000;
}

/** Starts the server of a checkout, as its own task does. */
async function start(tree: string, maxClients: number): Promise<RunningPeer> {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${tree}/deno.json`));
  const [, ...task] = String(tasks.serve.command).split(" ");
  const main = task.map((word) => word === "main.ts" ? `${tree}/main.ts` : word);
  const command = [Deno.execPath(), ...main];
  // The first versions limited no joins.
  const joins = (await helpOf(command)).includes("--joins") ? ["--joins", "0"] : [];
  const flags = ["--port", "0", "--host", "127.0.0.1", "--rate", "0", ...joins];
  return await startListening([...command, ...flags, "--max-clients", `${maxClients}`]);
}

const helps = new Map<string, Promise<string>>();

function helpOf(command: readonly string[]): Promise<string> {
  const [program = "", ...args] = command;
  const help = helps.get(command.join(" ")) ?? (async () => {
    const { stdout } = await new Deno.Command(program, { args: [...args, "--help"] }).output();
    return new TextDecoder().decode(stdout);
  })();
  helps.set(command.join(" "), help);
  return help;
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    await print(HELP);
    return 0;
  }
  const [what = "", count = "", before, now] = args;
  const measure = MEASURES.get(what);
  const pairs = Number(count);
  if (measure === undefined || now === undefined || before === undefined || args.length > 4) {
    throw new UsageError(
      `Not understood: got "${args.join(" ")}". Try deno task bench:pairs --help.`,
    );
  }
  if (!Number.isInteger(pairs) || pairs < MIN_PAIRS || pairs > MAX_PAIRS) {
    throw new UsageError(`PAIRS must be ${MIN_PAIRS} to ${MAX_PAIRS}: got "${count}".`);
  }
  const trees = [before, now];
  const ratios: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    // Each second pair the other way round. Both may be one checkout: so one learns the noise.
    const figures = [NaN, NaN];
    for (const which of pair % 2 === 0 ? [0, 1] : [1, 0]) {
      figures[which] = await measure.run(trees[which]!);
    }
    const [one = NaN, other = NaN] = figures;
    ratios.push(other / one);
    say(
      `${pair + 1}: ${one.toFixed(2)} and ${other.toFixed(2)} ${measure.unit}, ` +
        `${(other / one).toFixed(3)}, load ${loadAverage()}`,
    );
  }
  const { mean, low, high } = ratioOf(ratios);
  const interval = `${mean.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
  await print(`${what}, now ÷ before: ${interval}, ${pairs} pairs\n`);
  say(describeMachine());
  return 0;
}

await runCommand(() => main(Deno.args));
