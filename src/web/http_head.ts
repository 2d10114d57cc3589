/**
 * The head of an HTTP request, as far as a gateway of five fixed addresses needs it. Whatever is
 * unusual is refused instead of interpreted: no absolute targets, no folded headers, no body.
 *
 * @module
 */

import { byteChunks, type ByteSource } from "../net/byte_chunks.ts";

/** Bytes of a head: a browser's has about 1 KiB, with cookies of other programs on the host more. */
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

/** `Name: value` (RFC 9112, section 5); no white space may stand before the colon. */
const FIELD_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;

/**
 * Reads up to the empty line.
 *
 * @param source Where bytes come from; what is read of it beyond the head is in `rest`.
 * @returns `too_large` for a head of more than {@linkcode MAX_HEAD_BYTES}; `not_http` as soon as the
 * first line is no request; null when the input ends before the head does.
 * @throws Whatever a read throws.
 */
export async function readHead(
  source: ByteSource,
): Promise<RawHead | "too_large" | "not_http" | null> {
  let bytes = new Uint8Array(0);
  let begun = false;
  for await (const chunk of byteChunks(source)) {
    const joined = new Uint8Array(bytes.length + chunk.length);
    joined.set(bytes);
    joined.set(chunk, bytes.length);
    const lineEnd = begun ? -1 : joined.indexOf(10);
    if (lineEnd >= 0 && lineEnd <= MAX_HEAD_BYTES) {
      const line = new TextDecoder("latin1").decode(joined.subarray(0, lineEnd));
      // Whoever speaks something else waits for an answer, and sends no empty line.
      if (!ANY_REQUEST.test(line)) return "not_http";
      begun = true;
    }
    const end = endOfHead(joined, Math.max(0, bytes.length - 3));
    if (end > MAX_HEAD_BYTES) return "too_large";
    if (end >= 0) {
      const text = new TextDecoder("latin1").decode(joined.subarray(0, end));
      return { text, rest: joined.slice(end + 4) };
    }
    if (joined.length > MAX_HEAD_BYTES) return "too_large";
    bytes = joined;
  }
  return null;
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
    const [, rawName, value] = FIELD_LINE.exec(line) ?? [];
    if (rawName === undefined || value === undefined) return undefined;
    const name = rawName.toLowerCase();
    const earlier = headers.get(name);
    // Two hosts, or two origins: which of them was meant is what an attacker would choose.
    if (earlier !== undefined && (name === "host" || name === "origin")) return undefined;
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return { method, path: target.replace(/[?#].*/s, ""), headers };
}

/** Where `\r\n\r\n` begins; -1 when it is not there. */
function endOfHead(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(13, from); at >= 0; at = bytes.indexOf(13, at + 1)) {
    if (bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10) return at;
  }
  return -1;
}
