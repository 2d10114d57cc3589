/**
 * What holds in a room beside its key: who may speak, who may come in, and who has a rank.
 *
 * @module
 */

/** What is on or off in a room. */
export interface RoomFlags {
  /** Only its keeper, deputies and those with a voice may speak. */
  readonly isModerated: boolean;
  /** Only who was invited comes in. */
  readonly isInviteOnly: boolean;
  /** Everybody in it may set the topic. */
  readonly hasOpenTopic: boolean;
  /** Who is not in it may speak there, too. */
  readonly isOpenToAll: boolean;
}

/** What a room begins with. */
export const NO_FLAGS: RoomFlags = {
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

/** A name that is kept out of a room for good. */
export interface NameBan {
  /** As it was given. */
  readonly name: string;
  /** Who placed it. */
  readonly by: string;
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
}

/** The modes of one room, in which there are people. Changed by the reducer alone. */
export class RoomModes<T> {
  /** What is on or off. */
  flags: RoomFlags = NO_FLAGS;
  /** Names that are kept out, by their folded form. */
  readonly bans: Map<string, NameBan> = new Map();
  /** Who has a rank, each in the room. */
  readonly ranks: Readonly<Record<Rank, Set<T>>> = { deputy: new Set(), voice: new Set() };
  /** Who may come in where only the invited may, until it has come in. */
  readonly invited: Set<T> = new Set();
}
