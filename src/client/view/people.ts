/**
 * Who is in the room, as far as this client has been told: for completing names and for counting.
 *
 * @module
 */

import { foldedName } from "../../protocol/normalize.ts";
import type { ClientEvent } from "../core/events.ts";
import { keepColoursApart } from "./style.ts";

/** Names that are kept; of more people than these only the number is known. */
const MAX_NAMES = 5_000;

/** Learns names from the events of the client core; the server alone knows them all. */
export class People {
  #me: string;
  /** Who spoke last stands last. */
  #names = new Set<string>();
  /** Those that are programs, as far as is known. */
  readonly #bots = new Set<string>();
  #count = 0;
  #changes = 0;

  /**
   * Knows nobody yet.
   *
   * @param me The own name, where there has been a welcome already.
   */
  constructor(me = "") {
    this.#me = me;
  }

  /** How many are here, this client included; 0 before the first welcome. */
  get count(): number {
    return this.#count;
  }

  /**
   * Grows when somebody came, went or has another name: nothing needs to be drawn anew otherwise.
   */
  get changes(): number {
    return this.#changes;
  }

  /** The others whose names are known: who spoke last comes first. */
  get others(): string[] {
    return [...this.#names].reverse().filter((name) => name !== this.#me);
  }

  /** Whether somebody here has a name, in any case or width, or may have: not all are known. */
  mayHold(name: string): boolean {
    if (this.#count > this.#names.size) return true;
    const fold = foldedName(name);
    return [...this.#names].some((one) => foldedName(one) === fold);
  }

  /** Whether somebody is known to be a program. */
  isBot(name: string): boolean {
    return this.#bots.has(name);
  }

  /** Something was told. */
  take(event: ClientEvent): void {
    const before = this.#changes;
    this.#take(event);
    if (this.#changes !== before) keepColoursApart(this.#names);
  }

  #take(event: ClientEvent): void {
    if (event.type === "connected") this.#me = event.welcome.name;
    if (event.type === "entered") {
      const { names, bots = [], count } = event.joined;
      this.#bots.clear();
      for (const name of bots) this.#bots.add(name);
      this.#changes++;
      const members = new Set(names);
      const spoke = [...this.#names].filter((name) => members.has(name));
      // Alphabetical backwards, since the last one comes first.
      const others = names.filter((name) => !this.#names.has(name)).sort().reverse();
      this.#names = new Set([...others, ...spoke, this.#me]);
      this.#count = Math.max(count, this.#names.size);
      return;
    }
    if (event.type !== "told" || event.past) return;
    const told = event.event;
    if (told.type !== "message" && told.type !== "direct") this.#changes++;
    switch (told.type) {
      case "message":
        return this.#spoke(told.from);
      case "direct":
        return this.#spoke(told.from === this.#me ? told.to : told.from);
      case "join":
        if (!this.#names.has(told.name)) this.#count++;
        if (told.bot === true) this.#bots.add(told.name);
        return this.#add(told.name);
      case "leave":
        this.#names.delete(told.name);
        this.#bots.delete(told.name);
        this.#count = Math.max(this.#count - 1, this.#names.size);
        return;
      case "rename":
        if (told.from === this.#me) this.#me = told.to;
        if (this.#bots.delete(told.from)) this.#bots.add(told.to);
        if (this.#names.delete(told.from)) this.#add(told.to);
        return;
      case "members":
        this.#count = told.count;
        for (const name of told.names) this.#add(name);
        for (const name of told.bots ?? []) this.#bots.add(name);
        return;
    }
  }

  #add(name: string): void {
    if (this.#names.size < MAX_NAMES) this.#names.add(name);
  }

  /** Only people who are here: what somebody said last may be told after they left. */
  #spoke(name: string): void {
    if (this.#names.delete(name)) this.#names.add(name);
  }
}
