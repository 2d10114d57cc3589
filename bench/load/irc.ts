/**
 * IRC, as three servers speak it: they differ in the channel that is there, in what stands behind
 * names, and in what a client may ask for.
 *
 * @module
 */

import { type Language, SOME_NUMBERS } from "./language.ts";

/** A tag that stands before a line for those who have asked for it. */
type Capability = "server-time" | "message-tags";

/** On ngircd, without IDENT. */
export const ngircdIrc: Language = {
  hello: (name) => `${registration(name)}JOIN #room\r\n`,
  ready: " 366 ",
  echoes: false,
  peerDecides: "nothing",
  say: (_name, text) => `PRIVMSG #room :${text}\r\n`,
  heard: (from, text) => `:${from}!~${from}@127.0.0.1 PRIVMSG #room :${text}\r\n`,
};

/**
 * It lets nobody in as fast as a JOIN comes behind the registration, so it joins them itself. Of
 * what waits it reads one buffer, of 64 KiB at most, and goes on only when something else happens,
 * or a second is over (3.15: 20,000 lines that one sender wrote at once took 7 s). Two writes fit.
 */
export const inspircdIrc: Language = {
  ...ngircdIrc,
  aheadBytes: 60_000,
  hello: registration,
  heard: (from, text) => `:${from}!${from}@127.0.0.1 PRIVMSG #room :${text}\r\n`,
};

/**
 * Ours. With tags a client asks for its own messages, too, so that all readers get the same.
 *
 * @param caps What the client asks for; nothing: its lines are those of plain IRC.
 */
export function chatIrc(caps: readonly Capability[]): Language {
  const wanted = caps.length === 0 ? [] : [...caps, "echo-message"];
  const hasTime = caps.includes("server-time");
  const hasId = caps.includes("message-tags");
  return {
    hello: (name) =>
      (wanted.length === 0 ? "" : `CAP REQ :${wanted.join(" ")}\r\n`) + registration(name) +
      (wanted.length === 0 ? "" : "CAP END\r\n") + "JOIN #lobby\r\n",
    ready: " 366 ",
    echoes: wanted.length > 0,
    peerDecides: wanted.length === 0 ? "nothing" : "numbers",
    numbers: new RegExp(
      "^@" + [
        ...hasTime ? ["time=(?<at>[^; ]*)"] : [],
        ...hasId ? ["msgid=(?<log>[^; ]*)-(?<seq>\\d+)"] : [],
      ].join(";") + " ",
    ),
    say: (_name, text) => `PRIVMSG #lobby :${text}\r\n`,
    heard(from, text, { seq, at, log } = SOME_NUMBERS) {
      const tags = [...hasTime ? [`time=${at}`] : [], ...hasId ? [`msgid=${log}-${seq}`] : []];
      const prefix = tags.length === 0 ? "" : `@${tags.join(";")} `;
      return `${prefix}:${from}!u@chat PRIVMSG #lobby :${text}\r\n`;
    },
  };
}

function registration(name: string): string {
  return `NICK ${name}\r\nUSER ${name} 0 * :${name}\r\n`;
}
