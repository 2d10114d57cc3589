/**
 * A room as simple as can be: what must have happened, and who must have seen it. It knows the
 * rules for names and texts from the program, whose own properties are tested beside it.
 *
 * @module
 */

import { type NameKeys, nameKeys } from "../../src/protocol/look_alikes.ts";
import { parseName } from "../../src/protocol/names.ts";
import { cleanText, textProblem } from "../../src/protocol/text.ts";

/** What is compared of an event: all but `seq` and `at`. */
export type Happening = Readonly<Record<string, string | boolean | number>>;

/** Direct messages that wait for one. */
const MAX_WAITING = 16;

/** How long the place of a lost json client is kept. */
const GRACE_MS = 15_000;

/** Somebody in the room, or who was. */
export interface Person {
  name: string;
  readonly isJson: boolean;
  /** Here: reads. Lost: the place is kept. Gone: it is free. */
  state: "here" | "lost" | "gone";
  /** Ids said so far, with the place of each in the log. */
  readonly ids: Map<string, number>;
  /** Direct messages that wait, each with its number, but for those that it says it has seen. */
  mail: Waiting[];
  /** Number of the last one. */
  lastMail: number;
}

/** A direct message that waits. */
export interface Waiting {
  readonly n: number;
  readonly from: string;
  readonly text: string;
}

/** See the module. */
export class RoomModel {
  /** Everything that everybody is told; the first has `seq` 1. */
  readonly log: Happening[] = [];
  readonly #people = new Set<Person>();
  readonly #held = new Map<Person, number>();
  /** Who has left without saying so, the last one of each name. */
  readonly #gone = new Map<string, Person>();
  #nowMs = 0;

  /** Everybody who has a place, sorted. */
  get names(): string[] {
    return [...this.#people].map(({ name }) => name).sort();
  }

  /** Who has this name, in any case and width. */
  find(name: string): Person | undefined {
    const { fold } = nameKeys(name.normalize("NFC").trim());
    for (const person of this.#people) if (nameKeys(person.name).fold === fold) return person;
    return undefined;
  }

  /** Comes in, or the code of the refusal. */
  join(wish: string, isJson: boolean): Person | "name_invalid" | "name_taken" {
    const parsed = parseName(wish);
    if ("problem" in parsed) return "name_invalid";
    if (!this.#isFree(parsed.name, null)) return "name_taken";
    const person: Person = {
      name: parsed.name,
      isJson,
      state: "here",
      ids: new Map(),
      mail: [],
      lastMail: 0,
    };
    this.#people.add(person);
    this.log.push({ type: "join", name: person.name });
    return person;
  }

  /** Comes back with its session; false when its place is gone and its name is taken. */
  resume(person: Person): boolean {
    if (person.state === "gone") {
      if (!this.#isFree(person.name, null)) return false;
      this.#people.add(person);
      this.log.push({ type: "join", name: person.name });
      const { fold } = nameKeys(person.name);
      if (this.#gone.get(fold) === person) this.#gone.delete(fold);
    }
    person.state = "here";
    return true;
  }

  /** For whom a direct message waits: who has the name and is away, or has left last with it. */
  absentee(name: string): Person | undefined {
    const person = this.find(name);
    if (person !== undefined) return person.state === "lost" ? person : undefined;
    return this.#gone.get(nameKeys(name.normalize("NFC").trim()).fold);
  }

  /** A direct message waits; false: too many do. */
  wait(person: Person, from: string, text: string): boolean {
    const own = person.mail.filter((message) => message.from === from);
    if (person.mail.length >= MAX_WAITING || own.length >= MAX_WAITING / 2) return false;
    person.mail.push({ n: ++person.lastMail, from, text });
    return true;
  }

  /** Says something: null, or the code of the refusal, or where it was said already. */
  say(
    person: Person,
    raw: string,
    { id, action }: { readonly id?: string | undefined; readonly action?: boolean },
  ): null | string | number {
    const text = cleanText(raw);
    const problem = textProblem(text);
    if (problem !== null) return problem.code;
    const seq = id === undefined ? undefined : person.ids.get(id);
    if (seq !== undefined) return seq;
    this.log.push({
      type: "message",
      from: person.name,
      text,
      ...(id === undefined ? {} : { id }),
      ...(action ? { action: true } : {}),
    });
    if (id !== undefined) person.ids.set(id, this.log.length);
    return null;
  }

  /** Takes another name: null, or the code of the refusal, or "notice" when it is the same. */
  rename(person: Person, wish: string): null | string {
    const parsed = parseName(wish);
    if ("problem" in parsed) return "name_invalid";
    if (parsed.name === person.name) return "notice";
    if (!this.#isFree(parsed.name, person)) return "name_taken";
    this.log.push({ type: "rename", from: person.name, to: parsed.name });
    person.name = parsed.name;
    return null;
  }

  /** Leaves for good. */
  leave(person: Person, reason: string): void {
    if (person.state === "gone") return;
    person.state = "gone";
    this.#people.delete(person);
    if (person.isJson && reason !== "quit") this.#gone.set(nameKeys(person.name).fold, person);
    this.log.push({ type: "leave", name: person.name, reason });
  }

  /** Loses its connection. */
  lose(person: Person): void {
    if (!person.isJson) return this.leave(person, "lost");
    person.state = "lost";
    // Who was lost before, and has come back, is the last one now.
    this.#held.delete(person);
    this.#held.set(person, this.#nowMs + GRACE_MS);
  }

  /** A second passes. */
  tick(): void {
    this.#nowMs += 1_000;
    for (const [person, untilMs] of this.#held) {
      if (person.state !== "lost") this.#held.delete(person);
      else if (this.#nowMs >= untilMs) {
        this.#held.delete(person);
        this.leave(person, "lost");
      }
    }
  }

  #isFree(name: string, except: Person | null): boolean {
    const wish = nameKeys(name);
    for (const person of this.#people) {
      if (person !== except && collide(nameKeys(person.name), wish)) return false;
    }
    return true;
  }
}

function collide(one: NameKeys, other: NameKeys): boolean {
  return one.fold === other.fold || one.skeleton === other.skeleton;
}
