import { assertEquals } from "@std/assert";
import { addressesIn } from "../../../src/client/view/addresses.ts";
import { wrapLine } from "../../../src/client/view/wrap.ts";
import { findLinks } from "../../../src/web/page/text.ts";

const A = "https://example.com/a";

/** What people write around an address, with `@` for where it stands. */
const AROUND = [
  "@",
  "see @, or",
  "(@)",
  "[@]: x",
  "{@}",
  "<@>",
  '"@"',
  "`@`",
  "@。谢谢",
  "@，谢谢",
  "@、@",
  "@！",
  "@？（见 @）",
  "（@）",
  "「@」",
  "『@』と",
  "【@】",
  "《@》",
  "〈@〉",
  "“@”",
  "‘@’",
  "«@»",
  "„@“",
  "看@：好",
  "@；@",
  "@…",
  "@。",
  "@．",
  "＜@＞",
  "＂@＂",
  "@｜",
  "@～",
  "@・",
  "@،شكرا",
  "@؟",
  "@।",
  "@။",
  "@።",
  "@—",
  "@\u3000谢谢",
  "@\u200B。",
];

for (const around of AROUND) {
  Deno.test(`In ${around} the page and the terminal find the address alone`, () => {
    const text = around.replaceAll("@", A);
    const wanted = around.split("@").length - 1;
    const found = [...addressesIn(text)].map(({ start, end }) => text.slice(start, end));
    assertEquals(found, Array(wanted).fill(A));
    const links = findLinks(text).flatMap(({ text, href }) => href === undefined ? [] : [text]);
    assertEquals(links, found);
    const rows = wrapLine(text, { firstColumns: 10, restColumns: 10 });
    const whole = rows.filter((row) => row.whole).map(({ start, end }) => text.slice(start, end));
    assertEquals(whole, found);
  });
}

for (
  const address of [
    "https://a.test/wiki/Sea_(port)",
    "https://a.test/x?y=[1]&z={2}#f!g",
    "https://zh.wikipedia.org/wiki/谢谢",
    "https://ja.wikipedia.org/wiki/ジョン・レノン",
    "https://ca.wikipedia.org/wiki/Col·legi",
    "https://例え.テスト/道",
    "https://[2001:db8::1]:8080/",
    "https://a.test/~ada/?q='x'&y=a,b;c",
    "https://a.test/राम",
    "https://a.test/👋",
  ]
) {
  Deno.test(`${address} is one address`, () => {
    const text = `(${address}).`;
    assertEquals([...addressesIn(text)], [{ start: 1, end: 1 + address.length }]);
  });
}
