/**
 * Durations as people type them (`30m`, `12h`, `7d`), and as they are told.
 *
 * @module
 */

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 60 * 60_000,
  d: 24 * 60 * 60_000,
};

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
 * @returns `for 12h`, in the largest unit of which there is at least one; or `for good`.
 */
export function showDuration(ms: number | null): string {
  if (ms === null) return "for good";
  const [unit, unitMs] = Object.entries(UNITS_MS).findLast(([, unitMs]) => ms >= unitMs) ??
    ["s", 1_000];
  return `for ${Math.max(1, Math.round(ms / unitMs))}${unit}`;
}

/**
 * Says how long something has lasted, shortly.
 *
 * @param ms Milliseconds.
 * @returns `7s`, `12m`, `3h`, `2d`.
 */
export function showAge(ms: number): string {
  return showDuration(ms).replace("for ", "");
}
