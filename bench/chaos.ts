/**
 * `deno run … bench/chaos.ts [ATTACK…] [--seed N] [--percent 100] [--seconds 20] [--together]`: fifty
 * people talk while others are a nuisance, one way at a time and then all at once. Prints a table;
 * exit code 1 when anybody who behaves well lost anything, or the server did not recover.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { ATTACKS } from "./chaos/attacks/all.ts";
import type { Attack } from "./chaos/attack.ts";
import { say, wholeNumber } from "./chaos/cli.ts";
import { FakeClock } from "./chaos/fake_clock.ts";
import { Link } from "./chaos/link.ts";
import { Secrets } from "./chaos/secrets.ts";
import { type Outcome, Stage } from "./chaos/stage.ts";
import { anySeed, MAX_SEED, Random } from "./kill/random.ts";

/**
 * How long a server may take to be as before. Its own limits are 30 s; V8 and malloc give back what
 * they no longer need after some minutes of little work.
 */
const RECOVER_MS = 300_000;

interface Plan {
  readonly attacks: readonly Attack[];
  readonly seed: number;
  readonly seconds: number;
  readonly percent: number;
}

async function runPlan(plan: Plan, attacks: readonly Attack[]): Promise<boolean> {
  const tls = attacks.some((attack) => attack.tls);
  await using secrets = tls || attacks.some((attack) => attack.password)
    ? await Secrets.make()
    : null;
  if (tls && secrets === null) {
    say("!!! SKIPPED tls-cuts: this machine has no openssl");
    return true;
  }
  const needsClock = attacks.some((attack) => attack.clock);
  await using clock = needsClock ? await FakeClock.make() : null;
  if (needsClock && clock === null) {
    say("!!! SKIPPED clock: this machine has no libfaketime");
    attacks = attacks.filter((attack) => !attack.clock);
    if (attacks.length === 0) return true;
  }
  const needsLink = attacks.some((attack) => attack.behindLink);
  await using link = needsLink ? await Link.make() : null;
  if (needsLink && link === null) {
    say("!!! SKIPPED half-open: this machine does not allow network namespaces");
    attacks = attacks.filter((attack) => !attack.behindLink);
    if (attacks.length === 0) return true;
  }
  await using stage = await Stage.open({
    random: new Random(plan.seed),
    members: 50,
    paceMs: 500,
    quietMs: 5_000,
    link: link ?? undefined,
    secrets: secrets ?? undefined,
    clock: clock ?? undefined,
    tls,
  });
  const outcome = await stage.withstand({
    attacks: attacks.map((attack) => [attack, Math.ceil(attack.count * plan.percent / 100)]),
    forMs: plan.seconds * 1_000,
    recoverMs: RECOVER_MS,
  });
  const code = await stage.close();
  say(row(stage, outcome, attacks.length > 1 ? "all at once" : outcome.name));
  const { faults } = stage;
  for (const fault of faults) say(`    FAULT ${fault}`);
  if (code !== 0) say(`    FAULT the server ended with exit code ${code}`);
  if (outcome.recoveredMs === null) say("    FAULT the server is not as it was before");
  say(`    ${JSON.stringify(outcome.figures)}`);
  return faults.length === 0 && code === 0 && outcome.recoveredMs !== null;
}

const HEADINGS = [
  "attack",
  "deliveries",
  "median quiet ms",
  "median ms",
  "p99 ms",
  "max ms",
  "newcomer ms",
  "RSS quiet MiB",
  "most",
  "after",
  "fds quiet",
  "most",
  "after",
  "recovered s",
];

function row(stage: Stage, outcome: Outcome, name: string): string {
  const { quiet, quietLatencies, crowd } = stage;
  const { latencies, most, after, recoveredMs } = outcome;
  return [
    name,
    crowd.deliveries,
    quietLatencies.quantile(0.5).toFixed(2),
    latencies.quantile(0.5).toFixed(2),
    latencies.quantile(0.99).toFixed(1),
    latencies.maxMs.toFixed(0),
    outcome.visitMs.toFixed(0),
    ...[quiet, most, after].map(({ rssBytes }) => (rssBytes / 1_048_576).toFixed(1)),
    ...[quiet, most, after].map(({ descriptors }) => descriptors),
    recoveredMs === null ? "never" : (recoveredMs / 1000).toFixed(1),
  ].join(" | ");
}

async function main(): Promise<number> {
  const args = parseArgs(Deno.args, {
    string: ["seed", "percent", "seconds"],
    boolean: ["together"],
  });
  const names = args._.map(String);
  const unknown = names.find((name) => !ATTACKS.some((attack) => attack.name === name));
  if (unknown !== undefined) {
    throw new Error(
      `Unknown attack "${unknown}": use ${ATTACKS.map(({ name }) => name).join(", ")}`,
    );
  }
  const plan: Plan = {
    attacks: ATTACKS.filter(({ name }) => names.length === 0 || names.includes(name)),
    seed: wholeNumber(args.seed, "seed", { min: 1, max: MAX_SEED, otherwise: anySeed() }),
    seconds: wholeNumber(args.seconds, "seconds", { min: 1, max: 3_600, otherwise: 20 }),
    percent: wholeNumber(args.percent, "percent", { min: 1, max: 1_000, otherwise: 100 }),
  };
  say(`seed ${plan.seed}`);
  say(HEADINGS.join(" | "));
  let fine = true;
  if (args.together !== true) {
    for (const attack of plan.attacks) fine = await runPlan(plan, [attack]) && fine;
  }
  // All share one server, which either speaks TLS or does not.
  const together = plan.attacks.filter((attack) => !attack.tls);
  if (together.length > 1) fine = await runPlan(plan, together) && fine;
  say(fine ? "Everybody who behaved well heard everything, in order." : "FAILED");
  return fine ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
