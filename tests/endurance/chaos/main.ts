/**
 * `deno task chaos [ATTACK…] [--seed N] [--seconds 20] [--percent 100] [--recover 120]
 * [--attackers-at ADDRESS | crowd] [--fill history] [--together | --alone]`: fifty people talk
 * while others are a nuisance, one way at a time and then all at once. Attackers come from
 * 127.0.0.2, or with `--attackers-at crowd` from the address of the people. Prints a table; exit
 * code 1 when anybody who behaves well lost anything or had to wait, or the server did not recover.
 *
 * @module
 */

import { ATTACKS } from "./attacks/all.ts";
import type { Attack } from "./attack.ts";
import {
  type CommandLine,
  exitCodeOf,
  readCommandLine,
  say,
  seedOf,
  UsageError,
  wholeNumber,
} from "../cli.ts";
import { FakeClock } from "./fake_clock.ts";
import { Link } from "../link.ts";
import type { Fill } from "./outcome.ts";
import { Past } from "./past.ts";
import { ALL_AT_ONCE, ALONE, faultsOf, HEADINGS, RECOVER_MS, row } from "./report.ts";
import { Secrets } from "./secrets.ts";
import { Stage } from "./stage.ts";
import { Random } from "../random.ts";

/** Where attackers come from unless they share the crowd's address (RFC 6890: this machine). */
const ATTACKERS_AT = "127.0.0.2";

/** Faults of one run that are shown. */
const SHOWN_FAULTS = 12;

interface Plan {
  readonly attacks: readonly Attack[];
  readonly seed: number;
  readonly seconds: number;
  readonly percent: number;
  readonly recoverMs: number;
  readonly attackersAt: string | undefined;
  readonly fill: Fill;
}

/** What the attacks need of the machine. */
interface Means {
  readonly attacks: readonly Attack[];
  readonly secrets: Secrets | null;
  readonly clock: FakeClock | null;
  readonly link: Link | null;
  readonly past: Past | null;
}

/** Provides what is there; says loudly which attacks are left out for want of something. */
async function provide(attacks: readonly Attack[], stack: AsyncDisposableStack): Promise<Means> {
  const needs = (has: (attack: Attack) => boolean) => attacks.some(has);
  const isSecret = ({ tls, password }: Attack) => tls === true || password === true;
  const secrets = needs(isSecret) ? await Secrets.make() : null;
  const clock = needs(({ clock }) => clock === true) ? await FakeClock.make() : null;
  const link = needs(({ behindLink }) => behindLink === true) ? await Link.make() : null;
  const most = Math.max(...attacks.map(({ past = -1 }) => past));
  const past = most < 0 ? null : await Past.make(most);
  for (const means of [secrets, clock, link, past]) if (means !== null) stack.use(means);
  const able = attacks.filter((attack) => {
    const missing = attack.clock && clock === null
      ? "this machine has no libfaketime"
      : attack.behindLink && link === null
      ? "this machine does not allow network namespaces"
      : null;
    if (missing !== null) say(`!!! SKIPPED ${attack.name}: ${missing}`);
    return missing === null;
  });
  return { attacks: able, secrets, clock, link, past };
}

async function runPlan(plan: Plan, wanted: readonly Attack[]): Promise<boolean> {
  await using stack = new AsyncDisposableStack();
  const { attacks, secrets, clock, link, past } = await provide(wanted, stack);
  if (attacks.length === 0) return true;
  await using stage = await Stage.open({
    random: new Random(plan.seed),
    members: 50,
    paceMs: 500,
    quietMs: 5_000,
    link: link ?? undefined,
    secrets: secrets ?? undefined,
    clock: clock ?? undefined,
    past: past ?? undefined,
    tls: attacks.some(({ tls }) => tls),
    web: attacks.some(({ web }) => web),
    attackersAt: plan.attackersAt,
    // With less than this the processes of all attacks have several times the weight of the server.
    niceness: attacks.length > 1 ? 19 : undefined,
    fill: plan.fill,
  });
  const outcome = await stage.withstand({
    attacks: attacks.map((attack) => [attack, Math.ceil(attack.count * plan.percent / 100)]),
    forMs: plan.seconds * 1_000,
    recoverMs: plan.recoverMs,
  });
  const code = await stage.close();
  const [first] = attacks;
  const isAlone = attacks.length === 1;
  say(row(stage, outcome, isAlone ? first!.about : "all at once"));
  const isGuessing = plan.attackersAt === undefined && attacks.some(({ password }) => password);
  const faults = [
    ...faultsOf(outcome, {
      bounds: isAlone ? ALONE : ALL_AT_ONCE,
      recoverMs: plan.recoverMs,
      isGuessing,
    }),
    ...stage.faults,
    ...(code === 0 ? [] : [`the server ended with exit code ${code}`]),
  ];
  for (const fault of faults.slice(0, SHOWN_FAULTS)) say(`    FAULT ${fault}`);
  if (faults.length > SHOWN_FAULTS) say(`    and ${faults.length - SHOWN_FAULTS} more`);
  say(`    ${outcome.name}: ${JSON.stringify(outcome.figures)}`);
  return faults.length === 0;
}

function planOf({ words: names, flags }: CommandLine): Plan {
  const unknown = names.find((name) => !ATTACKS.some((attack) => attack.name === name));
  if (unknown !== undefined) {
    throw new UsageError(
      `Unknown attack "${unknown}": use ${ATTACKS.map(({ name }) => name).join(", ")}`,
    );
  }
  const at = String(flags["attackers-at"] ?? ATTACKERS_AT);
  const fill = flags["fill"] ?? "history";
  if (fill !== "nothing" && fill !== "window" && fill !== "history" && fill !== "ids") {
    throw new UsageError(`--fill must be nothing, window, history or ids: got "${fill}".`);
  }
  const hour = { min: 1, max: 3_600 };
  const recover = { ...hour, otherwise: RECOVER_MS / 1_000 };
  return {
    attacks: ATTACKS.filter(({ name }) => names.length === 0 || names.includes(name)),
    seed: seedOf(flags["seed"]),
    seconds: wholeNumber(flags["seconds"], "seconds", { ...hour, otherwise: 20 }),
    percent: wholeNumber(flags["percent"], "percent", { min: 1, max: 1_000, otherwise: 100 }),
    recoverMs: 1_000 * wholeNumber(flags["recover"], "recover", recover),
    attackersAt: at === "crowd" ? undefined : at,
    fill,
  };
}

async function main(): Promise<number> {
  const line = readCommandLine(
    ["seed", "seconds", "percent", "recover", "attackers-at", "fill"],
    ["together", "alone"],
  );
  const plan = planOf(line);
  say(`seed ${plan.seed}, attackers at ${plan.attackersAt ?? "the address of the crowd"}\n`);
  for (const heading of HEADINGS) say(heading);
  let fine = true;
  if (line.flags["together"] !== true) {
    for (const attack of plan.attacks) fine = await runPlan(plan, [attack]) && fine;
  }
  // All share one server, which either speaks TLS or does not.
  const together = plan.attacks.filter((attack) => !attack.tls);
  if (together.length > 1 && line.flags["alone"] !== true) {
    fine = await runPlan(plan, together) && fine;
  }
  say(fine ? "\nEverybody who behaved well heard everything, in order, in time." : "\nFAILED");
  return fine ? 0 : 1;
}

Deno.exit(await exitCodeOf(main));
