/**
 * What operators and keepers have done, and who keeps it.
 *
 * @module
 */

/** Acts of each {@linkcode Actor} that are kept; the oldest go: years of them, some 1 MB. */
export const MAX_ACTS = 10_000;

/** How acts are kept. */
export interface AuditOptions {
  /** So many of each {@linkcode Actor}, 1 or more; default {@linkcode MAX_ACTS}. */
  readonly maxActs?: number;
}

/** By what right somebody acts. Anybody may keep a room, so those push out no operators' acts. */
export type Actor = "operator" | "keeper";

/** Something that an operator or a keeper has done. */
export interface Act {
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
  /** Who, by the name that they had. */
  readonly by: string;
  /** What: one word or some, as in the log. */
  readonly act: string;
  /** To whom or what; may be empty. */
  readonly target: string;
  /** What else is to be known; may be empty. */
  readonly details: string;
}

/** Some acts, newest first. */
export interface ActPage {
  /** The acts. */
  readonly acts: readonly Act[];
  /** There are older ones. */
  readonly more: boolean;
}

/**
 * What operators and keepers have done at this server: of each of them the newest
 * {@linkcode MAX_ACTS}.
 */
export interface AuditStore {
  /** Keeps one. @throws {StoreUnavailable} When it cannot be kept. */
  add(act: Act, actor: Actor): void;
  /**
   * A page, newest first.
   *
   * @param skip So many newer ones are left out.
   * @param limit At most so many.
   * @throws {StoreUnavailable} When it cannot be read.
   */
  page(skip: number, limit: number): ActPage;
}
