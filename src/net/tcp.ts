/**
 * Lines over TCP: what the server accepts and what a client dials.
 *
 * bytes → {@linkcode byteChunks} → {@linkcode TelnetFilter} → `TextDecoder` →
 * {@linkcode LineFramer}.
 *
 * @module
 */

import { type Line, LineFramer, type LineFramerOptions } from "../protocol/framing.ts";
import { WasteMeter } from "../protocol/waste.ts";
import { byteChunks } from "./byte_chunks.ts";
import type { LineConnection, Peer } from "./line_connection.ts";
import { TelnetFilter } from "./telnet.ts";
import { TlsFault } from "./tls/fault.ts";

/** The part of `Deno.TcpConn` and `Deno.TlsConn` that is used here. */
export interface StreamConn {
  /** Where the peer is. */
  readonly remoteAddr: Deno.Addr;
  /** Reads some bytes; null at end of input. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Writes some of the bytes. */
  write(bytes: Uint8Array): Promise<number>;
  /** Half-closes. */
  closeWrite(): Promise<void>;
  /** Closes. */
  close(): void;
  /** Sends each write at once; TLS connections do not have it. */
  setNoDelay?(noDelay?: boolean): void;
  /** Asks for another turn before more work on what was read; null, or absent: go on. */
  turn?(): Promise<void> | null;
}

/** Options of {@linkcode TcpLineConnection}. */
export interface TcpLineConnectionOptions extends LineFramerOptions {
  /** Strips telnet's sequences: a server does, for people who come with `telnet`; default false. */
  readonly telnet?: boolean;
  /** Bills what forms no line, as a server does; see `waste.ts`. Default false. */
  readonly metered?: boolean;
  /** What carries the lines; default "tcp". */
  readonly transport?: Peer["transport"];
}

/** A connection whose lines are read from a TCP (or TLS) stream. */
export class TcpLineConnection implements LineConnection {
  /** Who is at the other end; an unknown address is empty. */
  readonly peer: Peer;
  /** The lines as they arrive. See {@linkcode LineConnection.lines}. */
  readonly lines: AsyncIterable<Line[]>;
  /**
   * Is given the bytes that telnet waits for as an answer. They are not written here, since only
   * the owner knows when no other write is under way. Nothing is called before `lines` is read.
   */
  onReply: ((bytes: Uint8Array) => void) | undefined;
  /** Is told how the bytes change that wait here for the rest of their line. */
  onWaiting: ((bytes: number) => void) | undefined;

  readonly #conn: StreamConn;
  #broken = false;
  #closed = false;
  #fault: Error | undefined;
  #received = 0;
  #waitingBytes = 0;

  /**
   * Takes a connection over; reads nothing yet.
   *
   * @param conn An open connection, from here on this object's to close.
   * @param options See {@linkcode TcpLineConnectionOptions}.
   */
  constructor(conn: StreamConn, options: TcpLineConnectionOptions = {}) {
    const { telnet = false, metered = false, transport = "tcp" } = options;
    this.#conn = conn;
    this.peer = peerOf(conn.remoteAddr, transport);
    trySetNoDelay(conn);
    const filter = telnet ? new TelnetFilter((bytes) => this.onReply?.(bytes)) : null;
    this.lines = this.#readLines(filter, new LineFramer(options), metered);
  }

  /** The peer answered with an alert of TLS, as a TLS server does to our first line. */
  get fault(): Error | undefined {
    return this.#fault;
  }

  /** Bytes read so far. See {@linkcode LineConnection.bytesIn}. */
  get bytesIn(): number {
    return this.#received;
  }

  /** The input ended with an error instead of an orderly end; our own `close` is none. */
  get broken(): boolean {
    return this.#broken;
  }

  /**
   * Writes some of the bytes. See {@linkcode LineConnection.write}.
   *
   * @param bytes 1 byte or more; must not change until it resolves.
   * @returns How many were written, 1 or more.
   * @throws When the connection is gone.
   */
  write(bytes: Uint8Array): Promise<number> {
    return this.#conn.write(bytes);
  }

