/**
 * The server: from listeners to connections, their deadlines, the places that are kept for lost ones,
 * and the end of it all.
 *
 * @module
 */

import type { LineConnection } from "../net/line_connection.ts";
import { addressOf, closeQuietly, type StreamConn } from "../net/stream_conn.ts";
import { TcpLineConnection } from "../net/tcp.ts";
import { json } from "../protocol/json.ts";
import { plain } from "../protocol/plain.ts";
import { Room } from "../room/room.ts";
import { LocalOrder, type LocalOrderOptions } from "../order/local.ts";
import type { Order } from "../order/order.ts";
import { State } from "../order/state.ts";
import type { Store } from "../store/store.ts";
import { TrustedTime } from "../store/trusted_time.ts";
import { GatedConn } from "../net/gated_conn.ts";
import { Turns } from "../net/turns.ts";
import { acceptAll } from "./listener.ts";
import { Accounts } from "./admission/accounts.ts";
import { Guesses, networkOf, Penalties } from "./admission/penalties.ts";
import { Lookups } from "./requests/lookups.ts";
import { Waiting } from "./admission/waiting.ts";
import { Capacity } from "./admission/capacity.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { ServerContext, Totals } from "./context.ts";
import { type Limits, limitsOf } from "./limits.ts";
import type { Logger } from "./logger.ts";
import { BANNED, Moderation } from "./admission/moderation.ts";
import { GracePeriod, TICK_MS } from "./grace.ts";
import type { Secret } from "./admission/secret.ts";
import type { ToLines } from "./tls/door.ts";
import type { TrustedProxies } from "./admission/trusted_proxies.ts";
import { ClientConnection } from "./connection.ts";
import { serve } from "./serve.ts";
import { MAX_TURNED_AWAY, turnAway } from "./greeting.ts";

/** How long a shutdown goes on delivering what is pending. */
export const SHUTDOWN_MS = 3_000;

/** After the last line, how long a shutdown waits for clients to close first. */
const SHUTDOWN_LINGER_MS = 300;

/** What a {@linkcode ChatServer} needs. */
export interface ChatServerOptions extends Partial<Limits> {
  /** Where events are kept. Closed by the caller after the shutdown. */
  readonly store: Store;
  /** The operator's log. */
  readonly logger: Logger;
  /** Who must know what to come in; default: everybody may. */
  readonly password?: Secret | undefined;
  /** Who must know what to become an operator; default: nobody can. */
  readonly operatorPassword?: Secret | undefined;
  /** Messages shown on joining. */
  readonly history: number;
  /** Shown to everybody who comes. */
  readonly motd?: string;
  /** Whose connections belong to the clients that they name; default: nobody's. */
  readonly proxies?: TrustedProxies | undefined;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Who works next; default: as `turns.ts` has it. */
  readonly turns?: Turns;
  /** Makes the order of what people share; default: a {@linkcode LocalOrder}. */
  readonly order?: MakeOrder | undefined;
}

/** Makes an order. */
export type MakeOrder = (options: LocalOrderOptions) => Order;

