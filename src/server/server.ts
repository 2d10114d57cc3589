/**
 * The server: the parts that all connections share, put together, and the clock that drives them.
 *
 * @module
 */

import { type Clock, systemClock } from "../clock.ts";
import type { LineConnection } from "../net/line_connection.ts";
import type { StreamConn } from "../net/stream_conn.ts";
import { Turns } from "../net/turns.ts";
import { LocalOrder, type LocalOrderOptions } from "../order/local.ts";
import type { Order } from "../order/order.ts";
import { State } from "../order/state.ts";
import { type Feature, featuresOf } from "../protocol/features.ts";
import { json } from "../protocol/json.ts";
import { plain } from "../protocol/plain.ts";
import type { Rooms } from "../room/rooms.ts";
import { Windows } from "../room/windows.ts";
import { newLogId } from "../store/events.ts";
import type { Store } from "../store/store.ts";
import type { AuditStore } from "../store/audit.ts";
import { TrustedTime } from "../store/trusted_time.ts";
import { Accounts } from "./admission/accounts.ts";
import { BotRuns } from "./bot_runs.ts";
import { Bots } from "./bots.ts";
import { Moderation } from "./admission/moderation.ts";
import { Guesses, Penalties } from "./admission/penalties.ts";
import { RoomKeys } from "./admission/room_keys.ts";
import type { Secret } from "./admission/secret.ts";
import type { TrustedProxies } from "./admission/trusted_proxies.ts";
import { Waiting } from "./admission/waiting.ts";
import type { ClientConnection } from "./connection.ts";
import { Connections } from "./connections.ts";
import type { Elsewhere, ServerContext, Totals } from "./context.ts";
import { GracePeriod, TICK_MS } from "./grace.ts";
import { IrcNetwork } from "./irc/network.ts";
import { IrcNews } from "./irc/news.ts";
import { tellKeepers } from "./keeper_news.ts";
import { type Limits, limitsOf } from "./limits.ts";
import type { Listener } from "./listener.ts";
import type { Logger } from "./logger.ts";
import { Lookups } from "./requests/lookups.ts";
import type { ToLines } from "./tls/door.ts";

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
  /** Names of the permanent rooms beside the lobby, folded; default: none. */
  readonly permanentRooms?: readonly string[];
  /** Messages shown on joining. */
  readonly history: number;
  /** Shown to everybody who comes. */
  readonly motd?: string;
  /** File of the database, which clients are only told that there is; default: there is none. */
  readonly db?: string;
  /** What the server calls itself in IRC; default: `chat`. */
  readonly serverName?: string;
  /** The port of the page; default: there is none. */
  readonly pagePort?: () => number | undefined;
  /** Whose connections belong to the clients that they name; default: nobody's. */
  readonly proxies?: TrustedProxies | undefined;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Who works next; default: as `turns.ts` has it. */
  readonly turns?: Turns;
  /** Makes the order of what people share; default: a {@linkcode LocalOrder}. */
  readonly order?: MakeOrder | undefined;
  /** Other servers hold the same rooms; default: this one is alone. */
  readonly cluster?: SharedOrder | undefined;
}

/** The order that several servers share. */
export interface SharedOrder extends Elsewhere {
  /** Makes the order over a state that begins with the store. */
  readonly makeOrder: MakeOrder;
}

/** Makes an order. */
export type MakeOrder = (options: LocalOrderOptions) => Order;