  /** Tells the other end that nothing more will be written. Never throws. */
  async closeWrite(): Promise<void> {
    try {
      await this.#conn.closeWrite();
    } catch {
      // The connection is gone, and so is its other direction.
    }
  }

  /** Ends the connection at once, reads and writes under way included. Never throws. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#conn.close();
    } catch {
      // It was closed already.
    }
  }

  async *#readLines(
    filter: TelnetFilter | null,
    framer: LineFramer,
    metered: boolean,
  ): AsyncGenerator<Line[], void> {
    const meter = metered ? new WasteMeter() : null;
    const decoder = new TextDecoder();
    let isFirst = true;
    let isTls = false;
    let tlsBytes = 0;
    for await (const chunk of byteChunks({ read: (buffer) => this.#read(buffer) })) {
      if (isFirst && filter !== null && isTlsHello(chunk)) {
        isTls = true;
        yield [TLS_HELLO_LINE];
      }
      if (isFirst && isTlsAlert(chunk)) {
        this.#fault = new TlsFault("The peer speaks TLS", "speaks_tls");
        return;
      }
      isFirst = false;
      // Read on, so that the answer is not destroyed by a reset; but not for as long as it pours.
      if (isTls && (tlsBytes += chunk.length) > MAX_TLS_HELLO_BYTES) return;
      if (isTls) continue;
      for (let left = chunk; left.length > 0;) {
        const bytes = filter === null ? left : filter.filter(left);
        const lines: Line[] = framer.push(decoder.decode(bytes, { stream: true }));
        const waste = meter?.note(lines.length, filter?.commands ?? 0) ?? null;
        if (waste !== null) lines.push(waste);
        this.#note(framer.pendingChars);
        if (lines.length > 0) yield lines;
        left = left.subarray(filter?.taken ?? left.length);
        const turn = left.length > 0 ? this.#conn.turn?.() ?? null : null;
        if (turn !== null) await turn;
      }
    }
    this.#note(0);
    // Half a line can mean the opposite of the whole, so what a break cut off is no line.
    if (this.#broken || this.#closed) return;
    const last = [...framer.push(decoder.decode()), ...framer.end()];
    if (last.length > 0) yield last;
  }

  /** A code unit may take two bytes. */
  #note(pendingChars: number): void {
    const bytes = 2 * pendingChars;
    if (bytes !== this.#waitingBytes) this.onWaiting?.(bytes - this.#waitingBytes);
    this.#waitingBytes = bytes;
  }

  async #read(buffer: Uint8Array): Promise<number | null> {
    try {
      const length = await this.#conn.read(buffer);
      this.#received += length ?? 0;
      return length;
    } catch {
      this.#broken = !this.#closed;
      return null;
    }
  }
}

/**
 * What a TLS handshake on a plain connection is taken for: a line with a control character in it,
 * which no dialect begins with. Its bytes themselves may hold no newline, and nobody would be told
 * for a minute.
 */
const TLS_HELLO_LINE = "\x16";

/** The largest one: a TLS record (RFC 8446, section 5.1), and some more that may follow. */
const MAX_TLS_HELLO_BYTES = 64 * 1024;

/** A TLS record of type handshake, version 3.x (RFC 8446, section 5.1). */
function isTlsHello(chunk: Uint8Array): boolean {
  return chunk[0] === 0x16 && (chunk.length < 2 || chunk[1] === 0x03);
}

/** A TLS record of type alert, version 3.x. */
function isTlsAlert(chunk: Uint8Array): boolean {
  return chunk[0] === 0x15 && chunk[1] === 0x03;
}

function peerOf(address: Deno.Addr, transport: Peer["transport"]): Peer {
  return "hostname" in address
    ? { address: address.hostname, port: address.port, transport }
    : { address: "", port: 0, transport };
}

/** A line is small and somebody waits for it: it must not wait for more (RFC 896). */
function trySetNoDelay(conn: StreamConn): void {
  try {
    conn.setNoDelay?.(true);
  } catch {
    // The peer reset at once; reading will tell.
  }
}
