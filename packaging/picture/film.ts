/**
 * A film of terminals as one SVG that moves by CSS alone: it runs where scripts do not, as behind
 * `<img>` on the site that shows a README. Its clock is the scene's, not the wall's.
 *
 * Each row of a terminal is text, once for each thing that stood in it, shown while it did. Without
 * animations, and for readers who want less motion, it is a picture of the last moment.
 *
 * @module
 */

import { BACKGROUND, FOREGROUND, type Run, type Size, type Terminal } from "./terminal.ts";

/** Pixels of a character: a little more than 0.6 of the font's size, as monospace fonts have it. */
const CELL = { width: 8.4, height: 18 } as const;
/** From the top of a row to where its letters stand. */
const BASELINE = 13.5;
/** For the title of a window, around its text, between windows, and above them for captions. */
const TITLE = 24, PADDING = 10, GAP = 10, CAPTION = 32;

const DIM = "#8b949e";
const SANS = `system-ui,"Segoe UI",Helvetica,Arial,sans-serif`;
const STYLE = `
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:${FOREGROUND};white-space:pre}
.c{font:600 16px ${SANS};fill:#e6edf3}.t{font:12px ${SANS};fill:${DIM}}
.d{fill:${DIM}}.b{font-weight:700}`;

/** A terminal of the film. */
export interface Pane extends Size {
  /** What its window says. */
  readonly title: string;
}

/** One thing over time: what was drawn of it, from when to when. */
class Track {
  readonly spans: { readonly drawn: string; readonly fromMs: number; toMs?: number }[] = [];

  /** What is there from a moment on; the same as before changes nothing. */
  put(drawn: string, atMs: number): void {
    const last = this.spans.at(-1);
    if (last?.drawn === drawn) return;
    if (last !== undefined) last.toMs = atMs;
    // Nobody has seen what was replaced in the same moment.
    if (last?.fromMs === atMs) this.spans.pop();
    this.spans.push({ drawn, fromMs: atMs });
  }
}

/** Takes frames, and draws them all. */
export class Film<Name extends string> {
  readonly #lines: readonly (readonly Name[])[];
  readonly #panes: Readonly<Record<Name, Pane>>;
  /** Captions, `cursor NAME` and `row NAME NUMBER`. */
  readonly #tracks = new Map<string, Track>();
  /** Names of the rules for when things are seen, by what is in them. */
  readonly #rules = new Map<string, string>();
  #nowMs = 0;

  /**
   * Begins at 0 ms with empty screens.
   *
   * @param panes The terminals.
   * @param lines Which stand side by side, from top to bottom; all lines are equally wide.
   */
  constructor(panes: Readonly<Record<Name, Pane>>, lines: readonly (readonly Name[])[]) {
    this.#panes = panes;
    this.#lines = lines;
  }

  /** How long it is so far: milliseconds. */
  get durationMs(): number {
    return this.#nowMs;
  }

  /** Lets time pass: milliseconds. */
  pass(ms: number): void {
    this.#nowMs += ms;
  }

  /** Tells something from now on. */
  caption(text: string): void {
    this.#put("captions", `<text class="c" x="${GAP + 4}" y="${GAP + 19}">${escaped(text)}</text>`);
  }

  /** Takes what a terminal shows now. */
  take(name: Name, { rows, cursor: [column, row] }: Pick<Terminal, "rows" | "cursor">): void {
    for (const [i, runs] of rows.entries()) {
      this.#put(`row ${name} ${i}`, runs.map((run) => drawRun(run, i)).join(""));
    }
    const at = `translate(${rounded(column * CELL.width)}px,${row * CELL.height}px)`;
    this.#put(`cursor ${name}`, at);
  }

