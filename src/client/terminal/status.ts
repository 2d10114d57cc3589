/**
 * The line about the room and the connection, in the words that the width of the screen allows.
 *
 * @module
 */

import { columnsOf, cutTo } from "../view/cells.ts";
import { unansweredWords } from "../view/words.ts";
import type { Phase } from "./phase.ts";

/** All that the status tells. */
export interface StatusState {
  /** Where the room is, as it was typed. */
  readonly address: string;
  /** What is going on. */
  readonly phase: Phase;
  /** It was in the room before: connecting is reconnecting. */
  readonly again: boolean;
  /** Seconds until the next try, while waiting. */
  readonly retrySeconds: number;
  /** How many are in the room. */
  readonly here: number;
  /** How many own messages have waited too long for an acknowledgement. */
  readonly undelivered: number;
}

/**
 * The status line.
 *
 * @param state What is known.
 * @param columns At most so many.
 * @returns With the address when there is room for it; what is wrong is left out last.
 */
export function statusLine(state: StatusState, columns: number): string {
  return fitting(
    forms(state).map((parts) => parts.filter((part) => part !== "").join(" · ")),
    columns,
  );
}

/**
 * The first of some texts that has room.
 *
 * @param texts From the longest to the shortest; that one is cut if it must be.
 * @param columns At most so many.
 */
export function fitting(texts: readonly string[], columns: number): string {
  return texts.find((text) => columnsOf(text) <= columns) ?? cutTo(texts.at(-1) ?? "", columns);
}

/** From the most to the fewest words. */
function forms(state: StatusState): string[][] {
  const { address, phase, again, here, undelivered } = state;
  const retry = state.retrySeconds;
  const long = undelivered === 0 ? "" : `${undelivered} not delivered yet`;
  const short = undelivered === 0 ? "" : `${undelivered} unsent`;
  switch (phase) {
    case "asking":
      return [[address], [""]];
    case "connecting": {
      const verb = again ? "Reconnecting" : "Connecting";
      return [[`${verb} to ${address} …`, long], [`${verb} …`, long], [`${verb} …`, short], [
        short || `${verb} …`,
      ]];
    }
    case "unanswered":
      return [[`Waiting for ${address} to answer …`, long], ["Waiting …", long], [
        "Waiting …",
        short,
      ]];
    case "held_back":
      return [
        [unansweredWords({ withPassword: true }), long],
        ["Waiting …; after wrong passwords from here that takes some seconds", short],
        ["Waiting, after wrong passwords …", short],
        ["Waiting …", short],
      ];
    case "waiting":
      return [
        [`Reconnecting to ${address} in ${retry} s …`, long],
        [`Reconnecting in ${retry} s …`, long],
        [`Reconnecting in ${retry} s`, short],
        [`Again in ${retry} s`, short],
        [`In ${retry} s`, short],
      ];
    case "leaving":
      return [["Leaving …", long], ["Leaving …", short]];
    case "connected":
      return [
        [address, `${here} here`, long],
        [address, `${here} here`, short],
        [`${here} here`, long],
        [`${here} here`, short],
      ];
  }
}
