/**
 * When each message of a paced run is due. Sender and receivers are told the plan beforehand, so
 * that a message that leaves late counts as late: the wait that a slow server or a slow sender
 * causes belongs to the latency (what is known as coordinated omission when it is left out).
 *
 * @module
 */

/** Messages at even distances. Can be sent to other threads. */
export interface Plan {
  /** Counter of the first message. */
  readonly first: number;
  /** How many messages, 1 or more. */
  readonly count: number;
  /** When the first one is due: milliseconds since 1970 with fractions, as `nowMs` gives them. */
  readonly startMs: number;
  /** From each to the next, in milliseconds. */
  readonly intervalMs: number;
}

/** When a message is due, in milliseconds since 1970. */
export function dueMs(plan: Plan, counter: number): number {
  return plan.startMs + (counter - plan.first) * plan.intervalMs;
}

/** When a message is due, in whole microseconds since 1970: what its text says. */
export function dueMicros(plan: Plan, counter: number): number {
  return Math.round(dueMs(plan, counter) * 1000);
}
