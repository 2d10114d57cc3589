/**
 * Who is a program: said with MODE +B, or in the hello of json. It is a part of what somebody says
 * of itself, and known at all servers; here it is found by name, since that is looked up for each
 * message.
 *
 * @module
 */

import type { Verdict } from "../order/order.ts";
import type { Member } from "../room/room.ts";

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

  /** Takes verdicts, before anybody is shown them: who comes, goes, or says something of itself. */
  settled(verdicts: readonly Verdict[]): void {
    const known = this.#known;
    if (known === null) return;
    for (const verdict of verdicts) {
      if (verdict.type === "joined") this.#note(known, verdict.member);
      if (verdict.type !== "done") continue;
      const { proposal, from, left = [] } = verdict;
      if (from !== undefined && proposal.type === "rename") known.delete(from);
      if (proposal.type === "rename" || proposal.type === "describe") {
        this.#note(known, proposal.member);
      }
      if (proposal.type === "leave") known.delete(proposal.member.name);
      for (const { name } of left) known.delete(name);
    }
  }

  #note(known: Set<string>, member: Member): void {
    if (this.has(member)) known.add(member.name);
    else known.delete(member.name);
  }

  get #names(): Set<string> {
    if (this.#known !== null) return this.#known;
    const all = this.#members.all().filter((member) => this.has(member));
    return this.#known = new Set(all.map(({ name }) => name));
  }
}
