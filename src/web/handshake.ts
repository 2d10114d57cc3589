/**
 * The handshake of a WebSocket into the room, and who may ask for one. A browser lets any page on
 * any site connect to any address that it can reach, the one of this server included, and tells the
 * truth about the page in two headers, which no script can change:
 *
 * - `Host` is what the address bar's address, or the script, named. A name that somebody else owns
 *   can be made to point here (DNS rebinding), so only names count that nobody else can own: IP
 *   literals, `localhost`, and those that `--web-host` lists.
 * - `Origin` is the page that asks. It must be ours: the same host, the same port; or the page of
 *   another server with the same rooms, as `--web-other` names it.
 *
 * Programs are not browsers, and have the chat port: without `Origin` there is no socket.
 *
 * @module
 */

import { isIpv6 } from "../net/address.ts";
import { type HttpHead, SAFE_HEADERS } from "./http.ts";

/** One number of a dotted IPv4 address. */
const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

/** Host and port as one word: a name, a dotted address, or IPv6 in brackets. */
const HOST = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9._-]{0,252}[a-z0-9])?)(?::(\d{1,5}))?$/;

/**
 * Whether a `Host` header names this server beyond doubt.
 *
 * @param host The header; undefined when there is none.
 * @param names What `--web-host` said, in lower case, without ports.
 */
export function isOwnHost(host: string | undefined, names: readonly string[]): boolean {
  const [, name, port] = HOST.exec(host?.toLowerCase() ?? "") ?? [];
  if (name === undefined || (port !== undefined && Number(port) > 65_535)) return false;
  if (name.startsWith("[")) return isIpv6(name.slice(1, -1));
  return name === "localhost" || IPV4.test(name) || names.includes(name);
}

/**
 * Whether a page of ours asks.
 *
 * @param origin The `Origin` header; undefined when there is none, as in programs.
 * @param host The `Host` header, which {@linkcode isOwnHost} has approved.
 */
export function isOwnOrigin(origin: string | undefined, host: string): boolean {
  const [, scheme, own] = /^(https?):\/\/([^/?#@\s]+)$/i.exec(origin ?? "") ?? [];
  if (scheme === undefined || own === undefined) return false;
  const asked = canonical(scheme, own);
  return asked !== undefined && asked === canonical(scheme, host);
}

/** Host and port as a browser writes them: lower case, without the port that the scheme implies. */
function canonical(scheme: string, host: string): string | undefined {
  return HOST.test(host.toLowerCase()) ? URL.parse(`${scheme}://${host}/`)?.host : undefined;
}

/** Proves to the browser that this server knows what a WebSocket is (RFC 6455, section 1.3). */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** 16 bytes in Base64. */
const KEY = /^[A-Za-z0-9+/]{22}==$/;

/**
 * The answer's key, when a request wants a WebSocket.
 *
 * @returns Undefined when it does not, or not as version 13 of the protocol wants it.
 */
export async function acceptKey({ headers }: HttpHead): Promise<string | undefined> {
  const key = headers.get("sec-websocket-key") ?? "";
  const wanted = has(headers.get("connection"), "upgrade") &&
    has(headers.get("upgrade"), "websocket") &&
    headers.get("sec-websocket-version") === "13" && KEY.test(key);
  if (!wanted) return undefined;
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(key + GUID));
  return new Uint8Array(digest).toBase64();
}

/**
 * The answer that makes a WebSocket of a connection.
 *
 * @param key From {@linkcode acceptKey}.
 */
export function switching(key: string): Uint8Array {
  const safe = Object.entries(SAFE_HEADERS).map(([name, value]) => `${name}: ${value}\r\n`);
  return new TextEncoder().encode(
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n" +
      `sec-websocket-accept: ${key}\r\n${safe.join("")}\r\n`,
  );
}

/** Whether a list of words holds one. */
function has(list: string | undefined, word: string): boolean {
  return (list ?? "").toLowerCase().split(",").some((item) => item.trim() === word);
}
