/**
 * The bytes of a connection as they arrive, before text is made of them: cheap when idle, fast when
 * busy, in turn with other connections, without telnet's sequences.
 *
 * Each connection waits here all the time, and an `async` function that waits takes half a kilobyte
 * and a good part of the time of a short line: what is read is passed on with `then`.
 *
 * @module
 */

import type { StreamConn } from "./stream_conn.ts";
import type { TelnetFilter } from "./telnet.ts";
import { isTlsAlert, isTlsHello, TlsFault } from "./tls/fault.ts";

/** What an idle connection holds; nearly every line fits. */
const MIN_BUFFER_BYTES = 2 * 1024;

/** What a busy one grows to; larger reads are not faster. */
const MAX_BUFFER_BYTES = 64 * 1024;

/** What {@linkcode ChunkReader} reads from. */
export interface ByteSource {
  /**
   * Reads some bytes.
   *
   * @param buffer Where to put them.
   * @returns How many were read, or null at end of input.
   */
  read(buffer: Uint8Array): Promise<number | null>;
}

/**
 * Reads into one buffer, whose size follows what arrives. It starts at 2 KiB. After a read that
 * fills it, or not even a quarter of it, the next one is twice as large as what came, from 2 to
 * 64 KiB: a flood is read in large pieces, also where it comes in waves, and whoever types again
 * after a flood holds 2 KiB again.
 */
export class ChunkReader {
  readonly #source: ByteSource;
  #buffer = new Uint8Array(MIN_BUFFER_BYTES);
  #length = MIN_BUFFER_BYTES / 2;
  readonly #taken = (length: number | null): Uint8Array<ArrayBuffer> | null => {
    if (length === null) return null;
    this.#length = length;
    return this.#buffer.subarray(0, length);
  };

  /** Reads nothing yet. */
  constructor(source: ByteSource) {
    this.#source = source;
  }

  /**
   * Reads once. A consumer that does not call it makes the peer wait.
   *
   * @param maxBytes Reads no more than so many, or 2 KiB if that is more; default: no limit.
   * @returns 1 byte to 64 KiB: a view of the buffer, which holds its bytes until the next call.
   * Null at end of input, which closes nothing.
   * @throws Whatever the read throws.
   */
  next(maxBytes: number = Infinity): Promise<Uint8Array<ArrayBuffer> | null> {
    this.#fit(this.#length, maxBytes);
    return this.#source.read(this.#buffer).then(this.#taken);
  }

  /** @param length What the last read brought. */
  #fit(length: number, maxBytes: number): void {
    const { length: size } = this.#buffer;
    if (length < size && length >= size / 4 && size <= maxBytes) return;
    const wanted = Math.max(MIN_BUFFER_BYTES, Math.min(2 * length, MAX_BUFFER_BYTES, maxBytes));
    if (wanted !== size) this.#buffer = new Uint8Array(wanted);
  }
}

const NOTHING = new Uint8Array(0);

const NEWLINE = 10;

/**
 * What a TLS handshake on a plain connection is taken for: a line with a control character in it,
 * which no dialect begins with. Its bytes themselves may hold no newline, and nobody would be told
 * for a minute.
 */
const TLS_HELLO_LINE = Uint8Array.of(0x16, 0x0A);

/** The largest one: a TLS record (RFC 8446, section 5.1), and some more that may follow. */
const MAX_TLS_HELLO_BYTES = 64 * 1024;

/**
 * Bytes without a line, after which others have a turn: as many as one read brings at most. Over
 * TLS a read need not pass the gate, since what the system gave once is decrypted and read in
 * parts.
 */
const MAX_BYTES_A_TURN = 64 * 1024;

/**
 * The pull source of a connection: it reads when somebody waits for lines, and gives up its turn
 * after so many telnet commands ({@linkcode TelnetFilter}), or 64 KiB without a line.
 */
