/**
 * What holds in a room beside its key: who may speak, who may come in, and who has a rank.
 *
 * @module
 */

import { type NameKeys, nameKeys } from "../protocol/look_alikes.ts";
import type { NameBan, RoomFlags, StoredModes } from "../store/store.ts";

/** What a room begins with. */
const NO_FLAGS: RoomFlags = {
  isModerated: false,
  isInviteOnly: false,
  hasOpenTopic: false,
  isOpenToAll: false,
};

/** What somebody may be in a room. */
export type Rank =
  /** May do what the keeper may. */
  | "deputy"
  /** May speak where few may. */
  | "voice";

/** The modes of one room, in which there are people. Changed by the reducer alone. */
export class RoomModes<T> {
  /** What is on or off. */
  flags: RoomFlags;
  /** Names that are kept out, by their folded form. */
  readonly bans: Map<string, NameBan> = new Map();
  /** Who has a rank, each in the room. */
  readonly ranks: Readonly<Record<Rank, Set<T>>> = { deputy: new Set(), voice: new Set() };
  /** Who may come in where only the invited may, until it has come in. */
  readonly invited: Set<T> = new Set();

  /**
   * Begins with what was stored.
   *
   * @param stored Null: nothing was.
   */
  constructor(stored: StoredModes | null) {
    this.flags = stored?.flags ?? NO_FLAGS;
    for (const ban of stored?.bans ?? []) {
      this.bans.set((ban.keys ?? nameKeys(ban.name)).fold, ban);
    }
  }

  /** Whether a name is kept out, or one that could be taken for it. */
  keepsOut({ fold, skeleton }: NameKeys): boolean {
    if (this.bans.size === 0) return false;
    return this.bans.has(fold) ||
      [...this.bans.values()].some((ban) => skeletonOf(ban) === skeleton);
  }

  /** What is to be stored; null: nothing. Ranks and invitations last as long as the place. */
  get stored(): StoredModes | null {
    const isPlain = this.bans.size === 0 && Object.values(this.flags).every((flag) => !flag);
    return isPlain ? null : { flags: this.flags, bans: [...this.bans.values()] };
  }
}

/** Each is worked out once: a list is looked through whenever somebody comes in. */
const skeletons = new WeakMap<NameBan, string>();

function skeletonOf(ban: NameBan): string {
  const known = skeletons.get(ban);
  if (known !== undefined) return known;
  const { skeleton } = ban.keys ?? nameKeys(ban.name);
  skeletons.set(ban, skeleton);
  return skeleton;
}
