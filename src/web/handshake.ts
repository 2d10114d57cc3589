/**
 * How an HTTP request becomes a WebSocket (RFC 6455, section 4).
 *
 * @module
 */

import type { HttpHead } from "./http.ts";

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

/** Whether a list of words holds one. */
function has(list: string | undefined, word: string): boolean {
  return (list ?? "").toLowerCase().split(",").some((item) => item.trim() === word);
}