  /**
   * Draws all that was taken; now is its end.
   *
   * @param title What it is, in some words.
   * @param description What happens in it, for those who cannot see it.
   */
  draw(title: string, description: string): string {
    const drawn: string[] = [];
    const widths = this.#lines.map((line) => {
      return line.reduce((sum, name) => sum + sizeOf(this.#panes[name]).width, 0);
    });
    const inner = Math.max(...widths);
    const width = inner + 2 * GAP;
    let y = GAP + CAPTION;
    for (const [i, line] of this.#lines.entries()) {
      let x = GAP;
      for (const name of line) {
        drawn.push(this.#drawPane(name, x, y));
        x += sizeOf(this.#panes[name]).width + (inner - widths[i]!) / (line.length - 1);
      }
      y += Math.max(...line.map((name) => sizeOf(this.#panes[name]).height)) + GAP;
    }
    const captions = this.#during("captions");
    const rules = [...this.#rules].map(([body, name]) => `@keyframes ${name}{${body}}`);
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" role="img" aria-labelledby="title desc">
<title id="title">${escaped(title)}</title>
<desc id="desc">${escaped(description)}</desc>
<style>${STYLE}
.k,.e,.p{animation:${rounded(this.#nowMs / 1000)}s step-end infinite}.k{visibility:hidden}
${rules.join("\n")}
@media (prefers-reduced-motion:reduce){.k,.e,.p{animation:none}}
</style>
<rect width="${width}" height="${y}" rx="10" fill="#161b22"/>
<g id="captions">
${captions}
</g>
${drawn.join("\n")}
</svg>
`;
  }

  #put(track: string, drawn: string): void {
    const found = this.#tracks.get(track) ?? new Track();
    this.#tracks.set(track, found);
    found.put(drawn, this.#nowMs);
  }

  #drawPane(name: Name, x: number, y: number): string {
    const pane = this.#panes[name];
    const { width, height } = sizeOf(pane);
    const size = `width="${rounded(width - 1)}" height="${height - 1}"`;
    const rows = Array.from({ length: pane.rows }, (_, row) => this.#during(`row ${name} ${row}`));
    return `<g id="${name}" transform="translate(${rounded(x)} ${y})">
<rect x="0.5" y="0.5" ${size} rx="6" fill="${BACKGROUND}" stroke="#30363d"/>
<text class="t" x="${PADDING}" y="17">${escaped(pane.title)}</text>
<g transform="translate(${PADDING} ${TITLE + PADDING})">
${rows.filter((row) => row !== "").join("\n")}
${this.#drawCursor(`cursor ${name}`)}
</g>
</g>`;
  }

  /** All that a track holds, each seen for its time. k: for a while; e: to the end; s: always. */
  #during(track: string): string {
    const spans = this.#tracks.get(track)?.spans ?? [];
    return spans.filter(({ drawn }) => drawn !== "").map(({ drawn, fromMs, toMs }) => {
      if (fromMs === 0 && toMs === undefined) return `<g class="s">${drawn}</g>`;
      const hidden = [
        ...(fromMs === 0 ? [] : ["0%"]),
        ...(toMs === undefined ? [] : [this.#percent(toMs)]),
      ].join(",");
      const seen = `${this.#percent(fromMs)}{visibility:visible}`;
      const rule = this.#rule(`${hidden}{visibility:hidden}${seen}`);
      const kind = toMs === undefined ? "e" : "k";
      return `<g class="${kind}" style="animation-name:${rule}">${drawn}</g>`;
    }).join("\n");
  }

  /** One block for each terminal, which jumps. */
  #drawCursor(track: string): string {
    const spans = this.#tracks.get(track)?.spans ?? [];
    const body = spans.map(({ drawn, fromMs }) => `${this.#percent(fromMs)}{transform:${drawn}}`);
    const style = `transform:${spans.at(-1)?.drawn};animation-name:${this.#rule(body.join(""))}`;
    return `<rect class="p" width="${CELL.width}" height="${CELL.height}" fill="${FOREGROUND}" ` +
      `fill-opacity=".55" style="${style}"/>`;
  }

  /** The name of a rule of CSS. */
  #rule(body: string): string {
    const name = this.#rules.get(body) ?? `a${this.#rules.size.toString(36)}`;
    this.#rules.set(body, name);
    return name;
  }

  #percent(atMs: number): string {
    return `${rounded(atMs / this.#nowMs * 100)}%`;
  }
}

function sizeOf({ columns, rows }: Pane): { readonly width: number; readonly height: number } {
  return {
    width: columns * CELL.width + 2 * PADDING,
    height: TITLE + rows * CELL.height + 2 * PADDING,
  };
}

/** Each run says how wide it is, so that columns are columns in whatever font the reader has. */
function drawRun({ column, columns, text, colour, classes }: Run, row: number): string {
  const width = rounded(columns * CELL.width);
  // The width of one letter is what it is.
  const length = columns === 1 ? "" : ` textLength="${width}" lengthAdjust="spacingAndGlyphs"`;
  const kind = classes === "" ? "" : ` class="${classes}"`;
  const fill = colour === undefined ? "" : ` style="fill:${colour}"`;
  const place = `x="${rounded(column * CELL.width)}" y="${row * CELL.height + BASELINE}"`;
  return `<text${kind} ${place}${length}${fill}>${escaped(text)}</text>`;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
