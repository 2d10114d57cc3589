/**
 * One attack as a process of its own, from both sides: {@linkcode AttackerProcess} starts it, and
 * `attacker.ts NAME ORDER` is it, the order being an {@linkcode Order} as JSON. It says `ready`
 * when it is in full force, goes on until it is over or its standard input ends, and says what it
 * did as JSON.
 *
 * @module
 */

import { Program } from "../../helpers/program.ts";
import { say } from "../cli.ts";
import { Random } from "../random.ts";
import type { Attack, Order } from "./attack.ts";
import { ATTACKS } from "./attacks/all.ts";

/**
 * Attackers come after the server and the crowd where all want the processor: real ones have a
 * machine of their own. What nobody else uses is theirs, so that the server has as much to do.
 */
const NICENESS = 10;

/** How long it may take to end. */
const PATIENCE_MS = 60_000;

/** Longer than any attack: whoever waits for one to be ready has a limit of its own. */
const FOREVER_MS = 2 ** 31 - 1;

/** What an attack did, by name. */
type Figures = Readonly<Record<string, number>>;

/** Starts an attack, and ends it. */
export class AttackerProcess implements AsyncDisposable {
  /** Which attack it is. */
  readonly attack: Attack;
  /** Resolves when it is in full force. @throws {Error} When it ends before. */
  readonly ready: Promise<unknown>;
  /** Resolves when it has ended, to what it did. @throws {Error} When it has failed. */
  readonly ended: Promise<Figures>;
  readonly #program: Program;
  #killed = false;

  /**
   * Starts it.
   *
   * @param options.before What stands before the command: `["ip", "netns", "exec", NAME]`.
   * @param options.niceness How far it comes after others, 1 to 19; default 10.
   */
  constructor(
    attack: Attack,
    order: Order,
    options: { readonly before?: readonly string[]; readonly niceness?: number | undefined } = {},
  ) {
    const { before = [], niceness = NICENESS } = options;
    const files = order.clock === undefined ? [] : [`--allow-write=${order.clock}`];
    const ffi = attack.narrow ? ["--allow-ffi"] : [];
    const allowed = ["--no-prompt", "--allow-net", "--allow-read", ...files, ...ffi];
    const script = new URL(import.meta.url).pathname;
    this.attack = attack;
    this.#program = new Program(
      [Deno.execPath(), "run", ...allowed, script, attack.name, JSON.stringify(order)],
      { before: ["nice", "-n", String(niceness), ...before] },
    );
    this.ended = this.#end();
    this.ready = this.#program.stdout.expect("ready", FOREVER_MS).catch(async () => {
      throw this.#failure((await this.#program.ended).stderr);
    });
    for (const promise of [this.ready, this.ended]) promise.catch(() => {});
  }

  /** Lets it end. @returns What it did. */
  async stop(): Promise<Figures> {
    await this.#program.closeInput();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#program.signal("SIGKILL");
    }, PATIENCE_MS);
    try {
      return await this.ended;
    } catch (error) {
      throw isLate ? this.#failure(`it did not end within ${PATIENCE_MS} ms`) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends it at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#killed = true;
    await this.#program[Symbol.asyncDispose]();
  }

  async #end(): Promise<Figures> {
    const { code, stdout, stderr } = await this.#program.ended;
    if (code !== 0 && !this.#killed) throw this.#failure(stderr);
    const figures = stdout.split("\n").find((line) => line.startsWith("{"));
    return figures === undefined ? {} : JSON.parse(figures);
  }

  #failure(why: string): Error {
    return new Error(`The attack ${this.attack.name} failed: ${why}`);
  }
}

async function main(): Promise<void> {
  const [name, json = "{}"] = Deno.args;
  const attack = ATTACKS.find((one) => one.name === name);
  if (attack === undefined) throw new Error(`There is no attack called ${name}`);
  const order = JSON.parse(json) as Order;
  const over = new AbortController();
  watchInput().then(() => over.abort());
  const figures = await attack.run({
    ...order,
    random: new Random(order.seed),
    signal: over.signal,
    ready: () => say("ready"),
  });
  say(JSON.stringify(figures));
}

async function watchInput(): Promise<void> {
  for await (const _ of Deno.stdin.readable);
}

if (import.meta.main) {
  await main();
  // Whatever is still open is the server's to notice.
  Deno.exit(0);
}
