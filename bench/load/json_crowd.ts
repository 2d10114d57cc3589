/**
 * Many readers of the json dialect and one plain sender that floods, all in one thread: on two cores
 * the server has the other one.
 *
 * What is checked: all readers must get the same bytes, and in them the sender's lines, whole and in
 * order, one `seq` after the other. A line about lag is therefore a failure of the run.
 *
 * @module
 */

import { CommonStream } from "./common_stream.ts";
import { CrowdClient } from "./crowd_client.ts";
import { JsonReader, type ReaderDoor } from "./json_reader.ts";
import { COUNTER_DIGITS, FILLER } from "./pattern.ts";

/** Bytes that the sender may be ahead of the slowest reader: a quarter of the window. */
const AHEAD_BYTES = 1024 * 1024;

/** Lines in one write of the sender: 8 KiB. */
const BATCH_LINES = 128;

/** Connections that are made at the same time. */
const CONNECT_BATCH = 50;

const SENDER = "load";

/** Connected clients that can be made to flood. */
export class JsonCrowd implements Disposable {
  readonly #readers: JsonReader[] = [];
  readonly #failed = Promise.withResolvers<never>();
  #sender: CrowdClient | undefined;
  #seq = 0;
  #next = 0;
  #moved: () => void = ignore;

  private constructor() {
    this.#failed.promise.catch(ignore);
  }

  /**
   * Connects the readers, then the sender through the plain port.
   *
   * @param plainPort Where the sender comes in.
   * @throws {Error} When one of them is not let in.
   */
  static async connect(door: ReaderDoor, readers: number, plainPort: number): Promise<JsonCrowd> {
    const crowd = new JsonCrowd();
    try {
      for (let n = 0; n < readers; n += CONNECT_BATCH) {
        const names = Array.from({ length: Math.min(CONNECT_BATCH, readers - n) }, (_, i) => n + i);
        const batch = await Promise.all(names.map((name) => JsonReader.join(`r${name}`, door)));
        crowd.#readers.push(...batch);
      }
      const joined = `"name":"${SENDER}"}\n`;
      const all = Promise.all(crowd.#readers.map((reader) => reader.readUntil(joined)));
      const [[text = ""], sender] = await Promise.all([all, CrowdClient.join(SENDER, plainPort)]);
      crowd.#sender = sender;
      crowd.#seq = Number(/"seq":(\d+)[^\n]*\n$/.exec(text)?.[1]);
    } catch (error) {
      crowd[Symbol.dispose]();
      throw error;
    }
    for (const reader of crowd.#readers) {
      reader.run(() => crowd.#moved()).catch((error) => crowd.#failed.reject(error));
    }
    crowd.#sender.run(ignore).catch((error) => crowd.#failed.reject(error));
    return crowd;
  }

  /**
   * Sends lines as fast as the slowest reader takes them, and waits until all have them.
   *
   * @param lines How many.
   * @returns From the first write to the last arrival, in seconds.
   * @throws {Error} When a reader gets anything else, or a minute is over.
   */
  async flood(lines: number): Promise<number> {
    const size = (seq: number) => lineOf(seq, 0, "2026-01-01T00:00:00.000Z").length;
    let bytes = 0;
    for (let n = 1; n <= lines; n++) bytes += size(this.#seq + n);
    const common = new CommonStream(bytes);
    for (const reader of this.#readers) reader.expect(common);
    const startedMs = performance.now();
    const timer = setTimeout(
      () => this.#failed.reject(new Error("The flood did not end.")),
      60_000,
    );
    try {
      await Promise.race([this.#failed.promise, this.#send(lines, bytes / lines)]);
      const all = this.#wait(() => this.#slowest() === bytes);
      await Promise.race([this.#failed.promise, all]);
      const seconds = (performance.now() - startedMs) / 1000;
      this.#check(common, lines);
      this.#seq += lines;
      this.#next += lines;
      return seconds;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes all connections. */
  [Symbol.dispose](): void {
    this.#sender?.close();
    for (const reader of this.#readers) reader.close();
  }

  async #send(lines: number, size: number): Promise<void> {
    for (let sent = 0; sent < lines; sent += BATCH_LINES) {
      await this.#wait(() => sent * size - this.#slowest() <= AHEAD_BYTES);
      await this.#sender?.say(this.#next + sent, Math.min(BATCH_LINES, lines - sent));
    }
  }

  #check(common: CommonStream, lines: number): void {
    const got = common.text().split("\n");
    for (let n = 0; n < lines; n++) {
      const at = /"at":"([^"]*)"/.exec(got[n] ?? "")?.[1] ?? "";
      const wanted = lineOf(this.#seq + 1 + n, this.#next + n, at);
      if (`${got[n]}\n` !== wanted) throw new Error(`Line ${n} must be ${wanted}: got ${got[n]}`);
    }
  }

  #slowest(): number {
    let bytes = Infinity;
    for (const reader of this.#readers) bytes = Math.min(bytes, reader.position);
    return bytes;
  }

  async #wait(condition: () => boolean): Promise<void> {
    while (!condition()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#moved = resolve;
      await promise;
    }
  }
}

/** A line of the flood as json readers get it. */
function lineOf(seq: number, counter: number, at: string): string {
  const text = String(counter).padStart(COUNTER_DIGITS, "0") + FILLER;
  return JSON.stringify({ type: "message", seq, at, from: SENDER, text }) + "\n";
}

function ignore(): void {}