/** One room behind any number of listeners. */
export class ChatServer implements ServerContext {
  /** See {@linkcode ServerContext}. */
  readonly rooms: Rooms;
  /** See {@linkcode ServerContext}. */
  readonly nowMs = (): number => this.elsewhere?.nowMs ?? this.clock.date().getTime();
  /** See {@linkcode ServerContext}. */
  readonly trustedMs = (): number => this.elsewhere?.nowMs ?? Math.floor(this.#time.now());
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
  readonly keys: RoomKeys = new RoomKeys();
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
  readonly bots: Bots;
  /** See {@linkcode ServerContext.botRuns}. */
  readonly botRuns: BotRuns;
  /** See {@linkcode ServerContext.audit}. */
  readonly audit: AuditStore;
  /** See {@linkcode ServerContext}. */
  readonly irc: IrcNetwork;
  /** See {@linkcode ServerContext}. */
  readonly grace: GracePeriod;
  /** See {@linkcode ServerContext}. */
  readonly history: number;
  /** See {@linkcode ServerContext}. */
  readonly motd: string | undefined;
  /** See {@linkcode ServerContext}. */
  readonly pagePort: () => number | undefined;
  /** See {@linkcode ServerContext}. */
  readonly features: readonly Feature[];
  /** See {@linkcode ServerContext}. */
  readonly elsewhere: Elsewhere | null;
  readonly #connections: Connections;
  readonly #time: TrustedTime;
  /** Why the store fails at the moment. */
  #storeFailure: string | null = null;
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
      wall: () => this.clock.date().getTime(),
      now: () => this.clock.now(),
      runsAhead: true,
      onJump: (byMs) => this.logger.warn("clock jumped", { seconds: Math.round(byMs / 1_000) }),
    });
    this.password = options.password ?? null;
    this.operatorPassword = options.operatorPassword ?? null;
    this.history = options.history;
    this.motd = options.motd;
    this.pagePort = options.pagePort ?? (() => undefined);
    this.accounts = new Accounts(this.limits.joinsPerSecond, this.clock);
    this.waiting = new Waiting(
      () => this.#connections.open,
      (address, connections) => this.logger.warn("too much waits", { address, connections }),
    );
    const { cluster } = options;
    this.elsewhere = cluster ?? null;
    this.features = featuresOf({
      cluster: cluster !== undefined,
      database: options.db !== undefined,
      operators: this.operatorPassword !== null,
    });
    // Whose time is over, and what is permanent, is for all servers to say together.
    this.state = new State(options.store, cluster === undefined ? this.trustedMs() : 0, {
      now: () => this.clock.now(),
      onStoreFailure: (error) => this.#storeState(error),
      windowBytes: this.limits.windowBytes,
      windows: new Windows(),
      permanent: cluster === undefined ? options.permanentRooms ?? [] : [],
      maxRooms: this.limits.maxRooms,
    });
    this.rooms = this.state.rooms;
    this.rooms.lobby.fill([plain, json]);
    this.bots = new Bots(this.state.members);
    this.botRuns = new BotRuns(this.bots, this.clock);
    this.irc = new IrcNetwork({
      bots: this.bots,
      serverName: options.serverName ?? "chat",
      startedAt: this.clock.date(),
      clock: this.clock,
      members: this.state.members,
    });
    const news = new IrcNews(this.irc, this.nowMs);
    const makeOrder = cluster?.makeOrder ?? options.order ?? ((parts) => new LocalOrder(parts));
    this.order = makeOrder({
      state: this.state,
      store: options.store,
      nowMs: this.nowMs,
      trustedMs: this.trustedMs,
      onFault: (error) => this.logger.error("fault", { error: String(error) }),
      onStoreState: (error) => this.#storeState(error),
      onVerdicts: (verdicts) => {
        this.bots.settled(verdicts);
        news.settled(verdicts);
        tellKeepers(this, verdicts);
      },
    });
    this.audit = options.store.audit;
    const { order, state: { bans } } = this;
    this.moderation = new Moderation({ bans, order, nowMs: this.trustedMs });
    this.grace = new GracePeriod(this);
    this.#connections = new Connections(this, { kept: this.grace, proxies: options.proxies });
    for (const name of options.permanentRooms ?? []) {
      this.order.propose({ type: "open", name, log: newLogId() }, null);
    }
    // Where there are others, these keep the places of who was here.
    if (cluster === undefined) this.grace.restore();
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
    return this.#connections.total;
  }

  /** See {@linkcode Connections.serve}. */
  serve(listener: Listener, toLines?: ToLines): void {
    this.#connections.serve(listener, toLines);
  }

  /** See {@linkcode Connections.connect}. */
  connect(conn: LineConnection): Promise<void> {
    return this.#connections.connect(conn);
  }

  /** See {@linkcode Connections.gate}. */
  gate(raw: StreamConn): StreamConn {
    return this.#connections.gate(raw);
  }

  /** See {@linkcode ServerContext}. */
  named(client: ClientConnection): void {
    this.#connections.named(client);
  }

  /** See {@linkcode ServerContext}. */
  clients(): Iterable<ClientConnection> {
    return this.#connections.clients();
  }

  /** Ends everything: see {@linkcode Connections.shutdown}. */
  async shutdown(): Promise<void> {
    this.#cancelTick();
    await this.#connections.shutdown();
  }

  /** Logged when it changes, or a full disk would fill the log. */
  #storeState(error: unknown): void {
    const reason = error === null ? null : (error as Error).message;
    if (reason === this.#storeFailure) return;
    this.#storeFailure = reason;
    if (reason === null) this.logger.info("store works again");
    else this.logger.error("store fails", { error: reason });
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
    this.#connections.tick(now);
    this.accounts.tick(now);
    this.grace.tick(now);
    this.moderation.tick();
    this.order.flush();
    this.elsewhere?.tick();
  }
}
