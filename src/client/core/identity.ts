/**
 * Who this client is to the server: its name, the names it had before, the server's password and
 * the secret of its session. When a name or password is refused, this finds another.
 *
 * @module
 */

import type { ErrorEvent } from "../../protocol/messages.ts";
import type { ChatClientOptions } from "./client_options.ts";
import type { Over } from "./events.ts";
import { retryDelayMs, sleep, type Timers } from "./timers.ts";

/** A place is held for 15 s: so long the name may be taken by ourselves, with a bit to spare. */
const HELD_BY_US_MS = 20_000;

/**
 * So long a name is waited for that a server says will be free: twice what ours holds places for.
 */
const MAX_WAIT_MS = 60_000;

/** Names are waited for so often: whoever held one may have come back and gone again. */
const MAX_WAITS = 3;

/** Names of ours that an acknowledgement may carry: after a rename, the older ones too. */
const MAX_OWN_NAMES = 16;

/** Name, password and session of one client. */
export class Identity {
  #session: string | undefined;
  /** Number of the last direct message seen that has waited for the session; 0: none has. */
  lastDirect: number;
  /** The server has operators, or does not say; before the first welcome, too. */
  mayBecomeOperator = true;
  /** The server has made it an operator. */
  isOperator = false;
  readonly #options: ChatClientOptions;
  readonly #timers: Timers;
  #wished: string;
  #password: string | undefined;
  /** The present name first; empty before the first welcome. */
  #names: string[] = [];
  #unansweredAtMs = -Infinity;
  #waits = 0;

  /** Begins with what the options say. */
  constructor(options: ChatClientOptions, timers: Timers) {
    this.#options = options;
    this.#timers = timers;
    this.#wished = options.name;
    this.#password = options.password;
    this.#session = options.session;
    this.lastDirect = options.lastDirect ?? 0;
  }

  /** The secret that resumes the session; undefined before the first welcome. */
  get session(): string | undefined {
    return this.#session;
  }

  /** The server gave a session: of another one nothing has been seen. */
  set session(session: string | undefined) {
    if (session !== this.#session) this.lastDirect = 0;
    this.#session = session;
  }

  /** The name that it has, or wishes for. */
  get name(): string {
    return this.#names[0] ?? this.#wished;
  }

  /** The server's password, where one is known. */
  get password(): string | undefined {
    return this.#password;
  }

  /** Whether a name is ours, or was. */
  isOwn(name: string): boolean {
    return this.#names.includes(name);
  }

  /** The server gave this name. */
  named(name: string): void {
    const others = this.#names.filter((known) => known !== name);
    this.#names = [name, ...others].slice(0, MAX_OWN_NAMES);
  }

  /** The connection ended before the hello was answered: the name may be taken by it. */
  helloLost(): void {
    this.#unansweredAtMs = this.#timers.now();
  }

  /**
   * The name or the password was refused: finds another.
   *
   * @param stopped Ends the search.
   * @returns How that ends the client; undefined to try again.
   */
  async another(
    error: ErrorEvent,
    stopped: AbortSignal,
  ): Promise<Over | undefined> {
    const { code, text } = error;
    if (code === "password") {
      const password = await unlessStopped(this.#options.askPassword?.(error), stopped);
      if (password === undefined) return { reason: "refused", text, code };
      this.#password = password;
      return undefined;
    }
    if (code === "name_taken" && this.#timers.now() - this.#unansweredAtMs < HELD_BY_US_MS) {
      // A hello whose answer was lost may have taken the name; the server holds it for us.
      await sleep(this.#timers, retryDelayMs(1, this.#timers.random()), stopped);
      return undefined;
    }
    const name = error.freeInMs === undefined || ++this.#waits > MAX_WAITS
      ? await unlessStopped(this.#options.askName?.(error), stopped)
      : await this.#anotherOrFree(error, error.freeInMs, stopped);
    if (name === undefined) return { reason: "refused", text, code };
    this.#wished = name;
    this.#names = [];
    return undefined;
  }

  /** Another name, unless the one wished for is free before one is given. */
  async #anotherOrFree(
    error: ErrorEvent,
    freeInMs: number,
    stopped: AbortSignal,
  ): Promise<string | undefined> {
    const over = new AbortController();
    const stop = () => over.abort();
    stopped.addEventListener("abort", stop, { once: true });
    try {
      const free = sleep(this.#timers, Math.min(freeInMs, MAX_WAIT_MS), over.signal);
      const same = free.then(() => this.#wished);
      const { askName } = this.#options;
      return await (askName === undefined
        ? same
        : Promise.race([askName(error, over.signal), same]));
    } finally {
      stopped.removeEventListener("abort", stop);
      over.abort();
    }
  }
}

async function unlessStopped<T>(
  answer: Promise<T> | undefined,
  stopped: AbortSignal,
): Promise<T | undefined> {
  const stop = new Promise<undefined>((resolve) => {
    stopped.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  return await Promise.race([answer, stop]);
}
