/**
 * Which known word somebody probably meant.
 *
 * @module
 */

/**
 * How many letters must be added, dropped, changed or swapped with their neighbour to make one word
 * the other (the optimal string alignment distance).
 *
 * @param a One word.
 * @param b The other.
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** Longer words are no misspelling of ours, and comparing them would only cost time. */
const MAX_WORD_CHARS = 40;

/**
 * The known word that is most like the one received.
 *
 * @param word What was received.
 * @param known The words that there are.
 * @returns One of `known`, at most two edits away (one, for words of up to three letters), or the
 * only one that begins with `word`; otherwise `undefined`.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length === 0 || word.length > MAX_WORD_CHARS) return undefined;
  const lower = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = lower.length <= 3 ? 2 : 3;
  for (const candidate of known) {
    const distance = editDistance(lower, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  if (best !== undefined) return best;
  const longer = known.filter((candidate) => candidate.startsWith(lower));
  return longer.length === 1 ? longer[0] : undefined;
}
