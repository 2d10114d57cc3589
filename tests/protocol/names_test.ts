import {
  assert,
  assertEquals,
  assertLess,
  assertMatch,
  assertNotEquals,
  assertNotMatch,
} from "@std/assert";
import fc from "fast-check";
import { nameKeys } from "../../src/protocol/look_alikes.ts";
import { parseName, roomName, suggestName } from "../../src/protocol/names.ts";

function nameOf(raw: string): string | undefined {
  const parsed = parseName(raw);
  return "name" in parsed ? parsed.name : undefined;
}

function problemOf(raw: string): string {
  const parsed = parseName(raw);
  return "problem" in parsed ? parsed.problem : "";
}

function collide(a: string, b: string): boolean {
  const [left, right] = [nameKeys(a), nameKeys(b)];
  return left.fold === right.fold || left.skeleton === right.skeleton;
}

const ALLOWED = [
  "ada",
  "Ada_Lovelace-1815.x",
  "O'Brien",
  "007",
  "x".repeat(32),
  "é".repeat(32),
  "𝒜".repeat(32),
  "Zoë",
  "Nguyễn",
  "Дмитрий",
  "Ελένη",
  "Գայանե",
  "ქეთი",
  "山田たろう",
  "ヤマダ",
  "山田ヤマダたろう",
  "コーヒー",
  "佐々木",
  "김민수",
  "金민수",
  "王小明",
  "王ㄅㄆ",
  "محمد",
  "مُحَمَّد",
  "אברהם",
  "राम2",
  "प्रिया",
  "สมชาย",
  "தமிழ்",
  "ｆｕｌｌ",
  "𝖺𝖽𝖺",
  "ﾔﾏﾀﾞ",
  "ﻡﺤﻤﺪ",
  "ㄱㄴ",
  // Joiners where UAX 31 has them: Persian, Sinhala, Malayalam, Bengali, Devanagari.
  "علی\u200Cرضا",
  "می\u200Cخواهم",
  "ශ්\u200Dරී",
  "ശ്രീകുമാര്\u200D",
  "র\u09CD\u200Cয",
  "राजेन्द्र्\u200Dय",
  "नेत्\u200Cर",
];

for (const name of ALLOWED) {
  Deno.test(`parseName allows ${name}`, () => {
    assertEquals(nameOf(name), name.normalize("NFC"));
  });
}

const REFUSED: readonly (readonly [raw: string, problem: RegExp])[] = [
  ["", /cannot be empty/],
  ["   ", /cannot be empty/],
  ["x".repeat(33), /has 33 characters/],
  ["x".repeat(65_536), /has 65536 characters/],
  ["/quit", /cannot hold "\/"/],
  ["{quit}", /cannot hold "\{"/],
  ["*server", /cannot hold "\*"/],
  ["~x", /cannot hold "~"/],
  ["[from", /cannot hold "\["/],
  ["two words", /^The name "two words" cannot hold a space: use /],
  ["a:b", /cannot hold ":"/],
  ["👋", /cannot hold/],
  ["a\x1B[31m", /cannot hold "\\u001b"/],
  ["a\nb", /cannot hold/],
  ["a\u202Eb", /cannot hold "\\u202e"/],
  ["a\u200Bb", /cannot hold "\\u200b"/],
  ["a\u200Db", /cannot hold "\\u200d"/],
  ["a\u00ADb", /cannot hold "\\u00ad"/],
  ["\u3164", /cannot hold/],
  ["a\u115Fb", /cannot hold/],
  ["a\uFE0F", /cannot hold/],
  ["a\u034Fb", /cannot hold/],
  ["\u{13441}", /cannot hold/],
  ["\u{18B00}\u{16FE4}", /cannot hold/],
  // Behind a letter that does not connect, at an end, twice, and before a mark.
  ["رضا\u200Cعلی", /cannot hold "\\u200c" there/],
  ["\u200Cعلی", /cannot hold "\\u200c" there/],
  ["علی\u200C", /cannot hold "\\u200c" there/],
  ["علی\u200C\u200Cرضا", /cannot hold "\\u200c" there/],
  ["علی\u200Dرضا", /cannot hold "\\u200d" there/],
  ["क\u200Dर", /cannot hold "\\u200d" there/],
  ["क्\u200Dि", /cannot hold "\\u200d" there/],
  ["\u200D\u200C", /cannot hold "\\u200d" there/],
  ["\uD800", /cannot hold "\\ud800"/],
  ["\u0301a", /begins with a mark/],
  ["e\u0301\u0301", /too many marks/],
  ["e\u0300\u0301\u0302\u0303\u0304", /too many marks/],
  ["аlice", /mixes alphabets/],
  ["aliсe", /mixes alphabets/],
  ["αda", /mixes alphabets/],
  ["Дmitri", /mixes alphabets/],
  ["김たろう", /mixes alphabets/],
  ["ada٣", /mixes alphabets/],
  ["ada山", /mixes alphabets/],
  ["ꓮΒ", /mixes alphabets/],
  ["а𝖽а", /mixes alphabets/],
  ["𝖻ο𝖻", /mixes alphabets/],
  ["аℓісе", /mixes alphabets/],
  ["𝛼da", /mixes alphabets/],
  ["ℵda", /mixes alphabets/],
  ["µTorrent", /mixes alphabets/],
  ["ａлиса", /mixes alphabets/],
];

