/**
 * The first word to a connection. Somebody who says nothing is asked: people wait for that,
 * programs speak at once and have no use for it. Where there is no place, a person reads one line
 * that says so, and a program gets the event that ends its tries.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import { type LineConnection, writeAll } from "../net/line_connection.ts";
import { detectOpening } from "../protocol/dialect.ts";
import { formatIrcLine } from "../protocol/irc/message.ts";
import { json } from "../protocol/json.ts";

/** Who has said nothing for so long waits to be asked: 0.15 s, which people hardly notice. */
export const GREETING_MS = 150;

/** How long a program has to say that it is one. */
const OPENING_MS = 2_000;

/** How many may be told so at the same time; the others are closed without a word. */
export const MAX_TURNED_AWAY = 100;

/** Reads that are dropped after the line; who sends more is hung up on. */
const MAX_DROPPED = 16;

const encoder = new TextEncoder();

/** A line for people that is said once: after a moment of silence, or when it is asked for. */
export class Greeting {
  readonly #say: () => void;
  #isSaid = false;
  #cancelled = false;
  #stopWaiting: () => void = () => {};

  /**
   * Begins to wait as soon as the connection can carry a line.
   *
   * @param say Says it.
   */
  constructor(conn: Pick<LineConnection, "ready">, clock: Clock, say: () => void) {
    this.#say = say;
    const wait = () => {
      if (!this.#cancelled) this.#stopWaiting = clock.after(GREETING_MS, () => this.sayNow());
    };
    if (conn.ready === undefined) wait();
    else conn.ready.then((isReady) => isReady ? wait() : undefined);
  }

  /** Does not wait any more. */
  cancel(): void {
    this.#cancelled = true;
    this.#stopWaiting();
  }

  /** Says it, unless that has been done. */
  sayNow(): void {
    this.cancel();
    if (this.#isSaid) return;
    this.#isSaid = true;
    this.#say();
  }
}

/**
 * Tells why there is no place, and closes. Never rejects.
 *
 * @param conn Nobody else uses it.
 * @param code Why, for programs.
 * @param text Why, in one line.
 */
export async function turnAway(
  conn: LineConnection,
  code: "full" | "banned",
  text: string,
  clock: Clock,
): Promise<void> {
  const cancel = clock.after(OPENING_MS, () => conn.close());
  const isWeb = conn.peer.transport === "websocket";
  let said: Promise<void> | undefined;
  const greeting = new Greeting(conn, clock, () => {
    if (!isWeb) said = writeAll(conn, encoder.encode(`* ${text}\n`));
    // Its failure is seen where it is waited for.
    said?.catch(() => {});
  });
  try {
    const [first] = await conn.read() ?? [];
    const opening = typeof first === "string" ? detectOpening(first) : null;
    const isJson = isWeb || opening === "json";
    if (isJson || opening === "irc") greeting.cancel();
    else greeting.sayNow();
    await said;
    if (isJson) {
      const answer = json.renderPrivate({ type: "error", code, text }, "") +
        json.renderPrivate({ type: "bye", reason: code, text }, "");
      await writeAll(conn, encoder.encode(answer));
    } else if (opening === "irc") {
      await writeAll(conn, encoder.encode(formatIrcLine({ command: "ERROR", text })));
    }
    await conn.closeWrite();
    // Closing with input unread would destroy the line on its way.
    for (let i = 0; !isJson && i < MAX_DROPPED && await conn.read() !== null; i++);
  } catch {
    // It is gone, which is what it was to be.
  } finally {
    greeting.cancel();
    cancel();
    conn.close();
  }
}
