/**
 * The port of `--metrics`, for programs that watch over the server: figures and health. One request
 * a connection, read and answered with what the page's gateway uses. Not `Deno.serve`: it prints
 * parts of what a stranger sent to standard error, where a terminal obeys them, and keeps idle
 * connections for ever. Imported only when metrics are asked for.
 *
 * @module
 */

import { writeAll } from "../net/line_connection.ts";
import { addressOf, closeQuietly, dropInput, type StreamConn } from "../net/stream_conn.ts";
import { acceptAll, type Listener } from "../server/listener.ts";
import type { MetricsDoor, MetricsDoorOptions } from "../server/doors.ts";
import { ByAddress } from "../server/admission/places.ts";
import { networkOf } from "../net/address_range.ts";
import { healthAnswer } from "./health.ts";
import { type Answer, parseHead, readHead, renderAnswer, textAnswer } from "./http.ts";

/** How long a connection may take in all, from its accept to its end: a scrape takes moments. */
const CONNECTION_MS = 10_000;

/**
 * Connections at once: a few watchers ask in turn. Beyond it the largest crowd loses its oldest.
 */
export const MAX_METRICS_CONNECTIONS = 32;

/** Tells Prometheus how to read it: the text form, version 0.0.4. */
const TYPE = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };

/** Answers `GET /metrics` at a port, from its making until {@linkcode close}. */
export class MetricsServer implements MetricsDoor {
  readonly #options: MetricsDoorOptions;
  readonly #listener: Listener;
  readonly #open = new ByAddress<StreamConn>();
  readonly #running = new Set<Promise<void>>();
  #closing = false;

  /** Answers from now on. */
  constructor(options: MetricsDoorOptions) {
    this.#options = options;
    this.#listener = options.listener;
    this.#track(acceptAll(this.#listener, {
      take: (conn) => this.#track(this.#take(conn)),
      isClosed: () => this.#closing,
      clock: options.clock,
      logger: options.logger,
    }));
  }

  /** Takes no more connections, ends those that there are, and resolves when they have ended. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#listener.close();
    for (const conn of this.#open) closeQuietly(conn);
    await Promise.all(this.#running);
  }

  #track(work: Promise<void>): void {
    this.#running.add(work);
    work.finally(() => this.#running.delete(work));
  }

  /** Never rejects. */
  async #take(conn: StreamConn): Promise<void> {
    if (this.#closing) return closeQuietly(conn);
    this.#open.add(networkOf(addressOf(conn)), conn);
    if (this.#open.size > MAX_METRICS_CONNECTIONS) {
      // Forgotten at once, or the next one would find the same.
      const oldest = this.#open.oldestOfMost()!;
      this.#forget(oldest);
      closeQuietly(oldest);
    }
    const cancel = this.#options.clock.after(CONNECTION_MS, () => closeQuietly(conn));
    try {
      const bytes = await this.#answerTo(conn);
      if (bytes === null) return;
      await writeAll(conn, bytes);
      await conn.closeWrite();
      await dropInput(conn);
    } catch (error) {
      this.#options.logger.debug("metrics request failed", { error: String(error) });
    } finally {
      cancel();
      this.#forget(conn);
      closeQuietly(conn);
    }
  }

  #forget(conn: StreamConn): void {
    this.#open.delete(networkOf(addressOf(conn)), conn);
  }

  async #answerTo(conn: StreamConn): Promise<Uint8Array | null> {
    const raw = await readHead(conn);
    if (raw === null) return null;
    if (raw === "too_large") return renderAnswer(textAnswer(431, "The head is too long."));
    const head = raw === "not_http" ? undefined : parseHead(raw.text);
    if (head === undefined) return renderAnswer(textAnswer(400, "Bad request."));
    return renderAnswer(this.#route(head.method, head.path), { head: head.method === "HEAD" });
  }

  #route(method: string, path: string): Answer {
    const health = healthAnswer(path, this.#options.whyNotReady);
    if (path !== "/metrics" && health === undefined) {
      return textAnswer(404, "There is nothing here. Metrics are at /metrics");
    }
    if (method !== "GET" && method !== "HEAD") {
      return textAnswer(405, `This address takes GET, not ${method}.`, { allow: "GET, HEAD" });
    }
    if (health !== undefined) return health;
    const body = new TextEncoder().encode(this.#options.render());
    return { status: 200, headers: { ...TYPE, "cache-control": "no-store" }, body };
  }
}
