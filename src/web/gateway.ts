/**
 * The door for browsers: one page with its script and style, and a WebSocket into the room.
 *
 * ```text
 * GET /  /page.js  /style.css  /icon.svg    the page
 * GET /ws                                   a WebSocket that carries the json dialect
 * GET /healthz  /readyz                     for programs, see `health.ts`
 * ```
 *
 * With `--web-path /chat` all of them stand under `/chat`.
 *
 * HTTP of its own, on the same kind of connection as the chat port, and one request a connection:
 * see `frames.ts` for why not `Deno.serve`. Imported only when the page is asked for.
 *
 * In `web/` lives what browsers get: HTTP, WebSockets and the page. These files may import
 * `server`, `net` and `protocol`.
 *
 * @module
 */

import {
  addressOf,
  closeQuietly,
  dropInput,
  sendAtOnce,
  type StreamConn,
} from "../net/stream_conn.ts";
import { writeAll } from "../net/line_connection.ts";
import { ByAddress } from "../server/admission/places.ts";
import { networkOf } from "../net/address_range.ts";
import type { PageDoor, PageDoorOptions } from "../server/doors.ts";
import { acceptAll } from "../server/listener.ts";
import { Assets } from "./assets.ts";
import { acceptKey, isOwnHost, isOwnOrigin, switching } from "./handshake.ts";
import { healthAnswer } from "./health.ts";
import {
  type Answer,
  type HttpHead,
  parseHead,
  readHead,
  renderAnswer,
  textAnswer,
} from "./http.ts";
import { WebSocketConnection } from "./websocket_connection.ts";

/** How long a browser may take to ask, and then to hang up. */
const REQUEST_MS = 10_000;

/** After an answer, how long what is still arriving is read, so that no reset destroys it. */
const LINGER_MS = 1_000;

/**
 * Connections that have not become a WebSocket. When there are more, the oldest of the address that
 * has most is closed, so that nobody closes the page to others by being silent.
 */
const MAX_REQUESTS = 500;

/** The page and its WebSocket, on one port: {@linkcode Gateway.open}. */
export class Gateway implements PageDoor {
  readonly #options: PageDoorOptions;
  readonly #assets: Assets;
  /** Origins of other servers' pages. */
  readonly #others: ReadonlySet<string>;
  readonly #running = new Set<Promise<void>>();
  /** Those that have not become a WebSocket. */
  readonly #asking = new ByAddress<StreamConn>();
  #closing = false;

  private constructor(options: PageDoorOptions, assets: Assets) {
    this.#options = options;
    this.#assets = assets;
    this.#others = new Set(options.others?.map((page) => new URL(page).origin));
  }

