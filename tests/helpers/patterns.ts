/**
 * Finds regular expressions that may take more than linear time: the engine backtracks, so where
 * two parts without a bound can share a run of characters, or where a match is tried from each
 * character of a run, the steps grow with the square of the run, or worse.
 *
 * It errs on the safe side: what it does not report is linear, what it reports may be.
 *
 * @module
 */

/** Characters that stand for their kinds. */
const SAMPLES: readonly string[] = [
  ...Array.from({ length: 0x180 }, (_, point) => String.fromCharCode(point)),
  ..."\u0301\u0316\u0E01\u200B\u202E\u2028\u3042\u4E00\uAC00\uFF9E\uFFFD",
];

/** What stands at one place of a pattern. */
interface Item {
  /** Which samples it can take. */
  readonly set: ReadonlySet<string>;
  readonly min: number;
  readonly max: number;
}

/** `^`, `$`, `\b` or a look around: takes nothing, and may fail. */
type Assertion = "start" | "other";

type Place = Item | Assertion;

/** All ways through a pattern, each a row of places. */
type Ways = readonly (readonly Place[])[];

/** Why a pattern may be slow; undefined: it is linear. */
export function slowness(pattern: string, flags: string): string | undefined {
  const reader = new Reader(pattern, flags);
  const ways = reader.alternatives();
  for (const { ways: inner, isAnchored } of [{ ways, isAnchored: false }, ...reader.around]) {
    for (const way of inner) {
      const why = slownessOf(way, isAnchored || flags.includes("y"));
      if (why !== undefined) return why;
    }
  }
  return reader.nested;
}

function slownessOf(way: readonly Place[], isAnchored: boolean): string | undefined {
  const [first] = way;
  const starts = isAnchored || first === "start";
  for (const [i, one] of way.entries()) {
    if (typeof one === "string" || one.max < Infinity) continue;
    for (let j = i + 1; j < way.length; j++) {
      const other = way[j]!;
      if (typeof other === "string") continue;
      const isShared = overlap(one.set, other.set);
      if (isShared && other.max === Infinity && canFail(way, j)) {
        return "two parts without a bound can share a run";
      }
      if (other.min > 0 && !isShared) break;
    }
    if (!starts && canFail(way, i) && isReachedAgain(way.slice(0, i), one)) {
      return "a match is tried from each character of a run";
    }
  }
  return undefined;
}

/** Whether what follows a place may not match, so that the engine goes back. */
function canFail(way: readonly Place[], at: number): boolean {
  const rest = way.slice(at + 1);
  const last = way[at] as Item;
  // `.*$` with the flag s takes everything.
  if (rest.every((place) => place === "other") && last.set.size === SAMPLES.length) return false;
  return rest.some((place) => typeof place === "string" || place.min > 0);
}

/** Whether what stands before a run can match within it. */
function isReachedAgain(before: readonly Place[], run: Item): boolean {
  return before.every((place) =>
    typeof place === "string" || place.min === 0 || overlap(place.set, run.set)
  );
}

function overlap(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  for (const sample of one) if (other.has(sample)) return true;
  return false;
}

/** Reads the syntax of patterns, as far as this program uses it. */
class Reader {
  /** What stands in looks around. A look behind ends at one place, as if it were anchored. */
  readonly around: { ways: Ways; isAnchored: boolean }[] = [];
  /** Why a repeated group may be slow. */
  nested: string | undefined;
  readonly #pattern: string;
  readonly #flags: string;
  #at = 0;

  constructor(pattern: string, flags: string) {
    this.#pattern = pattern;
    this.#flags = flags;
  }

  /** Up to the end, or to the parenthesis that closes a group. */
  alternatives(): Ways {
    const all: Ways[] = [[[]]];
    while (this.#at < this.#pattern.length && this.#pattern[this.#at] !== ")") {
      if (this.#pattern[this.#at] === "|") {
        this.#at++;
        all.push([[]]);
        continue;
      }
      const next = this.#place();
      const last = all.pop()!;
      all.push(last.flatMap((way) => next.map((more) => [...way, ...more])));
    }
    return all.flat();
  }

