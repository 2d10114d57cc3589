/**
 * Who is a program: said with MODE +B, or in the hello of json. It is a part of what somebody says
 * of itself; here it is found by name, since that is looked up for each message.
 *
 * @module
 */

import type { Member } from "../../room/room.ts";

/** The programs on the server. */
export class Bots {
  readonly #members: { all(): readonly Member[] };
  /** The names of those who are here; null: nobody has asked for them yet. */
  #names: Set<string> | null = null;

  /** Those among these people. */
  constructor(members: { all(): readonly Member[] }) {
    this.#members = members;
  }

  /** Whether somebody is one. */
  has({ profile }: Member): boolean {
    return profile?.isBot === true;
  }

  /** Whether who has a name now, exactly this one, is one. */
  hasName(name: string): boolean {
    const all = () => this.#members.all().filter((member) => this.has(member));
    this.#names ??= new Set(all().map((member) => member.name));
    return this.#names.has(name);
  }

  /** Somebody has come, or says something of itself. */
  note(member: Member): void {
    if (this.has(member)) this.#names?.add(member.name);
    else this.#names?.delete(member.name);
  }

  /** Somebody has another name. */
  renamed(member: Member, from: string): void {
    this.#names?.delete(from);
    this.note(member);
  }

  /** Somebody has left the server. */
  left(member: Member): void {
    this.#names?.delete(member.name);
  }
}
