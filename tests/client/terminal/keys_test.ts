import { assertEquals } from "@std/assert";
import { type Key, KeyReader } from "../../../src/client/terminal/keys.ts";
import { PasteFilter } from "../../../src/client/terminal/paste_filter.ts";

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
