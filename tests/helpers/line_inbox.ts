/**
 * Lines that arrive from somewhere (a socket, a program's output), for a test to wait for.
 *
 * @module
 */

import { SAFETY_MS, within } from "./wait.ts";

/** Collects text as it arrives and hands it out line by line. */
export class LineInbox {
  /** Every line that has arrived, newlines (and the `\r` before them) not included. */
  readonly seen: string[] = [];
  readonly #label: string;
  #read = 0;
  #partial = "";
  #ended = false;
  #news = Promise.withResolvers<void>();

  /**
   * Empty at first.
   *
   * @param label Who is listening, for errors: "ada", "the server's log".
   */
  constructor(label: string) {
    this.#label = label;
  }

  /** What has arrived of a line that has not ended: a prompt, for example. */
  get partial(): string {
    return this.#partial;
  }

  /** Nothing more will arrive. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Everything that has arrived, as one text. */
  get text(): string {
    return [...this.seen, this.#partial].join("\n");
  }

  /** Takes text in, cut anywhere. */
  feed(text: string): void {
    const lines = (this.#partial + text).split("\n");
    this.#partial = lines.pop() ?? "";
    for (const line of lines) this.seen.push(line.endsWith("\r") ? line.slice(0, -1) : line);
    this.#wake();
  }

  /** Says that nothing more will arrive. What is left of an unfinished line becomes a line. */
  end(): void {
    if (this.#ended) return;
    if (this.#partial !== "") this.seen.push(this.#partial);
    this.#partial = "";
    this.#ended = true;
    this.#wake();
  }

  /**
   * The next line, or null at the end.
   *
   * @throws {WaitedTooLong} When neither comes.
   */
  async line(timeoutMs: number = SAFETY_MS): Promise<string | null> {
    while (this.#read === this.seen.length) {
      if (this.#ended) return null;
      await this.#more(`a line for ${this.#label}`, timeoutMs);
    }
    return this.seen[this.#read++] ?? null;
  }

  /**
   * Reads on to the first line that is, or matches, what is wanted, and gives it back.
   *
   * @throws {Error} When the end comes first; it shows the newest lines.
   * @throws {WaitedTooLong} When nothing comes any more.
   */
  async expect(wanted: string | RegExp, timeoutMs: number = SAFETY_MS): Promise<string> {
    for (;;) {
      let line: string | null;
      try {
        line = await this.line(timeoutMs);
      } catch (error) {
        throw new Error(`${this.#label} waited for ${wanted}; ${this.#tail()}`, { cause: error });
      }
      if (line === null) {
        throw new Error(`${this.#label} came to the end before ${wanted}; ${this.#tail()}`);
      }
      if (typeof wanted === "string" ? line === wanted : wanted.test(line)) return line;
    }
  }

  /**
   * All lines not yet read, up to the end.
   *
   * @throws {WaitedTooLong} When the end does not come.
   */
  async rest(timeoutMs: number = SAFETY_MS): Promise<string[]> {
    const lines: string[] = [];
    for (let line = await this.line(timeoutMs); line !== null; line = await this.line(timeoutMs)) {
      lines.push(line);
    }
    return lines;
  }

  /**
   * Waits until all that has arrived, read or not, finished line or not, matches.
   *
   * @throws {Error} When the end comes first.
   * @throws {WaitedTooLong} When it does not come.
   */
  async holds(wanted: RegExp, timeoutMs: number = SAFETY_MS): Promise<void> {
    while (!wanted.test(this.text)) {
      if (this.#ended) throw new Error(`${this.#label} ended without ${wanted}; ${this.#tail()}`);
      await this.#more(`${wanted} for ${this.#label}, which has ${this.#tail()}`, timeoutMs);
    }
  }

  #more(what: string, timeoutMs: number): Promise<void> {
    return within(this.#news.promise, what, timeoutMs);
  }

  #wake(): void {
    const news = this.#news;
    this.#news = Promise.withResolvers<void>();
    news.resolve();
  }

  #tail(): string {
    const lines = this.seen.slice(-12).map((line) => JSON.stringify(line.slice(0, 200)));
    return `the newest of ${this.seen.length} lines:\n  ${lines.join("\n  ")}`;
  }
}

/**
 * Feeds a stream of bytes into an inbox until it ends or breaks, both of which are its end.
 *
 * @param also Is given the same text.
 */
export async function drainInto(
  inbox: LineInbox,
  stream: ReadableStream<Uint8Array>,
  also?: (text: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  try {
    for await (const bytes of stream) {
      const text = decoder.decode(bytes, { stream: true });
      inbox.feed(text);
      also?.(text);
    }
  } catch {
    // A broken stream ends like any other; the test asserts what has arrived.
  }
  inbox.end();
}
