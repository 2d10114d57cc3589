/**
 * What stands between the talk and the line being typed, as a pure picture of what is known.
 *
 * @module
 */

import { cutTo } from "../view/cells.ts";
import type { Outgoing } from "../core/outbox.ts";
import type { Footer } from "./picture.ts";
import { statusLine, type StatusState } from "./status.ts";
import type { Style } from "../view/style.ts";

/** Pending messages that are shown one by one: more would push the talk off a small screen. */
const MAX_PENDING_LINES = 3;

/** All that the footer shows. */
export interface FooterState extends Omit<StatusState, "undelivered"> {
  /** Own messages that have waited long enough for an acknowledgement to be shown. */
  readonly pending: readonly Outgoing[];
  /** What is asked while the phase is `asking`. */
  readonly question: string;
}

/**
 * Paints the footer.
 *
 * @param state What is known.
 * @param options `columns` of the terminal; lines above the prompt are cut to one less.
 */
export function paintFooter(
  state: FooterState,
  { columns, style }: { readonly columns: number; readonly style: Style },
): Footer {
  if (state.phase === "asking") return { above: [], prompt: state.question };
  const { pending } = state;
  const width = Math.max(1, columns - 1);
  const more = pending.length - MAX_PENDING_LINES;
  const above = [
    ...pending.slice(0, MAX_PENDING_LINES).map(({ text }) =>
      cutTo(`… ${oneLine(text, width)}`, width)
    ),
    ...(more > 0 ? [cutTo(`… and ${more} more`, width)] : []),
    statusLine({ ...state, undelivered: pending.length }, width),
  ];
  return {
    above: above.filter((line) => line !== "").map((line) => style.dim(line)),
    prompt: "> ",
  };
}

/** No more of a text than can be shown. */
function oneLine(text: string, columns: number): string {
  return text.slice(0, 4 * columns).replace(/\s/g, " ");
}