for (const [raw, problem] of REFUSED) {
  Deno.test(`parseName refuses ${JSON.stringify(raw.slice(0, 40))}`, () => {
    assertMatch(problemOf(raw), problem);
  });
}

Deno.test("parseName trims, and composes what was typed in parts", () => {
  assertEquals(nameOf("  bob\t"), "bob");
  assertEquals(nameOf("Zoe\u0308"), "Zoë");
  assertEquals(nameOf("e\u0301".repeat(32)), "é".repeat(32));
});

Deno.test("parseName takes up to four marks in a row", () => {
  assertEquals(nameOf("x\u0300\u0301\u0302\u0303"), "x\u0300\u0301\u0302\u0303");
});

Deno.test("parseName says a problem in one short line without raw control characters", () => {
  const anything = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("\x1B]0;title\x07", "\u202E".repeat(500), "\n".repeat(50) + "x\ny"),
  );
  fc.assert(fc.property(anything, (raw) => {
    const problem = problemOf(raw);
    assertNotMatch(problem, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    assert(problem.length < 400, problem);
  }));
});

Deno.test("parseName gives names that it would give again", () => {
  const letters = fc.constantFrom(..."abZé01._-'яい漢가م");
  fc.assert(fc.property(fc.array(letters), (parts) => {
    const name = nameOf(parts.join(""));
    if (name !== undefined) assertEquals(nameOf(name), name);
  }));
});

const COLLIDING = [
  ["ada", "ADA"],
  ["ada", "Ａｄａ"],
  ["bob", "b0b"],
  ["alice", "a1ice"],
  ["alice", "aIice"],
  ["Bill", "BiII"],
  ["Straße", "STRASSE"],
  ["σίσυφος", "ΣΊΣΥΦΟΣ"],
  ["ﬁn", "fin"],
  ["coco", "сосо"],
  ["COCO", "СОСО"],
  ["scope", "ѕсоре"],
  ["mike", "rnike"],
  ["BOB", "ВОВ"],
  ["oo", "οο"],
  ["Ali0", "AliO"],
  ["info", "i\u0307nfo"],
  ["bill", "bi\u0307ll"],
  ["info", "\u0131\u0307nfo"],
  ["inf\u0456", "inf\u0456\u0307"],
  ["jo", "j\u0307o"],
  ["\u012Fo", "\u012F\u0307o"],
  ["\u1ECBo", "\u1ECB\u0307o"],
  ["\u0268o", "\u0268\u0307o"],
  ["\u0249o", "\u0249\u0307o"],
  ["\u{1D422}o", "i\u0307o"],
  ["i\u0301o", "i\u0307\u0301o"],
  ["علی\u200Cرضا", "علیرضا"],
  ["ശ്രീകുമാര്\u200D", "ശ്രീകുമാര്"],
] as const;

for (const [one, other] of COLLIDING) {
  Deno.test(`nameKeys makes ${one} and ${other} collide`, () => {
    assert(collide(one, other));
  });
}

Deno.test("nameKeys keeps different names apart", () => {
  for (
    const [one, other] of [
      ["ada", "adb"],
      ["o", "c"],
      // The dot is above the accent, or the only one.
      ["i\u0301o", "i\u0301\u0307o"],
      ["ao", "a\u0307o"],
      ["alice", "alica"],
      ["Zoë", "Zoe"],
      ["Мир", "Mup"],
      ["山田", "山口"],
    ]
  ) {
    assert(!collide(one ?? "", other ?? ""), `${one} ${other}`);
  }
});

Deno.test("suggestName counts up from 2", () => {
  const taken = new Set(["ada", "ada2"]);
  assertEquals(suggestName("ada", () => true), "ada2");
  assertEquals(suggestName("ada", (name) => !taken.has(name)), "ada3");
  assertEquals(suggestName("山田", () => true), "山田2");
});

