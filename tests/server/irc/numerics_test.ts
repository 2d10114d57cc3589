import { assertEquals } from "@std/assert";
import { NUMERICS } from "../../../src/protocol/irc/numerics.ts";

Deno.test("IRC: each numeric of the table is in a conversation of these tests", async () => {
  let texts = "";
  const folder = new URL(".", import.meta.url);
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith("_test.ts")) texts += await Deno.readTextFile(new URL(name, folder));
  }
  const missing = Object.entries(NUMERICS).filter(([, { code }]) =>
    !new RegExp(`(?<!\\d)${code}(?!\\d)`).test(texts)
  );
  assertEquals(missing.map(([name]) => name), []);
});
