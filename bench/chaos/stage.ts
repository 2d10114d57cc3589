/**
 * A room with its crowd, and one phase of trouble after the other.
 *
 * @module
 */

import type { Random } from "../kill/random.ts";
import { MAX_SEED } from "../kill/random.ts";
import type { Attack } from "./attack.ts";
import { AttackerProcess } from "./attacker_process.ts";
import { ChatProcess, type Holding } from "./chat_process.ts";
import { Crowd, pause } from "./crowd.ts";
import type { FakeClock } from "./fake_clock.ts";
import type { Latencies } from "./latencies.ts";
import type { Link } from "./link.ts";
import type { Secrets } from "./secrets.ts";

/** How far memory may be above its quiet value in the end. */
export const MAX_GROWTH_BYTES = 32 * 1024 * 1024;

/** What a {@linkcode Stage} is like. */
export interface StageOptions {
  /** All chance comes from it. */
  readonly random: Random;
  /** How many are well-behaved. */
  readonly members: number;
  /** Between two lines of one of them. */
  readonly paceMs: number;
  /** How long the quiet value is measured. */
  readonly quietMs: number;
  /** A way to another namespace, for the attacks that need one. */
  readonly link?: Link | undefined;
  /** A password for the room and a certificate for the server. */
  readonly secrets?: Secrets | undefined;
  /** The server speaks TLS, and the room has no password; otherwise the other way round. */
  readonly tls?: boolean;
  /** The server's memory of the past is filled first, since that is no growth; default true. */
  readonly warmUp?: boolean;
  /** The server's wall clock, for the attack that turns it. */
  readonly clock?: FakeClock | undefined;
}

/** Some attacks at the same time. */
export interface Trouble {
  /** Each with its number of peers; see {@linkcode Attack.count}. */
  readonly attacks: readonly (readonly [Attack, number])[];
  /** How long at least. */
  readonly forMs: number;
  /** How long the server may then take to be as before. */
  readonly recoverMs: number;
  /** How far memory may stay above its quiet value; default {@linkcode MAX_GROWTH_BYTES}. */
  readonly maxGrowthBytes?: number;
  /** Half-open connections are not waited for: they last for as long as the server's patience. */
  readonly mayLinger?: number;
}

/** What came of it. */
export interface Outcome {
  /** The attacks. */
  readonly name: string;
  /** What they did. */
  readonly figures: Readonly<Record<string, number>>;
  /** How long lines took meanwhile. */
  readonly latencies: Latencies;
  /** How long somebody new took to come in and be heard, at worst. */
  readonly visitMs: number;
  /** What the server held when it was worst, as far as was looked. */
  readonly most: Holding;
  /** What it held in the end. */
  readonly after: Holding;
  /** How long it took to be as before; null: it is not. */
  readonly recoveredMs: number | null;
}

/** See the module. */
export class Stage implements AsyncDisposable {
  /** The server. */
  readonly server: ChatProcess;
  /** The well-behaved. */
  readonly crowd: Crowd;
  /** How long lines take when nothing else is going on. */
  readonly quietLatencies: Latencies;
  /** What the server holds then. */
  readonly quiet: Holding;
  readonly #options: StageOptions;

  private constructor(
    options: StageOptions,
    server: ChatProcess,
    crowd: Crowd,
    quietLatencies: Latencies,
    quiet: Holding,
  ) {
    this.#options = options;
    this.server = server;
    this.crowd = crowd;
    this.quietLatencies = quietLatencies;
    this.quiet = quiet;
  }

