/**
 * Noticing that a web server answers where a chat server was expected: it takes our hello for a
 * request that it does not understand, and says so in HTTP.
 *
 * @module
 */

import type { LineConnection, Peer } from "../../net/line_connection.ts";
import type { Line } from "../../protocol/framing.ts";
import { cleanLine } from "../../protocol/text.ts";

/** The first line of an answer (RFC 9112, section 4). */
const STATUS_LINE = /^HTTP\/\d(?:\.\d)? \d{3}/;

/** More of what it says helps nobody. */
const MAX_WORDS_CHARS = 200;

/** A web server answered. The message is what it says, on one line; may be empty. */
export class WebServerFault extends Error {
  /** Says so by its name in logs. */
  override name = "WebServerFault";
}

/** A connection whose {@linkcode LineConnection.fault} tells of a web server, too. */
export class WebServerDetector implements LineConnection {
  readonly #inner: LineConnection;
  #part: "beginning" | "chat" | "head" | "body" | "over" = "beginning";
  #words = "";

  /** Takes a connection over, of which nothing has been read. */
  constructor(inner: LineConnection) {
    this.#inner = inner;
  }

  /** See {@linkcode LineConnection}. */
  get peer(): Peer {
    return this.#inner.peer;
  }

  /** See {@linkcode LineConnection}. */
  get broken(): boolean {
    return this.#inner.broken;
  }

  /** See {@linkcode LineConnection}. */
  get bytesIn(): number | undefined {
    return this.#inner.bytesIn;
  }

  /** See {@linkcode LineConnection}. */
  get burstMs(): number | undefined {
    return this.#inner.burstMs;
  }

  /** See {@linkcode LineConnection}. */
  get fault(): Error | undefined {
    if (this.#part === "beginning" || this.#part === "chat") return this.#inner.fault;
    return new WebServerFault(this.#words);
  }

  /** The next lines, looked at on their way. */
  async read(): Promise<Line[] | null> {
    const batch = await this.#inner.read();
    if (batch === null || this.#part === "chat") return batch;
    for (const line of batch) this.#line(typeof line === "string" ? line : "");
    return batch;
  }

  /** See {@linkcode LineConnection}. */
  write(bytes: Uint8Array): Promise<number> {
    return this.#inner.write(bytes);
  }

  /** See {@linkcode LineConnection}. */
  closeWrite(): Promise<void> {
    return this.#inner.closeWrite();
  }

  /** See {@linkcode LineConnection}. */
  close(): void {
    this.#inner.close();
  }

  #line(line: string): void {
    switch (this.#part) {
      case "beginning":
        this.#part = STATUS_LINE.test(line) ? "head" : "chat";
        return;
      case "head":
        if (line.trim() === "") this.#part = "body";
        return;
      case "body":
        if (line.trim() === "") return;
        // A sentence for people is worth showing; markup is not.
        if (!line.startsWith("<")) this.#words = cleanLine(line.trim()).slice(0, MAX_WORDS_CHARS);
        this.#part = "over";
    }
  }
}
