/**
 * The part of the reducer (`reducer.ts`) that is about what people say of themselves: their user
 * and real names, whether they are programs, why they are away.
 *
 * @module
 */

import { type Member, NO_PROFILE, type Profile } from "../room/room.ts";
import { type Batch, done, refused, unchanged } from "./batch.ts";
import type { Done, Refused } from "./order.ts";
import type { Describe, Join } from "./proposals.ts";
import { isMuted, PROFILE_RULES, SILENCE_RULES, type State } from "./state.ts";

/** Folds what people say of themselves. */
export class ProfileRules {
  readonly #state: State;
  readonly #batch: Batch;

  /**
   * Folds nothing yet.
   *
   * @param batch Gets what undoes it.
   */
  constructor(state: State, batch: Batch) {
    this.#state = state;
    this.#batch = batch;
  }

  /** Somebody who is here says something new of itself. */
  describe(proposal: Describe): Done | Refused {
    const { member, says } = proposal;
    if (!this.#state.members.has(member)) return refused("gone", proposal);
    if (this.#isSilent(member) && Object.values(says).some(isWords)) {
      return refused("muted", proposal);
    }
    const wasSo = isSaid(member, says);
    this.#set(member, says);
    return wasSo ? unchanged(proposal) : done(proposal);
  }

  /** What somebody says of itself on coming holds from now on. Who is muted shows no new words. */
  came(member: Member, { says, isAgain }: Pick<Join, "says" | "isAgain">): void {
    if (says === undefined) return;
    this.#set(member, isAgain !== true && this.#isSilent(member) ? withoutWords(says) : says);
  }

  /** Servers of before these rules do not know it, and who is a program is in the log. */
  #set(member: Member, says: Partial<Profile>): void {
    if (this.#state.rules < PROFILE_RULES) return;
    const { profile } = member;
    member.profile = { ...profile ?? NO_PROFILE, ...says };
    this.#batch.onUndo(() => member.profile = profile);
  }

  #isSilent(member: Member): boolean {
    return this.#state.rules >= SILENCE_RULES && isMuted(member, this.#batch.atMs);
  }
}

/** Whether somebody has said all this of itself before. */
function isSaid({ profile }: Member, says: Partial<Profile>): boolean {
  const said: Partial<Record<string, unknown>> = { ...profile ?? NO_PROFILE };
  return Object.entries(says).every(([key, value]) => said[key] === value);
}

function isWords(value: Profile[keyof Profile]): boolean {
  return typeof value === "string";
}

function withoutWords(says: Partial<Profile>): Partial<Profile> {
  return Object.fromEntries(Object.entries(says).filter(([, value]) => !isWords(value)));
}
