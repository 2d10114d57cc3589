import { assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { namesThatFit, pageThatFits, utf8Bytes } from "../../src/protocol/paging.ts";
import { message } from "./events.ts";

const EVENTS = [1, 2, 3, 4].map((seq) => message({ seq }));
const EVENT_BYTES = JSON.stringify(EVENTS[0]).length + 1;

Deno.test("pageThatFits gives back a page that fits", () => {
  assertStrictEquals(pageThatFits(EVENTS), EVENTS);
  assertStrictEquals(pageThatFits(EVENTS, 4 * EVENT_BYTES), EVENTS);
  assertEquals(pageThatFits([]), []);
});

Deno.test("pageThatFits keeps the end that was asked for", () => {
  assertEquals(pageThatFits(EVENTS, 4 * EVENT_BYTES - 1).map((event) => event.seq), [1, 2, 3]);
  const last = pageThatFits(EVENTS, 2 * EVENT_BYTES, { keep: "last" });
  assertEquals(last.map((event) => event.seq), [3, 4]);
});

Deno.test("pageThatFits keeps one event at least, so that paging goes on", () => {
  assertEquals(pageThatFits(EVENTS, 1).map((event) => event.seq), [1]);
  assertEquals(pageThatFits(EVENTS, 1, { keep: "last" }).map((event) => event.seq), [4]);
});

Deno.test("pageThatFits measures what it is told to write", () => {
  const page = pageThatFits(EVENTS, 10, { render: () => "12345" });
  assertEquals(page.map((event) => event.seq), [1, 2]);
});

Deno.test("namesThatFit keeps a thousand names, or what fits", () => {
  const names = Array.from({ length: 1_001 }, (_, i) => `n${i}`);
  assertEquals(namesThatFit(names).length, 1_000);
  assertStrictEquals(namesThatFit(names.slice(0, 3)).length, 3);
  assertEquals(namesThatFit(["ada", "bob", "eve"], 12), ["ada", "bob"]);
  assertEquals(namesThatFit(["ada"], 1), []);
});

Deno.test("utf8Bytes counts what the encoder writes", () => {
  const text = fc.array(fc.constantFrom("a", "é", "東", "👋", "\uD83D", "\uDE00"));
  fc.assert(fc.property(text, (parts) => {
    const whole = parts.join("");
    assertEquals(utf8Bytes(whole), new TextEncoder().encode(whole).length);
  }));
});
