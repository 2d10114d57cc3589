/**
 * The images.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { type Bar, type Chart, renderChart } from "../../../bench/report/chart.ts";
import { textWidth, wrap } from "../../../bench/report/text_width.ts";

function bar(label: string, median: number, options: Partial<Bar> = {}): Bar {
  const spread = { median, min: median * 0.9, max: median * 1.1 };
  return { label, kind: "other", spread, gap: "", ...options };
}

function chart(...bars: readonly Bar[]): Chart {
  const panel = { title: "A flood", unit: "lines per second", better: "longer", bars } as const;
  return { title: "Lines & letters <all>", panels: [panel], note: "Bars are medians." };
}

/** Numbers of an attribute of all elements that a pattern finds. */
function numbers(svg: string, pattern: RegExp): number[] {
  return [...svg.matchAll(pattern)].map(([, number]) => Number(number));
}

Deno.test("An image has a role, a title, and all its numbers in words", () => {
  const missing = bar("redis", 0, { spread: null, gap: "not here" });
  const svg = renderChart(chart(bar("ours", 20), bar("nats", 8), missing));
  assertStringIncludes(svg, `role="img" aria-labelledby="title desc"`);
  assertStringIncludes(svg, `<title id="title">Lines &amp; letters &lt;all&gt;</title>`);
  assertStringIncludes(
    svg,
    "A flood, lines per second (longer is better): ours 20.0 (18.0–22.0); " +
      "nats 8.00 (7.20–8.80); redis: not here. Bars are medians.</desc>",
  );
  assertStringIncludes(svg, "prefers-color-scheme: dark");
});

Deno.test("Bars are as long as their medians", () => {
  const svg = renderChart(chart(bar("a", 20), bar("b", 10), bar("c", 5)));
  const [a = 0, b = 0, c = 0] = numbers(svg, /class="other"[^>]* width="([\d.]+)"/g);
  assert(Math.abs(a / b - 2) < 0.01 && Math.abs(b / c - 2) < 0.01, `${a} ${b} ${c}`);
});

Deno.test("A bar of almost nothing can be seen, one round has no whisker, nothing at all is drawn", () => {
  const [, width = 0] = numbers(
    renderChart(chart(bar("a", 1e6), bar("b", 1))),
    /class="other"[^>]* width="([\d.]+)"/g,
  );
  assert(width >= 1);
  const single = bar("a", 1, { spread: { median: 1, min: 1, max: 1 } });
  assertNotMatch(renderChart(chart(single)), /class="whisker"/);
  assertMatch(renderChart(chart(bar("a", 0))), /<\/svg>\n$/);
});

Deno.test("No text leaves the card, however long it is", () => {
  const long = "a name without end ".repeat(20);
  const svg = renderChart({
    ...chart(bar(long, 20), bar("W".repeat(90), 10), bar("b", 1234567), bar("名前".repeat(40), 1)),
    title: long.repeat(3),
    note: "x".repeat(2000),
  });
  const height = Number(/height="(\d+)"/.exec(svg)?.[1]);
  const texts = [
    ...svg.matchAll(
      /<text(?: class="([\w-]+)")? x="([\d.]+)" y="([\d.]+)" font-size="(\d+)"(?: text-anchor="(\w+)")?>([^<]*)</g,
    ),
  ];
  assert(texts.length > 40);
  for (const [, style, x, y, size, anchor, text = ""] of texts) {
    const width = textWidth(text, Number(size), { bold: style !== "quiet" });
    const left = Number(x) - (anchor === "end" ? width : anchor === "middle" ? width / 2 : 0);
    assert(left >= 0 && left + width <= 800, `${text} goes from ${left} to ${left + width}`);
    assert(Number(y) < height, `${text} is below the card`);
  }
});

Deno.test("wrap breaks between words, and within a word that is too wide", () => {
  assertEquals(wrap("one two three", 60, 10), ["one two", "three"]);
  assertEquals(wrap("", 60, 10), [""]);
  const lines = wrap("m".repeat(20), 60, 10);
  assertEquals(lines.join(""), "m".repeat(20));
  for (const line of lines) assert(textWidth(line, 10) <= 60);
});
