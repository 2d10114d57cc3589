/**
 * The end of the screen as a pure picture of what is known.
 *
 * @module
 */

import type { Footer } from "./editor.ts";
import type { Outgoing } from "./outbox.ts";
import type { Style } from "./style.ts";

/** Pending messages that are shown one by one: more would push the talk off a small screen. */
const MAX_PENDING_LINES = 3;

/** All that the footer shows. */
export interface FooterState {
  /** Where the room is, as it was typed. */
  readonly address: string;
  /** What is going on: asking for a name, connecting, in the room, waiting to try again. */
  readonly phase: "asking" | "connecting" | "connected" | "waiting" | "leaving";
  /** Seconds until the next try, while waiting. */
  readonly retrySeconds: number;
  /** Own messages that have waited long enough for an acknowledgement to be shown. */
  readonly pending: readonly Outgoing[];
}

/**
 * Paints the footer.
 *
 * @param state What is known.
 * @param options `columns` of the terminal; lines above the prompt are cut to them.
 */
export function paintFooter(
  { address, phase, retrySeconds, pending }: FooterState,
  { columns, style }: { readonly columns: number; readonly style: Style },
): Footer {
  if (phase === "asking") return { above: [], prompt: "Your name: " };
  const above: string[] = [];
  for (const { text } of pending.slice(0, MAX_PENDING_LINES)) above.push(`… ${text}`);
  const more = pending.length - MAX_PENDING_LINES;
  if (more > 0) above.push(`… and ${more} more not delivered yet`);
  if (phase === "connecting") above.push(`Connecting to ${address} …`);
  if (phase === "waiting") above.push(`Reconnecting to ${address} in ${retrySeconds} s …`);
  if (phase === "leaving") above.push("Leaving …");
  return { above: above.map((line) => style.dim(cut(line, columns - 1))), prompt: "> " };
}

/** The beginning of a text, on one line. */
function cut(text: string, columns: number): string {
  const chars = [...text.slice(0, 2 * columns).replaceAll(/\s/g, " ")];
  return chars.length <= columns ? chars.join("") : `${chars.slice(0, columns - 1).join("")}…`;
}
