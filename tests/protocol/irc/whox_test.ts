import { assertEquals } from "@std/assert";
import { parseWhoWish } from "../../../src/protocol/irc/whox.ts";

Deno.test("WHO without % asks for no fields; o asks for operators", () => {
  assertEquals(parseWhoWish(""), { operators: false, whox: null });
  assertEquals(parseWhoWish("o"), { operators: true, whox: null });
});

Deno.test("Fields are answered in one order, whatever the order of their letters", () => {
  const fields = ["token", "channel", "nick", "realname"] as const;
  for (const text of ["%tcnr,42", "%rnct,42", "%tcnr?,42"]) {
    assertEquals(parseWhoWish(text), { operators: false, whox: { fields, token: "42" } });
  }
  assertEquals(parseWhoWish("o%n"), { operators: true, whox: { fields: ["nick"], token: "0" } });
});

Deno.test("A token is up to three digits", () => {
  for (const [given, token] of [["1", "1"], ["999", "999"], ["1000", "0"], ["x", "0"], ["", "0"]]) {
    assertEquals(parseWhoWish(`%t,${given}`).whox?.token, token);
  }
});
