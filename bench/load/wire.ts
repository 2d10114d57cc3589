/**
 * What a peer speaks, as far as the load generator must know it. Another wire is one more entry of
 * {@linkcode WIRES}.
 *
 * The text that is said is the same on all wires: a counter of eight digits and {@linkcode FILLER},
 * 63 bytes. With its newline that is a line of 64 bytes where lines are all that travels; other
 * wires put the same text into their own frames.
 *
 * @module
 */

import { chatIrc, inspircdIrc, ngircdIrc } from "./irc.ts";
import { type Language, type Numbers, SOME_NUMBERS, type Wire } from "./language.ts";
import { COUNTER_DIGITS, FILLER, lineBytes, type LinePattern } from "./pattern.ts";

/** Names of the wires. */
export type WireName =
  | "plain"
  | "json"
  | "irc-chat"
  | "irc-chat-time"
  | "irc-chat-msgid"
  | "irc-chat-both"
  | "nats"
  | "redis"
  | "irc"
  | "irc-inspircd"
  | "ncat"
  | "raw"
  | "raw-json";

/** The one room of the floods. */
const ROOM = "lobby";

/**
 * A message as json readers get it.
 *
 * @param message Its number and time, and who said it.
 * @returns The line with its newline.
 */
export function jsonLine(
  message: Pick<Numbers, "seq" | "at"> & { readonly from: string },
  text: string,
): string {
  const { seq, at, from } = message;
  return JSON.stringify({ type: "message", room: ROOM, seq, at, from, text }) + "\n";
}

const plain: Language = {
  hello: (name) => `${name}\n`,
  ready: "Welcome, ",
  echoes: false,
  peerDecides: "nothing",
  say: (_name, text) => `${text}\n`,
  heard: (from, text) => `${from}: ${text}\n`,
};

const json: Language = {
  hello: (name) =>
    JSON.stringify({ type: "hello", protocol: 1, name, rooms: { [ROOM]: { history: 0 } } }) + "\n",
  ready: '"type":"joined"',
  echoes: true,
  peerDecides: "numbers",
  numbers: /"seq":(?<seq>\d+),"at":"(?<at>[^"]*)"/,
  say: (_name, text) => JSON.stringify({ type: "say", text }) + "\n",
  heard: (from, text, { seq, at } = SOME_NUMBERS) => jsonLine({ seq, at, from }, text),
};

/**
 * `echo: false`, as chat servers do it; what it answers the PING with, it has read the rest too.
 */
const nats: Language = {
  hello: () =>
    'CONNECT {"verbose":false,"pedantic":false,"echo":false,"protocol":1}\r\n' +
    "SUB room 1\r\nPING\r\n",
  ready: "PONG\r\n",
  echoes: false,
  peerDecides: "nothing",
  say: (_name, text) => `PUB room ${text.length}\r\n${text}\r\n`,
  heard: (_from, text) => `MSG room 1 ${text.length}\r\n${text}\r\n`,
};

/**
 * RESP 3, so that one connection may subscribe and publish. Answers to PUBLISH are switched off:
 * they say only how many heard it, and would stand between the messages.
 */
const redis: Language = {
  hello: () => "HELLO 3\r\nSUBSCRIBE room\r\nCLIENT REPLY OFF\r\n",
  ready: "$9\r\nsubscribe\r\n$4\r\nroom\r\n:1\r\n",
  echoes: true,
  peerDecides: "nothing",
  say: (_name, text) => `*3\r\n$7\r\nPUBLISH\r\n$4\r\nroom\r\n$${text.length}\r\n${text}\r\n`,
  heard: (_from, text) => `>3\r\n$7\r\nmessage\r\n$4\r\nroom\r\n$${text.length}\r\n${text}\r\n`,
};

/** It names its clients itself, and tells everybody, the new one included. */
const ncat: Language = {
  hello: () => "",
  ready: "<announce> already connected",
  echoes: false,
  peerDecides: "marks",
  say: (_name, text) => `${text}\n`,
  heard: (_from, text) => `${text}\n`,
};

/** The limit adds no name, so its senders write lines that are as long as delivered ones. */
const raw: Language = { ...plain, echoes: true, say: plain.heard };

/** The same with lines as long as our json lines. */
const rawJson: Language = { ...raw, say: longLine, heard: longLine };

/** The wires by name: other threads and processes are told a name. */
export const WIRES: Readonly<Record<WireName, Wire>> = {
  plain: wireOf(plain),
  json: wireOf(json),
  "irc-chat": wireOf(chatIrc([])),
  "irc-chat-time": wireOf(chatIrc(["server-time"])),
  "irc-chat-msgid": wireOf(chatIrc(["message-tags"])),
  "irc-chat-both": wireOf(chatIrc(["server-time", "message-tags"])),
  nats: wireOf(nats),
  redis: wireOf(redis),
  irc: wireOf(ngircdIrc),
  "irc-inspircd": wireOf(inspircdIrc),
  ncat: wireOf(ncat),
  raw: wireOf(raw),
  "raw-json": wireOf(rawJson),
};

/** Makes a wire of what tells it from the others. */
function wireOf(language: Language): Wire {
  return {
    ...language,
    sent: (sender) => patternOf((text) => language.say(sender, text)),
    delivered: (sender) => patternOf((text) => language.heard(sender, text)),
  };
}

/** What stands around the counter. */
function patternOf(render: (text: string) => string): LinePattern {
  const counter = "#".repeat(COUNTER_DIGITS);
  const [head = "", tail = ""] = render(counter + FILLER).split(counter);
  return { head, tail };
}

function longLine(from: string, text: string): string {
  const length = lineBytes(patternOf((other) => json.heard(from, other)));
  return `${from}: `.padEnd(length - COUNTER_DIGITS - FILLER.length - 1, ".") + `${text}\n`;
}
