/**
 * Which channels LIST shows: `#a,#b`, masks (ELIST M), masks that do not fit (N), and counts of
 * people (U).
 *
 * @module
 */

import { isMask, matcherOf } from "./masks.ts";

/** A channel, as LIST looks at it. */
export interface ListedChannel {
  /** With its `#`. */
  readonly channel: string;
  /** How many people are in it. */
  readonly people: number;
}

/** Which channels are wanted. */
export interface ListWish {
  /** Names, without masks: a channel of such a name is shown also when nobody is in it. */
  readonly names: readonly string[];
  /** Whether a channel is wanted. */
  readonly wants: (channel: ListedChannel) => boolean;
}

/**
 * Reads the first parameter of LIST.
 *
 * @param items What stands between the commas. Of names and masks one has to fit; of `!mask`, `<n`
 * and `>n` all.
 */
export function parseListWish(items: readonly string[]): ListWish {
  const names: string[] = [];
  const masks: ((text: string) => boolean)[] = [];
  const conditions: ListWish["wants"][] = [];
  for (const item of items) {
    const count = /^[<>]\d{1,9}$/.test(item) ? Number(item.slice(1)) : null;
    if (count !== null && item.startsWith("<")) conditions.push(({ people }) => people < count);
    else if (count !== null) conditions.push(({ people }) => people > count);
    else if (item.startsWith("!")) {
      const isLike = matcherOf(item.slice(1));
      conditions.push(({ channel }) => !isLike(channel));
    } else {
      masks.push(matcherOf(item));
      if (!isMask(item)) names.push(item);
    }
  }
  const isNamed = ({ channel }: ListedChannel) =>
    masks.length === 0 || masks.some((isLike) => isLike(channel));
  return { names, wants: (one) => isNamed(one) && conditions.every((fits) => fits(one)) };
}
