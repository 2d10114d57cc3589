/**
 * All connections of a server: taking them from its listeners, giving them places, looking at their
 * deadlines, and ending them.
 *
 * @module
 */

import { addressOf, closeQuietly, GatedConn, type StreamConn } from "../net/stream_conn.ts";
import type { LineConnection } from "../net/line_connection.ts";
import { TcpLineConnection } from "../net/tcp.ts";
import { Capacity } from "./admission/capacity.ts";
import { networkOf } from "../net/address_range.ts";
import type { KeptPlaces } from "./admission/places.ts";
import type { TrustedProxies } from "./admission/trusted_proxies.ts";
import { bannedText } from "./refusals.ts";
import { settledSoFar } from "../order/order.ts";
import { ClientConnection } from "./connection.ts";
import type { ServerContext } from "./context.ts";
import { MAX_TURNED_AWAY, turnAway } from "./greeting.ts";
import { acceptAll, type Listener } from "./listener.ts";
import { serve } from "./serve.ts";
import type { ToLines } from "./tls/door.ts";

/** How long a shutdown goes on delivering what is pending. */
export const SHUTDOWN_MS = 3_000;

/** After the last line, how long a shutdown waits for clients to close first. */
const SHUTDOWN_LINGER_MS = 300;

/** What {@linkcode Connections} need beside the server. */
export interface ConnectionsOptions {
  /** The places that are kept for connections that are lost. */
  readonly kept: KeptPlaces;
  /** Whose connections belong to the clients that they name; undefined: nobody's. */
  readonly proxies: TrustedProxies | undefined;
}

/** The connections of a server, from their acceptance to their end. */
export class Connections {
  /** Those that have not ended, with or without a place. */
  readonly open: Set<ClientConnection> = new Set();
  readonly #server: ServerContext;
  readonly #capacity: Capacity<ClientConnection>;
  readonly #proxies: TrustedProxies | undefined;
  readonly #listeners: Listener[] = [];
  readonly #running = new Set<Promise<void>>();
  #turnedAway = 0;
  #closing = false;

  /**
   * None yet.
   *
   * @param server With all but the connections.
   */
  constructor(server: ServerContext, { kept, proxies }: ConnectionsOptions) {
    this.#server = server;
    this.#proxies = proxies;
    const { limits, clock, logger } = server;
    this.#capacity = new Capacity({ limits, kept, clock, logger });
  }

  /** How many are in. */
  get total(): number {
    return this.#capacity.total;
  }