Deno.test("suggestName makes room for the number", () => {
  assertEquals(suggestName("x".repeat(32), () => true), "x".repeat(31) + "2");
  assertEquals(suggestName("𝒜".repeat(32), (name) => name.endsWith("10")), "𝒜".repeat(30) + "10");
});

Deno.test("suggestName keeps what it can of a name that is not allowed", () => {
  assertEquals(suggestName("/quit", () => true), "quit");
  assertEquals(suggestName("Ada Lovelace!", () => true), "AdaLovelace");
  assertEquals(suggestName("👋", () => true), "guest");
  assertEquals(suggestName("👋", (name) => name !== "guest"), "guest2");
  assertEquals(suggestName("аlice", () => true), "lice");
  assertEquals(suggestName("\x1B[200~ada\x1B[D\x1B[201~", () => true), "ada");
  assertEquals(suggestName("राम सिंह", () => true), "रामसिंह");
  assertEquals(suggestName("ชื่อ ของฉัน", () => true), "ชื่อของฉัน");
  assertEquals(suggestName("علی\u200Cرضا محمدی", () => true), "علی\u200Cرضامحمدی");
  assertEquals(suggestName("رضا\u200Cعلی", () => true), "رضاعلی");
  assertEquals(suggestName("ශ්\u200Dරී!", () => true), "ශ්\u200Dරී");
  assertEquals(suggestName("a\u200Db", () => true), "ab");
  assertEquals(suggestName(`${"ب".repeat(30)}\u200Cب`, () => true), `${"ب".repeat(30)}2`);
});

Deno.test("suggestName stays quick where a thousand have the name", () => {
  const taken = new Set<string>();
  for (let i = 0; i < 1_000; i++) {
    const name = suggestName("ada", (candidate) => !taken.has(candidate));
    taken.add(name);
  }
  assertEquals(taken.size, 1_000);
});

Deno.test("suggestName gives an allowed, free name for anything", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.nat(50), (wish, busy) => {
    const asked = new Set<string>();
    const name = suggestName(wish, (candidate) => asked.size >= busy || !asked.add(candidate));
    assertEquals(nameOf(name), name);
    assert(!asked.has(name));
    if (busy > 0) assertNotEquals(name, wish);
  }));
});

Deno.test("suggestName asks for few names, also where many are taken", () => {
  let asked = 0;
  suggestName("ada", (name) => ++asked > 0 && Number(name.slice(3)) > 19);
  assertLess(asked, 25);
});

Deno.test("names that look alike once case is folded collide, too", () => {
  const alike = [["tom", "T0M", "torn", "tOrN"], ["mallory", "Ma11ory", "MALL0RY", "rnaI1ory"]];
  for (const names of alike) {
    assertEquals(new Set(names.map((name) => nameKeys(name).skeleton)).size, 1, String(names));
  }
});

Deno.test("the room İnfo looks like the room info", () => {
  const parsed = roomName("İnfo");
  assert("name" in parsed && collide(parsed.name, "info"));
});

Deno.test("roomName() folds, and drops one # before the name", () => {
  for (const [raw, name] of [["ops", "ops"], [" #Ops ", "ops"], ["STRASSE", "strasse"]] as const) {
    assertEquals(roomName(raw), { name });
  }
  assertEquals(roomName("Straße"), { name: "strasse" });
  assertEquals(roomName("ｏｐｓ"), { name: "ops" });
  assertEquals(roomName("x".repeat(32)), { name: "x".repeat(32) });
});

const BAD_ROOM_NAMES: readonly [string, RegExp][] = [
  ["", /A room name cannot be empty/],
  ["#", /A room name cannot be empty/],
  ["##x", /The room name "#x" cannot hold "#"/],
  ["a b", /The room name "a b" cannot hold a space:/],
  ["..", /The room name "\.\." is only dots/],
  ["a/b", /cannot hold "\/"/],
  ["x".repeat(33), /has 33 characters/],
  ["ß".repeat(32), /has 64 characters/],
  ["opѕ", /mixes alphabets/],
  ["a\u0000", /cannot hold "\\u0000"/],
];

for (const [raw, problem] of BAD_ROOM_NAMES) {
  Deno.test(`roomName() refuses ${JSON.stringify(raw).slice(0, 40)}`, () => {
    const parsed = roomName(raw);
    assertMatch("problem" in parsed ? parsed.problem : "", problem);
  });
}
