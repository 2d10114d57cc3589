/**
 * One client that writes requests and reads answers line by line, for measuring how long they take.
 *
 * @module
 */

import { writeAll } from "./shared.ts";

const READ_BYTES = 64 * 1024;

/** A connection of lines. */
export class LineClient implements Disposable {
  readonly #conn: Deno.Conn;
  readonly #buffer = new Uint8Array(READ_BYTES);
  readonly #decoder = new TextDecoder();
  readonly #lines: string[] = [];
  #rest = "";

  private constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /** Connects to 127.0.0.1. */
  static async connect(port: number): Promise<LineClient> {
    return new LineClient(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  /** Writes a line. */
  async write(line: string): Promise<void> {
    await writeAll(this.#conn, new TextEncoder().encode(`${line}\n`));
  }

  /**
   * Reads until a line is the one that is waited for; what comes before it is dropped.
   *
   * @param isWanted Whether this is the line, without its newline.
   * @returns That line.
   * @throws {Error} When the connection ends before it comes.
   */
  async readUntil(isWanted: (line: string) => boolean): Promise<string> {
    let last = "";
    while (true) {
      for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift()) {
        if (isWanted(line)) return line;
        last = line;
      }
      if (!await this.#read()) throw new Error(`The server closed the connection after: ${last}`);
    }
  }

  /** Reads and drops everything until the server closes. */
  async readToEnd(): Promise<void> {
    while (await this.#read());
  }

  /** Ends the connection. */
  [Symbol.dispose](): void {
    this.#conn.close();
  }

  async #read(): Promise<boolean> {
    const count = await this.#conn.read(this.#buffer);
    if (count === null) return false;
    const text = this.#decoder.decode(this.#buffer.subarray(0, count), { stream: true });
    const parts = (this.#rest + text).split("\n");
    this.#rest = parts.pop() ?? "";
    this.#lines.push(...parts);
    return true;
  }
}
