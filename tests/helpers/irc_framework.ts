/**
 * `irc-framework`, the IRC client that The Lounge and Kiwi are made of, as a person in a test.
 *
 * @module
 */

import framework from "irc-framework";
import { SAFETY_MS, until, within } from "./wait.ts";

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

/** What is used of its client; it comes without types. */
interface Untyped {
  readonly user: { readonly nick: string };
  /** When it was registered, in milliseconds since 1970. */
  readonly connection: { registered: number };
  readonly network: { readonly cap: { isEnabled(name: string): boolean } };
  requestCap(names: readonly string[]): void;
  connect(options: Readonly<Record<string, unknown>>): void;
  on(name: string, listener: (event: FrameworkEvent) => void): void;
  join(channel: string, key?: string): void;
  part(channel: string, reason?: string): void;
  say(target: string, text: string): void;
  action(target: string, text: string): void;
  changeNick(nick: string): void;
  setTopic(channel: string, topic: string): void;
  raw(line: string): void;
  whois(nick: string): void;
  who(target: string): void;
  addMonitor(nick: string): void;
  quit(reason?: string): void;
}

const { Client }: { readonly Client: new () => Untyped } = framework;

/** The events that tests look at. */
const EVENTS = [
  ...["registered", "join", "part", "privmsg", "action", "notice", "topic", "kick", "nick", "quit"],
  ...["nick in use", "irc error", "batch end chathistory", "loggedin", "reconnecting", "close"],
  ...["wallops", "whois", "wholist", "users online", "users offline", "away", "back", "invite"],
  "user updated",
];

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
  readonly irc: Untyped = new Client();
  /** All events that have come, with their names. */
  readonly seen: (readonly [name: string, event: FrameworkEvent])[] = [];
  readonly #reconnects: boolean;
  #read = 0;

  private constructor(options: FrameworkOptions) {
    this.#reconnects = options.reconnects ?? false;
    for (const name of EVENTS) {
      this.irc.on(name, (event) => this.seen.push([name, event ?? {}]));
    }
  }

  /** Connects to a port of 127.0.0.1 and waits until the server has let it in. */
  static async join(
    port: number,
    nick: string,
    options: FrameworkOptions = {},
  ): Promise<FrameworkClient> {
    await using failed = new AsyncDisposableStack();
    const client = failed.use(new FrameworkClient(options));
    if (options.capabilities !== undefined) client.irc.requestCap(options.capabilities);
    client.irc.connect({
      host: "127.0.0.1",
      port,
      nick,
      username: nick,
      gecos: nick,
      enable_echomessage: true,
      enable_setname: true,
      auto_reconnect: client.#reconnects,
      auto_reconnect_max_wait: 500,
      auto_reconnect_max_retries: 50,
      ...(options.password === undefined ? {} : { password: options.password }),
      ...(options.sasl === undefined ? {} : { account: { account: nick, password: options.sasl } }),
    });
    await client.next("registered");
    // It connects again only if it was registered for 5 s before the loss.
    if (client.#reconnects) client.irc.connection.registered = 1;
    failed.move();
    return client;
  }

  /** Joins a channel and waits until it is in it. */
  async enter(channel: string, key?: string): Promise<void> {
    this.irc.join(channel, key);
    await this.next("join", (event) => event.nick === this.irc.user.nick);
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
    }, `${name} for ${this.irc.user.nick}, who has ${JSON.stringify(this.seen.slice(-8))}`);
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
    const closed = new Promise<void>((resolve) => this.irc.on("close", () => resolve()));
    if (this.seen.some(([name]) => name === "close")) return;
    this.irc.quit();
    await within(closed, `the end of ${this.irc.user.nick}`, SAFETY_MS);
  }
}
