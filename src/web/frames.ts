/**
 * The frames of a WebSocket (RFC 6455, section 5), from the side of a server. Pure: bytes in,
 * messages out. What is too long is refused by its header, before any of it is kept.
 *
 * Our own, because Deno's server socket cannot be made to do what a room needs: one whose peer
 * stops reading can never be closed (measured: still open after `close()` and three idle timeouts),
 * what a peer floods is read without end, and frames up to 32 MiB are gathered before anybody is
 * asked.
 *
 * @module
 */

import { MAX_COMMANDS_A_TURN } from "../protocol/framing.ts";

/** A text. */
const OP_TEXT = 1;
/** Bytes. */
export const OP_BINARY = 2;
/** The last frame of a direction. */
export const OP_CLOSE = 8;
/** A question for a sign of life. */
export const OP_PING = 9;
/** Its answer. */
export const OP_PONG = 10;

/** Bytes of a control frame's payload (RFC 6455, section 5.5). */
const MAX_CONTROL_BYTES = 125;

/** What a message costs at first; longer ones grow as they really arrive. */
const MIN_PAYLOAD_BYTES = 512;

/** Why a connection has to end; the close codes of RFC 6455, section 7.4.1. */
export type FrameFault = 1002 | 1003 | 1007 | 1009;

/** What a client sent. */
export type Frame =
  /** One whole message. */
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "ping"; readonly payload: Uint8Array }
  | { readonly type: "pong" }
  /** Nothing comes after it. */
  | { readonly type: "close" }
  /** Not allowed; nothing after it is read. */
  | { readonly type: "fault"; readonly code: FrameFault };

/** A header that is complete. */
interface Header {
  readonly final: boolean;
  readonly opcode: number;
  readonly length: number;
  readonly mask: Uint8Array;
  readonly bytes: number;
}

/** Options of {@linkcode FrameDecoder}. */
export interface FrameDecoderOptions {
  /** Bytes of one message in all its frames; more is fault 1009. */
  readonly maxBytes: number;
}

/** Turns what a client sends into messages, wherever it was cut. */
export class FrameDecoder {
  readonly #maxBytes: number;
  readonly #header = new Uint8Array(14);
  #headerBytes = 0;
  #frame: Header | null = null;
  /** Bytes of the present frame that have come. */
  #done = 0;
  #control = new Uint8Array(0);
  /** The present message: a growing buffer, and how much of it is used. */
  #message = new Uint8Array(0);
  #messageBytes = 0;
  #inMessage = false;
  #over = false;
  #taken = 0;
  #controls = 0;

  /** At the first frame. */
  constructor({ maxBytes }: FrameDecoderOptions) {
    this.#maxBytes = maxBytes;
  }

  /** How many bytes the last call has worked on. */
  get taken(): number {
    return this.#taken;
  }

  /** How many frames the last call has seen that completed no text. */
  get controls(): number {
    return this.#controls;
  }

  /** Bytes that are kept for a message that is not complete. */
  get pendingBytes(): number {
    return this.#message.length;
  }

