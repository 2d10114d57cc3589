/**
 * Whom somebody ignores: what these people say is not shown. Terminal and page keep it themselves;
 * for people at `nc` the server does.
 *
 * @module
 */

import type { Leave, LogEvent } from "./messages.ts";
import { foldedName, MAX_RAW_NAME_UNITS } from "./normalize.ts";
import { excerptIfNeeded } from "./quote.ts";
import { NAME_CHAR } from "./text.ts";

/** Names that can be given: who wants more, wants another room. */
const MAX_IGNORED = 100;

/** Names that these people took: of more, those that they bear no more are forgotten first. */
const MAX_TAKEN = 1_000;

/** What can be typed again as it is shown. Some names need joiners, which cannot be seen. */
const LIKE_A_NAME = new RegExp(`^${NAME_CHAR}(?:${NAME_CHAR}|[\\u200C\\u200D])*$`, "u");

/**
 * What follows `/ignore` in a command.
 *
 * @param line The command with its slash.
 * @returns Empty: nothing does; undefined: it is another command.
 */
export function ignoredName(line: string): string | undefined {
  const [command = "", ...rest] = line.trim().split(/\s+/, 3);
  return command.toLowerCase() === "/ignore" ? rest.join(" ") : undefined;
}

/** Who is there when somebody is to be ignored. */
export interface IgnoreContext {
  /** The own name. */
  readonly me: string;
  /** False: nobody here has this name, in any case or width. */
  readonly mayBeHere: (name: string) => boolean;
}

/** A name that somebody who is ignored took, and how long that one bore it. */
export interface TakenName {
  /** As it was shown. */
  readonly name: string;
  /** It, folded. */
  readonly fold: string;
  /** The name that was given for this person, folded. */
  readonly given: string;
  /** When it was taken: `at` of that event. */
  readonly since: string;
  /** When it was given up; absent: as far as is known, it was not. */
  until?: string;
  /** When a room was left under it: who comes after that may be somebody else. */
  leftAt?: string;
}

/**
 * The people whom one person ignores: under the names that were given always, and under others that
 * they take while they bear them. So what they said under those stays hidden, and who bears the
 * name before or after them is not. Times are those of the events, which may go backwards with the
 * server's clock.
 */
export class IgnoredNames {
  /** By the folded name. */
  readonly #given: Map<string, string>;
  /** In the order in which they were taken. */
  #taken: TakenName[];

