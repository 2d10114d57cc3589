/**
 * Code in what people say: between backticks, and between lines or words with three of them. Pure;
 * the terminal and plain clients show a text as it was typed.
 *
 * @module
 */

/** A part of a text. */
export interface CodePart {
  /** `words`: as they were said; `code`: within a line; `block`: lines of their own. */
  readonly kind: "words" | "code" | "block";
  /** What is shown: of code, what stands between the backticks. */
  readonly text: string;
}

/** Pieces of code in one text; further backticks stay: each piece is an element. */
export const MAX_CODES = 50;

/** So many backticks make a block; fewer make code within a line. */
const FENCE = 3;

/** Backticks that follow one another. */
interface Run {
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts a text at its code. Backticks begin a piece when as many of them follow, on the same line
 * where there are fewer than three, and something other than white space stands between; others are
 * words.
 *
 * @param text Anything; each character is looked at a fixed number of times.
 * @returns Parts in their order. A line break beside a block is left out, since a block breaks the
 * line.
 */
export function findCode(text: string): CodePart[] {
  const runs = Array.from(
    text.matchAll(/`+/g),
    ({ index, 0: { length } }): Run => ({ start: index, end: index + length }),
  );
  const closing = closingRuns(text, runs);
  const parts: CodePart[] = [];
  let codes = 0;
  let end = 0;
  let wasBlock = false;
  const addWords = (until: number, beforeBlock: boolean) => {
    const from = wasBlock && text[end] === "\n" ? end + 1 : end;
    const to = beforeBlock && text[until - 1] === "\n" ? until - 1 : until;
    if (to > from) parts.push({ kind: "words", text: text.slice(from, to) });
  };
  for (let i = 0; i < runs.length && codes < MAX_CODES; i++) {
    const open = runs[i]!;
    const close = runs[closing[i] ?? -1];
    const inside = close === undefined ? "" : text.slice(open.end, close.start);
    if (close === undefined || inside.trim() === "") continue;
    const isBlock = open.end - open.start >= FENCE;
    const isPadded = inside.startsWith(" ") && inside.endsWith(" ");
    addWords(open.start, isBlock);
    parts.push(
      isBlock
        ? { kind: "block", text: inside.replace(/^\n/, "").replace(/\n$/, "") }
        // One space on both sides lets a backtick stand at the beginning or at the end.
        : { kind: "code", text: isPadded ? inside.slice(1, -1) : inside },
    );
    i = closing[i]!;
    end = close.end;
    wasBlock = isBlock;
    codes++;
  }
  addWords(text.length, false);
  return parts;
}

/** For each run, the index of the next one that can close what it opens; undefined: none. */
function closingRuns(text: string, runs: readonly Run[]): (number | undefined)[] {
  const closing: (number | undefined)[] = [];
  // By the number of backticks: three stand for more.
  const next: (number | undefined)[] = [];
  for (let i = runs.length - 1; i >= 0; i--) {
    const { start, end } = runs[i]!;
    const following = runs[i + 1];
    if (following !== undefined && text.slice(end, following.start).includes("\n")) {
      next[1] = next[2] = undefined;
    }
    const width = Math.min(end - start, FENCE);
    closing[i] = next[width];
    next[width] = i;
  }
  return closing;
}
