/**
 * Horizontal bars with whiskers as an SVG image. It stands on a card of its own colour, so that it
 * can be read on any page; the card is dark where the reader's system is.
 *
 * @module
 */

import { significant, type Spread } from "../table.ts";
import { textWidth, wrap } from "./text_width.ts";

/** Whose bar it is: ours stand out, and what nobody can beat stands back. */
export type BarKind = "ours" | "limit" | "other";

/** One bar. */
export interface Bar {
  /** What it stands for. */
  readonly label: string;
  /** How it is painted. */
  readonly kind: BarKind;
  /** Its length and its whisker, 0 or more; null when there is nothing to show. */
  readonly spread: Spread | null;
  /** Why there is nothing to show. */
  readonly gap: string;
}

/** Bars with an axis. */
export interface Panel {
  /** What they show. */
  readonly title: string;
  /** What the numbers count. */
  readonly unit: string;
  /** Which bars are good. */
  readonly better: "longer" | "shorter";
  /** From top to bottom, at least one. */
  readonly bars: readonly Bar[];
}

/** An image. */
export interface Chart {
  /** What it shows. */
  readonly title: string;
  /** From top to bottom. */
  readonly panels: readonly Panel[];
  /** How to read it, below everything. */
  readonly note: string;
}

const WIDTH = 800;
const EDGE = 28;
const BAR_HEIGHT = 14;
const ROW_GAP = 10;
const LINE_HEIGHT = 1.35;

/** Labels are broken into lines from here on. */
const MAX_LABEL_WIDTH = 200;

/** Between labels, bars and values. */
const COLUMN_GAP = 12;

const SIZE = { title: 19, panel: 15, label: 14, small: 12 } as const;

/** Lines of the axis beside zero, at most. */
const MAX_TICKS = 6;

const STYLE = `
    svg { color-scheme: light dark; }
    text { font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif;
      fill: #1f2630; }
    .card { fill: #ffffff; stroke: #d4d9e0; }
    .title, .panel, .ours-text { font-weight: 600; }
    .quiet { fill: #5a6473; }
    .grid { stroke: #e4e8ed; }
    .axis { stroke: #8a94a3; }
    .ours { fill: #1f6feb; }
    .other { fill: #a3adba; }
    .limit { fill: #ffffff; stroke: #8a94a3; stroke-dasharray: 4 3; }
    .whisker { stroke: #1f2630; stroke-width: 1.5; fill: none; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6eaf0; }
      .card { fill: #161b22; stroke: #363e4a; }
      .quiet { fill: #a0aab8; }
      .grid { stroke: #2a313b; }
      .axis { stroke: #6d7786; }
      .ours { fill: #4c94ff; }
      .other { fill: #697382; }
      .limit { fill: #161b22; stroke: #8a94a3; }
      .whisker { stroke: #f4f6f9; }
    }`;

/** Draws an image. All text fits, however long it is. */
export function renderChart(chart: Chart): string {
  const page = new Page();
  page.skip(EDGE);
  page.paragraph(chart.title, "title", SIZE.title);
  for (const panel of chart.panels) drawPanel(page, panel);
  page.skip(14);
  page.paragraph(chart.note, "quiet", SIZE.small);
  page.skip(EDGE - SIZE.small / 2);
  const height = Math.ceil(page.y);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" ` +
    `width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc">
  <title id="title">${escaped(chart.title)}</title>
  <desc id="desc">${escaped(describe(chart))}</desc>
  <style>${STYLE}
  </style>
  <rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>
${page.text}</svg>
`;
}

/** The lines of an image, from top to bottom. */
class Page {
  text = "";
  y = 0;

  skip(height: number): void {
    this.y += height;
  }

  add(line: string): void {
    this.text += `  ${line}\n`;
  }

  /** Text over the whole width, in as many lines as it takes. */
  paragraph(text: string, style: string, size: number): void {
    const options = { bold: style !== "quiet" };
    for (const line of wrap(text, WIDTH - 2 * EDGE, size, options)) {
      this.add(textAt(EDGE, this.y + size, line, { style, size }));
      this.skip(size * LINE_HEIGHT);
    }
  }
}