  /**
   * Takes the next bytes, up to {@linkcode MAX_COMMANDS_A_TURN} frames: see `taken`.
   *
   * @param bytes Any part of the input; not kept.
   * @returns What they completed, in order. After `close` or `fault` nothing more ever comes.
   */
  push(bytes: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    let begun = 0;
    this.#controls = 0;
    let at = 0;
    while (at < bytes.length && !this.#over && begun < MAX_COMMANDS_A_TURN) {
      if (this.#frame === null) {
        this.#header[this.#headerBytes++] = bytes[at++]!;
        const header = this.#readHeader();
        if (header === null) continue;
        this.#headerBytes = 0;
        begun++;
        const code = this.#begin(header);
        if (code !== null) {
          this.#over = true;
          frames.push({ type: "fault", code });
          break;
        }
      } else {
        const count = Math.min(bytes.length - at, this.#frame.length - this.#done);
        this.#take(this.#frame, bytes.subarray(at, at + count));
        at += count;
      }
      if (this.#frame !== null && this.#done === this.#frame.length) {
        const { length } = frames;
        this.#complete(frames);
        if (frames.length === length || frames.at(-1)?.type !== "text") this.#controls++;
      }
    }
    this.#taken = at;
    return frames;
  }

  /** Null while it is not complete. */
  #readHeader(): Header | null {
    const header = this.#header;
    if (this.#headerBytes < 2) return null;
    const [first, second] = [header[0]!, header[1]!];
    const short = second & 0x7F;
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    const maskBytes = (second & 0x80) === 0 ? 0 : 4;
    const bytes = 2 + lengthBytes + maskBytes;
    if (this.#headerBytes < bytes) return null;
    const view = new DataView(header.buffer);
    const length = lengthBytes === 0
      ? short
      : lengthBytes === 2
      ? view.getUint16(2)
      : Number(view.getBigUint64(2));
    return {
      final: (first & 0x80) !== 0,
      // The reserved bits make an opcode that nobody knows: no extension has been agreed on.
      opcode: first & 0x7F,
      length,
      mask: header.slice(2 + lengthBytes, bytes),
      bytes,
    };
  }

  /** @returns Why the frame is not allowed; null when it is. */
  #begin(header: Header): FrameFault | null {
    const { opcode, final, length, mask } = header;
    if (mask.length === 0) return 1002;
    if (opcode >= OP_CLOSE && opcode <= OP_PONG) {
      if (!final || length > MAX_CONTROL_BYTES) return 1002;
      this.#control = new Uint8Array(length);
    } else if (opcode === OP_BINARY) {
      return 1003;
    } else if (opcode === OP_TEXT || opcode === 0) {
      if (this.#inMessage !== (opcode === 0)) return 1002;
      if (this.#messageBytes + length > this.#maxBytes) return 1009;
      this.#inMessage = true;
    } else {
      return 1002;
    }
    this.#frame = header;
    this.#done = 0;
    return null;
  }

  #take({ opcode, mask }: Header, bytes: Uint8Array): void {
    const isControl = opcode >= OP_CLOSE;
    const from = isControl ? this.#done : this.#messageBytes;
    if (!isControl) this.#reserve(from + bytes.length);
    const target = isControl ? this.#control : this.#message;
    for (let i = 0; i < bytes.length; i++) {
      target[from + i] = bytes[i]! ^ mask[(this.#done + i) & 3]!;
    }
    this.#done += bytes.length;
    if (!isControl) this.#messageBytes += bytes.length;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#message.length) return;
    const size = Math.max(MIN_PAYLOAD_BYTES, bytes, Math.min(2 * bytes, this.#maxBytes));
    const larger = new Uint8Array(size);
    larger.set(this.#message.subarray(0, this.#messageBytes));
    this.#message = larger;
  }

  #complete(frames: Frame[]): void {
    const { opcode, final } = this.#frame!;
    this.#frame = null;
    if (opcode === OP_PING) frames.push({ type: "ping", payload: this.#control });
    else if (opcode === OP_PONG) frames.push({ type: "pong" });
    else if (opcode === OP_CLOSE) {
      this.#over = true;
      frames.push({ type: "close" });
    } else if (final) {
      frames.push(this.#text());
    }
  }

  #text(): Frame {
    const bytes = this.#message.subarray(0, this.#messageBytes);
    this.#inMessage = false;
    this.#messageBytes = 0;
    // A long one must not be paid for by an idle connection.
    if (this.#message.length > MIN_PAYLOAD_BYTES) this.#message = new Uint8Array(0);
    try {
      return { type: "text", text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
    } catch {
      this.#over = true;
      return { type: "fault", code: 1007 };
    }
  }
}

/**
 * The header of a whole message from the server: not masked, not in parts.
 *
 * @param length Bytes of the payload that follows it.
 * @param payload Where the header goes, at its beginning: 2 to 10 bytes.
 * @returns How many bytes it takes.
 */
export function writeFrameHeader(target: Uint8Array, opcode: number, length: number): number {
  target[0] = 0x80 | opcode;
  if (length < 126) {
    target[1] = length;
    return 2;
  }
  const view = new DataView(target.buffer, target.byteOffset);
  if (length < 65_536) {
    target[1] = 126;
    view.setUint16(2, length);
    return 4;
  }
  target[1] = 127;
  view.setBigUint64(2, BigInt(length));
  return 10;
}
