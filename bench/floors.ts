/**
 * Ratios below which something has been lost, and whether they hold. Which ratios, and how each
 * floor was set, stands in `floors.json`.
 *
 * A ratio is taken within a round and judged by its median: what disturbs one round may slow down
 * either side, so the best of the rounds would hide a loss whenever the other side was disturbed.
 * The median of three is that of an undisturbed round as long as two of them are.
 *
 * @module
 */

import { ratio, type Sample, significant } from "./table.ts";

/** A ratio that must not fall below a number. */
export interface Floor {
  /** In which scenario. */
  readonly scenario: string;
  /** Of which figure. */
  readonly label: string;
  /** Whose figure. */
  readonly above: string;
  /** Divided by whose. */
  readonly below: string;
  /** Divided by which figure of it; absent: the same. */
  readonly belowLabel?: string;
  /** What must be there beside the peers; where it is not, the floor is passed over, loudly. */
  readonly needs?: string;
  /** The least that its median may be. */
  readonly floor: number;
  /** How the number was found. */
  readonly set: string;
}

/** What was measured, in one scenario. */
export interface Measured {
  /** All samples. */
  readonly samples: readonly Sample[];
  /** Why a peer has none. */
  readonly gaps: ReadonlyMap<string, string>;
}

/** What became of a floor. */
export interface Verdict {
  /** Whether it holds. */
  readonly holds: boolean;
  /** It was not measured, since something that it needs is not there. That is no failure. */
  readonly isSkipped?: boolean;
  /** One line: what, measured, floor, and what to do when it does not hold. */
  readonly text: string;
}

/**
 * Reads `floors.json`.
 *
 * @throws {Error} When a floor in it is not a number above 0, or lacks a part.
 */
export function parseFloors(text: string): Floor[] {
  const { floors } = JSON.parse(text) as { readonly floors: readonly Floor[] };
  return floors.map((one) => {
    const { scenario, label, above, below, floor, set, belowLabel = label, needs = above } = one;
    const isWhole = [scenario, label, above, below, set, belowLabel, needs].every((part) =>
      typeof part === "string" && part !== ""
    );
    if (!isWhole || typeof floor !== "number" || !(floor > 0)) {
      throw new Error(
        `A floor needs scenario, label, above, below, set and a floor above 0: got ` +
          `${JSON.stringify(one)}. Mend it in bench/floors.json.`,
      );
    }
    return one;
  });
}

/** Who must be measured in which scenario, each once, in the order of the floors. */
export function neededPeers(floors: readonly Floor[]): Map<string, Set<string>> {
  const needed = new Map<string, Set<string>>();
  for (const { scenario, above, below } of floors) {
    const peers = needed.get(scenario) ?? new Set();
    needed.set(scenario, peers.add(above).add(below));
  }
  return needed;
}

/**
 * Judges each floor by the median of its rounds.
 *
 * @param missing What is not there of what they need.
 */
export function judge(
  floors: readonly Floor[],
  results: ReadonlyMap<string, Measured>,
  missing: ReadonlySet<string> = new Set(),
): Verdict[] {
  return floors.map((floor) => {
    const { needs } = floor;
    if (needs === undefined || !missing.has(needs)) {
      return judgeOne(floor, results.get(floor.scenario));
    }
    const text = `${nameOf(floor)}: not measured, ${needs} is not here.`;
    return { holds: true, isSkipped: true, text };
  });
}

function nameOf({ scenario, label, above, below, belowLabel }: Floor): string {
  const what = above === below ? above : `${above} ÷ ${below}`;
  return `${scenario}, ${what} (${belowLabel === undefined ? label : `${label} ÷ ${belowLabel}`})`;
}

function judgeOne(floor: Floor, result: Measured | undefined): Verdict {
  const { scenario, label, above, below, belowLabel } = floor;
  const what = nameOf(floor);
  const again = `deno task bench ${scenario} --peers ${[...new Set([above, below])]}`;
  if (result === undefined) {
    return no(`${what}: not measured. There is no scenario "${scenario}": mend bench/floors.json.`);
  }
  for (const peer of [above, below]) {
    const gap = result.gaps.get(peer);
    if (gap !== undefined) return no(`${what}: not measured, ${peer}: ${gap}. Try: ${again}`);
  }
  const spread = ratio(result.samples, label, above, below, belowLabel);
  if (spread === undefined) {
    return no(`${what}: not measured, there is no such figure: mend bench/floors.json.`);
  }
  const rounds = result.samples.filter(({ peer }) => peer === above).length;
  const text = `${what}: ${significant(spread.median)}, median of ${rounds} ` +
    `(${significant(spread.min)}–${significant(spread.max)}), floor ${significant(floor.floor)}`;
  if (spread.median >= floor.floor) return { holds: true, text };
  return no(
    `${text}. Look for what made ${above} slower (${again}), or, when the price is worth it, ` +
      "lower the floor in bench/floors.json and say why.",
  );
}

function no(text: string): Verdict {
  return { holds: false, text };
}
