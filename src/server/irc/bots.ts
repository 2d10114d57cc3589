/**
 * Who is a program: said with MODE +B, or in the hello of json. It is a part of what somebody says
 * of itself, and known at all servers; here it is found by name, since that is looked up for each
 * message.
 *
 * @module
 */

import type { Member } from "../../room/room.ts";

/** The programs on the server. */
export class Bots {
  readonly #members: { all(): readonly Member[] };
  /** The names of those who are here; null: nobody has asked for them yet. */
  #known: Set<string> | null = null;

  /** Those among these people. */
  constructor(members: { all(): readonly Member[] }) {
    this.#members = members;
  }

  /** There are none. */
  get isEmpty(): boolean {
    return this.#names.size === 0;
  }

  /** Those of some names that are programs, as a field of what lists names. */
  among(names: readonly string[]): { readonly bots?: readonly string[] } {
    const known = this.#names;
    if (known.size === 0) return {};
    const bots = names.filter((name) => known.has(name));
    return bots.length === 0 ? {} : { bots };
  }

  /** Whether somebody is one. */
  has({ profile }: Member): boolean {
    return profile?.isBot === true;
  }

  /** Whether who has a name now, exactly this one, is one. */
  hasName(name: string): boolean {
    return this.#names.has(name);
  }

  /** Somebody has come, or says something of itself. */
  note(member: Member): void {
    if (this.has(member)) this.#known?.add(member.name);
    else this.#known?.delete(member.name);
  }

  /** Somebody has another name. */
  renamed(member: Member, from: string): void {
    this.#known?.delete(from);
    this.note(member);
  }

  /** Somebody has left the server. */
  left(member: Member): void {
    this.#known?.delete(member.name);
  }

  get #names(): Set<string> {
    if (this.#known !== null) return this.#known;
    const all = this.#members.all().filter((member) => this.has(member));
    return this.#known = new Set(all.map(({ name }) => name));
  }
}
