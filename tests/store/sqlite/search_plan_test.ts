/**
 * What the index is asked for.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { SqliteSearchPlan, TERMS_TABLE } from "../../../src/store/sqlite/search_plan.ts";
import { finish } from "../../../src/store/room_store.ts";

/** A database with nothing but an index of these texts, as the store makes it. */
function indexOf(texts: readonly string[]): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  db.exec(`
    CREATE VIRTUAL TABLE search USING fts5(
      text, content = '', columnsize = 0, detail = none, tokenize = 'trigram'
    );
    ${TERMS_TABLE};
  `);
  const insert = db.prepare("INSERT INTO search (rowid, text) VALUES (?, ?)");
  texts.forEach((text, n) => insert.run(n + 1, `${text}  `));
  return db;
}

/** Empty: the index knows that there is nothing; undefined: it cannot help. */
function expressionFor(texts: readonly string[], ...words: string[]): string | undefined {
  const db = indexOf(texts);
  try {
    const question = finish(new SqliteSearchPlan(db).questionFor(words, [0, texts.length]));
    return question === null ? "" : question?.join(" AND ");
  } finally {
    db.close();
  }
}

/** A hundred times the same, then something else. */
function mostly(text: string, ...rest: readonly string[]): string[] {
  return [...Array.from({ length: 100 }, () => text), ...rest];
}

Deno.test("SqliteSearchPlan asks for at most three trigrams of a word", () => {
  assertEquals(expressionFor(["abcdefg"], "abcdefg"), '"abc" AND "bcd" AND "cde"');
});

Deno.test("SqliteSearchPlan leaves out what nearly all messages have", () => {
  assertEquals(expressionFor(mostly("staying", "tayx"), "stayx"), '"ayx"');
  assertEquals(expressionFor(mostly("staying", "zebra"), "staying", "zeb"), '"zeb"');
});

Deno.test("SqliteSearchPlan asks for frequent trigrams when there are no rarer ones", () => {
  assertEquals(expressionFor(mostly("stay"), "stay"), '"sta" AND "tay"');
});

Deno.test("SqliteSearchPlan asks for the trigrams that a short word begins", () => {
  assertEquals(expressionFor(["東京都", "東京"], "東京"), '("東京 " OR "東京都")');
  assertEquals(expressionFor(["東京都"], "大阪"), "");
});

Deno.test("SqliteSearchPlan does not help with a short word that begins very many trigrams", () => {
  const texts = Array.from({ length: 100 }, (_, n) => `a${String.fromCodePoint(0x4e00 + n)}b`);
  assertEquals(expressionFor(texts, "a"), undefined);
});

Deno.test("SqliteSearchPlan takes quotes and operators as letters", () => {
  assertEquals(expressionFor(['say "no"'], '"no"'), '"""no" AND "no"""');
});
