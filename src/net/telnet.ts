/**
 * Makes of what a telnet client sends what any other client would send (RFC 854, RFC 860).
 *
 * @module
 */

import { MAX_COMMANDS_A_TURN } from "../protocol/framing.ts";

const NUL = 0;
const LF = 10;
const CR = 13;
/** Codes of RFC 854, and EOF, SUSP, ABORT of RFC 1184, which is where commands begin. */
const FIRST_COMMAND = 236;
const SE = 240;
const SB = 250;
const WILL = 251;
const WONT = 252;
const DO = 253;
const DONT = 254;
const IAC = 255;
/** Option TIMING-MARK of RFC 860. */
const TIMING_MARK = 6;

/** A subnegotiation longer than this is none: what follows it is input again. */
const MAX_SUBNEGOTIATION_BYTES = 512;

/** Where in a sequence the next byte stands. */
const enum State {
  Data,
  Command,
  Option,
  Subnegotiation,
  SubnegotiationCommand,
}

/**
 * Strips telnet's sequences out of bytes, wherever the bytes were cut, and gives `IAC IAC` as one
 * 0xFF. `CR NUL`, which RFC 1123 (3.3.1) wants treated as the end of a line, becomes `CR LF`. 0xFF
 * before a byte that is no command is left as it is.
 *
 * No option is ever agreed to. Of all requests only `DO TIMING-MARK` gets an answer, `WONT`:
 * telnet's Ctrl-C throws away all output until that answer comes.
 */
export class TelnetFilter {
  readonly #onReply: (bytes: Uint8Array) => void;
  #state = State.Data;
  #verb = 0;
  #subnegotiationBytes = 0;
  #last = 0;
  #taken = 0;
  #commands = 0;

  /**
   * Begins outside of any sequence.
   *
   * @param onReply Is given the bytes to send as an answer, three bytes for each `DO TIMING-MARK`.
   */
  constructor(onReply: (bytes: Uint8Array) => void = ignore) {
    this.#onReply = onReply;
  }

  /** How many bytes the last call has worked on: all, or those up to its last command. */
  get taken(): number {
    return this.#taken;
  }

  /** How many commands the last call has stripped. */
  get commands(): number {
    return this.#commands;
  }

  /**
   * Filters the next bytes, up to {@linkcode MAX_COMMANDS_A_TURN} commands: see `taken`.
   *
   * @param bytes Are not changed.
   * @returns What remains, perhaps nothing; `bytes` itself when there is nothing to do.
   */
  filter(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    this.#taken = bytes.length;
    this.#commands = 0;
    if (this.#state === State.Data && !bytes.includes(IAC) && !this.#endsLine(bytes)) {
      if (bytes.length > 0) this.#last = bytes[bytes.length - 1] ?? 0;
      return bytes;
    }
    // One more than the input: a 0xFF that the last call kept back may come out of this one.
    const out = new Uint8Array(bytes.length + 1);
    let length = 0;
    let at = 0;
    for (const byte of bytes) {
      if (this.#commands >= MAX_COMMANDS_A_TURN) {
        this.#taken = at;
        break;
      }
      at++;
      switch (this.#state) {
        case State.Data:
          if (byte === IAC) {
            this.#state = State.Command;
            this.#commands++;
          } else out[length++] = this.#data(byte);
          break;
        case State.Command:
          this.#state = afterCommand(byte);
          this.#verb = byte;
          this.#subnegotiationBytes = 0;
          if (byte === IAC) out[length++] = this.#data(IAC);
          else if (byte < FIRST_COMMAND) {
            out[length++] = this.#data(IAC);
            out[length++] = this.#data(byte);
          }
          break;
        case State.Option:
          this.#state = State.Data;
          if (this.#verb === DO && byte === TIMING_MARK) {
            this.#onReply(new Uint8Array([IAC, WONT, TIMING_MARK]));
          }
          break;
        case State.Subnegotiation:
        case State.SubnegotiationCommand:
          this.#subnegotiate(byte);
          break;
      }
    }
    return out.subarray(0, length);
  }

  /** Whether a NUL stands behind a CR, the one before the first byte included. */
  #endsLine(bytes: Uint8Array): boolean {
    for (let at = bytes.indexOf(NUL); at >= 0; at = bytes.indexOf(NUL, at + 1)) {
      if ((at === 0 ? this.#last : bytes[at - 1]) === CR) return true;
    }
    return false;
  }

  #data(byte: number): number {
    const result = byte === NUL && this.#last === CR ? LF : byte;
    this.#last = byte;
    return result;
  }

  #subnegotiate(byte: number): void {
    if (this.#state === State.SubnegotiationCommand && byte === SE) this.#state = State.Data;
    else if (++this.#subnegotiationBytes >= MAX_SUBNEGOTIATION_BYTES) this.#state = State.Data;
    else if (this.#state === State.Subnegotiation && byte === IAC) {
      this.#state = State.SubnegotiationCommand;
    } else this.#state = State.Subnegotiation;
  }
}

function afterCommand(byte: number): State {
  if (byte === SB) return State.Subnegotiation;
  return byte >= WILL && byte <= DONT ? State.Option : State.Data;
}

function ignore(): void {}
