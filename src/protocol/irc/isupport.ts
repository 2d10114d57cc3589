/**
 * What the server tells an IRC client of its rules: the tokens of numeric 005.
 *
 * @module
 */

import {
  MAX_HISTORY_PAGE,
  MAX_KEY_CHARS,
  MAX_NAME_CHARS,
  MAX_REASON_CHARS,
  MAX_ROOMS_A_CLIENT,
  MAX_TOPIC_CHARS,
} from "../limits.ts";

/** Names and rooms that one client may watch with MONITOR. */
export const MAX_MONITORED = 100;

/** Code points of what somebody calls itself: USER and SETNAME. */
export const MAX_REALNAME_CHARS = 128;

/** Modes with a parameter in one MODE. */
export const MAX_MODES = 4;

/** Targets in one command; what is not here takes one. */
export const MAX_TARGETS = {
  JOIN: MAX_ROOMS_A_CLIENT,
  KICK: 4,
  LIST: MAX_ROOMS_A_CLIENT,
  MONITOR: MAX_MONITORED,
  NAMES: MAX_ROOMS_A_CLIENT,
  NOTICE: 4,
  PART: MAX_ROOMS_A_CLIENT,
  PRIVMSG: 4,
} as const;

/** Tokens in one line: 15 parameters, of which the first is the nick and the last the text. */
const TOKENS_A_LINE = 13;

/** Bytes of the network's name in UTF-8. */
const MAX_NETWORK_BYTES = 64;

/**
 * The tokens of the lines of numeric 005, each with its words.
 *
 * @param network What people call this server: its name.
 * @returns Lines of at most 13 tokens, all of ASCII.
 */
export function isupportLines(network: string): readonly (readonly string[])[] {
  const tokens = [
    `NETWORK=${escapeValue(network)}`,
    "CASEMAPPING=ascii",
    "UTF8MAPPING=rfc8265",
    "CHANTYPES=#",
    "CHANMODES=b,k,,imnst",
    "PREFIX=(ov)@+",
    `NICKLEN=${MAX_NAME_CHARS}`,
    `CHANNELLEN=${MAX_NAME_CHARS + 1}`,
    `TOPICLEN=${MAX_TOPIC_CHARS}`,
    `KICKLEN=${MAX_REASON_CHARS}`,
    `AWAYLEN=${MAX_REASON_CHARS}`,
    `KEYLEN=${MAX_KEY_CHARS}`,
    `NAMELEN=${MAX_REALNAME_CHARS}`,
    `CHANLIMIT=#:${MAX_ROOMS_A_CLIENT}`,
    `TARGMAX=${Object.entries(MAX_TARGETS).map(([name, max]) => `${name}:${max}`).join(",")}`,
    `MODES=${MAX_MODES}`,
    "UTF8ONLY",
    "WHOX",
    `MONITOR=${MAX_MONITORED}`,
    "BOT=B",
    "CLIENTTAGDENY=*",
    "ELIST=MNU",
    `CHATHISTORY=${MAX_HISTORY_PAGE}`,
    `draft/CHATHISTORY=${MAX_HISTORY_PAGE}`,
    "MSGREFTYPES=msgid,timestamp",
  ];
  return Array.from(
    { length: Math.ceil(tokens.length / TOKENS_A_LINE) },
    (_, i) => tokens.slice(i * TOKENS_A_LINE, (i + 1) * TOKENS_A_LINE),
  );
}

/** `\x` and two hexadecimal digits for each byte that may not stand in a value. */
function escapeValue(value: string): string {
  const bytes = new TextEncoder().encode(value).subarray(0, MAX_NETWORK_BYTES);
  return Array.from(bytes, (byte) => {
    const char = String.fromCharCode(byte);
    return /[\w.-]/.test(char) ? char : `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}
