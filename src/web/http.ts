/**
 * HTTP, as far as a gateway of five fixed addresses needs it: the head of a request, and answers.
 * Whatever is unusual in a request is refused instead of interpreted: no absolute targets, no
 * folded headers, no body. Every answer says what a browser may and may not do.
 *
 * @module
 */

import { type ByteSource, ChunkReader } from "../net/chunk_reader.ts";

/**
 * Bytes of a head: a browser's has about 1 KiB, with cookies of other programs on the host more.
 */
export const MAX_HEAD_BYTES = 16 * 1024;

/** What was asked for. */
export interface HttpHead {
  /** `GET`; case matters (RFC 9110, section 9.1). */
  readonly method: string;
  /** The path without its query, not decoded: `/ws`. */
  readonly path: string;
  /** By lower-case name; several of one name are joined with commas. */
  readonly headers: ReadonlyMap<string, string>;
}

/** A head as it came in, and what came behind it. */
export interface RawHead {
  /** The lines up to the empty one. */
  readonly text: string;
  /** Bytes behind the empty line. */
  readonly rest: Uint8Array;
}

/** `GET /path HTTP/1.1` (RFC 9112, section 3), with a target in origin form. */
const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) (\/[\x21-\x7e]*) HTTP\/1\.[01]$/;

/** The end of any request line, and the empty line that may stand before it (section 2.2). */
const ANY_REQUEST = / HTTP\/\d(?:\.\d)?\r?$|^\r?$/;

/** A header's name (RFC 9110, section 5.1). */
const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What a header's value may not hold: control characters but tab (section 5.5). */
const NOT_IN_A_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** What a head is read into at first: a browser's fits. */
const FIRST_BUFFER_BYTES = 2 * 1024;

/**
 * Reads up to the empty line.
 *
 * @param source Where bytes come from; what is read of it beyond the head is in `rest`.
 * @returns `too_large` for a head of more than {@linkcode MAX_HEAD_BYTES}; `not_http` as soon as
 * the first line is no request; null when the input ends before the head does.
 * @throws Whatever a read throws.
 */
export async function readHead(
  source: ByteSource,
): Promise<RawHead | "too_large" | "not_http" | null> {
  let buffer = new Uint8Array(FIRST_BUFFER_BYTES);
  let length = 0;
  let begun = false;
  const chunks = new ChunkReader(source);
  for (let chunk; (chunk = await chunks.next()) !== null;) {
    const before = length;
    length += chunk.length;
    if (length > buffer.length) buffer = grown(buffer, length);
    buffer.set(chunk, before);
    const bytes = buffer.subarray(0, length);
    if (!begun) {
      const lineEnd = bytes.indexOf(10, before);
      if (lineEnd >= 0 && lineEnd <= MAX_HEAD_BYTES) {
        // Whoever speaks something else waits for an answer, and sends no empty line.
        if (!ANY_REQUEST.test(latin1(bytes.subarray(0, lineEnd)))) return "not_http";
        begun = true;
      }
    }
    const end = endOfHead(bytes, Math.max(0, before - 3));
    if (end > MAX_HEAD_BYTES) return "too_large";
    if (end >= 0) return { text: latin1(bytes.subarray(0, end)), rest: bytes.slice(end + 4) };
    // Three bytes of the end may be here, and one still to come.
    if (length > MAX_HEAD_BYTES + 3) return "too_large";
  }
  return null;
}

/** At least twice as large, so that all the copies together cost no more than the last one. */
function grown(buffer: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(length, 2 * buffer.length));
  larger.set(buffer);
  return larger;
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

/**
 * Understands a head.
 *
 * @param text The lines, without the empty one.
 * @returns Undefined when it is not exactly what a browser would send.
 */
export function parseHead(text: string): HttpHead | undefined {
  const [first = "", ...lines] = text.split("\r\n");
  const [, method, target] = REQUEST_LINE.exec(first) ?? [];
  if (method === undefined || target === undefined) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const field = parseField(line);
    if (field === undefined) return undefined;
    const { name, value } = field;
    const earlier = headers.get(name);
    // Two hosts, or two origins: which of them was meant is what an attacker would choose.
    if (earlier !== undefined && (name === "host" || name === "origin")) return undefined;
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return { method, path: target.replace(/[?#].*/s, ""), headers };
}

/**
 * `Name: value` (RFC 9112, section 5); no white space may stand before the colon. Step by step,
 * since one pattern for all of it tries each space of a long run as the first and as the last of
 * its part.
 */
function parseField(line: string): { readonly name: string; readonly value: string } | undefined {
  const colon = line.indexOf(":");
  if (colon < 0) return undefined;
  const name = line.slice(0, colon);
  if (!FIELD_NAME.test(name) || NOT_IN_A_VALUE.test(line)) return undefined;
  let start = colon + 1;
  let end = line.length;
  while (start < end && isBlank(line.charCodeAt(start))) start++;
  while (end > start && isBlank(line.charCodeAt(end - 1))) end--;
  return { name: name.toLowerCase(), value: line.slice(start, end) };
}

/** Space or tab; `trim` would take more away. */
function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09;
}

/** Where `\r\n\r\n` begins; -1 when it is not there. */
function endOfHead(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(13, from); at >= 0; at = bytes.indexOf(13, at + 1)) {
    if (bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10) return at;
  }
  return -1;
}

/**
 * Nothing but our own script, style and socket; no markup made from text (Trusted Types), no
 * framing, no forms that go elsewhere.
 *
 * @param others Where the page's sockets may go beside its own server: `wss://HOST`.
 */
export function contentSecurityPolicy(others: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    ["connect-src 'self'", ...others].join(" "),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

/** On every answer. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": contentSecurityPolicy(),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** What an answer holds. */
export interface Answer {
  /** The status code. */
  readonly status: 200 | 301 | 304 | 400 | 403 | 404 | 405 | 426 | 431 | 503;
  /** Headers beside {@linkcode SAFE_HEADERS}. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Its content; default none. */
  readonly body?: Uint8Array;
}

const REASONS: Readonly<Record<Answer["status"], string>> = {
  200: "OK",
  301: "Moved Permanently",
  304: "Not Modified",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  426: "Upgrade Required",
  431: "Request Header Fields Too Large",
  503: "Service Unavailable",
};

const encoder = new TextEncoder();

/**
 * Writes an answer that ends its connection.
 *
 * @param answer What to say.
 * @param options `head`: without the content, as the method HEAD wants it.
 */
export function renderAnswer(
  answer: Answer,
  { head = false }: { head?: boolean } = {},
): Uint8Array {
  const { status, headers = {}, body = new Uint8Array(0) } = answer;
  const length = status === 304 ? {} : { "content-length": String(body.length) };
  const all = { ...SAFE_HEADERS, ...headers, ...length, connection: "close" };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const text = encoder.encode(`HTTP/1.1 ${status} ${REASONS[status]}\r\n${lines}\r\n`);
  if (head || status === 304) return text;
  const bytes = new Uint8Array(text.length + body.length);
  bytes.set(text);
  bytes.set(body, text.length);
  return bytes;
}

/** Sends a browser to another path of this server; it asks here again the next time. */
export function redirect(path: string): Answer {
  return textAnswer(301, `The page is at ${path}`, { location: path, "cache-control": "no-cache" });
}

/** An answer for people: one line of text. */
export function textAnswer(
  status: Answer["status"],
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      ...headers,
    },
    body: encoder.encode(`${text}\n`),
  };
}
