import { assertEquals } from "@std/assert";
import type { DirectMessage } from "../../src/protocol/messages.ts";
import { Directs } from "../../src/web/page/directs.ts";
import { type Item, itemOf, noteItem } from "../../src/web/page/item.ts";
import { Newest } from "../../src/web/page/newest.ts";

const AT = "2026-01-01T00:00:00.000Z";

function message(seq: number): Item {
  return itemOf({ type: "message", seq, at: AT, from: "bob", text: `${seq}` }, "ada");
}

function seqs(items: readonly Item[]): (number | undefined)[] {
  return items.map(({ seq }) => seq);
}

Deno.test("The newest items are kept within bounds, and what was not drawn is told once", () => {
  const newest = new Newest();
  for (let seq = 1; seq <= 5; seq++) assertEquals(newest.add(message(seq), 4), true);
  assertEquals(seqs(newest.takeFresh().fresh), [1, 2, 3, 4, 5]);
  assertEquals(newest.takeFresh().fresh, []);
  newest.add(message(6), 4);
  newest.giveBack(1);
  assertEquals(seqs(newest.takeFresh().fresh), [5, 6]);
  // At twice the bound the oldest go: those had been drawn.
  newest.add(message(7), 4);
  assertEquals(newest.add(message(8), 4), true);
  assertEquals(newest.firstSeq, 5);
  assertEquals(seqs(newest.after(6)), [7, 8]);
});

Deno.test("Items that were forgotten before they were drawn leave a gap, which is told", () => {
  const newest = new Newest();
  const whole = Array.from({ length: 9 }, (_, n) => newest.add(message(n + 1), 4));
  assertEquals(whole, [true, true, true, true, true, true, true, false, true]);
  assertEquals(seqs(newest.takeFresh().fresh), [5, 6, 7, 8, 9]);
});

Deno.test("What grows is one item still", () => {
  const newest = new Newest();
  newest.add(noteItem("a note"), 4);
  newest.add(itemOf({ type: "join", seq: 1, at: AT, name: "bob" }, "ada"), 4);
  newest.drawn();
  newest.add(itemOf({ type: "join", seq: 2, at: AT, name: "eve" }, "ada"), 4);
  assertEquals(newest.takeFresh(), { fresh: [], hasGrown: true });
});

Deno.test("Direct messages of a room that was left stand at the end of the next one, each once", () => {
  let changes = 0;
  const event: DirectMessage = { type: "direct", at: AT, from: "bob", to: "ada", text: "psst" };
  const left = new Directs({ log: "L", kept: [] }, () => changes++);
  left.before(1);
  left.add(event, "ada");
  const next = new Directs({ log: "M", kept: [] }, () => changes++);
  // Nothing has been told there: they come when all is.
  assertEquals(next.adopt(left.kept.kept), []);
  assertEquals(next.before(1).length, 1);
  assertEquals(next.upTo(1), []);
  const other = new Directs({ log: "N", kept: [] }, () => changes++);
  other.before(7);
  assertEquals(other.adopt(next.kept.kept).map(({ text }) => text), ["psst"]);
  assertEquals(other.kept.kept.map(({ seq }) => seq), [7]);
  assertEquals(other.upTo(7), []);
  assertEquals(changes, 3);
});
