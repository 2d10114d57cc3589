/**
 * What is said of a name that is taken. Who comes back without its session (a closed tab, a killed
 * client, `nc`) finds its own name held by the connection that it has just lost: that one is free
 * again when nobody takes up its place.
 *
 * @module
 */

import { suggestName } from "../protocol/names.ts";
import type { Member } from "../room/member.ts";
import type { ServerContext } from "./context.ts";

/** What is wrong with a name, and what to do. */
export interface TakenName {
  /** One sentence. */
  readonly problem: string;
  /** One sentence. */
  readonly advice: string;
  /** Milliseconds until it is free, unless its owner comes back; undefined: that is not known. */
  readonly freeInMs: number | undefined;
}

/**
 * Looks at a name that is taken.
 *
 * @param name A name that `parseName` has accepted.
 * @param except Who wants it instead of the own one.
 */
export function takenName(
  { state, grace }: Pick<ServerContext, "state" | "grace">,
  name: string,
  except?: Member,
): TakenName {
  const { members } = state;
  const free = suggestName(name, (candidate) => members.isFree(candidate, except));
  const freeInMs = grace.freeInMs(members.holders(name, except));
  if (freeInMs === undefined) {
    const advice = `Try another one, such as ${free}.`;
    return { problem: `The name ${name} is taken.`, advice, freeInMs };
  }
  const taken = `The name ${name} is taken by a lost connection`;
  return {
    problem: `${taken}, and will be free in ${Math.ceil(freeInMs / 1000)} s.`,
    advice: `Wait for it, or try another one, such as ${free}.`,
    freeInMs,
  };
}