  /**
   * Nobody, or those whom somebody ignored before.
   *
   * @param given Of more than 100, the first ones.
   * @param taken Names that they took meanwhile.
   */
  constructor(given: readonly string[] = [], taken: readonly TakenName[] = []) {
    this.#given = new Map(
      given.slice(0, MAX_IGNORED).map((name) => [foldedName(name), name]),
    );
    this.#taken = taken.filter(({ given }) => this.#given.has(given));
  }

  /** The names that were given. */
  get given(): string[] {
    return [...this.#given.values()];
  }

  /** The names that they took. */
  get taken(): readonly TakenName[] {
    return this.#taken;
  }

  /** There is nobody. */
  get isEmpty(): boolean {
    return this.#given.size === 0;
  }

  /**
   * Whether what somebody says is not to be shown.
   *
   * @param at When it was said; default: now.
   */
  has(name: string, at?: string): boolean {
    return this.#givenFor(name, at) !== undefined;
  }

  /** What is shown of a leave: without the reason, where somebody gave it who is ignored. */
  shown(event: Leave): Leave {
    if (event.text === undefined) return event;
    const { text: _, ...rest } = event;
    // Of who is removed it is the reason of who did it.
    return this.has(event.by ?? event.name, event.at) ? rest : event;
  }

  /**
   * Somebody came, went or has another name. It may be told once for each room, of one room after
   * the other, and more than once: what is known to be later counts.
   */
  follow(event: LogEvent): void {
    if (this.isEmpty) return;
    const { at } = event;
    switch (event.type) {
      case "rename": {
        if (foldedName(event.from) === foldedName(event.to)) return;
        const given = this.#givenFor(event.from, at);
        this.#end(event.from, at);
        if (given === undefined) this.#end(event.to, at);
        else this.#begin(event.to, { at, given });
        return;
      }
      case "leave": {
        // Who left one room may be in others.
        const isGone = event.reason !== "part" && event.by === undefined;
        if (isGone) return this.#end(event.name, at);
        const taken = this.#borne(event.name, at);
        if (taken !== undefined) taken.leftAt = at;
        return;
      }
      case "join": {
        const { leftAt } = this.#borne(event.name, at) ?? {};
        if (leftAt !== undefined && leftAt <= at) this.#end(event.name, at);
      }
    }
  }

  #givenFor(name: string, at?: string): string | undefined {
    if (this.isEmpty) return undefined;
    const fold = foldedName(name);
    if (this.#given.has(fold)) return fold;
    return this.#taken.find((one) =>
      one.fold === fold &&
      (at === undefined
        ? one.until === undefined
        : one.since <= at && (one.until === undefined || at <= one.until))
    )?.given;
  }

  /** The entry of a name that is borne since then or before. */
  #borne(name: string, at: string): TakenName | undefined {
    const fold = foldedName(name);
    return this.#taken.find((one) =>
      one.fold === fold && one.until === undefined && one.since <= at
    );
  }

  #end(name: string, at: string): void {
    const taken = this.#borne(name, at);
    if (taken !== undefined) taken.until = at;
  }

  #begin(name: string, { at, given }: { readonly at: string; readonly given: string }): void {
    const fold = foldedName(name);
    const isKnown = this.#given.has(fold) ||
      this.#taken.some((one) =>
        one.fold === fold && (one.since > at ||
          (one.until === undefined && (one.since === at || one.given === given)) ||
          // Told again, of another room.
          (one.since === at && one.given === given && one.until !== undefined && one.until > at))
      );
    if (isKnown) return;
    this.#end(name, at);
    if (this.#taken.length >= MAX_TAKEN) {
      const index = this.#taken.findIndex(({ until }) => until !== undefined);
      this.#taken.splice(Math.max(index, 0), 1);
    }
    this.#taken.push({ name, fold, given, since: at });
  }

  /**
   * Carries out `/ignore`: ignores somebody, or hears them again, or lists whom.
   *
   * @param name What follows the command; empty: nothing.
   * @param options `me`: the own name; `mayBeHere`: false for a name that surely nobody here has:
   * perhaps it was mistyped.
   * @returns The answer.
   */
  toggle(name: string, { me, mayBeHere }: IgnoreContext): string {
    if (name === "") {
      return this.isEmpty
        ? "You ignore nobody. /ignore NAME hides what somebody says."
        : `You ignore ${this.#listed.join(", ")}. /ignore NAME shows again what somebody says.`;
    }
    if (name.length > MAX_RAW_NAME_UNITS || !LIKE_A_NAME.test(name)) {
      return `Cannot ignore ${excerptIfNeeded(name)}: nobody can be called so.`;
    }
    const fold = foldedName(name);
    const given = this.#givenFor(name);
    if (given !== undefined) {
      this.#given.delete(given);
      this.#taken = this.#taken.filter((one) => one.given !== given);
      return `What ${name} says is shown again.`;
    }
    // Only here: who is ignored may have borne one's own name meanwhile.
    if (fold === foldedName(me)) return "You cannot ignore yourself.";
    if (this.#given.size >= MAX_IGNORED) {
      return `You ignore ${MAX_IGNORED} people, which is the limit: /ignore NAME frees a place.`;
    }
    this.#given.set(fold, name);
    if (!mayBeHere(name)) {
      return `Nobody here is called ${name}; ignored all the same. /ignore ${name} ends that.`;
    }
    return `What ${name} says is hidden from you now. /ignore ${name} shows it again.`;
  }

  /** The names that they bear, as far as is known. */
  get #listed(): string[] {
    const borne = this.#taken.filter(({ until }) => until === undefined).map(({ name }) => name);
    return [...this.given, ...borne];
  }
}
