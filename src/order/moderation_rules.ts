/**
 * The part of the reducer (`reducer.ts`) that is about moderation: what is erased, who is muted,
 * and who is banned.
 *
 * @module
 */

import { foldOf } from "../protocol/look_alikes.ts";
import { type Batch, done, refused } from "./batch.ts";
import type { Done, Happened, Refused } from "./order.ts";
import type {
  Erase,
  MuteMember,
  MuteRange,
  PlaceBan,
  Unban,
  Unmute,
} from "./moderation_proposals.ts";
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

  /** Erases what messages say: the event that tells of it has the store do so. */
  erase(proposal: Erase): Happened | Refused {
    const { by, room, seqs, text } = proposal;
    if (!this.#state.members.has(by)) return refused("gone", proposal);
    if (!this.#state.isThere(room)) return refused("not_in_room", proposal, { room });
    const draft = { type: "message", from: by.name, text, action: true, erases: seqs } as const;
    return this.#batch.accept(room, draft, by, proposal);
  }

  /** Mutes a member. */
  mute(proposal: MuteMember): Done | Refused {
    const { members, mutes } = this.#state;
    const { member, untilMs } = proposal;
    if (!members.has(member)) return refused("gone", proposal);
    this.#batch.onUndo(mutes.mute(member, untilMs, { members, nowMs: this.#batch.atMs }));
    return done(proposal);
  }

  /** Mutes all who come from some addresses. */
  muteRange(proposal: MuteRange): Done {
    const { members, mutes } = this.#state;
    const { key, untilMs } = proposal;
    this.#batch.onUndo(mutes.muteRange(key, untilMs, { members, nowMs: this.#batch.atMs }));
    return done(proposal);
  }

  /** Lifts the mutes of a name. */
  unmute(proposal: Unmute): Done | Refused {
    const { members, mutes } = this.#state;
    const fold = proposal.fold ?? foldOf(proposal.name);
    const undo = mutes.unmute(fold, { members, nowMs: this.#batch.atMs });
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