  /** Begins to take connections. */
  static async open(options: PageDoorOptions): Promise<Gateway> {
    const gateway = new Gateway(options, await Assets.load(options));
    const { listener, clock, logger } = options;
    gateway.#track(acceptAll(listener, {
      take: (conn) => gateway.#track(gateway.#take(conn)),
      isClosed: () => gateway.#closing,
      ...(options.turns === undefined ? {} : { turns: options.turns }),
      clock,
      logger,
    }));
    return gateway;
  }

  /** Takes no more connections, and ends those that are not in the room. */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#options.listener.close();
    for (const conn of this.#asking) closeQuietly(conn);
  }

  /** Resolves when every connection has ended; those in the room end with their session. */
  async finished(): Promise<void> {
    await Promise.all(this.#running);
  }

  #track(work: Promise<void>): void {
    this.#running.add(work);
    work.finally(() => this.#running.delete(work));
  }

  async #take(raw: StreamConn): Promise<void> {
    if (this.#closing) return closeQuietly(raw);
    const { gate = (peer: StreamConn) => peer, secure } = this.#options;
    const gated = gate(raw);
    const conn = secure?.(gated, PLAIN_ANSWER) ?? gated;
    const address = networkOf(addressOf(raw));
    if (this.#asking.size >= MAX_REQUESTS) {
      const oldest = this.#asking.oldestOfMost();
      if (oldest !== undefined) this.#forget(oldest);
    }
    this.#asking.add(address, conn);
    sendAtOnce(raw);
    const cancel = this.#options.clock.after(REQUEST_MS, () => closeQuietly(conn));
    let socket: WebSocketConnection | undefined;
    try {
      socket = await this.#serve(conn);
    } catch (error) {
      this.#options.logger.debug("request failed", { error: String(error) });
    } finally {
      cancel();
      this.#asking.delete(address, conn);
      if (socket === undefined) closeQuietly(conn);
    }
    if (socket !== undefined) await this.#options.connect(socket);
  }

  #forget(conn: StreamConn): void {
    this.#asking.delete(networkOf(addressOf(conn)), conn);
    closeQuietly(conn);
  }

  /** @returns The WebSocket that it has become; undefined when it has been answered. */
  async #serve(peer: StreamConn): Promise<WebSocketConnection | undefined> {
    const raw = await readHead(peer);
    if (raw === null) return undefined;
    if (raw === "not_http") {
      await this.#answer(peer, textAnswer(400, this.#whereTheRoomIs()));
      return undefined;
    }
    const head = raw === "too_large" ? undefined : parseHead(raw.text);
    if (raw === "too_large" || head === undefined) {
      const why = raw === "too_large" ? "The head of this request is too long." : "Bad request.";
      await this.#answer(peer, textAnswer(raw === "too_large" ? 431 : 400, why));
      return undefined;
    }
    const conn = this.#options.proxies?.forwarded(peer, head.headers.get("x-forwarded-for")) ??
      peer;
    const isForSocket = head.path === this.#under("/ws") && head.method === "GET";
    const key = isForSocket ? await acceptKey(head) : undefined;
    const answer = this.#route(conn, head, key !== undefined);
    if (answer !== null || key === undefined) {
      const head204 = head.method === "HEAD";
      await this.#answer(conn, answer ?? textAnswer(404, "There is nothing here."), head204);
      return undefined;
    }
    await writeAll(conn, switching(key));
    const { maxLineChars: maxChars, clock } = this.#options;
    return new WebSocketConnection(conn, { maxChars, first: raw.rest, clock });
  }

  /** @returns Null for a request that may become a WebSocket. */
  #route(conn: StreamConn, head: HttpHead, isUpgrade: boolean): Answer | null {
    const { method, path, headers } = head;
    const asset = this.#assets.find(path, headers.get("if-none-match"));
    const root = this.#under("");
    const health = path.startsWith(root)
      ? healthAnswer(path.slice(root.length), this.#options.whyNotReady)
      : undefined;
    if (asset === undefined && health === undefined && path !== this.#under("/ws")) {
      return textAnswer(
        404,
        `There is nothing here. The page of the chat is at ${this.#under("/")}`,
      );
    }
    if (method !== "GET" && method !== "HEAD") {
      return textAnswer(405, `This address takes GET, not ${method}.`, { allow: "GET, HEAD" });
    }
    // Whoever watches over the server may call it by any name: this tells nothing.
    if (health !== undefined) return health;
    const host = headers.get("host");
    if (!isOwnHost(host, this.#options.hosts)) {
      this.#refused(conn, `the host ${host ?? ""}`);
      return textAnswer(403, FOREIGN_HOST);
    }
    if (asset !== undefined) return asset;
    if (!isUpgrade) {
      const upgrade = { upgrade: "websocket", "sec-websocket-version": "13" };
      const words = `This address is for WebSockets. The page is at ${this.#under("/")}`;
      return textAnswer(426, words, upgrade);
    }
    const origin = headers.get("origin");
    if (this.#others.has(origin ?? "") || isOwnOrigin(origin, host ?? "")) return null;
    this.#refused(conn, `the origin ${origin ?? "(none)"}`);
    return textAnswer(403, "Only the page of this server may come in here.");
  }

  /** Where one of the page's paths stands. */
  #under(path: string): string {
    return (this.#options.path ?? "") + path;
  }

  #whereTheRoomIs(): string {
    const { roomPort } = this.#options;
    return "This is the port of the chat's page, for browsers" +
      (roomPort === undefined ? "." : `: join on port ${roomPort}.`);
  }

  #refused(conn: StreamConn, what: string): void {
    this.#options.logger.warn("refused", {
      address: addressOf(conn),
      why: `${what} on the web port`,
    });
  }

  async #answer(conn: StreamConn, answer: Answer, head = false): Promise<void> {
    await writeAll(conn, renderAnswer(answer, { head }));
    await conn.closeWrite();
    const cancel = this.#options.clock.after(LINGER_MS, () => closeQuietly(conn));
    await dropInput(conn);
    cancel();
  }
}

/** For a browser that was sent to `http:`, where this is `https:`. */
const PLAIN_ANSWER = renderAnswer(
  textAnswer(400, "This server speaks TLS: the address begins with https://"),
);

const FOREIGN_HOST = "This server does not know the name in your address bar. Open it by its IP " +
  "address, or start it with --web-host NAME.";
