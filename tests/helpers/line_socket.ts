/**
 * A connection that gives lines to a function, with as little between as possible: fifty of them
 * hear thousands of lines a second, and measure when each came.
 *
 * @module
 */

/** Large enough for a burst; fifty of them are 3 MiB. */
const BUFFER_BYTES = 64 * 1024;

const encoder = new TextEncoder();

/** What can be put beside the name into a hello; what is undefined is left out. */
export interface HelloFields {
  /** Events of the past that are wanted. */
  readonly history?: number;
  /** The server's password, where it has one. */
  readonly password?: string | undefined;
  /** The secret of an earlier welcome. */
  readonly session?: string | undefined;
  /** The last `seq` seen. */
  readonly after?: number | undefined;
}

/** The first line of a client that speaks json, with its newline. */
export function hello(name: string, fields: HelloFields = {}): string {
  const { history, after, ...more } = fields;
  const rooms = history === undefined && after === undefined ? {} : { lobby: { history, after } };
  const inRooms = Object.keys(rooms).length === 0 ? {} : { rooms };
  return `${JSON.stringify({ type: "hello", protocol: 1, name, ...more, ...inRooms })}\n`;
}

/** The part of a connection that is used here. */
export interface Wire {
  /** Reads some bytes; null at end of input. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Writes some of the bytes. */
  write(bytes: Uint8Array): Promise<number>;
  /** Closes. */
  close(): void;
}

/** See the module. */
export class LineSocket {
  /** Resolves when the input has ended, by whomever. */
  readonly ended: Promise<void>;
  readonly #conn: Wire;
  #closed = false;
  #writing: Promise<void> = Promise.resolve();

  /**
   * Reads from the beginning.
   *
   * @param conn This object's to close from here on.
   * @param take Is given each line without its newline.
   */
  constructor(conn: Wire, take: (line: string) => void) {
    this.#conn = conn;
    this.ended = this.#read(take);
  }

  /** This end has closed it. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Sends text behind all that is being sent. Never rejects: an end shows in `ended`. */
  send(text: string): Promise<void> {
    return this.#writing = this.#writing.then(() => this.#write(encoder.encode(text)));
  }

  /** Closes, whatever is under way. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      for (let sent = 0; sent < bytes.length;) {
        sent += await this.#conn.write(bytes.subarray(sent));
      }
    } catch {
      // The reader notices, too.
    }
  }

  async #read(take: (line: string) => void): Promise<void> {
    const buffer = new Uint8Array(BUFFER_BYTES);
    const decoder = new TextDecoder();
    let rest = "";
    try {
      for (;;) {
        const count = await this.#conn.read(buffer);
        if (count === null) break;
        const lines = (rest + decoder.decode(buffer.subarray(0, count), { stream: true }))
          .split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) take(line);
      }
    } catch {
      // A reset ends it like anything else; whoever counts lines sees what is missing.
    }
    this.close();
  }
}