  /**
   * Takes the connections of a listener, until the shutdown closes it.
   *
   * @param toLines What they speak; default: TCP, with people at `telnet` among them.
   */
  serve(listener: Listener, toLines: ToLines = tcpLines): void {
    this.#listeners.push(listener);
    this.#track(acceptAll(listener, {
      take: (conn) => this.#track(this.#take(conn, toLines)),
      isClosed: () => this.#closing,
      turns: this.#server.turns,
      clock: this.#server.clock,
      logger: this.#server.logger,
    }));
  }

  /**
   * Takes one connection. A shutdown waits for its end.
   *
   * @param conn Closed by the server in the end.
   * @returns Resolves when it has ended; never rejects.
   */
  connect(conn: LineConnection): Promise<void> {
    try {
      return this.#track(this.#connect(conn));
    } catch (error) {
      this.#failed(error);
      conn.close();
      return Promise.resolve();
    }
  }

  #connect(conn: LineConnection): Promise<void> {
    const { address } = conn.peer;
    const ban = this.#server.moderation.ofAddress(address);
    if (ban !== undefined) {
      return this.#turnAway(conn, "banned", bannedText(ban, this.#server));
    }
    if (this.#closing) return this.#turnAway(conn, "full", "The server is shutting down.");
    const refusal = this.#capacity.makeRoom(networkOf(address));
    if (refusal === null) {
      this.#server.logger.info("connected", { address: `${address}:${conn.peer.port}` });
      this.#server.totals.connections++;
    } else {
      this.#refused("warn", address, refusal);
    }
    const client = new ClientConnection(this.#server, conn, refusal);
    this.open.add(client);
    this.#capacity.add(client, { hasPlace: refusal === null });
    // It may take long to hang up then.
    client.onPlaceFree = () => this.#capacity.free(client);
    return serve(client, conn).then(() => this.#ended(client));
  }

  #ended(client: ClientConnection): void {
    this.#capacity.remove(client);
    this.open.delete(client);
    this.#server.totals.linesIn += client.linesIn;
    this.#server.totals.bytesOut += client.writer.bytesWritten;
  }

  /** A connection has a name now, or takes the place of one that had. */
  named(client: ClientConnection): void {
    this.#capacity.named(client);
  }

  /** Every connection that is in, joined or not. */
  *clients(): Iterable<ClientConnection> {
    for (const client of this.open) {
      if (client.refusal === null || client.member !== null) yield client;
    }
  }

  /** Lets a connection that was accepted take turns with all others. */
  gate(raw: StreamConn): StreamConn {
    return new GatedConn(raw, this.#server.turns, networkOf(addressOf(raw)));
  }

  /**
   * Looks at the deadlines of all.
   *
   * @param now Milliseconds of the server's clock.
   */
  tick(now: number): void {
    for (const client of [...this.open]) client.tick(now);
    this.#noteSegments();
  }

  /**
   * Ends everything: no more connections, a last word to everybody, delivery of what is pending for
   * up to {@linkcode SHUTDOWN_MS}. Publishes no leaves: a client that comes back after the restart
   * was never gone.
   */
  async shutdown(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    for (const listener of this.#listeners) listener.close();
    this.#proxies?.close();
    this.#server.lookups.close();
    this.#server.order.flush();
    const open = [...this.open];
    for (const client of open) {
      client.member = null;
      client.close({ type: "bye", reason: "shutdown", text: "The server is shutting down." });
    }
    await this.#within(SHUTDOWN_MS, Promise.all(open.map((client) => client.finished)));
    await this.#within(SHUTDOWN_LINGER_MS, Promise.all(this.#running));
    const { elsewhere, order } = this.#server;
    if (elsewhere !== null) {
      elsewhere.shutDown();
      await this.#within(SHUTDOWN_MS, settledSoFar(order));
    }
    order.close();
    for (const client of this.open) client.abort();
    this.#server.turns.close();
    await Promise.all(this.#running);
  }

  async #take(raw: StreamConn, toLines: ToLines): Promise<void> {
    const maxChars = this.#server.limits.maxLineChars;
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
      this.connect(conn);
    } catch (error) {
      // Gone between accept and here.
      this.#server.logger.debug("connection failed", { error: String(error) });
      closeQuietly(raw);
    }
  }

  async #turnAway(conn: LineConnection, code: "full" | "banned", text: string): Promise<void> {
    this.#refused("warn", conn.peer.address, text);
    if (this.#turnedAway >= MAX_TURNED_AWAY) return conn.close();
    this.#turnedAway++;
    await turnAway(conn, code, text, this.#server.clock);
    this.#turnedAway--;
  }

  #refused(level: "info" | "warn", address: string, why: string): void {
    this.#server.totals.refused++;
    this.#server.logger[level]("refused", { address, why });
  }

  /** Has a shutdown wait for it. Whatever goes wrong with one connection ends no process. */
  #track(work: Promise<void>): Promise<void> {
    const tracked: Promise<void> = work.then(
      () => void this.#running.delete(tracked),
      (error) => {
        this.#running.delete(tracked);
        this.#failed(error);
      },
    );
    this.#running.add(tracked);
    return tracked;
  }

  #failed(error: unknown): void {
    this.#server.logger.error("connection failed", { error: String(error) });
  }

  /** A segment that has left the window is held by its readers alone, who share it. */
  #noteSegments(): void {
    const readers = new Map<object, number>();
    for (const { writer } of this.open) {
      for (const orphan of writer.orphans()) readers.set(orphan, (readers.get(orphan) ?? 0) + 1);
    }
    for (const client of [...this.open]) {
      let share = 0;
      for (const orphan of client.writer.orphans()) {
        share += orphan.bytes.length / (readers.get(orphan) ?? 1);
      }
      client.holdSegments(Math.ceil(share));
    }
  }

  async #within(ms: number, work: Promise<unknown>): Promise<void> {
    let cancel = () => {};
    const bound = new Promise<void>((resolve) => cancel = this.#server.clock.after(ms, resolve));
    await Promise.race([work, bound]);
    cancel();
  }
}

function tcpLines(conn: StreamConn, { maxChars }: { readonly maxChars: number }): LineConnection {
  return new TcpLineConnection(conn, { telnet: true, metered: true, maxChars });
}
