/**
 * What newcomers and those who look into the past get, with and without a database.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import type { Draft } from "../../src/protocol/messages.ts";
import { openSqliteStore } from "../../src/room/sqlite_store.ts";
import { MemoryStore } from "../../src/room/memory_store.ts";
import type { Store } from "../../src/room/store.ts";
import { Harness } from "./harness.ts";

/** Two messages, and then 20,000 who come and go. */
function crowd(): Draft[] {
  const drafts: Draft[] = [
    { type: "message", from: "ada", text: "first" },
    { type: "message", from: "ada", text: "second" },
  ];
  for (let n = 0; n < 20_000; n++) {
    drafts.push({ type: "join", name: `n${n}` });
    drafts.push({ type: "leave", name: `n${n}`, reason: "quit" });
  }
  return drafts;
}

/** What a newcomer at plain sees, but for comings and goings. */
async function seenByNewcomer(room: Harness): Promise<string[]> {
  const bob = await room.connect();
  await bob.send("bob\n");
  await bob.send("/history 1\n");
  await bob.send("/search first\n");
  return bob.received().filter((line) => !/^\* n\d+ (joined|left)/.test(line));
}

const SEEN = [
  /^Welcome to chat/,
  /^Welcome, bob!/,
  /^\* The last 2 messages/,
  /^ada: first$/,
  /^ada: second$/,
  /^\* Now:/,
  /^\* The last message/,
  /^ada: second$/,
  /^\* bob joined$/,
  /^\* Now:/,
  /^\* 1 found/,
  / ada: first$/,
];

function assertSeen(lines: readonly string[]): void {
  assertEquals(lines.length >= SEEN.length, true, lines.join("\n"));
  for (const [n, expected] of SEEN.entries()) assertMatch(lines[n]!, expected);
}

for (const kind of ["no database", "a database"] as const) {
  Deno.test(`after 20,000 have come and gone, a newcomer sees what was said (${kind})`, () =>
    inDirectory(async (directory) => {
      const store = kind === "no database" ? new MemoryStore() : openDatabase(directory);
      await using room = new Harness({ store });
      for (const draft of crowd()) room.server.room.publish(draft, null);
      room.server.room.flush();
      assertSeen(await seenByNewcomer(room));
    }));
}

Deno.test("after 20,000 have come and gone and a restart, a newcomer sees what was said", () =>
  inDirectory(async (directory) => {
    const first = openDatabase(directory);
    first.append(crowd().map((draft) => ({ draft })), "2026-03-01T12:00:00.000Z");
    first.close();
    const store = openDatabase(directory);
    await using room = new Harness({ store });
    assertSeen(await seenByNewcomer(room));
  }));

function openDatabase(directory: string): Store {
  return openSqliteStore(`${directory}/room.db`, { durability: "process" });
}

async function inDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("a query of more than 256 characters is refused in words, in every dialect", async () => {
  await using room = new Harness();
  const { conn: ada } = await room.json("ada");
  const bob = await room.plain("bob");
  ada.events();
  await ada.request({ type: "say", text: `long ${"x".repeat(300)}` });
  await ada.request({ type: "search", query: "x".repeat(256) });
  await ada.request({ type: "search", query: "x".repeat(257) });
  const events = ada.events().filter(({ type }) => type === "results" || type === "error");
  assertEquals(events.map(({ type, code }) => code ?? type), ["results", "bad_request"]);
  assertEquals(events[0].events.length, 1);
  assertMatch(events[1].text, /has 257 characters, at most 256/);
  bob.received();
  await bob.send(`/search ${"y ".repeat(200)}\n`);
  assertMatch(bob.received()[0]!, /^\* The query has .*at most 256/);
});
