/**
 * The letters that IRC has for what holds in a room, and what changes of a room look like in them.
 *
 * @module
 */

import type { Done } from "../../order/order.ts";
import { maskOfName } from "../../protocol/irc/masks.ts";
import type { Rank } from "../../room/room_modes.ts";
import type { RoomFlags } from "../../store/store.ts";

/** What is on or off in a room, by letters: whether the letter means that it is on. */
export const FLAGS: Readonly<
  Record<string, { readonly flag: keyof RoomFlags; readonly means: boolean }>
> = {
  i: { flag: "isInviteOnly", means: true },
  m: { flag: "isModerated", means: true },
  n: { flag: "isOpenToAll", means: false },
  t: { flag: "hasOpenTopic", means: false },
};

/** The ranks, by letters. */
export const RANKS: Readonly<Record<string, Rank>> = { o: "deputy", v: "voice" };

/** A mode that was given or taken. */
export interface ModeChange {
  /** Which one. */
  readonly letter: string;
  /** True: it was given. */
  readonly isOn: boolean;
  /** What is shown with it; default: nothing. */
  readonly parameter?: string;
}

/** What has changed about a room beside its log; empty: nothing for which IRC has letters. */
export function modeChangesOf({ proposal, from, isUnlisted, wasSo }: Done): readonly ModeChange[] {
  if (wasSo) return [];
  switch (proposal.type) {
    case "flags":
      return Object.entries(FLAGS).flatMap(([letter, { flag, means }]) => {
        const value = proposal.flags[flag];
        return value === undefined ? [] : [{ letter, isOn: value === means }];
      });
    case "rank": {
      const { rank, isOn, member } = proposal;
      return [{ letter: rank === "deputy" ? "o" : "v", isOn, parameter: member.name }];
    }
    case "ban-name":
      return [{ letter: "b", isOn: proposal.isOn, parameter: maskOfName(proposal.name) }];
    case "key":
      // Who knows the key has heard it from somebody.
      return [{ letter: "k", isOn: proposal.hash !== null, parameter: "*" }];
    case "unlist":
      return [{ letter: "s", isOn: isUnlisted === true }];
    case "keeper": {
      const { name } = proposal.member;
      if (from === name) return [];
      const given = { letter: "o", isOn: true, parameter: name };
      return from === undefined ? [given] : [{ letter: "o", isOn: false, parameter: from }, given];
    }
    default:
      return [];
  }
}

/** The words of MODE behind the channel: `-o+o ada bob`. */
export function modeWords(changes: readonly ModeChange[]): string[] {
  let letters = "";
  let sign = "";
  for (const { letter, isOn } of changes) {
    const its = isOn ? "+" : "-";
    letters += (its === sign ? "" : its) + letter;
    sign = its;
  }
  return [letters, ...changes.flatMap(({ parameter }) => parameter ?? [])];
}
