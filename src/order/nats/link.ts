/**
 * The connection to NATS with what listens on it: whether it stands, and what NATS forbids. It
 * hides the library, which only `link_errors.ts` and `transport.ts` know beside it.
 *
 * @module
 */

import {
  type Authenticator,
  credsAuthenticator,
  type Msg,
  type NatsConnection,
  NatsConnectionImpl,
  nkeyAuthenticator,
  type Subscription,
  usernamePasswordAuthenticator,
} from "@nats-io/nats-core/internal";
import { parseCredentials } from "./credentials.ts";
import { askError, dialError, findForbidden, forbidden } from "./link_errors.ts";
import { natsNames, type NatsOptions } from "./options.ts";
import { useDenoTransport } from "./transport.ts";

/** What comes from NATS. */
export interface NatsMessage {
  /** What was sent. */
  readonly data: Uint8Array;
  /** Where an answer goes; empty: nobody waits for one. */
  readonly reply: string;
  /** The value of a header; empty: there is none. */
  readonly header: (name: string) => string;
}

/** Who is told what happens to a {@linkcode Link}. */
export interface LinkHandlers {
  /** The connection is lost; it is being made again. */
  readonly onLost: () => void;
  /** There is a connection again, perhaps to another node. What came meanwhile is lost. */
  readonly onBack: () => void;
  /** NATS does not let us do something; one line that says what. */
  readonly onForbidden: (message: string) => void;
}

interface Listener {
  readonly subject: string;
  readonly heard: (message: NatsMessage) => void;
  subscription: Subscription;
}

/** A node that answers no ping for two of these is left. */
const PING_MS = 1_000;

/** How long a node may take to answer a new connection. */
const DIAL_TIMEOUT_MS = 2_000;

/** Between two tries to connect, and up to half of it more. */
const RECONNECT_MS = 100;

/** The connection to NATS. */
export class Link {
  readonly #nats: NatsConnection;
  readonly #handlers: LinkHandlers;
  readonly #listeners: Listener[] = [];
  /** NATS may still refuse something that we listen to. */
  #isUnsure = false;
  #stands = true;

  private constructor(nats: NatsConnection, handlers: LinkHandlers) {
    this.#nats = nats;
    this.#handlers = handlers;
    void this.#watch();
  }

  /**
   * Connects to one of the addresses. The link reconnects by itself, for as long as it takes.
   *
   * @throws {Failure} When trying again is of no use: the credentials, or TLS.
   * @throws {Error} When none of them answers.
   */
  static async open(options: NatsOptions, handlers: LinkHandlers): Promise<Link> {
    const { servers, cluster, ca, credentials } = options;
    const secure = ca !== undefined || servers.some((url) => url.startsWith("tls:"));
    try {
      useDenoTransport();
      const nats = await NatsConnectionImpl.connect({
        servers: servers.map((url) => url.replace(/^\w+:\/\//, "")),
        name: "chat",
        inboxPrefix: natsNames(cluster).inbox,
        maxReconnectAttempts: -1,
        reconnectTimeWait: RECONNECT_MS,
        reconnectJitter: RECONNECT_MS / 2,
        reconnectJitterTLS: RECONNECT_MS / 2,
        pingInterval: PING_MS,
        maxPingOut: 2,
        timeout: DIAL_TIMEOUT_MS,
        // An account that is closed for an hour is no reason to end.
        ignoreAuthErrorAbort: true,
        noAsyncTraces: true,
        tls: !secure ? null : ca === undefined ? {} : { ca },
        ...(credentials === undefined ? {} : { authenticator: authenticator(credentials) }),
      });
      return new Link(nats, handlers);
    } catch (error) {
      throw dialError(error, servers);
    }
  }

  /** Whether there is a connection, as far as we know. */
  get stands(): boolean {
    return this.#stands;
  }

  /** Whether NATS is a cluster of nodes. */
  get isCluster(): boolean {
    return this.#nats.info?.cluster !== undefined;
  }

  /** Version of the node that we are connected to, such as `2.12.1`. */
  get version(): string {
    return this.#nats.info?.version ?? "";
  }

  /**
   * Listens to a subject until the link is closed.
   *
   * @returns Stops it before that.
   */
  listen(subject: string, heard: (message: NatsMessage) => void): () => void {
    this.#isUnsure = true;
    const listener = { subject, heard, subscription: this.#subscribe(subject, heard) };
    this.#listeners.push(listener);
    return () => {
      this.#listeners.splice(this.#listeners.indexOf(listener), 1);
      listener.subscription.unsubscribe();
    };
  }

  /**
   * Listens again to what NATS did not let us hear. Does not return before NATS has said what it
   * thinks of it.
   *
   * @throws {AskError} `forbidden`: it does not let us hear everything.
   * @throws {Error} When the connection is lost meanwhile.
   */
  async hearAll(): Promise<void> {
    for (const listener of this.#listeners) {
      if (!listener.subscription.isClosed()) continue;
      listener.subscription = this.#subscribe(listener.subject, listener.heard);
      this.#isUnsure = true;
    }
    if (!this.#isUnsure) return;
    await this.#nats.flush();
    this.#isUnsure = false;
    const unheard = this.#listeners.find(({ subscription }) => subscription.isClosed());
    if (unheard !== undefined) throw forbidden("subscribe to", unheard.subject);
  }

  /** Sends, or forgets it where there is no connection. */
  send(subject: string, data: Uint8Array): void {
    // Otherwise it would wait in memory for the next connection.
    if (this.#stands && !this.#nats.isClosed()) this.#nats.publish(subject, data);
  }

  /**
   * Asks whoever listens to a subject.
   *
   * @throws {AskError} When there is no answer.
   */
  async ask(subject: string, data: Uint8Array | string, timeoutMs: number): Promise<NatsMessage> {
    try {
      return messageOf(await this.#nats.request(subject, data, { timeout: timeoutMs }));
    } catch (error) {
      throw askError(error, subject);
    }
  }

  /** Goes to the next node. */
  move(): void {
    this.#nats.reconnect().catch(() => {
      // It is closed.
    });
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    await this.#nats.close();
  }

  #subscribe(subject: string, heard: (message: NatsMessage) => void): Subscription {
    return this.#nats.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) heard(messageOf(message));
      },
    });
  }

  async #watch(): Promise<void> {
    for await (const status of this.#nats.status()) {
      switch (status.type) {
        case "disconnect":
          this.#stands = false;
          this.#handlers.onLost();
          break;
        case "reconnect":
          this.#stands = true;
          this.#handlers.onBack();
          break;
        case "ldm":
          // The node is about to stop: nothing is under way for long.
          this.move();
          break;
        case "error": {
          const forbidden = findForbidden(status.error);
          if (forbidden !== null) this.#handlers.onForbidden(forbidden);
        }
      }
    }
  }
}

function messageOf({ data, reply = "", headers }: Msg): NatsMessage {
  return { data, reply, header: (name) => headers?.get(name) ?? "" };
}

function authenticator(text: string): Authenticator {
  const credentials = parseCredentials(text);
  switch (credentials.type) {
    case "jwt":
      return credsAuthenticator(credentials.file);
    case "nkey":
      return nkeyAuthenticator(credentials.seed);
    case "password":
      return usernamePasswordAuthenticator(credentials.user, credentials.password);
  }
}
