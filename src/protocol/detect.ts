/**
 * Who is at the door? The first line of a connection tells.
 *
 * @module
 */

/** What a first line means: a dialect, or a reason to close. */
export type Opening = "json" | "plain" | "http" | "irc" | "noise";

/** `METHOD TARGET HTTP/1.1` (RFC 9112, section 3); a method is any token, in any case. */
const REQUEST_LINE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ +\S+ +HTTP\/\d(?:\.\d)?\s*$/i;

/** The same without a version, as HTTP/0.9 and people who test by hand write it. */
const SHORT_REQUEST_LINE = /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI) +[/*]/i;

/**
 * What an IRC client may begin with (RFC 2812, IRCv3), perhaps with tags and a prefix before; and
 * the bare `PING` of programs that look what a port is. Other bare words are names.
 */
const IRC_LINE = /^(?:@\S+ +)?(?::\S+ +)?(?:CAP|NICK|USER|PASS|QUIT|AUTHENTICATE|PING|JOIN) +\S/i;
const BARE_PING = /^PING$/;

/** The banner of SSH (RFC 4253, section 4.2). */
const SSH_BANNER = /^SSH-\d+\.\d+-/;

/** A TLS hello: a handshake record of version 3. */
const TLS_HELLO = "\x16\x03";

/** What the connection leaves of a TLS hello that it recognizes. */
const TLS_REMAINDER = "\x16";

/** Characters that are not UTF-8: of more the line is no name in another encoding. */
const MAX_NOT_UTF8 = 8;

/**
 * What the first line of a connection means.
 *
 * @param line The line without its newline, not cleaned.
 * @returns `json` for a line that starts with `{`, except `{quit}`, with which people leave;
 * `http` for a request of a browser, which must not be able to talk into a room; `irc` for a client
 * of that protocol; `noise` for SSH, TLS and binary data; else `plain`, also where a key or a letter
 * in another encoding stands in what was meant for a name: then that is asked for again.
 */
export function detectOpening(line: string): Opening {
  if (line.startsWith("{") && line.trim() !== "{quit}") return "json";
  if (SSH_BANNER.test(line)) return "noise";
  if (line.startsWith(TLS_HELLO) || line === TLS_REMAINDER) return "noise";
  if (line.includes("\0") || line.split("\uFFFD", MAX_NOT_UTF8 + 2).length > MAX_NOT_UTF8 + 1) {
    return "noise";
  }
  if (REQUEST_LINE.test(line) || SHORT_REQUEST_LINE.test(line)) return "http";
  return IRC_LINE.test(line) || BARE_PING.test(line) ? "irc" : "plain";
}
