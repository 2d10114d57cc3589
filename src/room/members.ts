/**
 * Who is on the server, under names that nobody else can pass for.
 *
 * @module
 */

import { type NameKeys, nameKeys } from "../protocol/look_alikes.ts";
import { MAX_RAW_NAME_UNITS } from "../protocol/normalize.ts";
import type { Member, Session } from "./room.ts";

/** A member with the keys that its name occupies. */
interface Entry extends Member {
  name: string;
  fold: string;
  skeleton: string;
  isHere: boolean;
}

/** What is known of somebody who comes in, beside the name. */
export interface Newcomer {
  /** IP address. */
  readonly address?: string;
  /** Keys of the name. */
  readonly keys?: NameKeys;
}

/** Everybody who is here, in whichever rooms. */
export class Members {
  readonly #byFold = new Map<string, Entry>();
  readonly #bySkeleton = new Map<string, Entry>();
  readonly #byPlace = new Map<number, Entry>();
  /** Number of the place of who came last. */
  newestPlace = 0;

  /** How many are here. */
  get size(): number {
    return this.#byFold.size;
  }

  /**
   * Whether nobody here has this name, or one that could be taken for it.
   *
   * @param name A name that `parseName` has accepted, or its keys.
   * @param except Somebody whose own name does not count: who is about to change it.
   */
  isFree(name: string | NameKeys, except?: Member): boolean {
    return this.holders(name, except).length === 0;
  }

  /** Who has this name, or one that could be taken for it: see {@linkcode isFree}. */
  holders(name: string | NameKeys, except?: Member): Member[] {
    const { fold, skeleton } = typeof name === "string" ? nameKeys(name) : name;
    const found = [this.#byFold.get(fold), this.#bySkeleton.get(skeleton)];
    return found.filter((entry) => entry !== undefined).filter((entry) => entry !== except);
  }

  /**
   * Lets somebody in.
   *
   * @param name A name that `parseName` has accepted.
   * @param from `address`: from where; default: nobody knows. `keys`: of the name, by whatever
   * tables; default: by ours.
   * @returns The member, or null when the name is not free.
   */
  add(
    name: string,
    session: Session | null,
    { address = "", keys = nameKeys(name) }: Newcomer = {},
  ): Member | null {
    if (!this.isFree(keys)) return null;
    const entry: Entry = {
      name,
      session,
      address,
      rooms: new Set(),
      mute: null,
      profile: null,
      epoch: 0,
      place: ++this.newestPlace,
      owner: null,
      recipient: null,
      fold: keys.fold,
      skeleton: keys.skeleton,
      isHere: true,
    };
    this.restore(entry);
    return entry;
  }

  /** Undoes {@linkcode add}, of who came last of all: the number of the place is given again. */
  takeBack(member: Member): void {
    this.remove(member);
    this.newestPlace--;
  }

  /** Lets somebody in again who has just been removed. */
  restore(member: Member): void {
    const entry = member as Entry;
    entry.isHere = true;
    this.#byFold.set(entry.fold, entry);
    this.#bySkeleton.set(entry.skeleton, entry);
    this.#byPlace.set(entry.place, entry);
  }

  /** Everybody, in the order in which they came, but who has taken another name came by that. */
  all(): Member[] {
    return [...this.#byFold.values()];
  }

  /** Whether somebody is still here. */
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
    this.#byPlace.delete(entry.place);
  }

  /**
   * Gives a member another name.
   *
   * @param keys Of the name, by whatever tables.
   * @returns False, and nothing has changed, when it is not free.
   */
  rename(member: Member, name: string, keys: NameKeys = nameKeys(name)): boolean {
    if (!this.isFree(keys, member)) return false;
    const entry = member as Entry;
    this.remove(entry);
    Object.assign(entry, { name, fold: keys.fold, skeleton: keys.skeleton });
    this.restore(entry);
    return true;
  }

  /** Who has the place of a number; undefined: nobody any more. */
  at(place: number): Member | undefined {
    return this.#byPlace.get(place);
  }

  /** The member of this name, in any case and width; undefined when there is none. */
  get(name: string): Member | undefined {
    if (name.length > MAX_RAW_NAME_UNITS) return undefined;
    return this.ofFold(nameKeys(name).fold);
  }

  /** The member whose name is this one, folded: see `NameKeys`. */
  ofFold(fold: string): Member | undefined {
    return this.#byFold.get(fold);
  }
}
