/**
 * The answer to a connection for which there is no place: a person reads one line, and a program
 * gets the event that ends its tries.
 *
 * @module
 */

import type { LineConnection } from "../../net/line_connection.ts";
import { json } from "../../protocol/json.ts";
import type { Clock } from "../clock.ts";

/** How long a program has to say that it is one. */
const OPENING_MS = 2_000;

/** How many may be told so at the same time; the others are closed without a word. */
export const MAX_TURNED_AWAY = 100;

const encoder = new TextEncoder();

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
  try {
    if (conn.peer.transport !== "websocket") await writeAll(conn, `* ${text}\n`);
    for await (const batch of conn.lines) {
      const [first] = batch;
      if (typeof first !== "string" || !first.startsWith("{") || first === "{quit}") break;
      await writeAll(conn, json.renderPrivate({ type: "error", code, text }, ""));
      await writeAll(conn, json.renderPrivate({ type: "bye", reason: code, text }, ""));
      await conn.closeWrite();
      break;
    }
  } catch {
    // It is gone, which is what it was to be.
  } finally {
    cancel();
    conn.close();
  }
}

async function writeAll(conn: LineConnection, text: string): Promise<void> {
  for (let bytes = encoder.encode(text); bytes.length > 0;) {
    bytes = bytes.subarray(await conn.write(bytes));
  }
}
