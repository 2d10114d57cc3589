/**
 * The picture of a session is what the program does, and what a site that shows it can show.
 *
 * @module
 */

import { assert, assertEquals, assertLess, assertMatch, assertNotMatch } from "@std/assert";
import xterm from "@xterm/headless";
import { Film, type Pane } from "../../packaging/picture/film.ts";
import { type PaneName, PANES, playScene } from "../../packaging/picture/scene.ts";
import { rowsOf, type Terminal } from "../../packaging/picture/terminal.ts";
import { needs } from "../helpers/proc.ts";

const svg = Deno.readTextFileSync(new URL("../../docs/images/session.svg", import.meta.url));
const terminals = await needs("script", "nc -N");

/** Pixels, as the picture is drawn. */
const [COLUMN, ROW] = [8.4, 18];

/**
 * What is seen of a terminal at the end of a picture, row by row, without empty rows at the end.
 */
function lastRows(picture: string, name: string): string[] {
  const [, pane] = picture.split(`<g id="${name}"`);
  const rows: string[] = [];
  for (const seen of (pane ?? "").split(/<g id=/)[0]?.match(/<g class="[se]".*<\/g>/g) ?? []) {
    for (
      const [, x, y, text] of seen.matchAll(/<text[^>]* x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)/g)
    ) {
      const row = Math.floor(Number(y) / ROW);
      rows[row] = (rows[row] ?? "").padEnd(Math.round(Number(x) / COLUMN)) + unescaped(text ?? "");
    }
  }
  return Array.from(rows, (row) => row ?? "");
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function trimmed(rows: readonly string[]): string[] {
  const end = rows.findLastIndex((row) => row !== "") + 1;
  return rows.slice(0, end);
}

/** A screen after some bytes. */
async function screenAfter(bytes: string): Promise<Pick<Terminal, "rows" | "cursor">> {
  const terminal = new xterm.Terminal({ cols: 20, rows: 3, allowProposedApi: true });
  await new Promise<void>((taken) => terminal.write(bytes, taken));
  const { cursorX, cursorY } = terminal.buffer.active;
  const screen = { rows: rowsOf(terminal), cursor: [cursorX, cursorY] as const };
  terminal.dispose();
  return screen;
}

const ONE: Pane = { title: "one", columns: 20, rows: 3 };

Deno.test({
  name: "The picture of a session ends as a session with the program of now does",
  ignore: !terminals,
  async fn() {
    const { last } = await playScene({ keyByKey: false });
    for (const name of Object.keys(PANES) as PaneName[]) {
      assertEquals(
        lastRows(svg, name),
        trimmed(last[name]),
        `docs/images/session.svg is not up to date: run "deno task picture"`,
      );
    }
  },
});

Deno.test("The picture of a session needs no scripts and asks no other server for anything", () => {
  assertNotMatch(svg, /<(?:script|foreignObject|image|use|a)\b|\bon[a-z]+=|href|@import|url\(/);
  assertEquals(svg.match(/https?:[^"]*/g), ["http://www.w3.org/2000/svg"]);
  assertLess(svg.length, 150_000);
});

Deno.test("The picture of a session is whole, says what it is, and stands still where that is wanted", () => {
  const open: string[] = [];
  for (const [tag, end, name, closed] of svg.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/gi)) {
    if (end === "/") assertEquals(open.pop(), name, tag);
    else if (closed !== "/") open.push(name ?? "");
  }
  assertEquals(open, []);
  assertMatch(svg, /^<svg [^>]*role="img" aria-labelledby="title desc">\n<title id="title">\w/);
  assertMatch(svg, /<desc id="desc">\w/);
  assertMatch(svg, /@media \(prefers-reduced-motion:reduce\)\{\.k,\.e,\.p\{animation:none\}\}/);
});

Deno.test("A screen is taken as runs that know their column, their width and their look", async () => {
  const screen = await screenAfter("a b  \x1b[2mdim\x1b[22m \x1b[38;5;32m日本\x1b[39m\r\nin 17 s");
  const runs = screen.rows.map((row) =>
    row.map((
      { column, columns, text, classes, colour },
    ) => [column, columns, text, classes, colour])
  );
  assertEquals(runs, [
    [
      [0, 3, "a b", "", undefined],
      [5, 3, "dim", "d", undefined],
      [9, 4, "日本", "", "#0087d7"],
    ],
    // What depends on the moment of the look does not get into a picture.
    [[0, 7, "in 1 s", "", undefined]],
    [],
  ]);
  assertEquals(screen.cursor, [7, 1]);
});

Deno.test("A row is in the film from the frame that brought it to the one that took it away", async () => {
  const film = new Film({ one: ONE }, [["one"]]);
  film.take("one", await screenAfter("first"));
  film.pass(100);
  film.take("one", await screenAfter("first"));
  film.pass(100);
  film.take("one", await screenAfter("<second>"));
  film.pass(300);
  assertEquals(film.durationMs, 500);
  const drawn = film.draw("A film", "Of two frames");
  const [, first] = /<g class="k" style="animation-name:(\w+)">.*first/.exec(drawn) ?? [];
  const [, second] = /<g class="e" style="animation-name:(\w+)">.*second/.exec(drawn) ?? [];
  assert(
    drawn.includes(`@keyframes ${first}{40%{visibility:hidden}0%{visibility:visible}}`),
    drawn,
  );
  assert(
    drawn.includes(`@keyframes ${second}{0%{visibility:hidden}40%{visibility:visible}}`),
    drawn,
  );
});

Deno.test("A film is drawn with what is seen at the end standing, and the rest hidden", async () => {
  const film = new Film({ one: ONE }, [["one"]]);
  film.take("one", await screenAfter("first"));
  film.pass(400);
  film.take("one", await screenAfter("<second>\r\n  third"));
  film.pass(600);
  const drawn = film.draw("A film", "Of two frames");
  assertEquals(lastRows(drawn, "one"), ["<second>", "  third"]);
  assertMatch(drawn, /\.k,\.e,\.p\{animation:1s step-end infinite\}\.k\{visibility:hidden\}/);
});
