/**
 * Starts an attack in a process of its own, and ends it.
 *
 * @module
 */

import type { Attack, Order } from "./attack.ts";
import { eachLine, kill } from "./chat_process.ts";

const ATTACKER = new URL("attacker.ts", import.meta.url).pathname;

/**
 * Attackers come after the server and the crowd where all want the processor: real ones have a
 * machine of their own. What nobody else uses is theirs, so that the server has as much to do.
 */
const POLITE = ["nice", "-n", "10"];

/** How long it may take to come to full force, and to end. */
const PATIENCE_MS = 60_000;

/** See the module. */
export class AttackerProcess implements AsyncDisposable {
  /** Which attack it is. */
  readonly attack: Attack;
  /** Resolves when it is in full force. @throws {Error} When it ends before. */
  readonly ready: Promise<void>;
  /** Resolves when it has ended, to what it did. @throws {Error} When it has failed. */
  readonly ended: Promise<Readonly<Record<string, number>>>;
  readonly #child: Deno.ChildProcess;
  readonly #errors: string[] = [];
  #killed = false;

  /**
   * Starts it.
   *
   * @param before What stands before the command: `["ip", "netns", "exec", NAME]`.
   */
  constructor(attack: Attack, order: Order, before: readonly string[] = []) {
    const files = order.clock === undefined ? [] : [`--allow-write=${order.clock}`];
    const ffi = attack.narrow ? ["--allow-ffi"] : [];
    const allowed = ["--no-prompt", "--allow-net", "--allow-read", ...files, ...ffi];
    const run = ["run", ...allowed, ATTACKER];
    const command = [...POLITE, ...before, Deno.execPath(), ...run, attack.name];
    const [tool = "", ...rest] = [...command, JSON.stringify(order)];
    this.attack = attack;
    this.#child = new Deno.Command(tool, {
      args: rest,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const ready = Promise.withResolvers<void>();
    this.ready = ready.promise;
    let figures: Record<string, number> = {};
    const out = eachLine(this.#child.stdout, (line) => {
      if (line === "ready") ready.resolve();
      else figures = JSON.parse(line);
    });
    const err = eachLine(this.#child.stderr, (line) => this.#errors.push(line));
    this.ended = Promise.all([out, err, this.#child.status]).then(([, , { success }]) => {
      const failure = new Error(`The attack ${attack.name} failed: ${this.#errors.join("\n")}`);
      ready.reject(failure);
      if (!success && !this.#killed) throw failure;
      return figures;
    });
    ready.promise.catch(() => {});
    this.ended.catch(() => {});
  }

  /** Lets it end. @returns What it did. */
  async stop(): Promise<Readonly<Record<string, number>>> {
    await this.#child.stdin.close().catch(() => {});
    const timer = setTimeout(() => kill(this.#child, "SIGKILL"), PATIENCE_MS);
    try {
      return await this.ended;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends it at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#killed = true;
    kill(this.#child, "SIGKILL");
    await this.#child.stdin.close().catch(() => {});
    await this.ended.catch(() => {});
  }
}
