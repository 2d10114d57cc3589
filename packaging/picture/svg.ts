/**
 * A film as one SVG that moves by CSS alone: it runs where scripts do not, as behind `<img>` on the
 * site that shows a README.
 *
 * Each row of a terminal is text, once for each thing that stood in it, shown while it did. Each run
 * of text says how wide it is, so that columns are columns in whatever font the reader has. Without
 * animations, and for readers who want less motion, it is a picture of the last moment.
 *
 * @module
 */

import { BACKGROUND, DIM, FOREGROUND } from "./colours.ts";
import type { Film, PaneFilm, Span } from "./film.ts";
import type { Look, Run } from "./screen.ts";

/** Pixels of a character: a little more than 0.6 of the font's size, as monospace fonts have it. */
const CELL = { width: 8.4, height: 18 } as const;
const FONT_PIXELS = 14;
/** From the top of a row to where its letters stand. */
const BASELINE = 13.5;
const TITLE_PIXELS = 24;
const PADDING = 10;

/** Where a terminal stands in the picture. */
export interface Place {
  /** What its window says. */
  readonly title: string;
  /** Left edge, in pixels. */
  readonly x: number;
  /** Upper edge, in pixels. */
  readonly y: number;
  /** Its columns. */
  readonly columns: number;
  /** Its rows. */
  readonly rows: number;
}

/** What a picture says about itself, and where things are. */
export interface Layout<Name extends string> {
  /** What it is, in some words. */
  readonly title: string;
  /** What happens in it, for who cannot see it. */
  readonly description: string;
  /** Width and height in pixels. */
  readonly size: readonly [width: number, height: number];
  /** The terminals. */
  readonly places: Readonly<Record<Name, Place>>;
  /** Where the captions begin, and where their letters stand. */
  readonly caption: readonly [x: number, y: number];
}

/** The width of a terminal's window: pixels. */
export function paneWidth(columns: number): number {
  return rounded(columns * CELL.width + 2 * PADDING);
}

/** The height of a terminal's window: pixels. */
export function paneHeight(rows: number): number {
  return rounded(TITLE_PIXELS + rows * CELL.height + 2 * PADDING);
}

/**
 * Draws a film.
 *
 * @param film What happens.
 * @param layout Where, and what is said about it.
 * @returns The file's text.
 */
export function drawFilm<Name extends string>(film: Film<Name>, layout: Layout<Name>): string {
  const [width, height] = layout.size;
  const times = new Times(film.durationMs);
  const names = Object.keys(layout.places) as Name[];
  const panes = names.map((name) => {
    const focused = film.focus.filter(({ value }) => value === name);
    return drawPane(name, layout.places[name], film.panes[name], { times, focused });
  });
  const [captionX, captionY] = layout.caption;
  const captions = film.captions.map((span) =>
    times.during(
      span,
      `<text class="c" x="${captionX}" y="${captionY}">${escaped(span.value)}</text>`,
    )
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escaped(layout.title)}</title>`,
    `<desc id="desc">${escaped(layout.description)}</desc>`,
    `<style>`,
    styleSheet(film.durationMs),
    times.rules,
    // Last, so that it wins.
    `@media (prefers-reduced-motion:reduce){.k,.e,.p{animation:none}}`,
    `</style>`,
    `<rect width="${width}" height="${height}" rx="10" fill="#161b22"/>`,
    `<g id="captions">`,
    ...captions,
    `</g>`,
    ...panes,
    `</svg>`,
    ``,
  ].join("\n");
}

function styleSheet(durationMs: number): string {
  const fonts = `ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace`;
  const seconds = rounded(durationMs / 1000);
  return [
    `text{font:${FONT_PIXELS}px ${fonts};fill:${FOREGROUND};white-space:pre}`,
    `.c{font:600 16px system-ui,"Segoe UI",Helvetica,Arial,sans-serif;fill:#e6edf3}`,
    `.t{font:12px system-ui,"Segoe UI",Helvetica,Arial,sans-serif;fill:${DIM}}`,
    `.d{fill:${DIM}}.b{font-weight:700}.i{fill:${BACKGROUND}}`,
    // k: seen for a while; e: seen at the end, too; p: what moves.
    `.k,.e,.p{animation:${seconds}s step-end infinite}.k{visibility:hidden}`,
  ].join("\n");
}

