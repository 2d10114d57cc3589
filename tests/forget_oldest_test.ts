import { assertEquals } from "@std/assert";
import { forgetOldest } from "../src/forget_oldest.ts";

Deno.test("What is beyond a bound is forgotten, the oldest first", () => {
  const names = new Set(["ada", "bob", "cy"]);
  forgetOldest(names, 3);
  assertEquals([...names], ["ada", "bob", "cy"]);
  forgetOldest(names, 1);
  assertEquals([...names], ["cy"]);
  const seqs = new Map([["ada", 1], ["bob", 2]]);
  seqs.delete("ada");
  seqs.set("ada", 3);
  forgetOldest(seqs, 1);
  assertEquals([...seqs], [["ada", 3]]);
  forgetOldest(seqs, 0);
  assertEquals(seqs.size, 0);
});
