/**
 * Starts an attack in a process of its own, and ends it.
 *
 * @module
 */

import type { Attack } from "./attack.ts";
import { eachLine, kill } from "./chat_process.ts";

const ATTACKER = new URL("attacker.ts", import.meta.url).pathname;

/** How long it may take to come to full force, and to end. */
const PATIENCE_MS = 60_000;

/** Options of {@linkcode AttackerProcess}. */
export interface AttackerOptions {
  /** Address of the server, as the attacker sees it. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
  /** Of its random numbers. */
  readonly seed: number;
  /** See {@linkcode Attack.count}. */
  readonly count: number;
  /** The room's password, where it has one: of a room that lasts as long as the attack. */
  readonly password?: string | undefined;
  /** File of the certificate, where the server speaks TLS. */
  readonly certificate?: string | undefined;
  /** What stands before the command: `["ip", "netns", "exec", NAME]`. */
  readonly before?: readonly string[];
}

/** See the module. */
export class AttackerProcess implements AsyncDisposable {
  /** Which attack it is. */
  readonly attack: Attack;
  /** Resolves when it is in full force. @throws {Error} When it ends before. */
  readonly ready: Promise<void>;
  /** Resolves when it has ended, to what it did. */
  readonly ended: Promise<Readonly<Record<string, number>>>;
  readonly #child: Deno.ChildProcess;
  readonly #errors: string[] = [];

  /** Starts it. */
  constructor(attack: Attack, options: AttackerOptions) {
    const { host, port, seed, count, password = "", certificate = "", before = [] } = options;
    const run = [Deno.execPath(), "run", "--no-prompt", "--allow-net", "--allow-read", ATTACKER];
    const args = [attack.name, host, port, seed, count, password, certificate].map(String);
    const [tool = "", ...rest] = [...before, ...run, ...args];
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
    this.ended = Promise.all([out, err, this.#child.status]).then(() => {
      ready.reject(
        new Error(`The attack ${attack.name} did not begin: ${this.#errors.join("\n")}`),
      );
      return figures;
    });
    ready.promise.catch(() => {});
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
    kill(this.#child, "SIGKILL");
    await this.#child.stdin.close().catch(() => {});
    await this.ended;
  }
}
