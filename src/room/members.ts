/**
 * Who is in the room, under names that nobody else can pass for, and what is remembered of them beyond
 * a connection.
 *
 * @module
 */

import type { PrivateEvent } from "../protocol/messages.ts";
import { nameKeys } from "../protocol/names.ts";
import { MAX_RAW_NAME_UNITS } from "../protocol/normalize.ts";

/** The connection that reads for a member. */
export interface Recipient {
  /**
   * Gives the member an event of its own, behind all that has been published.
   *
   * @returns False when it has too much unread: nothing was given.
   */
  deliver(event: PrivateEvent): boolean;
  /** Its place has been taken up by another connection of the same session: it has to go. */
  replaced(): void;
}

/** Somebody in the room. */
export interface Member {
  /** The name that everybody sees. */
  readonly name: string;
  /** The session that the place belongs to; null for clients that cannot resume. */
  readonly session: Session | null;
  /** From where it came in; empty after a restart. */
  readonly address: string;
  /** Keeps it from speaking, as long as that holds; null: nothing does. */
  mute: Mute | null;
  /** How often the place has been taken up again. */
  epoch: number;
  /** Who reads for this member; null while nobody does. It belongs to this server alone. */
  recipient: Recipient | null;
}

/** Keeps somebody from speaking, and from taking another name. */
export interface Mute {
  /** Whom it belongs to: the hash of a session, or an address where there is none. */
  readonly key: string;
  /** The name at that time, folded: an operator lifts it by that. */
  readonly fold: string;
  /** Until when, in milliseconds since 1970. */
  untilMs: number;
}

/** A session that is remembered. */
export interface Session {
  /** SHA-256 of the secret, hexadecimal. */
  readonly hash: string;
  /** Ids that it has used, oldest first, and what became of them: see `Sessions.note`. */
  readonly ids: Map<string, number>;
  /** Its place in the room, while it has one. */
  member: Member | null;
  /** When it was last heard of: milliseconds since 1970. */
  seenMs: number;
}

/** A member with the keys that its name occupies. */
interface Entry extends Member {
  name: string;
  fold: string;
  skeleton: string;
  isHere: boolean;
}

/** The members of one room. */
export class Members {
  readonly #byFold = new Map<string, Entry>();
  readonly #bySkeleton = new Map<string, Entry>();
  #sorted: Entry[] | null = null;

  /** How many are here. */
  get size(): number {
    return this.#byFold.size;
  }

  /**
   * Whether nobody here has this name, or one that could be taken for it.
   *
   * @param name A name that `parseName` has accepted.
   * @param except Somebody whose own name does not count: who is about to change it.
   */
  isFree(name: string, except?: Member): boolean {
    return this.holders(name, except).length === 0;
  }

  /** Who has this name, or one that could be taken for it: see {@linkcode isFree}. */
  holders(name: string, except?: Member): Member[] {
    const { fold, skeleton } = nameKeys(name);
    const found = [this.#byFold.get(fold), this.#bySkeleton.get(skeleton)];
    return found.filter((entry) => entry !== undefined).filter((entry) => entry !== except);
  }

  /**
   * Lets somebody in.
   *
   * @param name A name that `parseName` has accepted.
   * @param address From where; default: nobody knows.
   * @returns The member, or null when the name is not free.
   */
  add(name: string, session: Session | null, address = ""): Member | null {
    if (!this.isFree(name)) return null;
    const keys = nameKeys(name);
    const entry: Entry = {
      name,
      session,
      address,
      mute: null,
      epoch: 0,
      recipient: null,
      fold: keys.fold,
      skeleton: keys.skeleton,
      isHere: true,
    };
    this.restore(entry);
    return entry;
  }

  /** Lets somebody in again who has just been removed. */
  restore(member: Member): void {
    const entry = member as Entry;
    entry.isHere = true;
    this.#byFold.set(entry.fold, entry);
    this.#bySkeleton.set(entry.skeleton, entry);
    this.#sorted = null;
  }

  /** Everybody, in the order in which they came. */
  all(): Member[] {
    return [...this.#byFold.values()];
  }

  /** Whether somebody is still in the room. */
  has(member: Member): boolean {
    return (member as Entry).isHere;
  }

  /** Lets somebody go; the name is free again. */
  remove(member: Member): void {
    const entry = member as Entry;
    if (!entry.isHere) return;
    entry.isHere = false;
    this.#byFold.delete(entry.fold);
    this.#bySkeleton.delete(entry.skeleton);
    this.#sorted = null;
  }

  /**
   * Gives a member another name.
   *
   * @returns False, and nothing has changed, when it is not free.
   */
  rename(member: Member, name: string): boolean {
    if (!this.isFree(name, member)) return false;
    const entry = member as Entry;
    this.remove(entry);
    Object.assign(entry, { name, ...nameKeys(name) });
    this.restore(entry);
    return true;
  }

  /** The member of this name, in any case and width; undefined when there is none. */
  get(name: string): Member | undefined {
    if (name.length > MAX_RAW_NAME_UNITS) return undefined;
    return this.#byFold.get(nameKeys(name).fold);
  }

  /**
   * Some names, in the order in which people came, without the cost of sorting.
   *
   * @param limit At most this many.
   * @param self A member who is among them in any case.
   */
  names(limit: number, self: Member): string[] {
    const names = [self.name];
    for (const entry of this.#byFold.values()) {
      if (names.length >= limit) break;
      if (entry !== self) names.push(entry.name);
    }
    return names;
  }

  /**
   * A page of all names, sorted by their folded form.
   *
   * @param after The last name of the page before; absent: the first page.
   * @param limit At most this many.
   */
  page(after: string | undefined, limit: number): { names: string[]; more: boolean } {
    this.#sorted ??= [...this.#byFold.values()].sort((a, b) => a.fold < b.fold ? -1 : 1);
    const fold = after === undefined ? "" : nameKeys(after).fold;
    const first = after === undefined ? 0 : this.#sorted.findIndex((entry) => entry.fold > fold);
    if (first < 0) return { names: [], more: false };
    const names = this.#sorted.slice(first, first + limit).map((entry) => entry.name);
    return { names, more: first + names.length < this.#sorted.length };
  }
}
