import { assertEquals } from "@std/assert";
import { inColumns } from "../../../src/client/view/columns.ts";
import { mentionFinder } from "../../../src/client/view/mentions.ts";
import { NameColumn } from "../../../src/client/view/name_column.ts";
import {
  Conversation,
  Fold,
  MAX_FOLDED,
  RECENT_MESSAGES,
  RECENT_MS,
} from "../../../src/client/view/noise.ts";

Deno.test("Who spoke within ten minutes is in the conversation", () => {
  const conversation = new Conversation();
  conversation.spoke("Bob", 1_000);
  for (let i = 0; i < RECENT_MESSAGES; i++) conversation.spoke("eve", 2_000);
  assertEquals(conversation.has("bob", 1_000 + RECENT_MS), true);
  assertEquals(conversation.has("bob", 1_001 + RECENT_MS), false);
  assertEquals(conversation.has("dan", 1_000), false);
});

Deno.test("So is who wrote one of the last 20 messages, under another name too", () => {
  const conversation = new Conversation();
  conversation.spoke("bob", 0);
  conversation.renamed("BOB", "rob");
  for (let i = 1; i < RECENT_MESSAGES; i++) conversation.spoke("eve", 0);
  assertEquals(conversation.has("rob", 10 * RECENT_MS), true);
  assertEquals(conversation.has("bob", 0), false);
  conversation.spoke("eve", 0);
  assertEquals(conversation.has("rob", 10 * RECENT_MS), false);
});

Deno.test("A flood of speakers does not make the conversation grow without end", () => {
  const conversation = new Conversation();
  for (let i = 0; i < 5_000; i++) conversation.spoke(`user${i}`, i);
  assertEquals(conversation.has("user4999", 5_000), true);
  assertEquals(conversation.has("user0", 5_000), false);
});

Deno.test("A fold holds who came and who went; who is back was never away", () => {
  const fold = new Fold();
  fold.came("bob");
  fold.went("dan");
  fold.went("eve");
  fold.came("eve");
  assertEquals(fold.size, 2);
  assertEquals(fold.take(), {
    came: { names: ["bob"], more: 0 },
    went: { names: ["dan"], more: 0 },
  });
  assertEquals(fold.size, 0);
});

Deno.test("A fold names twenty people and counts the others", () => {
  const fold = new Fold();
  for (let i = 0; i < MAX_FOLDED; i++) fold.came(`user${i}`);
  const { came } = fold.take();
  assertEquals([came.names.length, came.more], [20, MAX_FOLDED - 20]);
});

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

Deno.test("Names stand in as many columns as fit", () => {
  const names = ["ada", "bob", "東京太郎", "eve", "margaret"];
  const shown = (columns: number) =>
    inColumns(names, columns).map((row) =>
      row.map(({ name, spaces }) => name + "_".repeat(spaces)).join("")
    );
  assertEquals(shown(80), ["ada__bob__東京太郎__eve__margaret"]);
  assertEquals(shown(28), ["ada__東京太郎__margaret", "bob__eve"]);
  assertEquals(shown(20), ["ada_______eve", "bob_______margaret", "東京太郎"]);
  assertEquals(shown(5), names);
  assertEquals(inColumns([], 80), []);
});

Deno.test("The column of names grows at once, and shrinks after 50 messages", () => {
  const column = new NameColumn();
  assertEquals(column.width(80), 4);
  column.use(["ada", "margaret"]);
  assertEquals(column.width(80), 8);
  column.use(Array.from({ length: 49 }, () => "ada"));
  assertEquals(column.width(80), 8);
  column.use(["ada"]);
  assertEquals(column.width(80), 8);
  column.use(["ada"]);
  assertEquals(column.width(80), 4);
});

Deno.test("The column of names is bounded, and no two names are cut to the same", () => {
  const column = new NameColumn();
  column.use(["x".repeat(32)]);
  assertEquals([40, 80, 120, 200].map((columns) => column.width(columns)), [8, 16, 24, 24]);
  assertEquals(column.shown("christopher-smith", 40), "chri…ith");
  assertEquals(column.shown("christina-smith", 40), "christina-smith");
  assertEquals(column.shown("christopher-smith", 40), "chri…ith");
});