function drawPanel(page: Page, panel: Panel): void {
  page.skip(18);
  page.paragraph(panel.title, "panel", SIZE.panel);
  page.skip(10);
  const rows = panel.bars.map((bar) => ({
    bar,
    lines: wrap(bar.label, MAX_LABEL_WIDTH, SIZE.label, BOLD),
    value: bar.spread === null ? "" : significant(bar.spread.median),
    range: bar.spread === null ? "" : rangeText(bar.spread),
  }));
  const labelWidth = widest(rows.flatMap(({ lines }) => lines), SIZE.label);
  const valueWidth = widest(rows.map(({ value }) => value), SIZE.label);
  const rangeWidth = widest(rows.map(({ range }) => range), SIZE.small);
  const left = EDGE + labelWidth + COLUMN_GAP;
  const valueAt = WIDTH - EDGE - valueWidth - rangeWidth - 6;
  const axis = new Axis(left, valueAt - COLUMN_GAP, panel.bars);
  const heights = rows.map(({ lines }) =>
    Math.max(BAR_HEIGHT, lines.length * SIZE.label * LINE_HEIGHT)
  );
  const height = heights.reduce((sum, one) => sum + one + ROW_GAP, 0);
  for (const tick of axis.ticks) {
    const x = axis.at(tick);
    const style = tick === 0 ? "axis" : "grid";
    page.add(lineOf(style, x, page.y, x, page.y + height));
    page.add(
      textAt(x, page.y + height + SIZE.small + 4, plainNumber(tick), {
        style: "quiet",
        size: SIZE.small,
        anchor: "middle",
      }),
    );
  }
  page.skip(ROW_GAP / 2);
  for (const [index, { bar, lines, value, range }] of rows.entries()) {
    const rowHeight = heights[index] ?? 0;
    const middle = page.y + rowHeight / 2;
    const style = bar.kind === "ours" ? "ours-text" : "";
    const top = middle - lines.length * SIZE.label * LINE_HEIGHT / 2;
    for (const [n, line] of lines.entries()) {
      const y = top + (n + 0.5) * SIZE.label * LINE_HEIGHT + SIZE.label * 0.36;
      page.add(textAt(left - COLUMN_GAP, y, line, { style, size: SIZE.label, anchor: "end" }));
    }
    if (bar.spread === null) {
      page.add(textAt(left + 8, middle + 4, bar.gap, { style: "quiet", size: SIZE.small }));
    } else {
      drawBar(page, axis, bar.kind, bar.spread, middle);
      const base = middle + SIZE.label * 0.36;
      page.add(
        textAt(valueAt + valueWidth, base, value, { style, size: SIZE.label, anchor: "end" }),
      );
      const at = valueAt + valueWidth + 6;
      page.add(textAt(at, base, range, { style: "quiet", size: SIZE.small }));
    }
    page.skip(rowHeight + ROW_GAP);
  }
  page.skip(SIZE.small + 12 - ROW_GAP / 2);
  const better = `${panel.unit} – ${panel.better} is better`;
  page.paragraph(better, "quiet", SIZE.small);
}

const BOLD = { bold: true } as const;

function drawBar(page: Page, axis: Axis, kind: BarKind, spread: Spread, middle: number): void {
  const { median, min, max } = spread;
  const x = axis.at(0);
  // A bar of nothing could not be told from a missing one.
  const width = Math.max(1.5, axis.at(median) - x);
  const top = middle - BAR_HEIGHT / 2;
  page.add(
    `<rect class="${kind}" x="${short(x)}" y="${short(top)}" width="${short(width)}" ` +
      `height="${BAR_HEIGHT}"/>`,
  );
  if (min === max) return;
  const [from, to] = [axis.at(min), axis.at(max)];
  const cap = BAR_HEIGHT / 2 - 3;
  const caps = [from, to].map((at) => `M${short(at)} ${short(middle - cap)}v${cap * 2}`).join("");
  page.add(
    `<path class="whisker" d="M${short(from)} ${short(middle)}H${short(to)}${caps}"/>`,
  );
}

/** From numbers to places; linear, from zero. */
class Axis {
  readonly ticks: readonly number[];
  readonly #left: number;
  readonly #right: number;
  readonly #end: number;

  constructor(left: number, right: number, bars: readonly Bar[]) {
    this.#left = left;
    this.#right = right;
    const max = Math.max(0, ...bars.map(({ spread }) => spread?.max ?? 0)) || 1;
    const step = niceStep(max / MAX_TICKS);
    this.#end = max;
    const count = Math.floor(max / step + 1e-9);
    this.ticks = Array.from({ length: count + 1 }, (_, n) => n * step);
  }

  at(value: number): number {
    return this.#left + Math.max(0, value) / this.#end * (this.#right - this.#left);
  }
}

/** The smallest of 1, 2, 5 times a power of ten that is not below a number. */
function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  const factor = [1, 2, 5, 10].find((one) => one * power >= atLeast * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function widest(texts: readonly string[], size: number): number {
  return Math.max(0, ...texts.map((text) => textWidth(text, size, BOLD)));
}

function rangeText({ min, max }: Spread): string {
  return min === max ? "" : `(${significant(min)}–${significant(max)})`;
}

/** `0.2`, `15`, without what adding up left behind. */
function plainNumber(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString("en", { maximumFractionDigits: 6 });
}

interface TextOptions {
  readonly style: string;
  readonly size: number;
  readonly anchor?: "middle" | "end";
}

function textAt(x: number, y: number, text: string, { style, size, anchor }: TextOptions): string {
  const kind = style === "" ? "" : ` class="${style}"`;
  const place = anchor === undefined ? "" : ` text-anchor="${anchor}"`;
  return `<text${kind} x="${short(x)}" y="${short(y)}" font-size="${size}"${place}>` +
    `${escaped(text)}</text>`;
}

function lineOf(style: string, x1: number, y1: number, x2: number, y2: number): string {
  return `<line class="${style}" x1="${short(x1)}" y1="${short(y1)}" x2="${short(x2)}" ` +
    `y2="${short(y2)}"/>`;
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** All numbers as a sentence for each panel, for those who do not see the image. */
function describe({ panels, note }: Chart): string {
  const sentences = panels.map(({ title, unit, better, bars }) => {
    const values = bars.map(({ label, spread, gap }) =>
      spread === null
        ? `${label}: ${gap}`
        : `${label} ${significant(spread.median)} ${rangeText(spread)}`.trimEnd()
    );
    return `${title}, ${unit} (${better} is better): ${values.join("; ")}.`;
  });
  return [...sentences, note].join(" ");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
