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

/** As pairs of unit and milliseconds. */
const LARGEST_FIRST = Object.entries(UNITS_MS).reverse();

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
