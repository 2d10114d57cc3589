/**
 * A room with its crowd, and one phase of trouble after the other.
 *
 * @module
 */

import { pause } from "../../helpers/wait.ts";
import { MAX_SEED } from "../random.ts";
import type { Ran } from "./attack.ts";
import { AttackerProcess } from "./attacker.ts";
import { rest } from "../nuisance.ts";
import type { ChatProcess, Holding } from "./chat_process.ts";
import type { Crowd } from "./crowd.ts";
import type { Latencies } from "./latencies.ts";
import { MAX_GROWTH_BYTES, type Outcome, type StageOptions, type Trouble } from "./outcome.ts";
import type { Probed } from "./prober.ts";
import { enter, type Parts } from "./stage_parts.ts";
import { Watch } from "./watch.ts";

/** How long attackers may take to be in full force: some have to get past a server in trouble. */
const READY_MS = 20_000;

/** How long an attack with an end of its own may last, when it is alone. */
const MAX_FINITE_MS = 300_000;

/** See the module. */
export class Stage implements AsyncDisposable {
  /** The server. */
  readonly server: ChatProcess;
  /** The well-behaved. */
  readonly crowd: Crowd;
  /** How long lines take when nothing else is going on. */
  readonly quietLatencies: Latencies;
  /** How long pings take then. */
  readonly quietProbed: Probed;
  /** What the server holds then. */
  readonly quiet: Holding;
  readonly #options: StageOptions;
  readonly #parts: Parts;
  readonly #faults: string[] = [];

  private constructor(options: StageOptions, parts: Parts, quiet: {
    readonly latencies: Latencies;
    readonly probed: Probed;
    readonly holding: Holding;
  }) {
    this.#options = options;
    this.#parts = parts;
    this.server = parts.server;
    this.crowd = parts.crowd;
    this.quietLatencies = quiet.latencies;
    this.quietProbed = quiet.probed;
    this.quiet = quiet.holding;
  }

  /** Starts the server, lets the crowd in, and measures how it is when all is quiet. */
  static async open(options: StageOptions): Promise<Stage> {
    await using stack = new AsyncDisposableStack();
    const parts = await enter(options, stack);
    const { server, crowd, prober, blinker } = parts;
    crowd.talk();
    // The first lines are slower while the server's code is being compiled.
    await pause(options.quietMs / 2);
    crowd.takeLatencies();
    await prober.take();
    await pause(options.quietMs);
    blinker.takeMaxMs();
    const quiet = {
      latencies: crowd.takeLatencies(),
      probed: await prober.take(),
      holding: await server.holding(),
    };
    return new Stage(options, { ...parts, stack: stack.move() }, quiet);
  }

  /** Everything that went wrong so far. */
  get faults(): readonly string[] {
    return [
      ...this.#faults,
      ...this.#parts.blinker.faults,
      ...this.crowd.faults,
      ...this.server.strange.map((line) => `standard error: ${line}`),
    ];
  }

