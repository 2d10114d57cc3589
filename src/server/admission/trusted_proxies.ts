/**
 * Connections from proxies that the operator trusts (`--trusted-proxy`) belong to the client that
 * the proxy names: with the PROXY protocol on the chat port, with `X-Forwarded-For` on the page's.
 * What counts by address then counts the client's. Loaded only where the flag is given.
 *
 * @module
 */

import { addressBytes, type AddressRange, addressText, contains } from "../../net/address_range.ts";
import { openProxied, ProxiedConn } from "../../net/proxy_header.ts";
import { writeAll } from "../../net/line_connection.ts";
import { addressOf, closeQuietly, dropInput, type StreamConn } from "../../net/stream_conn.ts";
import { json } from "../../protocol/json.ts";
import type { Clock } from "../../clock.ts";

/**
 * How long a header may take. A proxy sends it as the first thing; 3 s cover a lost packet (PROXY
 * protocol, section 2).
 */
const PROXY_HEADER_MS = 5_000;

/** How long somebody without a header may take to read why they are refused. */
const LINGER_MS = 1_000;

/** What they may send meanwhile: more is not read. */
const LINGER_BYTES = 64 * 1024;

/**
 * Connections whose header is awaited, and those that are being refused; further ones are closed.
 * A header comes with the first packet, so this many have none.
 */
export const MAX_AWAITED_HEADERS = 1_000;

const encoder = new TextEncoder();

/** Knows which addresses are proxies, and reads who their clients are. */
export class TrustedProxies {
  readonly #ranges: readonly AddressRange[];
  readonly #clock: Clock;
  readonly #awaited = new Set<StreamConn>();
  #closing = false;

  /** Trusts proxies at these addresses. */
  constructor(ranges: readonly AddressRange[], clock: Clock) {
    this.#ranges = ranges;
    this.#clock = clock;
  }

  /** Whether a proxy that is trusted has this address. */
  isTrusted(address: string): boolean {
    const bytes = addressBytes(address);
    return bytes !== undefined && this.#trusts(bytes);
  }

  /**
   * Finds out whose a connection to the chat port is. Where a trusted proxy made it, it must begin
   * with a PROXY header (a server that guessed would let clients write one); from elsewhere nothing
   * is read, and a header is what any other first line is.
   *
   * @param conn From here on this object's to close, until it is handed back.
   * @param onRefused Is told why there is no connection; not for one that ends without a byte, as
   * the health checks of proxies do.
   * @returns Null when it has been closed; never rejects.
   */
  async unwrap(conn: StreamConn, onRefused: (why: string) => void): Promise<StreamConn | null> {
    if (!this.isTrusted(addressOf(conn))) return conn;
    if (this.#closing || this.#awaited.size >= MAX_AWAITED_HEADERS) {
      if (!this.#closing) onRefused(`${MAX_AWAITED_HEADERS} connections without a PROXY header`);
      closeQuietly(conn);
      return null;
    }
    this.#awaited.add(conn);
    try {
      return await this.#open(conn, onRefused);
    } finally {
      this.#awaited.delete(conn);
    }
  }

  /**
   * Whose a request to the page's port is: the last address in `X-Forwarded-For` that is of no
   * trusted proxy, since each proxy adds whom it has heard from behind what it was sent.
   *
   * @param conn Where the request came from.
   * @param header Several of them joined with commas; undefined when there is none.
   * @returns The same connection where its own address counts: it is of no trusted proxy, or the
   * header names nobody that way. Its port stays the proxy's, as the header names none.
   */
  forwarded(conn: StreamConn, header: string | undefined): StreamConn {
    const own = conn.remoteAddr;
    if (header === undefined || !("hostname" in own)) return conn;
    if (!this.isTrusted(own.hostname)) return conn;
    let client: Uint8Array | undefined;
    for (const word of header.split(",").reverse()) {
      client = forwardedAddress(word.trim());
      if (client === undefined) return conn;
      if (!this.#trusts(client)) break;
    }
    if (client === undefined) return conn;
    return new ProxiedConn(conn, { ...own, hostname: addressText(client) });
  }

  /** Waits for no more headers. */
  close(): void {
    this.#closing = true;
    for (const conn of this.#awaited) closeQuietly(conn);
  }

  #trusts(address: Uint8Array): boolean {
    return this.#ranges.some((range) => contains(range, address));
  }

  async #open(conn: StreamConn, onRefused: (why: string) => void): Promise<StreamConn | null> {
    const late = Promise.withResolvers<null>();
    const cancel = this.#clock.after(PROXY_HEADER_MS, () => late.resolve(null));
    const opened = await Promise.race([openProxied(conn), late.promise]);
    cancel();
    if (opened instanceof ProxiedConn) return opened;
    const { fault, first } = opened ??
      { fault: `no PROXY header within ${PROXY_HEADER_MS / 1_000} s`, first: new Uint8Array(0) };
    if (fault !== undefined && !this.#closing) {
      onRefused(fault);
      await this.#answer(conn, refusal(fault, first));
    }
    closeQuietly(conn);
    return null;
  }

  /** Writes, and reads on for a moment: a close with bytes unread would destroy the answer. */
  async #answer(conn: StreamConn, answer: Uint8Array): Promise<void> {
    const cancel = this.#clock.after(LINGER_MS, () => closeQuietly(conn));
    try {
      await writeAll(conn, answer);
      await conn.closeWrite();
      await dropInput(conn, LINGER_BYTES);
    } catch {
      // It did not wait for the answer, or for too long.
    } finally {
      cancel();
    }
  }
}

/** One line for people, or the event that ends a program's tries. */
function refusal(fault: string, first: Uint8Array): Uint8Array {
  const text = `Cannot take this connection: ${fault}. It comes from a --trusted-proxy of this ` +
    "server: switch the PROXY protocol on there, or leave the flag out.";
  const isProgram = first[0] === "{".charCodeAt(0);
  return encoder.encode(
    isProgram ? json.renderPrivate({ type: "bye", reason: "kicked", text }, "") : `* ${text}\n`,
  );
}

/** An address, perhaps with a port behind it, as some proxies write it; undefined for all else. */
function forwardedAddress(word: string): Uint8Array | undefined {
  const [, bracketed, dotted] = /^\[([^\]]*)\](?::\d{1,5})?$|^([\d.]+):\d{1,5}$/.exec(word) ?? [];
  return addressBytes(bracketed ?? dotted ?? word);
}