/** When things are seen, as rules of CSS. */
class Times {
  readonly #durationMs: number;
  readonly #names = new Map<string, string>();

  constructor(durationMs: number) {
    this.#durationMs = durationMs;
  }

  /** All that were asked for. */
  get rules(): string {
    return [...this.#names].map(([body, name]) => `@keyframes ${name}{${body}}`).join("\n");
  }

  /** Something that is seen for a while. */
  during({ fromMs, toMs }: Span<unknown>, drawn: string): string {
    if (fromMs === 0 && toMs === undefined) return `<g class="s">${drawn}</g>`;
    const hidden = [
      ...(fromMs === 0 ? [] : ["0%"]),
      ...(toMs === undefined ? [] : [this.percent(toMs)]),
    ];
    const body = `${hidden.join(",")}{visibility:hidden}${
      this.percent(fromMs)
    }{visibility:visible}`;
    const kind = toMs === undefined ? "e" : "k";
    return `<g class="${kind}" style="animation-name:${this.rule(body)}">${drawn}</g>`;
  }

  /** The name of a rule. */
  rule(body: string): string {
    const name = this.#names.get(body) ?? `a${this.#names.size.toString(36)}`;
    this.#names.set(body, name);
    return name;
  }

  percent(atMs: number): string {
    return `${rounded(atMs / this.#durationMs * 100)}%`;
  }
}

function drawPane(
  name: string,
  { title, x, y, columns, rows }: Place,
  pane: PaneFilm,
  { times, focused }: { readonly times: Times; readonly focused: readonly Span<unknown>[] },
): string {
  const [width, height] = [paneWidth(columns), paneHeight(rows)];
  const window = `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6"`;
  return [
    `<g id="${name}" transform="translate(${x} ${y})">`,
    `${window} fill="${BACKGROUND}" stroke="#30363d"/>`,
    ...focused.map((span) =>
      times.during(span, `${window} fill="none" stroke="#58a6ff" stroke-opacity=".7"/>`)
    ),
    `<text class="t" x="${PADDING}" y="17">${escaped(title)}</text>`,
    `<g transform="translate(${PADDING} ${TITLE_PIXELS + PADDING})">`,
    ...pane.rows.flatMap((spans, row) =>
      spans.map((span) => times.during(span, span.value.map((run) => drawRun(run, row)).join("")))
    ),
    drawCursor(pane.cursor, times),
    `</g>`,
    `</g>`,
  ].join("\n");
}

function drawRun(run: Run, row: number): string {
  const x = rounded(run.column * CELL.width);
  const y = row * CELL.height;
  const width = rounded(run.columns * CELL.width);
  const classes = classesOf(run);
  const fill = run.colour === undefined || run.inverse ? "" : ` style="fill:${run.colour}"`;
  const marked = run.inverse
    ? `<rect x="${x}" y="${y}" width="${width}" height="${CELL.height}" fill="${
      run.colour ?? FOREGROUND
    }"/>`
    : "";
  // The width of one letter is what it is.
  const length = run.columns === 1 ? "" : ` textLength="${width}" lengthAdjust="spacingAndGlyphs"`;
  return `${marked}<text${classes} x="${x}" y="${y + BASELINE}"${length}${fill}>${
    escaped(run.text)
  }</text>`;
}

function classesOf({ dim, bold, inverse }: Look): string {
  const classes = [...(dim ? ["d"] : []), ...(bold ? ["b"] : []), ...(inverse ? ["i"] : [])];
  return classes.length === 0 ? "" : ` class="${classes.join(" ")}"`;
}

/** One block for each terminal, which jumps. */
function drawCursor(spans: PaneFilm["cursor"], times: Times): string {
  const last = spans.at(-1);
  if (last === undefined) return "";
  function jump([column, row]: readonly [number, number]): string {
    return `translate(${rounded(column * CELL.width)}px,${row * CELL.height}px)`;
  }
  const body = spans.map(({ value, fromMs }) =>
    `${times.percent(fromMs)}{transform:${jump(value)}}`
  ).join("");
  return `<rect class="p" width="${CELL.width}" height="${CELL.height}" fill="${FOREGROUND}" fill-opacity=".55" style="transform:${
    jump(last.value)
  };animation-name:${times.rule(body)}"/>`;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
