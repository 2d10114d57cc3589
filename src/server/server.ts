/**
 * The server: listeners to sessions, their deadlines, the places that are kept for lost
 * connections, and the end of it all.
 *
 * @module
 */

import type { LineConnection } from "../net/line_connection.ts";
import { type StreamConn, TcpLineConnection } from "../net/tcp.ts";
import { json } from "../protocol/json.ts";
import { plain } from "../protocol/plain.ts";
import { Room } from "../room/room.ts";
import { SESSION_IDS, SESSION_KEPT_MS, Sessions } from "../room/sessions.ts";
import type { Store } from "../room/store.ts";
import { acceptAll } from "./acceptor.ts";
import { Admission } from "./admission.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { Hub } from "./hub.ts";
import { BANNED } from "./hello.ts";
import { type Limits, limitsOf } from "./limits.ts";
import type { Logger } from "./logger.ts";
import type { Totals } from "./metrics.ts";
import { Moderation } from "./moderation.ts";
import { Penalties } from "./penalties.ts";
import { Places } from "./places.ts";
import type { Secret } from "./secret.ts";
import type { ToLines } from "./tls_door.ts";
import type { TrustedProxies } from "./trusted_proxies.ts";
import { Session } from "./session.ts";
import { MAX_TURNED_AWAY, turnAway } from "./turn_away.ts";

/** How often deadlines are looked at: fine enough for limits of 15 s and more. */
const TICK_MS = 1_000;

/** Refused connections that are logged one by one each second; a flood of them must not fill disks. */
const LOGGED_REFUSALS = 10;

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
}

/** One room behind any number of listeners. */
export class ChatServer implements Hub {
  /** See {@linkcode Hub}. */
  readonly room: Room;
  /** See {@linkcode Hub}. */
  readonly sessions: Sessions;
  /** See {@linkcode Hub}. */
  readonly clock: Clock;
  /** See {@linkcode Hub}. */
  readonly logger: Logger;
  /** See {@linkcode Hub}. */
  readonly limits: Limits;
  /** See {@linkcode Hub}. */
  readonly password: Secret | null;
  /** See {@linkcode Hub}. */
  readonly operatorPassword: Secret | null;
  /** See {@linkcode Hub}. */
  readonly penalties: Penalties = new Penalties();
  /** See {@linkcode Hub}. */
  readonly moderation: Moderation;
  /** See {@linkcode Hub}. */
  readonly places: Places;
  /** See {@linkcode Hub}. */
  readonly history: number;
  /** See {@linkcode Hub}. */
  readonly motd: string | undefined;
  readonly #admission: Admission;
  readonly #proxies: TrustedProxies | undefined;
  readonly #open = new Set<Session>();
  readonly #listeners: Deno.Listener[] = [];
  readonly #running = new Set<Promise<void>>();
  /** Why the store fails at the moment. */
  #storeFailure: string | null = null;
  #turnedAway = 0;
  /** Since the last tick. */
  #refusals = 0;
  #closing = false;
  #cancelTick: () => void = () => {};

  /** An open room without a listener. */
  constructor(options: ChatServerOptions) {
    this.clock = options.clock ?? systemClock;
    this.logger = options.logger;
    this.limits = limitsOf(options);
    this.password = options.password ?? null;
    this.operatorPassword = options.operatorPassword ?? null;
    this.moderation = new Moderation(options.store, () => this.clock.date().getTime());
    this.history = options.history;
    this.motd = options.motd;
    this.#proxies = options.proxies;
    this.#admission = new Admission(this.limits);
    const sinceMs = this.clock.date().getTime() - SESSION_KEPT_MS;
    this.sessions = new Sessions(options.store.sessions(sinceMs, SESSION_IDS));
    this.room = new Room(options.store, {
      dialects: [plain, json],
      date: () => this.clock.date(),
      now: () => this.clock.now(),
      onFault: (error) => this.logger.error("fault", { error: String(error) }),
      onStoreState: (error) => this.#storeState(error),
      windowBytes: this.limits.windowBytes,
    });
    this.places = new Places(this);
    this.places.restore();
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
    return this.#admission.total;
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
    const refusal = this.#closing ? "The server is shutting down." : this.#admission.enter(address);
    if (refusal !== null) return await this.#turnAway(conn, "full", refusal);
    this.logger.info("connected", { address: `${address}:${conn.peer.port}` });
    const session = new Session(this, conn);
    conn.onReply = (bytes) => session.write(bytes);
    this.#open.add(session);
    // Its place is free when it has its last line, however long it then takes to hang up.
    let isIn = true;
    const leave = () => {
      if (isIn) this.#admission.leave(address);
      isIn = false;
    };
    session.onFinished = leave;
    this.totals.connections++;
    await session.run();
    leave();
    this.#open.delete(session);
    this.totals.linesIn += session.linesIn;
    this.totals.bytesOut += session.cursor.bytesWritten;
  }

  /** See {@linkcode Hub}. */
  clients(): Iterable<Session> {
    return this.#open;
  }

  /**
   * Ends everything: no more connections, a last word to everybody, delivery of what is pending for
   * up to {@linkcode SHUTDOWN_MS}. Publishes no leaves: whoever comes back after a restart was never
   * gone.
   */
  async shutdown(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#cancelTick();
    for (const listener of this.#listeners) listener.close();
    this.#proxies?.close();
    this.room.flush();
    const sessions = [...this.#open];
    for (const session of sessions) {
      session.member = null;
      session.close({ type: "bye", reason: "shutdown", text: "The server is shutting down." });
    }
    await this.#within(SHUTDOWN_MS, Promise.all(sessions.map((session) => session.finished)));
    await this.#within(SHUTDOWN_LINGER_MS, Promise.all(this.#running));
    for (const session of this.#open) session.abort();
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
      const conn = toLines(stream, {
        maxChars,
        onRefused: (why) => this.#refused("info", `${conn.peer.address}:${conn.peer.port}`, why),
      });
      await this.connect(conn);
    } catch (error) {
      // Gone between accept and here.
      this.logger.debug("connection failed", { error: String(error) });
      try {
        raw.close();
      } catch {
        // Closed already.
      }
    }
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
    if (++this.#refusals <= LOGGED_REFUSALS) this.logger[level]("refused", { address, why });
  }

  #track(work: Promise<void>): void {
    this.#running.add(work);
    work.finally(() => this.#running.delete(work));
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
    if (this.#refusals > LOGGED_REFUSALS) {
      this.logger.warn("refused more", { count: this.#refusals - LOGGED_REFUSALS });
    }
    this.#refusals = 0;
    for (const session of this.#open) session.tick(now);
    this.places.tick(now);
    this.moderation.tick();
    this.room.flush();
  }

  async #within(ms: number, work: Promise<unknown>): Promise<void> {
    let cancel = () => {};
    const bound = new Promise<void>((resolve) => cancel = this.clock.after(ms, resolve));
    await Promise.race([work, bound]);
    cancel();
  }
}

function tcpLines(conn: StreamConn, { maxChars }: { readonly maxChars: number }): LineConnection {
  return new TcpLineConnection(conn, { telnet: true, maxChars });
}
