import { assertEquals } from "@std/assert";
import { type Key, KeyReader } from "../../../src/client/terminal/keys.ts";
import { PasteFilter } from "../../../src/client/terminal/paste_filter.ts";
import { SequenceFilter } from "../../../src/client/terminal/sequence_filter.ts";
import { until } from "../../helpers/wait.ts";

/** Keys as short texts: what was typed as it is, pastes as `<text>`, others as `[name]`. */
function shown(keys: readonly Key[]): string {
  return keys.map((key) => {
    if (key.type === "key") return `[${key.name}]`;
    return key.type === "paste" ? `<${key.text}>` : key.text;
  }).join("");
}

Deno.test("KeyReader tells the same keys however the bytes are cut", () => {
  const typed = "ab\x1b[A\x1b[200~one\r\ntwo\tx\x1b[201~ü👋\x1b[1;5D\x1bb\x7f\r\t\x1b[Z\x12";
  const wanted =
    "ab[up]<one\r\ntwo\tx>ü👋[ctrl-left][alt-b][backspace][enter][tab][shift-tab][ctrl-r]";
  const bytes = new TextEncoder().encode(typed);
  for (let size = 1; size <= bytes.length; size++) {
    const keys: Key[] = [];
    const reader = new KeyReader((key) => keys.push(key));
    for (let at = 0; at < bytes.length; at += size) reader.push(bytes.slice(at, at + size));
    reader.close();
    assertEquals(shown(keys), wanted, `pieces of ${size}`);
  }
});

for (
  const [typed, wanted] of [
    ["\x1b1\x1b9", "[alt-1][alt-9]"],
    ["\x1ba\x1bA", "[alt-a][alt-shift-a]"],
    ["\x1b[1;3D\x1b[1;3C", "[alt-left][alt-right]"],
    ["\x1b\x1b[D\x1b\x1b[C", "[alt-left][alt-right]"],
    ["\x1b\x1bOD\x1b\x1bOC", "[alt-left][alt-right]"],
    ["\x1b[1;9D\x1b[1;9C", "[alt-left][alt-right]"],
  ] as const
) {
  Deno.test(`${JSON.stringify(typed)} is ${wanted}, however the bytes are cut`, () => {
    const bytes = new TextEncoder().encode(typed);
    for (let size = 1; size <= bytes.length; size++) {
      const keys: Key[] = [];
      const reader = new KeyReader((key) => keys.push(key));
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.slice(at, at + size));
      reader.close();
      assertEquals(shown(keys), wanted, `pieces of ${size}`);
    }
  });
}

/** What terminals send that no key does, and keys that readline does not know. */
const REPLIES = {
  "a colour (OSC 11)": "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\",
  "a colour that ends with BEL": "\x1b]10;rgb:ffff/ffff/ffff\x07",
  "a clipboard (OSC 52)": "\x1b]52;c;aGVsbG8=\x1b\\",
  "device attributes (DA1)": "\x1b[?62;22;52c",
  "device attributes (DA2)": "\x1b[>41;354;0c",
  "device attributes (DA3)": "\x1bP!|00000000\x1b\\",
  "a version (DCS)": "\x1bP>|XTerm(390)\x1b\\",
  "a setting (DECRQSS)": "\x1bP1$r0m\x1b\\",
  "a mode (DECRPM)": "\x1b[?2026;2$y",
  "a status (DSR)": "\x1b[0n",
  "the window's focus": "\x1b[I\x1b[O",
  "a position (CPR)": "\x1b[24;80R",
  "a window's size": "\x1b[8;24;80t",
  "a mouse click (SGR)": "\x1b[<0;12;34M\x1b[<0;12;34m",
  "a mouse click (X10)": "\x1b[M !!",
  "a mouse click (urxvt)": "\x1b[32;12;34M",
  "Ctrl-I (modifyOtherKeys)": "\x1b[27;5;105~",
  "Ctrl-I (kitty)": "\x1b[105;5u",
  "a kitty event": "\x1b[97;1:3u",
  "kitty's flags": "\x1b[?1u",
  "graphics (APC)": "\x1b_Gi=1;OK\x1b\\",
  "a private message": "\x1b^text\x1b\\",
  "8-bit controls": "\u009b?62;22c\u009d11;rgb:0/0/0\u009c\u0090>|X\u009c",
  "a key of no keyboard": "\x1b[99;99;99~",
  "a sequence that breaks off": "\x1b[1;",
} as const;

for (const [what, reply] of Object.entries(REPLIES)) {
  Deno.test(`${what} leaves no text in the line, however the bytes are cut`, () => {
    const bytes = new TextEncoder().encode(`hi${reply}é${reply}\r`);
    for (let size = 1; size <= bytes.length; size++) {
      const keys: Key[] = [];
      const reader = new KeyReader((key) => keys.push(key));
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.slice(at, at + size));
      reader.close();
      const text = keys.map((key) => key.type === "text" ? key.text : "").join("");
      assertEquals(text, "hié", `pieces of ${size}`);
      assertEquals(keys.at(-1), { type: "key", name: "enter" });
      assertEquals(shown(keys).includes("[undefined]"), false);
    }
  });
}

Deno.test("Enter and Ctrl-C work although the end of a reply is missing", () => {
  for (const [typed, wanted] of [["\x1b]11;rgb:\r", "[enter]"], ["\x1bP>|X\x03", "[ctrl-c]"]]) {
    const keys: Key[] = [];
    const reader = new KeyReader((key) => keys.push(key));
    reader.push(new TextEncoder().encode(typed));
    reader.close();
    assertEquals(shown(keys), wanted);
  }
});

Deno.test("Typing goes on after a sequence whose end never comes", async () => {
  const filter = new SequenceFilter();
  assertEquals(filter.push("a\x1b]11;rgb"), ["a"]);
  assertEquals(filter.unfinished, "sequence");
  assertEquals(filter.flush(), []);
  assertEquals(filter.push("b"), ["b"]);
  // Alt with a letter that begins a string, as a person types it.
  assertEquals(filter.push("\x1b]"), []);
  assertEquals(filter.unfinished, "key");
  assertEquals(filter.flush(), []);
  assertEquals(filter.push("x"), ["x"]);
  // Somebody who does not stop typing is not waited for.
  const keys: Key[] = [];
  const reader = new KeyReader((key) => keys.push(key));
  reader.push(new TextEncoder().encode("\x1b]11;rgb"));
  await until(() => {
    reader.push(new TextEncoder().encode("x"));
    return keys.length > 0;
  }, "a letter");
  reader.close();
});

Deno.test("A lone Escape is a key after a moment", async () => {
  const { promise, resolve } = Promise.withResolvers<Key>();
  const reader = new KeyReader(resolve);
  reader.push(new TextEncoder().encode("\x1b"));
  assertEquals(await promise, { type: "key", name: "escape" });
  reader.close();
});

Deno.test("PasteFilter gives back what was no marker, and a paste whose end is lost", () => {
  const filter = new PasteFilter();
  assertEquals(filter.push("\x1b"), []);
  assertEquals(filter.holding, true);
  assertEquals(filter.flush(), [{ pasted: false, text: "\x1b" }]);
  assertEquals(filter.push("\x1b[200~a\x03b\x1b["), []);
  assertEquals(filter.pasting, true);
  assertEquals(filter.endPaste(), [{ pasted: true, text: "a\x03b\x1b[" }]);
  assertEquals(filter.push("c"), [{ pasted: false, text: "c" }]);
});