  #place(): Ways {
    const char = this.#pattern[this.#at]!;
    if (char === "^" || char === "$") {
      this.#at++;
      return [[char === "^" ? "start" : "other"]];
    }
    if (/^\\[bB]/.test(this.#pattern.slice(this.#at))) {
      this.#at += 2;
      return [["other"]];
    }
    return char === "(" ? this.#group() : [[this.#repeated(this.#set())]];
  }

  #group(): Ways {
    const [opening] = /^\((?:\?(?:<?[=!]|<\w+>|:))?/.exec(this.#pattern.slice(this.#at))!;
    this.#at += opening.length;
    const ways = this.alternatives();
    this.#at++;
    if (/[=!]$/.test(opening)) {
      this.around.push({ ways, isAnchored: true });
      return [["other"]];
    }
    const { min, max } = this.#repeated(new Set());
    if (max === 1) return min === 1 ? ways : [[], ...ways];
    const places = ways.flat().filter((place) => typeof place !== "string");
    if (max === Infinity) this.#lookInside(ways);
    else if (places.some((place) => place.max === Infinity)) this.nested = "a repeated group";
    const set = new Set(places.flatMap((place) => [...place.set]));
    const shortest = Math.min(...ways.map((way) => way.some(isNeeded) ? 1 : 0));
    return [[{ set, min: min * shortest, max }]];
  }

  /** A group that is repeated must begin, in one way only, with what nothing within it can take. */
  #lookInside(ways: Ways): void {
    for (const [first, ...others] of ways) {
      const isFixed = ways.length > 1
        ? others.length === 0 && isSingle(first)
        : isSingle(first) && others.every((other) =>
          typeof other === "string" || other.max < Infinity || !overlap(first.set, other.set)
        );
      if (!isFixed) this.nested = "a repeated group can take a run in several ways";
    }
  }

  /** A quantifier, perhaps none. */
  #repeated(set: ReadonlySet<string>): Item {
    const found = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(this.#pattern.slice(this.#at));
    if (found === null) return { set, min: 1, max: 1 };
    const [all, low, comma, high] = found;
    this.#at += all.length;
    if (low !== undefined) {
      const max = comma === "" ? Number(low) : high === "" ? Infinity : Number(high);
      return { set, min: Number(low), max };
    }
    return { set, min: all.startsWith("+") ? 1 : 0, max: all.startsWith("?") ? 1 : Infinity };
  }

  /** One character, an escape or a class. */
  #set(): ReadonlySet<string> {
    const start = this.#at;
    const rest = this.#pattern.slice(start);
    if (rest.startsWith("[")) {
      let depth = 0;
      do {
        const char = this.#pattern[this.#at++];
        if (char === "\\") this.#at++;
        else if (char === "[" && (depth === 0 || this.#flags.includes("v"))) depth++;
        else if (char === "]") depth--;
      } while (depth > 0);
    } else {
      const escape = /^\\(?:[pPu]\{[^}]*\}|u[\da-f]{4}|x[\da-f]{2}|.)/i.exec(rest);
      this.#at += escape?.[0].length ?? String.fromCodePoint(rest.codePointAt(0)!).length;
    }
    const source = this.#pattern.slice(start, this.#at);
    // What stands for an earlier group may be anything.
    if (/^\\[1-9]/.test(source)) return new Set(SAMPLES);
    const one = new RegExp(`^${source}$`, this.#flags.replace(/[dgy]/g, ""));
    return new Set(SAMPLES.filter((sample) => one.test(sample)));
  }
}

function isNeeded(place: Place): boolean {
  return typeof place !== "string" && place.min > 0;
}

function isSingle(place: Place | undefined): place is Item {
  return place !== undefined && typeof place !== "string" && place.min === 1 && place.max === 1;
}
