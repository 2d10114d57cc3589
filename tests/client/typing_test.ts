import { assertEquals } from "@std/assert";
import { paintFooter } from "../../src/client/footer.ts";
import { interpret } from "../../src/client/interpret.ts";
import { editableText, PasteFilter, submittedText } from "../../src/client/paste_filter.ts";
import { COLOUR_STYLE, personColour, PLAIN_STYLE } from "../../src/client/style.ts";

Deno.test("PasteFilter makes one line of a paste, however it is cut", () => {
  const keys = "ab\x1b[A\x1b[200~one\r\ntwo\tx\nthree\r\n\x1b[201~c\x1b[C";
  for (let size = 1; size <= keys.length; size++) {
    const filter = new PasteFilter();
    let passed = "";
    for (let at = 0; at < keys.length; at += size) passed += filter.push(keys.slice(at, at + size));
    passed += filter.flush();
    assertEquals(passed, "ab\x1b[Aone\u2424two\u2409x\u2424threec\x1b[C", `pieces of ${size}`);
  }
});

Deno.test("PasteFilter gives a lone Escape back, and takes control characters out of a paste", () => {
  const filter = new PasteFilter();
  assertEquals(filter.push("\x1b"), "");
  assertEquals(filter.holding, true);
  assertEquals(filter.flush(), "\x1b");
  assertEquals(filter.push("\x1b[200~a\x03\x1b[31mb\x1b[201~"), "a[31mb");
});

Deno.test("What is put into the line being typed is what is submitted", () => {
  for (const text of ["plain", "two\nlines", "a\ttab", "Grüße 👋"]) {
    assertEquals(submittedText(editableText(text)), text);
  }
});

for (
  const [line, intent] of [
    ["hello", { type: "say", text: "hello", action: false }],
    ["  indented", { type: "say", text: "  indented", action: false }],
    ["//x", { type: "say", text: "/x", action: false }],
    ["/me waves", { type: "say", text: "waves", action: true }],
    ["/me", { type: "command", line: "/me" }],
    ["/media", { type: "command", line: "/media" }],
    ["/who", { type: "command", line: "/who" }],
    ["/quit", { type: "quit" }],
    ["{quit}", { type: "quit" }],
    [" quit ", { type: "quit" }],
    ["quit it", { type: "say", text: "quit it", action: false }],
    ["   ", { type: "nothing" }],
    ["/me a\nb", { type: "say", text: "a\nb", action: true }],
  ] as const
) {
  Deno.test(`Typing ${JSON.stringify(line)} means ${JSON.stringify(intent)}`, () => {
    assertEquals(interpret(line), intent);
  });
}

Deno.test("The footer shows what is pending, a few lines of it, and the wait", () => {
  const pending = ["one", "two\nlines", "a very long message that does not fit", "4", "5"]
    .map((text, i) => ({ type: "say" as const, id: `${i}`, text }));
  const footer = paintFooter(
    { address: "h:1", phase: "waiting", retrySeconds: 3, pending },
    { columns: 30, style: PLAIN_STYLE },
  );
  assertEquals(footer, {
    above: [
      "… one",
      "… two lines",
      "… a very long message that d…",
      "… and 2 more not delivered y…",
      "Reconnecting to h:1 in 3 s …",
    ],
    prompt: "> ",
  });
});

Deno.test("A person has the same colour in any case of the name", () => {
  assertEquals(personColour("Ada"), personColour("ada"));
  assertEquals(COLOUR_STYLE.person("Ada"), `\x1b[38;5;${personColour("ada")}mAda\x1b[39m`);
});
