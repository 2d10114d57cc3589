/**
 * Serves a connection: greets, reads its lines when it may send them, and gives each to
 * `dispatch.ts`, until it has ended.
 *
 * @module
 */

import type { LineConnection } from "../net/line_connection.ts";
import { settledSoFar } from "../order/order.ts";
import { COMMANDS_A_TOKEN, type Line } from "../protocol/framing.ts";
import { json } from "../protocol/json.ts";
import { GREETING, PASSWORD_GREETING } from "../protocol/plain.ts";
import type { ClientConnection } from "./connection.ts";
import { dispatch } from "./dispatch.ts";
import { Greeting } from "./greeting.ts";

/** Waste, in tokens, from which a connection is noise: hundreds of commands in one turn. */
const NOISE_TOKENS = 4;

/** What a line that waits takes beside its characters. */
const LINE_BYTES = 16;

/**
 * Proposals that may be on their way: more than the lines of one read, so that the local order
 * makes nobody wait, and few enough for the memory of one that settles later.
 */
const MAX_PENDING = 4_096;

/** Answers to one client that may wait for the order: 2 KiB each, if all of them are help. */
const MAX_ANSWERS_DUE = 64;

/**
 * So many empty lines in one read, and nothing else, are a flood of nothing: it costs what as many
 * telnet commands do, or a sender who is gone would keep its place for as many seconds.
 */
const EMPTY_FLOOD = 256;

const encoder = new TextEncoder();

/**
 * Serves a connection until it has ended. Never rejects.
 *
 * @param conn The same that the client was made with.
 */
export function serve(client: ClientConnection, conn: LineConnection): Promise<void> {
  return new Reader(client, conn).run();
}

function greet(client: ClientConnection, conn: LineConnection): void {
  if (conn.peer.transport === "websocket") {
    // Only programs come that way.
    client.speak(json);
    return;
  }
  const { password, clock } = client.server;
  const greeting = password === null ? GREETING : PASSWORD_GREETING;
  client.greeting = new Greeting(conn, clock, () => {
    if (client.leaving) return;
    client.write(encoder.encode(client.refusal === null ? greeting : `* ${client.refusal}\n`));
  });
}

/** Whether something was said; blank lines and telnet's commands are nothing. */
function isWord(line: Line): boolean {
  return typeof line === "string" ? /\S/.test(line) : !("waste" in line);
}

/** Reads one client's lines. */
class Reader {
  readonly #client: ClientConnection;
  readonly #conn: LineConnection;
  #ahead: Promise<Line[] | null> | null = null;

  constructor(client: ClientConnection, conn: LineConnection) {
    this.#client = client;
    this.#conn = conn;
  }

  /**
   * Reads until the end of the input, or until no more of it is wanted, and ends the connection
   * when it has its last line. Never rejects. This and no other function waits for as long as a
   * connection lasts: each takes half a kilobyte meanwhile.
   */
  async run(): Promise<void> {
    const client = this.#client;
    try {
      greet(client, this.#conn);
      for (;;) {
        const batch = await (this.#ahead ?? this.#conn.read());
        this.#ahead = null;
        if (batch === null || client.isTooMuch(batch)) break;
        client.heardAt = client.server.clock.now();
        if (client.member === null && batch.some(isWord)) client.greeting?.cancel();
        await this.#take(isEmptyFlood(batch) ? ["", wasteOf(batch)] : batch);
      }
      client.inputEnded();
      await client.finished;
    } catch (error) {
      client.server.logger.error("session failed", { ...client.who(), error: String(error) });
      client.inputEnded();
    } finally {
      client.greeting?.cancel();
      client.end();
    }
  }

  /** Takes the lines of one read, each when its sender may send it. */
  async #take(batch: readonly Line[]): Promise<void> {
    const client = this.#client;
    const { elsewhere, order, state } = client.server;
    let heldBytes = 0;
    let left = batch.length;
    for (const line of batch) {
      left--;
      // No `await` where there is nothing to wait for: each line would be a batch of its own.
      const wait = client.throttle.admission(line, client.writer);
      if (wait !== null) {
        if (this.#isNoise(line)) {
          client.server.logger.warn("noise", client.who());
          client.cutOff();
          break;
        }
        if (heldBytes === 0) client.addWaiting(heldBytes = bytesOf(batch));
        await wait;
        client.heardAt = client.server.clock.now();
      }
      if (order.pending >= MAX_PENDING || client.answersDue >= MAX_ANSWERS_DUE) {
        await settledSoFar(order);
      }
      if (elsewhere !== null && client.member !== null && !state.members.has(client.member)) {
        await elsewhere.allBack;
      }
      if (client.leaving || client.isCutOff) break;
      const work = dispatch(client, line);
      if (work === undefined) continue;
      // Read ahead, to notice when a client that waits to come in has disconnected.
      if (client.member === null) this.#ahead ??= this.#readAhead(left === 0);
      await work;
      client.heardAt = client.server.clock.now();
    }
    if (heldBytes > 0) client.addWaiting(-heldBytes);
  }

  /**
   * Reads one batch more, which takes no more memory than the last one.
   *
   * @param isLast Nothing waits to be said before it: then a client that has gone need not come in.
   */
  #readAhead(isLast: boolean): Promise<Line[] | null> {
    return this.#conn.read().then((next) => {
      const hasGone = next === null && this.#conn.broken;
      if (hasGone && isLast && this.#client.member === null) this.#client.abort();
      return next;
    });
  }

  /**
   * A connection in debt that has no name and sends what is no line, or that sends hundreds of
   * commands at a time, is no chat client, and would stay until it had paid for them.
   */
  #isNoise(line: Line): boolean {
    if (typeof line === "string" || !("waste" in line)) return false;
    return this.#client.member === null || line.waste >= NOISE_TOKENS;
  }
}

function isEmptyFlood(batch: readonly Line[]): boolean {
  return batch.length >= EMPTY_FLOOD && batch.every((line) => line === "");
}

function wasteOf(batch: readonly Line[]): Line {
  return { waste: Math.ceil(batch.length / COMMANDS_A_TOKEN) };
}

/** What lines that wait take: a code unit may take two bytes. */
function bytesOf(batch: readonly Line[]): number {
  let bytes = batch.length * LINE_BYTES;
  for (const line of batch) if (typeof line === "string") bytes += 2 * line.length;
  return bytes;
}
