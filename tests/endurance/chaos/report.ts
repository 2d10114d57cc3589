/**
 * What the long form says: what is wrong, and the rows of the table in `docs/survivors.md`. Only
 * the long form looks at times: they are this machine's as much as the server's.
 *
 * @module
 */

import type { Outcome } from "./outcome.ts";
import type { Stage } from "./stage.ts";
import { mib } from "./watch.ts";

/** How long a server may take to be as before; its own limits are 30 and 60 s. */
export const RECOVER_MS = 120_000;

/** How long people may wait. */
export interface Bounds {
  /** For the answer to a ping, at most. */
  readonly pingMs: number;
  /** To come in and be heard, to see the page, and to have one's place again. */
  readonly newcomerMs: number;
}

/** While one attack goes on. A person takes a quarter of a second for "at once". */
export const ALONE: Bounds = { pingMs: 250, newcomerMs: 2_000 };

/** While all of them go on, on a machine of two cores that runs the attackers, too. */
export const ALL_AT_ONCE: Bounds = { pingMs: 1_000, newcomerMs: 2_000 };

/** The head of the table. */
export const HEADINGS = [
  "| nuisance | ping ms: quiet, median, 99%, most | newcomer, page, blink ms | longest turn ms " +
  "| memory MiB: quiet → most → after | recovered after | into the room |",
  "| --- | --- | --- | --- | --- | --- | --- |",
] as const;

/** A row of it, as Markdown. */
export function row(stage: Stage, outcome: Outcome, about: string): string {
  const { quiet, quietProbed } = stage;
  const { probed, visitMs, pageMs, blinkMs, turnMs, most, after, recoveredMs } = outcome;
  const pings = [quietProbed.medianMs, probed.medianMs, probed.p99Ms].map((ms) => fixed(ms, 1));
  return `| ${
    [
      about,
      [...pings, fixed(probed.maxMs, 0)].join(", "),
      [visitMs, pageMs, blinkMs].map((ms) => ms === 0 ? "–" : fixed(ms, 0)).join(", "),
      turnMs === 0 ? "< 100" : fixed(turnMs, 0),
      [quiet, most, after].map(({ anonBytes }) => mib(anonBytes)).join(" → "),
      recoveredMs === null ? "**never**" : `${(recoveredMs / 1_000).toFixed(1)} s`,
      seen(outcome),
    ].join(" | ")
  } |`;
}

/** What a run is held against. */
export interface Measure {
  /** How long people may wait. */
  readonly bounds: Bounds;
  /** How long the server was given to be as before. */
  readonly recoverMs: number;
  /** Somebody at the address of newcomers guesses passwords, so that they have to wait, too. */
  readonly isGuessing: boolean;
}

/** What is wrong with it, beside what the stage has found. */
export function faultsOf(
  outcome: Outcome,
  { bounds, recoverMs, isGuessing }: Measure,
): string[] {
  const { probed, visitMs, pageMs, blinkMs, recoveredMs, after } = outcome;
  const faults: string[] = [];
  if (probed.maxMs > bounds.pingMs) {
    const own = fixed(probed.ownLateMs, 0);
    faults.push(
      `a ping took ${fixed(probed.maxMs, 0)} ms, at most ${bounds.pingMs} are allowed ` +
        `(the prober itself was up to ${own} ms late)`,
    );
  }
  const waits = [
    ["a newcomer", isGuessing ? 0 : visitMs],
    ["the page", pageMs],
    ["somebody whose link blinked", blinkMs],
  ] as const;
  for (const [who, ms] of waits) {
    if (ms > bounds.newcomerMs) faults.push(`${who} waited for ${fixed(ms, 0)} ms`);
  }
  if (recoveredMs === null) {
    const left = `${mib(after.anonBytes)} MiB and ${after.descriptors} descriptors`;
    faults.push(`after ${recoverMs / 1_000} s the server still held ${left}`);
  }
  return faults;
}

function seen({ strangers: { messages, joins, renames, members } }: Outcome): string {
  return `${messages} lines, ${joins} joins, ${renames} renames; at most ${members} people`;
}

function fixed(ms: number | null, digits: number): string {
  return ms === null ? "none" : ms === Infinity ? "never" : ms.toFixed(digits);
}
