/**
 * The one shape in which the rest of the program sees a connection: lines come in, bytes go out.
 * TCP, TLS and WebSocket each have a file that makes it. And how to write all of some bytes to it.
 *
 * In `net/` live connections: TCP and TLS as lines, dialling, telnet, proxies, addresses, and
 * whose turn it is to read. It may import `protocol`.
 *
 * @module
 */

import type { Line } from "../protocol/framing.ts";

/** Who is at the other end. */
export interface Peer {
  /** IP address, without brackets. */
  readonly address: string;
  /** TCP port. */
  readonly port: number;
  /** What carries the lines. */
  readonly transport: "tcp" | "tls" | "websocket";
}

/** A connection that carries lines. Its owner calls {@linkcode close} in the end, always. */
export interface LineConnection {
  /** Who is at the other end. */
  readonly peer: Peer;
  /**
   * Set by the owner: takes bytes that the transport itself has to answer with (telnet's
   * negotiation), for the owner to write between its own.
   */
  onReply?: ((bytes: Uint8Array) => void) | undefined;
  /** Nothing of telnet's is looked for in what is read from now on; default: nothing ever was. */
  endTelnet?(): void;
  /**
   * Set by the owner: told how the bytes change that wait in the transport for the rest of their
   * line. At the end of the input none do.
   */
  onWaiting?: ((bytes: number) => void) | undefined;
  /**
   * Set by the owner: how many bytes of lines it would take now without waiting. One read takes no
   * more, but 2 KiB in any case. Default: whatever is there.
   */
  readLimit?: (() => number) | undefined;
  /** Bytes handed to the system so far, where one {@linkcode write} is several of the system's. */
  readonly writtenBytes?: number | undefined;
  /**
   * How much has arrived so far, in bytes or whatever the transport counts, also of a line that is
   * not complete yet: where this grows, the other end lives. Default: unknown.
   */
  readonly bytesIn?: number | undefined;
  /**
   * For how many milliseconds {@linkcode bytesIn} may stand still while bytes arrive, since the
   * transport tells of whole messages only. Default 0.
   */
  readonly burstMs?: number | undefined;
  /** Resolves when lines can be carried, or to false where they never will; default: now. */
  readonly ready?: Promise<boolean> | undefined;
  /** The input ended with an error (reset, timeout) instead of an orderly end. */
  readonly broken: boolean;
  /**
   * The transport notices by itself when the other end is gone, so that silence of its lines means
   * nothing: a page in the background sleeps, while its browser is there. Default false.
   */
  readonly watched?: boolean;
  /**
   * Set at the end of the input when the bytes themselves said why there is no conversation: the
   * peer speaks TLS, and this connection does not.
   */
  readonly fault?: Error | undefined;
  /**
   * Reads the next lines, in order. One call at a time. Nothing is read ahead: an owner that does
   * not call makes TCP push back.
   *
   * @returns All that one read of the system completed, never empty; null at end of input, after a
   * last line without a newline. Never rejects for a connection that breaks: that is an end too,
   * and {@linkcode broken} tells which one it was.
   */
  read(): Promise<Line[] | null>;
  /**
   * Writes some of the bytes, and resolves to how many (1 or more). One call at a time: overlapping
   * calls corrupt the stream. The bytes must not change until it resolves.
   *
   * @throws When the connection is gone.
   */
  write(bytes: Uint8Array): Promise<number>;
  /** Told by the owner why a write failed, where the next read may not tell. */
  writeFailed?(error: unknown): void;
  /** Tells the other end that nothing more will be written. Never throws. */
  closeWrite(): Promise<void>;
  /** Ends the connection at once, reads and writes under way included. Never throws. */
  close(): void;
}

/** What {@linkcode writeAll} writes to: a connection, standard output. */
export interface ByteSink {
  /**
   * Writes some of the bytes.
   *
   * @returns How many, 1 or more.
   */
  write(bytes: Uint8Array): Promise<number>;
}

/**
 * Writes all of the bytes, one part after the other. Nobody else may write meanwhile.
 *
 * @param bytes Must not change until it resolves.
 * @param onPart Told how many bytes each write took.
 * @throws Whatever a write throws; how much was written is then known to `onPart` alone.
 */
export async function writeAll(
  sink: ByteSink,
  bytes: Uint8Array,
  onPart?: (written: number) => void,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const written = await sink.write(bytes.subarray(done));
    done += written;
    onPart?.(written);
  }
}
