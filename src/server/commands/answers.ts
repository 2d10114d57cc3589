/**
 * What the commands of operators share: answers, the log of who did what, reasons, and durations as
 * operators type them (`30m`, `12h`, `7d`).
 *
 * @module
 */

import type { Refused } from "../../order/order.ts";
import { excerpt, excerptIfNeeded } from "../../protocol/quote.ts";
import { cleanLine, reasonProblem } from "../../protocol/text.ts";
import type { ClientConnection } from "../connection.ts";
import { UNAVAILABLE } from "../settled.ts";

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 60 * 60_000,
  d: 24 * 60 * 60_000,
};

const LARGEST_FIRST = Object.entries(UNITS_MS).reverse();

/** Answers for what the order has refused: because of the store, or because it is not so. */
export function refuse(client: ClientConnection, { why }: Refused, isNotSo: () => void): void {
  if (why === "unavailable") client.fail("unavailable", UNAVAILABLE);
  else isNotSo();
}

/** Logs what an operator did. */
export function record(
  client: ClientConnection,
  act: string,
  fields: Record<string, string>,
): void {
  client.server.logger.warn(act, { by: client.name, address: client.label, ...fields });
}

/** Answers a duration that is none. */
export function badDuration(client: ClientConnection, text: string): void {
  client.fail(
    "bad_request",
    `Cannot do that for ${excerpt(text)}: it must be like 30m, 12h or 7d.`,
  );
}

/** Answers an operator. */
export function tell(client: ClientConnection, text: string): void {
  client.reply({ type: "notice", text });
}

/** Answers that nobody has that name. */
export function nobody(client: ClientConnection, name: string): void {
  client.fail("no_such_person", `Nobody called ${excerptIfNeeded(name)} is here.`);
}

/** The reason that these words are; null when it was refused. */
export function acceptReason(client: ClientConnection, words: readonly string[]): string | null {
  const reason = cleanLine(words.join(" "));
  const problem = reasonProblem(reason);
  if (problem === null) return reason;
  client.fail("bad_request", problem);
  return null;
}

/** What the one concerned is told: what happened, and why. */
export function explain(what: string, reason: string): string {
  return reason === "" ? `${what} by an operator.` : `${what} by an operator: ${reason}`;
}

/**
 * Reads a duration.
 *
 * @returns Milliseconds, or null when it is none.
 */
export function parseDuration(text: string): number | null {
  const [, number, unit = ""] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit];
  return unitMs === undefined ? null : Number(number) * unitMs;
}

/**
 * Says a duration.
 *
 * @param ms Milliseconds; null: without end.
 * @returns `for 12h` or `for 1h30m`, to the second; or `for good`.
 */
export function showDuration(ms: number | null): string {
  if (ms === null) return "for good";
  let left = Math.max(1_000, Math.round(ms / 1_000) * 1_000);
  let text = "for ";
  for (const [unit, unitMs] of LARGEST_FIRST) {
    const count = Math.floor(left / unitMs);
    if (count > 0) text += `${count}${unit}`;
    left -= count * unitMs;
  }
  return text;
}

/**
 * Says how long something still lasts.
 *
 * @param ms Milliseconds; null: without end.
 * @returns As {@linkcode showDuration}, in two units at most, rounded up.
 */
export function showLeft(ms: number | null): string {
  if (ms === null) return showDuration(ms);
  const largest = LARGEST_FIRST.findIndex(([, unitMs]) => ms >= unitMs);
  const [, unitMs] = LARGEST_FIRST[largest + 1] ?? LARGEST_FIRST.at(-1)!;
  return showDuration(largest === -1 ? ms : Math.ceil(ms / unitMs) * unitMs);
}

/**
 * Says how long something has lasted, shortly.
 *
 * @param ms Milliseconds.
 * @returns `7s`, `12m`, `3h`, `2d`, rounded.
 */
export function showAge(ms: number): string {
  const [unit, unitMs] = LARGEST_FIRST.find(([, unitMs]) => ms >= unitMs) ?? ["s", 1_000];
  return `${Math.max(1, Math.round(ms / unitMs))}${unit}`;
}
