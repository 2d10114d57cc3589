/**
 * Judges a log: was everything that was said kept, once, in order?
 *
 * @module
 */

import type { LogEvent } from "../../../src/protocol/messages.ts";

/** One message that somebody said. */
export interface Said {
  /** What; no sender says the same twice. */
  readonly text: string;
  /** Under which id, where that is known. */
  readonly id?: string;
  /** The server has acknowledged it. */
  readonly acknowledged: boolean;
}

/** What was said, in the order of saying, by sender. */
export type Plan = ReadonlyMap<string, readonly Said[]>;

/** Faults of a log. All are 0 when it is right. */
export interface Verdict {
  /** Acknowledged messages that are not in it. */
  readonly lost: number;
  /** Messages that were never acknowledged. */
  readonly unacknowledged: number;
  /** Messages that are in it again. */
  readonly doubled: number;
  /** Messages that stand behind a later one of the same sender. */
  readonly outOfOrder: number;
  /** Messages that nobody said like that, or under another id. */
  readonly strange: number;
  /** Numbers that are missing between 1 and the last `seq`. */
  readonly gaps: number;
  /** Somebody was seen to go or to come again who had only lost the connection. */
  readonly disturbances: number;
}

/**
 * Judges a log.
 *
 * @param events The log from its beginning, rising by `seq`.
 * @param plan What was said.
 */
export function judge(events: Iterable<LogEvent>, plan: Plan): Verdict {
  let strange = 0, doubled = 0, outOfOrder = 0, gaps = 0, disturbances = 0;
  const places = new Map<string, number>();
  for (const [name, said] of plan) said.forEach(({ text }, k) => places.set(`${name} ${text}`, k));
  const seen = new Set<string>();
  const newest = new Map<string, number>();
  const present = new Set<string>();
  let seq = 0;
  for (const event of events) {
    gaps += event.seq - seq - 1;
    seq = event.seq;
    if (event.type === "join") {
      if (present.has(event.name)) disturbances++;
      present.add(event.name);
    } else if (event.type === "leave" && event.reason !== "quit") {
      disturbances++;
    }
    if (event.type !== "message") continue;
    const key = `${event.from} ${event.text}`;
    const k = places.get(key);
    const id = k === undefined ? undefined : plan.get(event.from)?.[k]?.id ?? event.id;
    if (k === undefined || id !== event.id) {
      strange++;
    } else if (seen.has(key)) {
      doubled++;
    } else {
      if (k < (newest.get(event.from) ?? -1)) outOfOrder++;
      newest.set(event.from, Math.max(k, newest.get(event.from) ?? -1));
      seen.add(key);
    }
  }
  let lost = 0, unacknowledged = 0;
  for (const [name, said] of plan) {
    for (const { text, acknowledged } of said) {
      if (!acknowledged) unacknowledged++;
      else if (!seen.has(`${name} ${text}`)) lost++;
    }
  }
  return { lost, unacknowledged, doubled, outOfOrder, strange, gaps, disturbances };
}

/** Adds up the verdicts of several logs. */
export function sumOf(verdicts: readonly Verdict[]): Verdict {
  const sum = { ...judge([], new Map()) };
  for (const verdict of verdicts) {
    for (const key of Object.keys(sum) as (keyof Verdict)[]) sum[key] += verdict[key];
  }
  return sum;
}