export class PieceReader {
  readonly #conn: StreamConn;
  readonly #chunks: ChunkReader;
  #filter: TelnetFilter | null;
  #isFirst = true;
  /** The first line is not complete. */
  #isOpening = true;
  #isTls = false;
  /** What is left of the last read. */
  #rest: Uint8Array<ArrayBuffer> = NOTHING;
  /** Bytes since the last line, or the last turn. */
  #lineless = 0;
  #commands = 0;
  #bytesIn = 0;
  #fault: Error | undefined;
  readonly #taken = (
    chunk: Uint8Array<ArrayBuffer> | null,
  ): Uint8Array<ArrayBuffer> | null => {
    this.#note(chunk);
    if (chunk === null) return null;
    const instead = this.#isFirst ? this.#recognize(chunk) : undefined;
    this.#isFirst = false;
    if (instead !== undefined) return instead;
    this.#lineless += chunk.length;
    return this.#filtered(chunk);
  };

  /**
   * Reads nothing yet.
   *
   * @param filter Strips telnet's sequences; null: leaves them as they are.
   */
  constructor(conn: StreamConn, filter: TelnetFilter | null) {
    this.#conn = conn;
    this.#chunks = new ChunkReader(conn);
    this.#filter = filter;
  }

  /** Bytes read so far. */
  get bytesIn(): number {
    return this.#bytesIn;
  }

  /** The peer answered with an alert of TLS, as a TLS server does to our first line. */
  get fault(): Error | undefined {
    return this.#fault;
  }

  /** Commands in the last piece, of telnet or of TLS. */
  get commands(): number {
    return this.#commands + (this.#filter?.commands ?? 0);
  }

  /** Leaves what is read from now on as it is, within a sequence, too. */
  endFilter(): void {
    this.#filter = null;
  }

  /** Says that the last piece has completed a line, so that what follows is counted from 0. */
  madeLine(): void {
    this.#lineless = 0;
  }

  /**
   * Reads once, or goes on with what was read: where telnet's sequences are stripped, the first
   * line comes alone, since it may say that there are none in what follows.
   *
   * @param maxBytes See {@linkcode ChunkReader.next}.
   * @returns Perhaps no bytes at all; a view that holds them until the next call. Null at end of
   * input.
   * @throws Whatever the read throws.
   */
  next(maxBytes?: number): Promise<Uint8Array<ArrayBuffer> | null> {
    if (this.#rest.length > 0 || this.#lineless >= MAX_BYTES_A_TURN) {
      return this.#nextTurn(maxBytes);
    }
    return this.#isTls ? this.#dropAll() : this.#chunks.next(maxBytes).then(this.#taken);
  }

  async #nextTurn(maxBytes?: number): Promise<Uint8Array<ArrayBuffer> | null> {
    this.#lineless = 0;
    const turn = this.#conn.turn?.() ?? null;
    if (turn !== null) await turn;
    if (this.#rest.length === 0) return await this.next(maxBytes);
    this.#commands = 0;
    return this.#filtered(this.#rest);
  }

  #filtered(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const filter = this.#filter;
    this.#rest = NOTHING;
    if (filter === null) return bytes;
    const end = this.#isOpening ? bytes.indexOf(NEWLINE) + 1 : 0;
    const piece = filter.filter(end === 0 ? bytes : bytes.subarray(0, end));
    if (filter.taken === end) this.#isOpening = false;
    if (filter.taken < bytes.length) this.#rest = bytes.subarray(filter.taken);
    return piece;
  }

  #note(chunk: Uint8Array<ArrayBuffer> | null): void {
    this.#bytesIn += chunk?.length ?? 0;
    this.#commands = this.#conn.takeCommands?.() ?? 0;
  }

  /** @returns What stands in its place, null for the end, where the peer speaks TLS. */
  #recognize(first: Uint8Array): Uint8Array<ArrayBuffer> | null | undefined {
    if (isTlsAlert(first)) {
      this.#fault = new TlsFault("The peer speaks TLS", "speaks_tls");
      return null;
    }
    if (this.#filter === null || !isTlsHello(first)) return undefined;
    this.#isTls = true;
    return TLS_HELLO_LINE;
  }

  /** Reads on, so that the answer is not destroyed by a reset; but not for as long as it pours. */
  async #dropAll(): Promise<null> {
    while (this.#bytesIn <= MAX_TLS_HELLO_BYTES) {
      const chunk = await this.#chunks.next();
      this.#note(chunk);
      if (chunk === null) break;
    }
    return null;
  }
}
