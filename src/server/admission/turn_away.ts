/**
 * The answer to a connection for which there is no place: a person reads one line, and a program
 * gets the event that ends its tries.
 *
 * @module
 */

import type { LineConnection } from "../../net/line_connection.ts";
import { writeAll } from "../../net/write_all.ts";
import { json } from "../../protocol/json.ts";
import type { Clock } from "../../clock.ts";

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
    if (conn.peer.transport !== "websocket") await writeAll(conn, encoder.encode(`* ${text}\n`));
    const [first] = await conn.read() ?? [];
    if (typeof first === "string" && first.startsWith("{") && first !== "{quit}") {
      const answer = json.renderPrivate({ type: "error", code, text }, "") +
        json.renderPrivate({ type: "bye", reason: code, text }, "");
      await writeAll(conn, encoder.encode(answer));
      await conn.closeWrite();
    }
  } catch {
    // It is gone, which is what it was to be.
  } finally {
    cancel();
    conn.close();
  }
}
