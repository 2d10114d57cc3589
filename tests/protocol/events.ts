/**
 * Events for tests, the largest possible ones too.
 *
 * @module
 */

import { MAX_TEXT_LINES } from "../../src/protocol/limits.ts";
import type { Dialect } from "../../src/protocol/dialect.ts";
import type { InRoom, LogEvent, Message } from "../../src/protocol/messages.ts";

/** The largest name on the wire: 32 code points of four bytes. */
export const LARGEST_NAME = "𝒜".repeat(32);

/** The largest text in plain: all lines used up, the rest four bytes a code point. */
export const LARGEST_TEXT = "\n".repeat(MAX_TEXT_LINES - 1) +
  "👋".repeat(4_000 - (MAX_TEXT_LINES - 1));

/** A message, with whatever the test cares about. */
export function message(fields: Partial<Message> = {}): Message & InRoom {
  return {
    type: "message",
    room: "lobby",
    seq: 9,
    at: "2026-11-20T14:02:03.004Z",
    from: "bob",
    text: "hi",
    ...fields,
  };
}

/** As many of the events as a dialect writes into one page, in the order of reading. */
export function thatFit<E extends LogEvent>(
  dialect: Dialect,
  page: "history" | "results",
  events: readonly E[],
): E[] {
  const fits = dialect.fits(page, "𝒜".repeat(32));
  const end = events.findIndex((event) => !fits(event));
  return events.slice(0, end < 0 ? events.length : end);
}