/** One room behind any number of listeners. */
export class ChatServer implements ServerContext {
  /** See {@linkcode ServerContext}. */
  readonly room: Room;
  /** See {@linkcode ServerContext}. */
  readonly nowMs = (): number => this.clock.date().getTime();
  /** See {@linkcode ServerContext}. */
  readonly trustedMs = (): number => Math.floor(this.#time.now());
  /** See {@linkcode ServerContext}. */
  readonly state: State;
  /** See {@linkcode ServerContext}. */
  readonly order: Order;
  /** See {@linkcode ServerContext}. */
  readonly clock: Clock;
  /** See {@linkcode ServerContext}. */
  readonly logger: Logger;
  /** See {@linkcode ServerContext}. */
  readonly limits: Limits;
  /** See {@linkcode ServerContext}. */
  readonly password: Secret | null;
  /** See {@linkcode ServerContext}. */
  readonly operatorPassword: Secret | null;
  /** See {@linkcode ServerContext}. */
  readonly penalties: Penalties = new Penalties();
  /** See {@linkcode ServerContext}. */
  readonly guesses: Guesses = new Guesses();
  /** See {@linkcode ServerContext}. */
  readonly turns: Turns;
  /** See {@linkcode ServerContext}. */
  readonly lookups: Lookups;
  /** See {@linkcode ServerContext}. */
  readonly waiting: Waiting;
  /** See {@linkcode ServerContext}. */
  readonly accounts: Accounts;
  /** See {@linkcode ServerContext}. */
  readonly moderation: Moderation;
  /** See {@linkcode ServerContext}. */
  readonly grace: GracePeriod;
  /** See {@linkcode ServerContext}. */
  readonly history: number;
  /** See {@linkcode ServerContext}. */
  readonly motd: string | undefined;
  readonly #capacity: Capacity<ClientConnection>;
  readonly #proxies: TrustedProxies | undefined;
  readonly #time: TrustedTime;
  readonly #open = new Set<ClientConnection>();
  readonly #listeners: Deno.Listener[] = [];
  readonly #running = new Set<Promise<void>>();
  /** Why the store fails at the moment. */
  #storeFailure: string | null = null;
  #turnedAway = 0;
  #closing = false;
  #cancelTick: () => void = () => {};

  /** An open room without a listener. */
  constructor(options: ChatServerOptions) {
    this.clock = options.clock ?? systemClock;
    this.turns = options.turns ?? new Turns();
    this.lookups = new Lookups(this.turns);
    this.logger = options.logger;
    this.limits = limitsOf(options);
    this.#time = new TrustedTime({
      newestMs: undefined,
      wall: this.nowMs,
      now: () => this.clock.now(),
      runsAhead: true,
      onJump: (byMs) => this.logger.warn("clock jumped", { seconds: Math.round(byMs / 1_000) }),
    });
    this.password = options.password ?? null;
    this.operatorPassword = options.operatorPassword ?? null;
    this.history = options.history;
    this.motd = options.motd;
    this.#proxies = options.proxies;
    this.accounts = new Accounts(this.limits.joinsPerSecond);
    this.waiting = new Waiting(
      () => this.#open,
      (address, connections) => this.logger.warn("too much waits", { address, connections }),
    );
    this.state = new State(options.store, this.trustedMs());
    this.room = new Room(options.store, {
      dialects: [plain, json],
      now: () => this.clock.now(),
      onStoreFailure: (error) => this.#storeState(error),
      windowBytes: this.limits.windowBytes,
    });
    const makeOrder = options.order ?? ((parts) => new LocalOrder(parts));
    this.order = makeOrder({
      state: this.state,
      store: options.store,
      room: this.room,
      nowMs: this.nowMs,
      trustedMs: this.trustedMs,
      onFault: (error) => this.logger.error("fault", { error: String(error) }),
      onStoreState: (error) => this.#storeState(error),
    });
    this.moderation = new Moderation({
      bans: this.state.bans,
      order: this.order,
      nowMs: this.trustedMs,
    });
    this.grace = new GracePeriod(this);
    this.#capacity = new Capacity({
      limits: this.limits,
      kept: this.grace,
      clock: this.clock,
      logger: this.logger,
    });
    this.grace.restore();
    this.order.flush();
    this.#tickLater();
  }

  /** What has been counted so far, for the metrics. */
  readonly totals: Totals = {
    connections: 0,
    refused: 0,
    linesIn: 0,
    bytesOut: 0,
    eventsSkipped: 0,
  };

  /** Connections that are in. */
  get connections(): number {
    return this.#capacity.total;
  }

  /**
   * Takes the connections of a listener, until the shutdown closes it.
   *
   * @param toLines What they speak; default: TCP, with people at `telnet` among them.
   */
  serve(listener: Deno.Listener, toLines: ToLines = tcpLines): void {
    this.#listeners.push(listener);
    this.#track(acceptAll(listener, {
      take: (conn) => this.#track(this.#take(conn, toLines)),
      isClosed: () => this.#closing,
      turns: this.turns,
      clock: this.clock,
      logger: this.logger,
    }));
  }

  /**
   * Takes one connection. A shutdown waits for its end.
   *
   * @param conn Closed by the server in the end.
   * @returns Resolves when it has ended; never rejects.
   */
  connect(conn: LineConnection): Promise<void> {
    const work = this.#connect(conn);
    this.#track(work);
    return work;
  }

  async #connect(conn: LineConnection): Promise<void> {
    const { address } = conn.peer;
    if (this.moderation.ofAddress(address) !== undefined) {
      return await this.#turnAway(conn, "banned", BANNED);
    }
    if (this.#closing) return await this.#turnAway(conn, "full", "The server is shutting down.");
    const refusal = this.#capacity.makeRoom(networkOf(address));
    if (refusal === null) {
      this.logger.info("connected", { address: `${address}:${conn.peer.port}` });
      this.totals.connections++;
    } else {
      this.#refused("warn", address, refusal);
    }
    const client = new ClientConnection(this, conn, refusal);
    this.#open.add(client);
    this.#capacity.add(client, { hasPlace: refusal === null });
    // It may take long to hang up then.
    client.onPlaceFree = () => this.#capacity.free(client);
    await serve(client, conn);
    this.#capacity.remove(client);
    this.#open.delete(client);
    this.totals.linesIn += client.linesIn;
    this.totals.bytesOut += client.writer.bytesWritten;
  }

  /** See {@linkcode ServerContext}. */
  named(client: ClientConnection): void {
    this.#capacity.named(client);
  }

  /** See {@linkcode ServerContext}. */
  *clients(): Iterable<ClientConnection> {
    for (const client of this.#open) {
      if (client.refusal === null || client.member !== null) yield client;
    }
  }

  /**
   * Ends everything: no more connections, a last word to everybody, delivery of what is pending for
   * up to {@linkcode SHUTDOWN_MS}. Publishes no leaves: a client that comes back after the restart
   * was never gone.
   */
  async shutdown(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#cancelTick();
    for (const listener of this.#listeners) listener.close();
    this.#proxies?.close();
    this.lookups.close();
    this.order.flush();
    const open = [...this.#open];
    for (const client of open) {
      client.member = null;
      client.close({ type: "bye", reason: "shutdown", text: "The server is shutting down." });
    }
    await this.#within(SHUTDOWN_MS, Promise.all(open.map((client) => client.finished)));
    await this.#within(SHUTDOWN_LINGER_MS, Promise.all(this.#running));
    this.order.close();
    for (const client of this.#open) client.abort();
    this.turns.close();
    await Promise.all(this.#running);
  }

  async #take(raw: Deno.Conn, toLines: ToLines): Promise<void> {
    const maxChars = this.limits.maxLineChars;
    try {
      const stream = this.#proxies === undefined ? raw : await this.#proxies.unwrap(
        raw,
        (why) => this.#refused("warn", (raw.remoteAddr as Deno.NetAddr).hostname, why),
      );
      if (stream === null) return;
      const conn = toLines(this.gate(stream), {
        maxChars,
        onRefused: (why) => this.#refused("info", `${conn.peer.address}:${conn.peer.port}`, why),
      });
      await this.connect(conn);
    } catch (error) {
      // Gone between accept and here.
      this.logger.debug("connection failed", { error: String(error) });
      closeQuietly(raw);
    }
  }

  /** Lets a connection that was accepted take turns with all others. */
  gate(raw: StreamConn): StreamConn {
    return new GatedConn(raw, this.turns, networkOf(addressOf(raw)));
  }

  /** Logged when it changes, or a full disk would fill the log. */
  #storeState(error: unknown): void {
    const reason = error === null ? null : (error as Error).message;
    if (reason === this.#storeFailure) return;
    this.#storeFailure = reason;
    if (reason === null) this.logger.info("store works again");
    else this.logger.error("store fails", { error: reason });
  }

  async #turnAway(conn: LineConnection, code: "full" | "banned", text: string): Promise<void> {
    this.#refused("warn", conn.peer.address, text);
    if (this.#turnedAway >= MAX_TURNED_AWAY) return conn.close();
    this.#turnedAway++;
    await turnAway(conn, code, text, this.clock);
    this.#turnedAway--;
  }

  #refused(level: "info" | "warn", address: string, why: string): void {
    this.totals.refused++;
    this.logger[level]("refused", { address, why });
  }

  #track(work: Promise<void>): void {
    // Whatever goes wrong with one connection must not end the process.
    const guarded = work.catch((error) => {
      this.logger.error("connection failed", { error: String(error) });
    }).finally(() => this.#running.delete(guarded));
    this.#running.add(guarded);
  }

  #tickLater(): void {
    this.#cancelTick = this.clock.after(TICK_MS, () => {
      this.#tickLater();
      this.tick();
    });
  }

  /** Looks at every deadline once. */
  tick(): void {
    const now = this.clock.now();
    this.#time.now();
    for (const client of [...this.#open]) client.tick(now);
    this.#noteSegments();
    this.accounts.tick(now);
    this.grace.tick(now);
    this.moderation.tick();
    this.order.flush();
  }

  /** A segment that has left the window is held by its readers alone, who share it. */
  #noteSegments(): void {
    const readers = new Map<object, number>();
    for (const { writer } of this.#open) {
      for (const orphan of writer.orphans()) readers.set(orphan, (readers.get(orphan) ?? 0) + 1);
    }
    for (const client of [...this.#open]) {
      let share = 0;
      for (const orphan of client.writer.orphans()) {
        share += orphan.bytes.length / (readers.get(orphan) ?? 1);
      }
      client.holdSegments(Math.ceil(share));
    }
  }

  async #within(ms: number, work: Promise<unknown>): Promise<void> {
    let cancel = () => {};
    const bound = new Promise<void>((resolve) => cancel = this.clock.after(ms, resolve));
    await Promise.race([work, bound]);
    cancel();
  }
}

function tcpLines(conn: StreamConn, { maxChars }: { readonly maxChars: number }): LineConnection {
  return new TcpLineConnection(conn, { telnet: true, metered: true, maxChars });
}