  /** Lets the attacks loose on the room, and waits until it has recovered. */
  async withstand(trouble: Trouble): Promise<Outcome> {
    const { attacks } = trouble;
    const forMs = Math.max(
      trouble.forMs,
      ...attacks.map(([{ leavesNothingAfterMs = 0 }]) => leavesNothingAfterMs),
    );
    const { blinker, prober } = this.#parts;
    await using attackers = new AsyncDisposableStack();
    const running = attacks.map(([attack, count]) => {
      return attackers.use(this.#letLoose(attack, count));
    });
    const ready = Promise.all(running.map((one) => one.ready));
    await within(READY_MS, ready);
    this.crowd.takeLatencies();
    this.crowd.strangers.take();
    const countedSinceMs = performance.now();
    this.server.takeLongestTurn();
    await prober.take();
    if (attacks.some(([{ behindLink }]) => behindLink)) await this.#options.link?.cut();

    await using watch = new Watch(this.server, this.crowd, this.quiet);
    blinker.begin();
    // Among others an attack with an end of its own may take many times as long to come to it.
    const isAlone = attacks.length === 1;
    const finite = running.filter(({ attack }) => isAlone && attack.finite).map((o) => o.ended);
    const over = new AbortController();
    const done = Promise.all([rest(forMs, over.signal), ...finite]);
    await within(Math.max(forMs, MAX_FINITE_MS), Promise.race([done, watch.tooLarge]));
    over.abort();
    if (isAlone && attacks[0]![0].leavesNothingAfterMs !== undefined) {
      // Without those who come and go, since every descriptor counts.
      await Promise.all([blinker.rest(), watch.end()]);
      await this.#judgeLeft();
    }
    const all = await Promise.all(running.map((attacker) => attacker.stop()));
    // Who waits for the server has waited because of the attack.
    await blinker.rest();
    const most = await watch.end();
    const probed = await prober.take();
    this.#faults.push(...watch.faults, ...probed.faults);
    const strangers = this.crowd.strangers.take();
    // What was sent at the end is read later, by whoever talks too fast.
    const seconds = (performance.now() - countedSinceMs) / 1_000;
    this.#judge(trouble, seconds, { strangers, figures: all });
    const latencies = this.crowd.takeLatencies();
    const turnMs = this.server.takeLongestTurn();
    const { after, recoveredMs } = await this.#recover(trouble);
    const { visitMs, pageMs } = watch;
    return {
      name: attacks.map(([attack]) => attack.name).join(" + "),
      figures: figuresOf(running, all),
      ...{ strangers, latencies, probed, visitMs, pageMs, blinkMs: blinker.takeMaxMs(), turnMs },
      ...{ most, after, recoveredMs },
    };
  }

  /** Ends the talk and the server in order; everything that went wrong is in `faults` then. */
  async close(): Promise<number> {
    await this.crowd.finish();
    const { blinker, prober } = this.#parts;
    for (const part of [this.crowd, blinker, prober]) await part[Symbol.asyncDispose]();
    return await this.server.stop();
  }

  /** Ends it at once, unless it has been closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.stack.disposeAsync();
  }

  #letLoose(attack: AttackerProcess["attack"], count: number): AttackerProcess {
    const { random, link, secrets, tls, attackersAt, clock } = this.#options;
    const isFar = attack.behindLink === true;
    const order = {
      host: isFar ? link?.host ?? "" : "127.0.0.1",
      port: this.server.port,
      web: this.server.webPort,
      from: isFar ? undefined : attackersAt,
      seed: 1 + random.below(MAX_SEED),
      count,
      clock: clock?.file,
      password: tls ? undefined : secrets?.password,
      operatorPassword: this.#parts.operatorPassword,
      certificate: tls ? secrets?.certificate : undefined,
    };
    const { niceness } = this.#options;
    return new AttackerProcess(attack, order, {
      before: isFar ? link?.before ?? [] : [],
      niceness,
    });
  }

  /** Holds what came of it against what the attacks are allowed. */
  #judge(
    { attacks }: Trouble,
    seconds: number,
    { strangers, figures }: Pick<Outcome, "strangers"> & {
      readonly figures: readonly Outcome["figures"][];
    },
  ): void {
    for (const [i, [attack, count]] of attacks.entries()) {
      const ran: Ran = { seconds, count };
      const allowed = attacks.length === 1 ? attack.allows?.(ran) ?? {} : {};
      const own = attack.figuresAllowed?.(ran) ?? {};
      this.#compare(attack.name, allowed, { ...strangers });
      this.#compare(attack.name, own, figures[i] ?? {});
    }
  }

  /** Holds what is left of an attack against nothing, while it is still there. */
  async #judgeLeft(): Promise<void> {
    let left = Infinity;
    for (let look = 0; look < 10 && left > 0; look++) {
      await pause(300);
      left = (await this.server.holding()).descriptors - this.quiet.descriptors;
    }
    if (left > 0) this.#faults.push(`${left} descriptors are held for those who should be gone`);
  }

  #compare(
    name: string,
    allowed: Readonly<Record<string, number>>,
    figures: Readonly<Record<string, number>>,
  ): void {
    for (const [what, most] of Object.entries(allowed)) {
      const count = figures[what] ?? 0;
      if (count > most) this.#faults.push(`${name}: ${what} ${count}, but ${most} are allowed`);
    }
  }

  async #recover(
    { recoverMs, mayLinger = 0, maxGrowthBytes = MAX_GROWTH_BYTES }: Trouble,
  ): Promise<{ after: Holding; recoveredMs: number | null }> {
    const startMs = performance.now();
    for (;;) {
      const after = await this.server.holding();
      const passedMs = performance.now() - startMs;
      const grown = after.anonBytes - this.quiet.anonBytes;
      const left = after.descriptors - this.quiet.descriptors;
      if (grown <= maxGrowthBytes && left <= mayLinger) return { after, recoveredMs: passedMs };
      if (passedMs > recoverMs) return { after, recoveredMs: null };
      await pause(250);
    }
  }
}

/** Waits for something, for so long at most. */
async function within(ms: number, what: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([what, rest(ms, over.signal)]);
  over.abort();
}

/** All of them under the names of their attacks. */
function figuresOf(
  running: readonly AttackerProcess[],
  all: readonly Outcome["figures"][],
): Outcome["figures"] {
  const figures: Record<string, number> = {};
  for (const [i, did] of all.entries()) {
    for (const [what, count] of Object.entries(did)) {
      figures[`${running[i]!.attack.name} ${what}`] = count;
    }
  }
  return figures;
}
