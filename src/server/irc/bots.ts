/**
 * Who is a program: said with MODE +B, or in the hello of json. Those are known at all servers.
 *
 * @module
 */

import type { Member } from "../../room/room.ts";

/** The programs on the server. */
export class Bots {
  /** The names of those who are here: that is looked up for each message. */
  readonly #names = new Set<string>();
  /** Also of those who have gone: who is in again after a fault is one as before. */
  readonly #all = new WeakSet<Member>();

  /** Somebody says whether it is one. */
  set(member: Member, isBot: boolean): void {
    if (isBot) {
      this.#names.add(member.name);
      this.#all.add(member);
    } else if (this.#names.delete(member.name)) this.#all.delete(member);
  }

  /** There are none. */
  get isEmpty(): boolean {
    return this.#names.size === 0;
  }

  /** Those of some names that are programs, as a field of what lists names. */
  among(names: readonly string[]): { readonly bots?: readonly string[] } {
    if (this.#names.size === 0) return {};
    const bots = names.filter((name) => this.#names.has(name));
    return bots.length === 0 ? {} : { bots };
  }

  /** Whether somebody is one. */
  has(member: Member): boolean {
    return this.#all.has(member);
  }

  /** Whether who has a name now, exactly this one, is one. */
  hasName(name: string): boolean {
    return this.#names.has(name);
  }

  /** Somebody has another name. */
  renamed(member: Member, from: string): void {
    if (this.#names.delete(from)) this.#names.add(member.name);
  }

  /** Somebody has left the server. */
  left(member: Member): void {
    this.#names.delete(member.name);
  }
}
