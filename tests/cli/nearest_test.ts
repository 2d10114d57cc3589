import { assertEquals } from "@std/assert";
import { editDistance, nearest } from "../../src/cli/nearest.ts";

Deno.test("Adding, dropping, changing and swapping a letter are one edit each", () => {
  assertEquals(editDistance("port", "port"), 0);
  assertEquals(editDistance("prt", "port"), 1);
  assertEquals(editDistance("portt", "port"), 1);
  assertEquals(editDistance("part", "port"), 1);
  assertEquals(editDistance("prot", "port"), 1);
  assertEquals(editDistance("", "port"), 4);
  assertEquals(editDistance("kitten", "sitting"), 3);
});

Deno.test("The nearest word is at most two edits away, or the only one that begins so", () => {
  const known = ["log-format", "log-level", "max-clients", "port"];
  assertEquals(nearest("Prot", known), "port");
  assertEquals(nearest("log-frmt", known), "log-format");
  assertEquals(nearest("max", known), "max-clients");
  assertEquals(nearest("log", known), undefined);
  assertEquals(nearest("teapot", known), undefined);
  assertEquals(nearest("", known), undefined);
  assertEquals(nearest("p".repeat(100_000), known), undefined);
});