  /** Starts the server, lets the crowd in, and measures how it is when all is quiet. */
  static async open(options: StageOptions): Promise<Stage> {
    const { members, paceMs, quietMs, link, secrets, tls = false, clock } = options;
    const flags = tls ? secrets?.tlsFlags : secrets?.passwordFlags;
    const server = await ChatProcess.start({
      flags: flags ?? [],
      before: clock?.before ?? [],
      // The other side of the link must reach it, too.
      host: link === undefined ? "127.0.0.1" : "0.0.0.0",
    });
    let crowd: Crowd | undefined;
    try {
      const address = { hostname: "127.0.0.1", port: server.port };
      const caCerts = tls ? [await Deno.readTextFile(secrets?.certificate ?? "")] : [];
      crowd = await Crowd.enter({
        dial: () => tls ? Deno.connectTls({ ...address, caCerts }) : Deno.connect(address),
        members,
        paceMs,
        ...(tls || secrets === undefined ? {} : { password: secrets.password }),
      });
      if (options.warmUp !== false) await crowd.warmUp();
      crowd.talk();
      // The first lines are slower while the server's code is being compiled.
      await pause(quietMs / 2);
      crowd.takeLatencies();
      await pause(quietMs);
      return new Stage(options, server, crowd, crowd.takeLatencies(), await server.holding());
    } catch (error) {
      await crowd?.[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Everything that went wrong so far. */
  get faults(): readonly string[] {
    return [
      ...this.crowd.faults,
      ...this.server.strange.map((line) => `standard error: ${line}`),
    ];
  }

  /** Lets the attacks loose on the room, and waits until it has recovered. */
  async withstand(trouble: Trouble): Promise<Outcome> {
    const { random, link, secrets, tls } = this.#options;
    const { attacks, forMs } = trouble;
    await using attackers = new AsyncDisposableStack();
    const running = attacks.map(([attack, count]) => {
      const isFar = attack.behindLink === true;
      const host = isFar ? link?.host ?? "" : "127.0.0.1";
      const before = isFar ? link?.before ?? [] : [];
      const seed = 1 + random.below(MAX_SEED);
      const options = {
        host,
        port: this.server.port,
        seed,
        count,
        clock: this.#options.clock?.file,
        password: tls ? undefined : secrets?.password,
        certificate: tls ? secrets?.certificate : undefined,
      };
      return attackers.use(new AttackerProcess(attack, options, before));
    });
    await Promise.all(running.map(({ ready }) => ready));
    this.crowd.takeLatencies();
    if (attacks.some(([{ behindLink }]) => behindLink)) await link?.cut();

    let most = this.quiet;
    let visitMs = 0;
    let finished = false;
    const over = Promise.all(
      running.map((one) => one.attack.finite ? one.ended : pause(forMs)),
    ).then(() => finished = true);
    const startMs = performance.now();
    let looksMs = startMs;
    while (!finished || performance.now() - startMs < forMs) {
      await pause(100);
      if (performance.now() < looksMs) continue;
      looksMs = performance.now() + 500;
      const [held, tookMs] = await Promise.all([this.server.holding(), this.crowd.visit()]);
      most = {
        rssBytes: Math.max(most.rssBytes, held.rssBytes),
        descriptors: Math.max(most.descriptors, held.descriptors),
      };
      visitMs = Math.max(visitMs, tookMs);
    }
    await over;
    const latencies = this.crowd.takeLatencies();
    const all = await Promise.all(running.map((attacker) => attacker.stop()));
    const figures: Record<string, number> = {};
    for (const [i, did] of all.entries()) {
      for (const [what, count] of Object.entries(did)) {
        figures[`${running[i]!.attack.name} ${what}`] = count;
      }
    }
    const name = attacks.map(([attack]) => attack.name).join(" + ");
    const { after, recoveredMs } = await this.#recover(trouble);
    return { name, figures, latencies, visitMs, most, after, recoveredMs };
  }

  /** Ends the talk and the server in order; everything that went wrong is in `faults` then. */
  async close(): Promise<number> {
    await this.crowd.finish();
    await this.crowd[Symbol.asyncDispose]();
    return await this.server.stop();
  }

  /** Ends it at once, unless it has been closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.crowd[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }

  async #recover(
    { recoverMs, mayLinger = 0, maxGrowthBytes = MAX_GROWTH_BYTES }: Trouble,
  ): Promise<{ after: Holding; recoveredMs: number | null }> {
    const startMs = performance.now();
    for (;;) {
      const after = await this.server.holding();
      const passedMs = performance.now() - startMs;
      const grown = after.rssBytes - this.quiet.rssBytes;
      const left = after.descriptors - this.quiet.descriptors;
      if (grown <= maxGrowthBytes && left <= mayLinger) return { after, recoveredMs: passedMs };
      if (passedMs > recoverMs) return { after, recoveredMs: null };
      await pause(250);
    }
  }
}
