/**
 * The short form of `deno task chaos`: fifty people talk to the real server while others are a
 * nuisance, each in its way and then all at once. Who behaves well loses nothing, memory has a
 * bound, no descriptor is left, and nobody gets more into the room than the flags allow. How long
 * anything took is for the long form alone.
 *
 * Every random number comes from one seed, which is printed; `CHAT_CHAOS_SEED` sets it.
 *
 * @module
 */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Attack } from "./attack.ts";
import { ATTACKS } from "./attacks/all.ts";
import { Link } from "../link.ts";
import type { Outcome, StageOptions } from "./outcome.ts";
import { Past } from "./past.ts";
import { Secrets } from "./secrets.ts";
import { Stage } from "./stage.ts";
import { anySeed, Random } from "../random.ts";
import { needs, saySkipped } from "../../helpers/proc.ts";

const SEED = Number(Deno.env.get("CHAT_CHAOS_SEED") ?? anySeed());

/** How long an attack without an end of its own goes on. */
const ATTACK_MS = 1_000;

/**
 * V8 and malloc give back what they no longer need only after a minute or two: that the memory then
 * is within 64 MiB of what it was is for the long form to see. Here it only must not run away.
 */
const MAX_GROWTH_BYTES = 192 * 1024 * 1024;

/** How long the server may take to be as before: connections that wait for an answer, 10 s. */
const RECOVER_MS = 120_000;

/** Attackers have an address of their own (RFC 6890: all of 127.0.0.0/8 is this machine). */
const CROWD = { members: 50, paceMs: 500, attackersAt: "127.0.0.2" };

/**
 * What goes on at once: one of each kind. All that there is would take the two processors of a
 * small machine away from those who behave; the long form runs it.
 */
const TOGETHER = new Set([
  "resets",
  "deaf",
  "slow",
  "flood",
  "noise",
  "telnet-deaf",
  "marks",
  "ws-continuations",
  "no-lines",
  "resumes",
  "joins",
]);

Deno.test({
  name: "Fifty people talk through every nuisance, one by one and many at once, and lose nothing",
  ignore: !await needs("linux"),
  async fn(test) {
    note(`seed ${SEED} (CHAT_CHAOS_SEED sets it)`);
    await using link = await Link.make();
    if (link === null) saySkipped("network namespace");
    await using stage = await open({ quietMs: 1_500, web: true, link: link ?? undefined });
    const near = ATTACKS.filter(isNear);
    for (const attack of near) {
      await test.step(attack.about, () => withstand(stage, [attack], 0));
    }
    // The link cannot be mended, so what is behind it stays until the server gives it up.
    const far = ATTACKS.filter(({ behindLink }) => behindLink && link !== null);
    const left = far.reduce((sum, { testCount }) => sum + testCount, 0);
    const together = near.filter(({ name }) => TOGETHER.has(name));
    await test.step("many of them at once", () => withstand(stage, [...together, ...far], left));
    await closed(stage);
  },
});

Deno.test({
  name: "Fifty people talk while others search a database, and lose nothing",
  ignore: !await needs("linux"),
  async fn(test) {
    const attacks = ATTACKS.filter(({ past }) => past !== undefined);
    const pasts = attacks.map(({ past = 0, testPast = past }) => testPast);
    await using past = await Past.make(Math.max(...pasts));
    await using stage = await open({ quietMs: 500, past, fill: "nothing" });
    for (const attack of attacks) {
      await test.step(attack.about, () => withstand(stage, [attack], 0));
    }
    await closed(stage);
  },
});

Deno.test({
  name: "Fifty people talk while others try wrong passwords, and lose nothing",
  ignore: !await needs("linux"),
  async fn() {
    await using secrets = await Secrets.make();
    await using stage = await open({ quietMs: 500, secrets, fill: "nothing" });
    const attacks = ATTACKS.filter(({ password }) => password);
    // Who waits for an answer is seen to have gone when the answer is due, after up to 10 s.
    const left = attacks.reduce((sum, { testCount }) => sum + testCount, 1);
    await withstand(stage, attacks, left);
    await closed(stage);
  },
});

Deno.test({
  name: "Fifty people talk while others at their own address do many of them, and lose nothing",
  ignore: !await needs("linux"),
  async fn() {
    const at = { attackersAt: undefined };
    await using stage = await open({ quietMs: 500, web: true, fill: "nothing", ...at });
    const attacks = ATTACKS.filter((attack) => isNear(attack) && TOGETHER.has(attack.name));
    await withstand(stage, attacks, 0);
    await closed(stage);
  },
});

Deno.test({
  name: "Fifty people talk over TLS while handshakes are cut at every stage, and lose nothing",
  ignore: !await needs("linux"),
  async fn() {
    await using secrets = await Secrets.make();
    await using stage = await open({ quietMs: 500, secrets, tls: true, fill: "nothing" });
    await withstand(stage, ATTACKS.filter(({ tls }) => tls), 0);
    await closed(stage);
  },
});

/** Needs nothing but a connection to a server with a page, and is over soon. */
function isNear({ tls, password, behindLink, clock, past, testCount }: Attack): boolean {
  return !tls && !password && !behindLink && !clock && past === undefined && testCount > 0;
}

/** A server and its crowd; what they are like beside that. */
function open(more: Omit<StageOptions, "members" | "paceMs" | "random">): Promise<Stage> {
  return Stage.open({ ...CROWD, random: new Random(SEED), ...more });
}

/** Ends what has withstood everything: in order, and without a fault. */
async function closed(stage: Stage): Promise<void> {
  assertEquals(await stage.close(), 0);
  assertEquals(stage.faults, []);
}

async function withstand(
  stage: Stage,
  attacks: readonly Attack[],
  mayLinger: number,
): Promise<void> {
  const known = stage.faults.length;
  const outcome = await stage.withstand({
    attacks: attacks.map((attack) => [attack, attack.testCount]),
    forMs: ATTACK_MS,
    recoverMs: RECOVER_MS,
    maxGrowthBytes: MAX_GROWTH_BYTES,
    mayLinger,
  });
  note(summary(stage, outcome));
  assertEquals(stage.faults.slice(known), []);
  assert(outcome.visitMs < Infinity);
  assertNotEquals(outcome.recoveredMs, null, `the server holds ${JSON.stringify(outcome.after)}`);
}

function summary(stage: Stage, outcome: Outcome): string {
  const { probed, turnMs, most, after, recoveredMs } = outcome;
  const ms = (value: number | null) => (value ?? NaN).toFixed(1);
  const mib = (bytes: number) => (bytes / 1_048_576).toFixed(0);
  return `${outcome.name}: pings ${ms(stage.quietProbed.medianMs)} → ${ms(probed.medianMs)} ms, ` +
    `99% ${ms(probed.p99Ms)}, most ${ms(probed.maxMs)}; longest turn ${ms(turnMs)}; ` +
    `memory ${mib(stage.quiet.anonBytes)} → ${mib(most.anonBytes)} → ${
      mib(after.anonBytes)
    } MiB; ` +
    `newcomer ${ms(outcome.visitMs)} ms; as before after ${
      ((recoveredMs ?? NaN) / 1000).toFixed(1)
    } s`;
}

function note(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`\n${text}\n`));
}
