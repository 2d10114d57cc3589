/** Names and texts: the rules hold for whatever is wished for. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  cleanLine,
  cleanText,
  countCodePoints,
  INVISIBLE,
  textProblem,
} from "../../src/protocol/text.ts";
import { nameKeys } from "../../src/protocol/look_alikes.ts";
import { parseName, suggestName } from "../../src/protocol/names.ts";
import { Members } from "../../src/room/members.ts";
import { type Named, Roster } from "../../src/room/roster.ts";
import { anyText, validName } from "./arbitraries.ts";
import { assertLines, fuzz } from "./fuzz.ts";

fuzz(
  "parseName throws for nothing; what it allows is short, visible and stays the same",
  fc.property(fc.oneof(anyText, validName), (raw) => {
    const parsed = parseName(raw);
    if ("problem" in parsed) {
      assertEquals(assertLines(`${parsed.problem}\n`).length, 1);
      return;
    }
    const { name } = parsed;
    assert(countCodePoints(name) >= 1 && countCodePoints(name) <= 32);
    assertEquals(parseName(name), { name });
    assert(!/[\s\p{C}\p{Z}*~{}[\]/\\:"]/u.test(name), JSON.stringify(name));
    assertEquals(assertLines(`${name}\n`).length, 1);
  }),
);

fuzz(
  "A name collides with itself in another case and another width",
  fc.property(validName, (name) => {
    const { fold } = nameKeys(name);
    const wide = name.replace(
      /[!-~]/g,
      (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0),
    );
    for (const other of [name.toUpperCase().toLowerCase(), name.normalize("NFKC"), wide]) {
      assertEquals(nameKeys(other).fold, fold, other);
    }
  }),
);

fuzz(
  "suggestName offers a name that is allowed and free, whoever is there",
  fc.property(anyText, fc.array(validName, { maxLength: 20 }), (wish, taken) => {
    const here = new Set(taken.map((name) => nameKeys(name).skeleton));
    const isFree = (name: string) => !here.has(nameKeys(name).skeleton);
    const offered = suggestName(wish, isFree);
    assertEquals(parseName(offered), { name: offered });
    assert(isFree(offered));
  }),
);

fuzz(
  "Members never hold two names that collide, whoever comes, goes and changes their name",
  fc.property(
    fc.array(
      fc.tuple(fc.constantFrom("add", "remove", "rename"), fc.nat(9), validName),
      { maxLength: 30 },
    ),
    (steps) => {
      const members = new Members();
      const here: { readonly name: string }[] = [];
      for (const [what, index, name] of steps) {
        const one = here[index % Math.max(1, here.length)];
        if (what === "add") {
          const added = members.add(name, null);
          if (added !== null) here.push(added);
        } else if (one !== undefined && what === "remove") {
          members.remove(one as never);
          here.splice(here.indexOf(one), 1);
        } else if (one !== undefined) members.rename(one as never, name);
      }
      assertEquals(members.size, here.length);
      assertEquals(new Set(here.map(({ name }) => nameKeys(name).fold)).size, here.length);
      assertEquals(new Set(here.map(({ name }) => nameKeys(name).skeleton)).size, here.length);
      const roster = new Roster<Named>();
      for (const member of members.all()) roster.add(member);
      const paged: string[] = [];
      for (let more = true; more;) {
        const last = paged.at(-1);
        const page = roster.page(last === undefined ? last : nameKeys(last).fold, 3);
        paged.push(...page.names);
        more = page.more;
      }
      assertEquals(paged.toSorted(), here.map(({ name }) => name).toSorted());
    },
  ),
);

fuzz(
  "cleanText and cleanLine leave nothing harmful, and nothing to do for a second time",
  fc.property(anyText, (text) => {
    const cleaned = cleanText(text);
    assertLines(`${cleaned}\n`);
    assertEquals(cleanText(cleaned), cleaned);
    assert(cleaned.isWellFormed());
    const line = cleanLine(text);
    assertEquals(assertLines(`${line}\n`).length, 1);
    assertEquals(cleanLine(line), line);
  }),
);

fuzz(
  "textProblem counts as people do",
  fc.property(anyText, (text) => {
    const cleaned = cleanText(text);
    const isFine = [...cleaned].length <= 4_000 && cleaned.split("\n").length <= 40 &&
      new RegExp(`[^${INVISIBLE}]`, "u").test(cleaned) && !/[\p{M}\uFF9E\uFF9F]{31}/u.test(cleaned);
    assertEquals(textProblem(cleaned) === null, isFine);
  }),
);

Deno.test("Every character folds like its small and its capital letter, the capital ẞ too", () => {
  for (let point = 0; point < 0x110000; point++) {
    if (point >= 0xd800 && point < 0xe000) continue;
    const char = String.fromCodePoint(point);
    const small = char.toLowerCase();
    const capital = char.toUpperCase();
    if (small === capital) continue;
    const { fold } = nameKeys(char);
    assertEquals(nameKeys(small).fold, fold, char);
    assertEquals(nameKeys(capital).fold, fold, char);
  }
});
