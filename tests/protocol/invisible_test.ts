import { assertEquals } from "@std/assert";
import { complete } from "../../src/client/view/completion.ts";
import { interpret, typedText } from "../../src/client/view/typed_line.ts";
import { slashAt } from "../../src/protocol/invisible.ts";
import { plain } from "../../src/protocol/plain.ts";

/** What draws nothing, each beside the others that Unicode files elsewhere. */
const NOTHING = [
  " ",
  "\t",
  "\n",
  "\r",
  "\0",
  "\x08",
  "\x1B",
  "\x7F",
  "\u0085",
  "\u00A0",
  "\u00AD",
  "\u034F",
  "\u115F",
  "\u180E",
  "\u200B",
  "\u200D",
  "\u200E",
  "\u2028",
  "\u202E",
  "\u2060",
  "\u2800",
  "\u3000",
  "\u3164",
  "\uFE0F",
  "\uFEFF",
  "\uFFA0",
  "\uFFF9",
  "\u{E0020}",
  "\x1B[A",
  "\x1B[200~",
  "\x1BOH",
];

for (const nothing of [...NOTHING, NOTHING.join(""), " ".repeat(60_000)]) {
  const shown = JSON.stringify(nothing.slice(0, 20));

  Deno.test(`${shown} before a slash publishes no command`, () => {
    const line = "/msg bob secret";
    assertEquals(plain.parse(nothing + line, { joined: true }), { type: "command", line });
    assertEquals(interpret(nothing + line), { type: "command", line });
    assertEquals(interpret(`${nothing}/quit`), { type: "quit" });
    assertEquals(interpret(`${nothing}/me waves`), { type: "say", text: "waves", action: true });
    assertEquals(plain.parse(`${nothing}/op`, { joined: true }), { type: "command", line: "/op" });
    assertEquals(plain.parse(`${nothing}/quit`, { joined: false }), { type: "quit" });
  });

  Deno.test(`${shown} before two slashes stays, and one slash goes`, () => {
    const text = `${nothing}/etc`;
    assertEquals(plain.parse(`${nothing}//etc`, { joined: true }), { type: "say", text });
    const typed = typedText({ type: "say", id: "1", text });
    assertEquals(interpret(typed), { type: "say", text, action: false });
  });
}

for (const line of ["hi /who", "./who", "\u0301/who", "\uFFFD/who", "-/who", "", "   ", "\x1B[/"]) {
  Deno.test(`${JSON.stringify(line)} begins with no slash`, () => assertEquals(slashAt(line), -1));
}

Deno.test("Tab completes a command behind a space", () => {
  assertEquals(complete(" /ms", []), { word: "/ms", candidates: ["/msg "] });
  assertEquals(complete(" /msg a", ["ada"]).candidates, ["ada "]);
});
