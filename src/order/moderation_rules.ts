/**
 * The part of the reducer (`reducer.ts`) that is about moderation: who is muted, and who is banned.
 *
 * @module
 */

import { foldOf } from "../protocol/names.ts";
import { type Batch, done, refused } from "./batch.ts";
import type { Done, Refused } from "./order.ts";
import type { MuteMember, PlaceBan, Unban, Unmute } from "./proposals.ts";
import type { State } from "./state.ts";

/** Folds proposals of operators. */
export class ModerationRules {
  readonly #state: State;
  readonly #batch: Batch;

  /**
   * Folds nothing yet.
   *
   * @param batch Gets the notes, and what undoes them.
   */
  constructor(state: State, batch: Batch) {
    this.#state = state;
    this.#batch = batch;
  }

  /** Mutes a member. */
  mute(proposal: MuteMember): Done | Refused {
    const { members, mutes } = this.#state;
    const { member, untilMs } = proposal;
    if (!members.has(member)) return refused("gone", proposal);
    this.#batch.onUndo(mutes.mute(member, untilMs, this.#batch.atMs));
    return done(proposal);
  }

  /** Lifts the mutes of a name. */
  unmute(proposal: Unmute): Done | Refused {
    const { members, mutes } = this.#state;
    const fold = proposal.fold ?? foldOf(proposal.name);
    const undo = mutes.unmute(fold, members.ofFold(fold)?.mute ?? null, this.#batch.atMs);
    if (undo === null) return refused("gone", proposal);
    this.#batch.onUndo(undo);
    return done(proposal);
  }

  /** Keeps a name or addresses out. */
  ban(proposal: PlaceBan): Done {
    const { ban } = proposal;
    this.#batch.onUndo(this.#state.bans.set(ban.key, ban));
    this.#batch.notes.push({ type: "ban", ban });
    return done(proposal);
  }

  /** Lifts a ban. */
  unban(proposal: Unban): Done | Refused {
    const { bans } = this.#state;
    const key = bans.find(proposal.keys, { nowMs: this.#batch.atMs, ranOut: proposal.ranOut });
    if (key === undefined) return refused("gone", proposal);
    this.#batch.onUndo(bans.set(key, undefined));
    this.#batch.notes.push({ type: "unban", key });
    return done(proposal);
  }
}
