/**
 * What a peer speaks, as far as the load generator must know it. Another wire (json, NATS, Redis)
 * is one more entry of {@linkcode WIRES}.
 *
 * @module
 */

import { FILLER, type LinePattern } from "./pattern.ts";

/** Names of the wires. */
export type WireName = "plain" | "raw";

/** One language of a peer. */
export interface Wire {
  /** What a client writes first. */
  hello(name: string): string;
  /** What stands in the stream once the peer has let the client in. */
  readonly ready: string;
  /** A line as a sender writes it. */
  sent(sender: string): LinePattern;
  /** The same line as a receiver gets it. */
  delivered(sender: string): LinePattern;
}

/** The wires by name: workers are told a name, since functions cannot be sent to them. */
export const WIRES: Readonly<Record<WireName, Wire>> = {
  plain: {
    hello: nameLine,
    ready: "Welcome, ",
    sent: plainText,
    delivered: namedText,
  },
  // The bare relay adds no name, so its sender writes lines that are as long as delivered ones.
  raw: {
    hello: nameLine,
    ready: "Welcome, ",
    sent: namedText,
    delivered: namedText,
  },
};

function nameLine(name: string): string {
  return `${name}\n`;
}

function plainText(_sender: string): LinePattern {
  return { head: "", tail: `${FILLER}\n` };
}

function namedText(sender: string): LinePattern {
  return { head: `${sender}: `, tail: `${FILLER}\n` };
}
