import { assertEquals } from "@std/assert";
import { mentionFinder } from "../../../src/client/view/mentions.ts";

for (
  const [name, text, found] of [
    ["ada", "hello ada", ["ada"]],
    ["ada", "Ada: hi, @ADA!", ["Ada", "@ADA"]],
    ["ada", 'ada\'s and "ada" (ada)', ["ada", "ada", "ada"]],
    ["ada", "adam, nada, ada_x, ada2, ada-lovelace, x.ada", []],
    ["ada", "ada-", ["ada"]],
    ["ada", "ada. Yes", ["ada"]],
    ["ada", "adá ada\u0301", []],
    ["o'neil", "O'Neil's", ["O'Neil"]],
    ["a.b", "axb a.b", ["a.b"]],
    ["zoë", "ZOE\u0308!", ["ZOE\u0308"]],
    ["Straße", "STRASSE straße", ["STRASSE", "straße"]],
    ["σας", "ΣΑΣ", ["ΣΑΣ"]],
    ["太郎", "太郎さん、こんにちは", ["太郎"]],
    ["山", "富士山と山、@山さん 山", ["@山", "山"]],
    ["", "anything", []],
    ["ada", "bob@ada.example", []],
  ] as const
) {
  Deno.test(`${name || "Nobody"} is named in ${text} by ${JSON.stringify(found)}`, () => {
    const ranges = mentionFinder(name)(text);
    assertEquals(ranges.map(({ start, end }) => text.slice(start, end)), [...found]);
  });
}
