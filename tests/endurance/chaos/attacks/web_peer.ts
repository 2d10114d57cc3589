/**
 * The attackers' side of a WebSocket: frames as bytes, right ones and wrong ones, on a connection
 * that anything can be written to.
 *
 * @module
 */

import type { Random } from "../../random.ts";
import type { AttackRun } from "../attack.ts";
import { hello } from "../../../helpers/line_socket.ts";
import { Nuisance } from "../../nuisance.ts";

/** Opcodes of RFC 6455, section 5.2. */
export const OP = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** How a frame is made. */
export interface FrameOptions {
  /** The last one of its message; default true. */
  readonly fin?: boolean;
  /** With a mask, as a client must; default true. */
  readonly masked?: boolean;
}

const encoder = new TextEncoder();

/**
 * A frame as bytes.
 *
 * @param opcode Four bits.
 * @param payload At most 65,535 bytes.
 */
export function frame(
  opcode: number,
  payload: string | Uint8Array = "",
  { fin = true, masked = true }: FrameOptions = {},
): Uint8Array<ArrayBuffer> {
  const bytes = typeof payload === "string" ? encoder.encode(payload) : payload;
  const { length } = bytes;
  const short = length < 126 ? [length] : [126, length >> 8, length & 0xFF];
  // A mask of zeros masks nothing.
  const mask = masked ? [0, 0, 0, 0] : [];
  short[0]! |= masked ? 0x80 : 0;
  return new Uint8Array([(fin ? 0x80 : 0) | opcode, ...short, ...mask, ...bytes]);
}

/** Any number of frames in one piece. */
export function joined(frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(frames.reduce((length, { length: more }) => length + more, 0));
  let end = 0;
  for (const bytes of frames) {
    all.set(bytes, end);
    end += bytes.length;
  }
  return all;
}

/** The request that becomes a WebSocket. */
export function handshake(port: number): string {
  return `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: http://127.0.0.1:${port}\r\n` +
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n";
}

/** A connection to the page's port; null when that does not work just now. */
export function connectToPage(run: AttackRun): Promise<Nuisance | null> {
  return Nuisance.connect({ ...run, port: run.web ?? 0 });
}

/** What lets somebody in over a WebSocket, as a frame. */
export function webHello(run: AttackRun, name: string): Uint8Array<ArrayBuffer> {
  return frame(OP.text, hello(name, { history: 0, password: run.password }).trimEnd());
}

/** So many random bytes. */
export function randomBytes(random: Random, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => random.below(256));
}
