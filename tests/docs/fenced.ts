/**
 * What a document holds besides its words: fenced blocks and tables.
 *
 * @module
 */

/** A fenced block. */
export interface Block {
  /** The text of the nearest heading above it, without the hashes. */
  readonly heading: string;
  /** What stands behind the opening fence: `sh`, `ts`; empty when nothing does. */
  readonly language: string;
  /** Its lines, each with its newline. */
  readonly text: string;
}

/** The root of the project. */
export const ROOT: URL = new URL("../../", import.meta.url);

/**
 * Reads a document.
 *
 * @param path From the root of the project: `docs/scripting.md`.
 */
export function readDocument(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

/** The fenced blocks of a document, in their order. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let heading = "";
  let open: { language: string; text: string } | undefined;
  for (const line of markdown.split("\n")) {
    const fence = /^```(\S*)$/.exec(line);
    if (fence !== null && open !== undefined) {
      blocks.push({ heading, ...open });
      open = undefined;
    } else if (fence !== null) {
      open = { language: fence[1] ?? "", text: "" };
    } else if (open !== undefined) {
      open.text += `${line}\n`;
    } else {
      heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
    }
  }
  return blocks;
}

/** The rows of all tables under a heading, head and rule not included, as trimmed cells. */
export function rowsUnder(markdown: string, wanted: string): string[][] {
  const rows: string[][] = [];
  let heading = "";
  let inBody = false;
  for (const line of markdown.split("\n")) {
    heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
    const isRow = line.startsWith("|");
    if (heading === wanted && inBody && isRow) {
      rows.push(line.split("|").slice(1, -1).map((cell) => cell.trim()));
    }
    inBody = isRow && (inBody || /^\|[\s|:-]+\|$/.test(line) && line.includes("-"));
  }
  return rows;
}
