/**
 * A TCP connection that breaks at a byte chosen beforehand, in the middle of a line as likely as
 * between two, in one of the ways in which networks fail.
 *
 * @module
 */

import type { StreamConn } from "../../../src/net/stream_conn.ts";

/**
 * How it breaks:
 * - `drop`: both ends see it at once;
 * - `ghost`: the client sees a reset, while to the server it looks alive until the run ends;
 * - `mute`: nobody sees anything, and nothing arrives any more.
 */
export type CutKind = "drop" | "ghost" | "mute";

/** When and how a connection breaks. */
export interface CutPlan {
  /** How. */
  readonly kind: CutKind;
  /** Which direction's bytes are counted. */
  readonly direction: "read" | "write";
  /** After how many of them: 1 or more. */
  readonly afterBytes: number;
}

const NEWLINE = 10;

/** See the module. */
export class CuttingConn implements StreamConn {
  /** Where the server is. */
  readonly remoteAddr: Deno.Addr;
  readonly #conn: Deno.TcpConn;
  readonly #plan: CutPlan | null;
  readonly #onCut: () => void;
  #waking = Promise.withResolvers<null>();
  #leftBytes: number;
  #cut: CutKind | null = null;
  #closed = false;

  /**
   * Takes a connection over.
   *
   * @param plan Null: it does not break.
   * @param onCut Is told when it does.
   */
  constructor(conn: Deno.TcpConn, plan: CutPlan | null, onCut: () => void) {
    this.remoteAddr = conn.remoteAddr;
    this.#conn = conn;
    this.#plan = plan;
    this.#onCut = onCut;
    this.#leftBytes = plan?.afterBytes ?? Infinity;
  }

  /** Reads some bytes, none beyond the cut. */
  async read(buffer: Uint8Array): Promise<number | null> {
    this.#waking = Promise.withResolvers<null>();
    this.#throwIfBroken();
    if (this.#cut === null) {
      const room = this.#allowed("read", buffer.length);
      const reading = this.#conn.read(buffer.subarray(0, room));
      const count = await Promise.race([reading, this.#waking.promise]);
      this.#throwIfBroken();
      if (this.#cut === null) {
        this.#count("read", count ?? 0);
        return count;
      }
    }
    await this.#waking.promise;
    throw broken();
  }

  /** Writes some bytes, none beyond the cut. A mute connection swallows them. */
  async write(bytes: Uint8Array): Promise<number> {
    this.#throwIfBroken();
    if (this.#cut === "mute") return bytes.length;
    let allowed = this.#allowed("write", bytes.length);
    // The end of a ghost, much later, would complete a line that lacks only its newline: a hello
    // that comes when its client has left.
    if (this.#plan?.kind === "ghost" && bytes[allowed] === NEWLINE) allowed++;
    const count = await this.#conn.write(bytes.subarray(0, allowed));
    this.#count("write", count);
    return count;
  }

  /** Half-closes. */
  async closeWrite(): Promise<void> {
    if (this.#cut === null) await this.#conn.closeWrite();
  }

  /** Closes the client's end; a ghost lives on until {@linkcode release}. */
  close(): void {
    this.#closed = true;
    this.#waking.resolve(null);
    if (this.#cut !== "ghost") this.release();
  }

  /** Closes the connection itself. */
  release(): void {
    try {
      this.#conn.close();
    } catch {
      // It was closed before.
    }
  }

  /** Sends each write at once. */
  setNoDelay(noDelay?: boolean): void {
    this.#conn.setNoDelay(noDelay);
  }

  #allowed(direction: CutPlan["direction"], bytes: number): number {
    return this.#plan?.direction === direction ? Math.min(bytes, this.#leftBytes) : bytes;
  }

  #count(direction: CutPlan["direction"], bytes: number): void {
    if (this.#plan?.direction !== direction || this.#cut !== null) return;
    this.#leftBytes -= bytes;
    if (this.#leftBytes > 0) return;
    this.#cut = this.#plan.kind;
    this.#onCut();
    if (this.#cut === "mute") return;
    this.#waking.resolve(null);
    if (this.#cut === "drop") this.release();
  }

  /** A mute connection breaks only when the client gives it up. */
  #throwIfBroken(): void {
    if (this.#closed || (this.#cut !== null && this.#cut !== "mute")) throw broken();
  }
}

function broken(): Error {
  return new Deno.errors.ConnectionReset("The connection was cut.");
}
