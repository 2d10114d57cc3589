/**
 * `irc-framework`, the IRC client that The Lounge and Kiwi are made of, as a person in a test.
 *
 * @module
 */

import { Program } from "./program.ts";
import { SAFETY_MS, until } from "./wait.ts";

/** What the events of irc-framework have, each of them some of it. */
export interface FrameworkEvent {
  readonly nick?: string;
  readonly new_nick?: string;
  readonly target?: string;
  readonly channel?: string;
  readonly message?: string;
  readonly topic?: string;
  readonly kicked?: string;
  readonly real_name?: string;
  readonly channels?: string;
  readonly away?: string;
  readonly bot?: string;
  readonly idle?: string;
  readonly new_gecos?: string;
  readonly invited?: string;
  readonly nicks?: readonly string[];
  readonly users?: readonly {
    readonly nick: string;
    readonly real_name: string;
    readonly away: boolean;
    readonly bot: boolean;
    readonly channel_modes: readonly string[];
  }[];
  readonly time?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly commands?: readonly {
    readonly command: string;
    readonly params: readonly string[];
    readonly tags: Readonly<Record<string, string>>;
  }[];
}

/** What tests call of its client. */
const METHODS = [
  ...["requestCap", "connect", "join", "part", "say", "action", "changeNick", "setTopic", "raw"],
  ...["whois", "who", "addMonitor", "quit"],
] as const;

/** Its client: each call goes to the process that has it. */
type Remote = Readonly<Record<typeof METHODS[number], (...args: readonly unknown[]) => void>>;

/** One line of that process. */
type Line = readonly [name: string, event: FrameworkEvent, nick: string, caps: readonly string[]];

const FOLDER = new URL("../irc_framework/", import.meta.url).pathname;

/** How somebody connects. */
export interface FrameworkOptions {
  /** The server's password. */
  readonly password?: string;
  /** Password for SASL PLAIN. */
  readonly sasl?: string;
  /** More capabilities to ask for. */
  readonly capabilities?: readonly string[];
  /** Connects again after a loss; default false. */
  readonly reconnects?: boolean;
}

/** Somebody with an IRC client. */
export class FrameworkClient implements AsyncDisposable {
  /** The client itself. */
  readonly irc: Remote;
  readonly #program: Program = new Program([
    ...[Deno.execPath(), "run", "--quiet", "--no-prompt", "--no-config", "--frozen"],
    ...[`--lock=${FOLDER}deno.lock`, "--allow-net", "--allow-env", "--allow-read"],
    `${FOLDER}client.ts`,
  ]);
  #read = 0;

  private constructor() {
    const calls = METHODS.map((name) =>
      [name, (...args: readonly unknown[]) => this.#call(name, ...args)] as const
    );
    this.irc = Object.fromEntries(calls) as Remote;
  }

  #call(...call: readonly unknown[]): void {
    void this.#program.write(`${JSON.stringify(call)}\n`);
  }

  /** All events that have come, with their names. */
  get seen(): readonly Line[] {
    return this.#program.stdout.seen.map((line) => JSON.parse(line));
  }

  /** What it is called now. */
  get nick(): string {
    return this.seen.at(-1)?.[2] ?? "";
  }

  /** The capabilities that it has. */
  get capabilities(): readonly string[] {
    return this.seen.at(-1)?.[3] ?? [];
  }

  /** Connects to a port of 127.0.0.1 and waits until the server has let it in. */
  static async join(
    port: number,
    nick: string,
    options: FrameworkOptions = {},
  ): Promise<FrameworkClient> {
    await using failed = new AsyncDisposableStack();
    const client = failed.use(new FrameworkClient());
    if (options.capabilities !== undefined) client.irc.requestCap(options.capabilities);
    client.irc.connect({
      host: "127.0.0.1",
      port,
      nick,
      username: nick,
      gecos: nick,
      enable_echomessage: true,
      enable_setname: true,
      auto_reconnect: options.reconnects ?? false,
      auto_reconnect_max_wait: 500,
      auto_reconnect_max_retries: 50,
      ...(options.password === undefined ? {} : { password: options.password }),
      ...(options.sasl === undefined ? {} : { account: { account: nick, password: options.sasl } }),
    });
    await client.next("registered");
    if (options.reconnects === true) client.#call("mayReconnect");
    failed.move();
    return client;
  }

  /** Joins a channel and waits until it is in it. */
  async enter(channel: string, key?: string): Promise<void> {
    this.irc.join(channel, key);
    await this.next("join", (event) => event.nick === this.nick);
  }

  /**
   * Reads on to the first event with a name.
   *
   * @param which Which one of that name; default any.
   * @throws {WaitedTooLong} When none comes.
   */
  async next(
    name: string,
    which: (event: FrameworkEvent) => boolean = () => true,
  ): Promise<FrameworkEvent> {
    let found: FrameworkEvent | undefined;
    await until(() => {
      while (this.#read < this.seen.length && found === undefined) {
        const [other, event] = this.seen[this.#read++]!;
        if (other === name && which(event)) found = event;
      }
      return found !== undefined;
    }, `${name} for ${this.nick}, who has ${JSON.stringify(this.seen.slice(-8))}`);
    return found!;
  }

  /** Reads on to the message with this text. */
  message(text: string): Promise<FrameworkEvent> {
    return this.next("privmsg", ({ message }) => message === text);
  }

  /** The texts of all messages that have come in a channel. */
  textsIn(channel: string): string[] {
    return this.seen.filter(([name, { target }]) => name === "privmsg" && target === channel)
      .map(([, { message }]) => message ?? "");
  }

  /** Leaves, and waits until the connection is closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await using _program = this.#program;
    if (this.seen.some(([name]) => name === "close")) return;
    this.irc.quit();
    await until(
      () => this.seen.some(([name]) => name === "close"),
      `the end of ${this.nick}`,
      SAFETY_MS,
    );
  }
}
