import { assertEquals } from "@std/assert";
import { inColumns, NameColumn } from "../../../src/client/view/columns.ts";

Deno.test("Names stand in as many columns as fit", () => {
  const names = ["ada", "bob", "東京太郎", "eve", "margaret"];
  const shown = (columns: number) =>
    inColumns(names, columns).map((row) =>
      row.map(({ name, spaces }) => name + "_".repeat(spaces)).join("")
    );
  assertEquals(shown(80), ["ada__bob__東京太郎__eve__margaret"]);
  assertEquals(shown(28), ["ada__東京太郎__margaret", "bob__eve"]);
  assertEquals(shown(20), ["ada_______eve", "bob_______margaret", "東京太郎"]);
  assertEquals(shown(5), names);
  assertEquals(inColumns([], 80), []);
});

Deno.test("The column of names grows at once, and shrinks after 50 messages", () => {
  const column = new NameColumn();
  assertEquals(column.width(80), 4);
  column.use(["ada", "margaret"]);
  assertEquals(column.width(80), 8);
  column.use(Array.from({ length: 49 }, () => "ada"));
  assertEquals(column.width(80), 8);
  column.use(["ada"]);
  assertEquals(column.width(80), 8);
  column.use(["ada"]);
  assertEquals(column.width(80), 4);
});

Deno.test("The column of names is bounded, and no two names are cut to the same", () => {
  const column = new NameColumn();
  column.use(["x".repeat(32)]);
  assertEquals([40, 80, 120, 200].map((columns) => column.width(columns)), [8, 16, 24, 24]);
  assertEquals(column.shown("christopher-smith", 40), "chri…ith");
  assertEquals(column.shown("christina-smith", 40), "christina-smith");
  assertEquals(column.shown("christopher-smith", 40), "chri…ith");
});
