/**
 * Starts a prober in a process of its own, asks it what it has seen, and ends it.
 *
 * @module
 */

import { eachLine, kill } from "./chat_process.ts";
import type { Probed, ProbeOrder } from "./prober.ts";

const PROBER = new URL("prober.ts", import.meta.url).pathname;

/** See the module. */
export class ProberProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<unknown>;
  readonly #ready = Promise.withResolvers<void>();
  readonly #errors: string[] = [];
  #answer = Promise.withResolvers<Probed>();

  private constructor(order: ProbeOrder) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--allow-net", "--allow-read", PROBER, JSON.stringify(order)],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#answer.promise.catch(() => {});
    const out = eachLine(this.#child.stdout, (line) => {
      if (line === "ready") this.#ready.resolve();
      else this.#answer.resolve(JSON.parse(line) as Probed);
    });
    const err = eachLine(this.#child.stderr, (line) => this.#errors.push(line));
    this.#reading = Promise.all([out, err, this.#child.status]).then(() => {
      const failure = new Error(`The prober ended: ${this.#errors.join("\n")}`);
      this.#ready.reject(failure);
      this.#answer.reject(failure);
    });
  }

  /**
   * Starts it and waits until its clients are in.
   *
   * @throws {Error} When they do not come in.
   */
  static async start(order: ProbeOrder): Promise<ProberProcess> {
    const prober = new ProberProcess(order);
    try {
      await prober.#ready.promise;
      return prober;
    } catch (error) {
      await prober[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What it has seen since the last question. One question at a time. */
  async take(): Promise<Probed> {
    this.#answer = Promise.withResolvers<Probed>();
    this.#answer.promise.catch(() => {});
    await this.#input.write(new Uint8Array([10]));
    return await this.#answer.promise;
  }

  /** Its clients leave, and it ends. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {});
    const timer = setTimeout(() => kill(this.#child, "SIGKILL"), 5_000);
    await this.#reading;
    clearTimeout(timer);
  }
}
