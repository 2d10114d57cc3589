import { assertEquals } from "@std/assert";
import {
  Conversation,
  Fold,
  MAX_FOLDED,
  RECENT_MESSAGES,
  RECENT_MS,
} from "../../../src/client/view/comings.ts";

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
