/**
 * What newcomers and those who look into the past get, with and without a database.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import type { Draft } from "../../../src/protocol/messages.ts";
import { openSqliteStore } from "../../../src/store/sqlite/store.ts";
import { MemoryStore } from "../../../src/store/memory.ts";
import type { Store } from "../../../src/store/store.ts";
import type { Lookup } from "../../../src/store/room_store.ts";
import { LocalOrder } from "../../../src/order/local.ts";
import { until } from "../../helpers/wait.ts";
import { Turns } from "../../../src/net/turns.ts";
import { Lookups } from "../../../src/server/requests/lookups.ts";
import { Harness } from "../harness.ts";
import { settle } from "../manual_clock.ts";

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

/** Keeps and shows what happened, as an order does. */
function publish({ server, store }: Harness, drafts: readonly Draft[]): void {
  const events = store.append(
    drafts.map((draft) => ({ room: 0, draft })),
    "2026-03-01T12:00:00.000Z",
  );
  server.rooms.lobby.show(events);
  server.rooms.lobby.wake();
}

/** What a newcomer at plain sees, but for comings and goings. */
async function seenByNewcomer(room: Harness): Promise<string[]> {
  const bob = await room.connect();
  const seen: string[] = [];
  for (
    const [line, last] of [["bob", "* Now:"], ["/history 1", "* Now:"], ["/search first", "first"]]
  ) {
    await bob.send(`${line}\n`);
    const begin = seen.length;
    await until(() => {
      seen.push(...bob.received().filter((line) => !/^\* n\d+ (joined|left)/.test(line)));
      return seen.slice(begin).some((line) => line.endsWith(last!));
    }, `the answer to ${line}`);
  }
  return seen;
}

const SEEN = [
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
      publish(room, crowd());
      assertSeen(await seenByNewcomer(room));
    }));
}

Deno.test("after 20,000 have come and gone and a restart, a newcomer sees what was said", () =>
  inDirectory(async (directory) => {
    const first = openDatabase(directory);
    first.append(crowd().map((draft) => ({ room: 0, draft })), "2026-03-01T12:00:00.000Z");
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

Deno.test("a page ends where its line is full, and says that there is more", async () => {
  await using room = new Harness({ rate: 0 });
  const { conn: ada } = await room.json("ada");
  const long = { type: "message", from: "bob", text: "ж".repeat(4_000) } as const;
  publish(room, Array.from({ length: 20 }, () => long));
  await settle();
  ada.events();
  for (const request of [{ type: "history" }, { type: "search", query: "жж" }]) {
    await ada.request({ ...request, limit: 500 });
    // deno-lint-ignore no-explicit-any -- events of any type
    const events: any[] = [];
    await until(() => events.push(...ada.events()) > 0, "a page");
    const [page] = events;
    assertEquals([page.events.length, page.more], [6, true], request.type);
  }
});

/** Settles nothing while it is held, as an order over a network does for a while. */
class HeldOrder extends LocalOrder {
  isHeld = false;

  override flush(): void {
    if (!this.isHeld) super.flush();
  }
}

Deno.test("who asks for a lot while the order settles nothing gets all of it, and stays", async () => {
  const questions = [
    { question: { type: "history", limit: 500 }, answer: "history" },
    { question: { type: "search", query: "xx", limit: 500 }, answer: "results" },
    { question: { type: "command", line: "/help" }, answer: "notice" },
    { question: { type: "nonsense" }, answer: "error" },
  ];
  for (const { question, answer } of questions) {
    let order: HeldOrder | undefined;
    await using room = new Harness({ rate: 0, order: (parts) => order = new HeldOrder(parts) });
    const { conn: ada } = await room.json("ada");
    const { conn: bob } = await room.json("bob");
    const long = { type: "message", from: "eve", text: "x".repeat(3_000) } as const;
    publish(room, Array.from({ length: 20 }, () => long));
    await settle();
    bob.events();
    order!.isHeld = true;
    await ada.request({ type: "topic", text: "fish" });
    const count = answer === "history" || answer === "results" ? 40 : 4_000;
    await bob.send(`${JSON.stringify(question)}\n`.repeat(count));
    order!.isHeld = false;
    order!.flush();
    let answers = 0;
    await until(() => {
      assertEquals(bob.closed, false, answer);
      answers += bob.events().filter(({ type }) => type === answer).length;
      return answers >= count;
    }, `${count} times ${answer}`);
  }
});

/** A look-up that is under way until the test lets its step be done. */
function held(turns: Turns): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  const next = turns.next;
  turns.next = () => {
    turns.next = next;
    return promise;
  };
  return resolve;
}

function* found(): Lookup<string> {
  yield;
  return "found";
}

const asker = (address: string, lookups = 0) => ({ account: { address }, lookups });

Deno.test("of those who wait at one address, who has asked least and who has waited longest take turns", async () => {
  const turns = new Turns({ now: () => 0 });
  const lookups = new Lookups(turns);
  const end = held(turns);
  const order: string[] = [];
  const runs = [lookups.run(asker("a"), found)];
  const waits: [string, number][] = [["often1", 9], ["often2", 8], ["often3", 7], ["never", 0]];
  for (const [name, count] of waits) {
    runs.push(lookups.run(asker("a", count), () => {
      order.push(name);
      return found();
    }));
  }
  end();
  await Promise.all(runs);
  turns.close();
  assertEquals(order, ["never", "often1", "often3", "often2"]);
});

Deno.test("when the server stops, nothing is looked up any more, and nobody waits", async () => {
  const turns = new Turns({ now: () => 0 });
  const lookups = new Lookups(turns);
  const end = held(turns);
  const runs = ["a", "a", "b"].map((address) => lookups.run(asker(address), found));
  lookups.close();
  end();
  assertEquals(await Promise.all(runs), [null, null, null]);
  assertEquals(await lookups.run(asker("c"), found), null);
  turns.close();
});

Deno.test("a client whose look-up waits for long is not silent, and hears that the server is there", async () => {
  await using room = new Harness();
  const { conn: ada } = await room.json("ada");
  const end = held(room.server.turns);
  const running = room.server.lookups.run(asker("10.0.0.9"), found);
  await ada.request({ type: "history" });
  ada.events();
  await room.clock.advance(45_000);
  assertEquals(ada.closed, false);
  assertEquals(ada.events().filter(({ type }) => type === "pong").length > 5, true);
  end();
  await running;
  await until(() => ada.events().some(({ type }) => type === "history"), "the page");
});
