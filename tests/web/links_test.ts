import { assertEquals } from "@std/assert";
import { findLinks, MAX_LINKS } from "../../src/web/page/text.ts";

/** The addresses in a text, as they were written and where they lead. */
function links(text: string): string[] {
  const parts = findLinks(text);
  assertEquals(parts.map((part) => part.text).join(""), text, "nothing is lost");
  return parts.flatMap(({ text, href }) => href === undefined ? [] : [`${text} > ${href}`]);
}

Deno.test("Addresses in a sentence are links without what ends the sentence", () => {
  assertEquals(links("see https://a.test/x, or http://b.test."), [
    "https://a.test/x > https://a.test/x",
    "http://b.test > http://b.test/",
  ]);
  assertEquals(links("(https://a.test/x) [https://a.test/y]"), [
    "https://a.test/x > https://a.test/x",
    "https://a.test/y > https://a.test/y",
  ]);
  assertEquals(links("https://a.test/wiki/Sea_(port)!"), [
    "https://a.test/wiki/Sea_(port) > https://a.test/wiki/Sea_(port)",
  ]);
  assertEquals(links("HTTPS://A.TEST/B"), ["HTTPS://A.TEST/B > https://a.test/B"]);
});

Deno.test("Nothing else is a link", () => {
  for (
    const text of [
      "javascript:alert(1)",
      "data:text/html,x",
      "ftp://a.test",
      "xhttp://a.test",
      "http://",
      "https://user:secret@a.test/",
      "https://bank.test@evil.test/",
      "www.a.test",
      "",
    ]
  ) assertEquals(links(text), [], text);
});

Deno.test("Of very many addresses the first ones are links", () => {
  assertEquals(links("https://a.test/ ".repeat(100)).length, MAX_LINKS);
});

Deno.test("A text full of brackets is looked at in no time", () => {
  const text = "https://a.test/" + ")".repeat(4_000);
  assertEquals(links(text).length, 1);
});
