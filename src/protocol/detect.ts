/**
 * Who is at the door? The first line of a connection tells.
 *
 * @module
 */

/** What a first line means: a dialect, or a reason to close. */
export type Opening = "json" | "plain" | "http" | "noise";

/** `METHOD TARGET HTTP/1.1` (RFC 9112, section 3); a method is any token, in any case. */
const REQUEST_LINE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ +\S+ +HTTP\/\d(?:\.\d)?\s*$/i;

/** The same without a version, as HTTP/0.9 and people who test by hand write it. */
const SHORT_REQUEST_LINE = /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI) +[/*]/i;

/** What no name and no password typed by a person holds: control characters but tab, U+FFFD. */
const NOISE = /[^\P{Cc}\t]|\uFFFD/u;

/**
 * What the first line of a connection means.
 *
 * @param line The line without its newline, not cleaned.
 * @returns `json` for a line that starts with `{`, except `{quit}`, with which people leave;
 * `http` for a request of a browser, which must not be able to talk into a room; `noise` for
 * control characters (a TLS hello, bytes that are not UTF-8); else `plain`.
 */
export function detectOpening(line: string): Opening {
  if (line.startsWith("{") && line.trim() !== "{quit}") return "json";
  if (NOISE.test(line)) return "noise";
  if (REQUEST_LINE.test(line) || SHORT_REQUEST_LINE.test(line)) return "http";
  return "plain";
}
