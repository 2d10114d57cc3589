/**
 * A connection that carries bytes, before anybody has made lines of them; and the gate that all
 * reads of a server pass.
 *
 * @module
 */

import type { Peer } from "./line_connection.ts";
import { ReadLoad } from "./turn_queue.ts";
import type { Turns } from "./turns.ts";

/** The part of `Deno.TcpConn` and `Deno.TlsConn` that is used here. */
export interface StreamConn {
  /** Where the peer is. */
  readonly remoteAddr: Deno.Addr;
  /**
   * Reads some bytes. One call at a time.
   *
   * @returns How many, 1 or more; null at end of input.
   * @throws When the connection is gone.
   */
  read(buffer: Uint8Array): Promise<number | null>;
  /**
   * Writes some of the bytes. One call at a time; they must not change until it resolves.
   *
   * @returns How many, 1 or more.
   * @throws When the connection is gone.
   */
  write(bytes: Uint8Array): Promise<number>;
  /** Half-closes: the peer reads the end of its input, and may go on writing. */
  closeWrite(): Promise<void>;
  /** Ends both directions at once, reads and writes under way included; throws the second time. */
  close(): void;
  /** Sends each write at once; TLS connections do not have it. */
  setNoDelay?(noDelay?: boolean): void;
  /** Asks for another turn before more work on what was read; null, or absent: go on. */
  turn?(): Promise<void> | null;
  /** How many commands of its own protocol the peer has sent since the last call; absent: none. */
  takeCommands?(): number;
}

/** A connection around another one, which it reads in its own way and otherwise hands through. */
export abstract class WrappedConn implements StreamConn {
  /** Where the peer is. */
  readonly remoteAddr: Deno.Addr;
  /** The other one, this object's to close. */
  protected readonly conn: StreamConn;

  /**
   * Takes a connection over.
   *
   * @param conn From here on this object's to close.
   * @param remoteAddr Where the peer is; default: where the other one's is.
   */
  constructor(conn: StreamConn, remoteAddr: Deno.Addr = conn.remoteAddr) {
    this.conn = conn;
    this.remoteAddr = remoteAddr;
  }

  /** Reads some bytes. */
  abstract read(buffer: Uint8Array): Promise<number | null>;

  /** Writes some of the bytes. */
  write(bytes: Uint8Array): Promise<number> {
    return this.conn.write(bytes);
  }

  /** Half-closes. */
  closeWrite(): Promise<void> {
    return this.conn.closeWrite();
  }

  /** Closes the connection; a read under way may still resolve. */
  close(): void {
    this.conn.close();
  }

  /** Sends each write at once, where the connection can be told to. */
  setNoDelay(noDelay?: boolean): void {
    this.conn.setNoDelay?.(noDelay);
  }

  /** Asks for another turn, where the connection gives turns. */
  turn(): Promise<void> | null {
    return this.conn.turn?.() ?? null;
  }

  /** See {@linkcode StreamConn.takeCommands}. */
  takeCommands(): number {
    return this.conn.takeCommands?.() ?? 0;
  }
}

/** A line is small and somebody waits for it: it must not wait for more (RFC 896). Never throws. */
export function sendAtOnce(conn: StreamConn): void {
  try {
    conn.setNoDelay?.(true);
  } catch {
    // The peer reset at once; reading will tell.
  }
}

/** Closes a connection that may be closed already. Never throws. */
export function closeQuietly(conn: Pick<StreamConn, "close">): void {
  try {
    conn.close();
  } catch {
    // It was.
  }
}

/** What is read at once of input that nobody wants. */
const DROPPED_AT_ONCE_BYTES = 4 * 1024;

/**
 * Reads and drops what is still arriving behind an answer: left unread, it would turn the close
 * into a reset, which destroys the answer on its way. Never throws; closes nothing.
 *
 * @param maxBytes No more is read than this, and one read.
 * @returns Resolves at the end of the input, or when the connection is gone.
 */
export async function dropInput(
  conn: Pick<StreamConn, "read">,
  maxBytes = Infinity,
): Promise<void> {
  const buffer = new Uint8Array(DROPPED_AT_ONCE_BYTES);
  try {
    for (let left = maxBytes; left > 0;) {
      const count = await conn.read(buffer);
      if (count === null) return;
      left -= count;
    }
  } catch {
    // It was closed, by either end.
  }
}

/** IP address of the other end, without brackets; empty where it has none. */
export function addressOf({ remoteAddr }: Pick<StreamConn, "remoteAddr">): string {
  return "hostname" in remoteAddr ? remoteAddr.hostname : "";
}

/** Who is at the other end, for a connection that carries lines by `transport`. */
export function peerOf(conn: StreamConn, transport: Peer["transport"]): Peer {
  const { remoteAddr } = conn;
  return { address: addressOf(conn), port: "port" in remoteAddr ? remoteAddr.port : 0, transport };
}

/**
 * A connection whose reads wait for their turn. What a server accepts is wrapped in one before
 * anything reads it, so that TLS, telnet, WebSockets and HTTP all pass the same gate.
 */
export class GatedConn extends WrappedConn {
  readonly #turns: Turns;
  readonly #address: string;
  readonly #load = new ReadLoad();
  readonly #admit = (length: number | null): number | null | Promise<number | null> => {
    const wait = this.#turns.next(this.#address, this.#load, length ?? 0);
    return wait === null ? length : wait.then(() => length);
  };

  /**
   * Takes a connection over.
   *
   * @param conn From here on this object's to close.
   * @param turns Whose turns it takes.
   * @param address Who counts as one, as `networkOf` gives it.
   */
  constructor(conn: StreamConn, turns: Turns, address: string) {
    super(conn);
    this.#turns = turns;
    this.#address = address;
  }

  /** Reads some bytes; resolves when it is this connection's turn to work on them. */
  read(buffer: Uint8Array): Promise<number | null> {
    return this.conn.read(buffer).then(this.#admit);
  }

  /** Asks for another turn, for more work on the same bytes. Null: go on. */
  override turn(): Promise<void> | null {
    return this.#turns.next(this.#address, this.#load);
  }
}
