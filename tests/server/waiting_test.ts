/** Direct messages that wait for people who are away. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { Mailboxes, MAX_WAITING, MAX_WAITING_OF_ONE } from "../../src/room/mailboxes.ts";
import { Sessions } from "../../src/room/sessions.ts";
import { GRACE_MS, TICK_MS } from "../../src/server/grace.ts";
import { SESSION_KEPT_MS } from "../../src/store/stored_sessions.ts";
import { Harness } from "./harness.ts";
import type { MemoryConnection } from "./memory_connection.ts";

/** The direct messages that a client has been told, with `n`. */
function directs(conn: MemoryConnection): unknown[][] {
  const told = conn.events().filter(({ type }) => type === "direct");
  return told.map(({ from, text, n }) => [n, from, text]);
}

/** Those among other events. */
// deno-lint-ignore no-explicit-any -- tests look into events of any type
function among(events: any[]): unknown[][] {
  return events.filter(({ type }) => type === "direct").map(({ from, text, n }) => [n, from, text]);
}

/** Its connection breaks, without a word. */
function lose(conn: MemoryConnection): Promise<void> {
  return conn.end({ broken: true });
}

async function say(conn: MemoryConnection, text: string, more = {}): Promise<unknown> {
  conn.received();
  await conn.request({ type: "direct", to: "bob", text, ...more });
  const [answer] = conn.events();
  return answer?.type === "direct" ? answer.waits === true ? "waits" : "said" : answer?.code;
}

Deno.test("what is said to somebody whose connection is lost waits, and is given once", async () => {
  await using server = new Harness();
  const { conn: ada } = await server.json("ada");
  const bob = await server.json("bob", { directs: 0 });
  const { session } = bob.welcome;
  await lose(bob.conn);
  assertEquals(await say(ada, "one", { id: "d.1" }), "waits");
  assertEquals(await say(ada, "one", { id: "d.1" }), "waits");
  const again = await server.json("bob", { session, directs: 0 });
  assertEquals(again.welcome.resumed, true);
  assertEquals(among(again.events), [[1, "ada", "one"]]);
  assertEquals(await say(ada, "two"), "said");
  assertEquals(directs(again.conn), [[undefined, "ada", "two"]]);

  // It had read it, and what it said of that was lost with the connection.
  await lose(again.conn);
  assertEquals(await say(ada, "three"), "waits");
  const third = await server.json("bob", { session, directs: 1 });
  assertEquals(among(third.events), [[2, "ada", "three"]]);
  // It had not read it.
  await lose(third.conn);
  const fourth = await server.json("bob", { session, directs: 1 });
  assertEquals(among(fourth.events), [[2, "ada", "three"]]);
  await fourth.conn.request({ type: "seen", directs: 2 });
  const fifth = await server.json("bob", { session, directs: 1 });
  assertEquals(among(fifth.events), []);
});

Deno.test("it waits for a session and not for a name, for 24 hours", async () => {
  await using server = new Harness();
  const { conn: ada } = await server.json("ada");
  const bob = await server.json("bob");
  await lose(bob.conn);
  await server.clock.advance(GRACE_MS + TICK_MS);
  assertEquals(await say(ada, "for the first bob"), "waits");
  // Somebody else takes the name, and what is said from now on is for that one.
  const other = await server.json("bob");
  assertEquals(among(other.events), []);
  assertEquals(await say(ada, "for the second bob"), "said");
  assertEquals(directs(other.conn), [[undefined, "ada", "for the second bob"]]);
  const { session } = bob.welcome;
  const back = await server.json("rob", { session });
  assertEquals(back.welcome.resumed, false);
  assertEquals(among(back.events), [[1, "ada", "for the first bob"]]);
  // Who does not name numbers is given each once.
  await lose(back.conn);
  assertEquals(among((await server.json("rob", { session })).events), []);

  await lose(other.conn);
  await server.clock.advance(GRACE_MS + TICK_MS);
  assertEquals(await say(ada, "too late"), "waits");
  await ada.request({ type: "ping" });
  assertEquals(server.server.state.sessions.mailboxes.bytes > 0, true);
  await server.clock.advance(SESSION_KEPT_MS + TICK_MS);
  const late = await server.json("bob", { session: other.welcome.session, directs: 0 });
  assertEquals(among(late.events), []);
  assertEquals(server.server.state.sessions.mailboxes.bytes, 0);
});

Deno.test("nothing waits for who has quit, was removed or is banned, nor for a plain client", async () => {
  await using server = new Harness();
  const { conn: ada } = await server.json("ada");
  const bob = await server.json("bob");
  await bob.conn.request({ type: "quit" });
  assertEquals(await say(ada, "gone"), "no_such_person");

  const plain = await server.plain("bob");
  await lose(plain);
  assertEquals(await say(ada, "gone"), "no_such_person");

  const third = await server.json("bob");
  await lose(third.conn);
  await server.clock.advance(GRACE_MS + TICK_MS);
  const ban = { shown: "bob", by: "ada", reason: "", atMs: 0, untilMs: null };
  server.server.order.propose({ type: "ban", ban: { ...ban, key: "name:bob" } }, null);
  assertEquals(await say(ada, "banned"), "no_such_person");
});

Deno.test("as many wait, and as long ones, as is said; an id that was refused is free", async () => {
  await using server = new Harness({ rate: 0 });
  const { conn: ada } = await server.json("ada");
  const bob = await server.json("bob", { directs: 0 });
  await lose(bob.conn);
  assertEquals(await say(ada, "é".repeat(2_049)), "text_too_long");
  const { conn: eve } = await server.json("eve");
  for (const from of [ada, eve]) {
    for (let n = 0; n < MAX_WAITING_OF_ONE; n++) {
      assertEquals(await say(from, "é".repeat(2_048)), "waits");
    }
    assertEquals(await say(from, "one more", { id: "d.1" }), "unavailable");
  }
  assertEquals(MAX_WAITING, 2 * MAX_WAITING_OF_ONE);
  const { session } = bob.welcome;
  const back = await server.json("bob", { session, directs: 0 });
  assertEquals(among(back.events).map(([n]) => n), Array.from({ length: 16 }, (_, n) => n + 1));
  assertEquals(await say(ada, "one more", { id: "d.1" }), "said");
});

Deno.test("one address has a share of what waits, under however many names", async () => {
  await using server = new Harness({ rate: 0, maxClients: 400 });
  const names = Array.from({ length: 40 }, (_, n) => `gone${n}`);
  const absent = await Promise.all(names.map((name) => server.json(name)));
  for (const { conn } of absent) await lose(conn);
  const outcomes: unknown[] = [];
  for (let n = 0; n < 4; n++) {
    const { conn } = await server.json(`eve${n}`);
    for (const to of names) outcomes.push(await say(conn, "x".repeat(4_000), { to }));
  }
  assertEquals(outcomes.lastIndexOf("waits"), 125);
  assertEquals(outcomes.indexOf("unavailable"), 126);
  const other = await server.connect("192.0.2.1");
  await other.request({ type: "hello", protocol: 1, name: "ada" });
  assertEquals(await say(other, "hello", { to: "gone0" }), "waits");
});

Deno.test("what has waited for a day takes no place any more, also where its session lives on", async () => {
  await using server = new Harness();
  const { conn: ada } = await server.json("ada");
  const bob = await server.json("bob", { directs: 0 });
  await lose(bob.conn);
  assertEquals(await say(ada, "hello"), "waits");
  const { mailboxes } = server.server.state.sessions;
  await server.clock.advance(SESSION_KEPT_MS / 2);
  // Comes back, and never says that it has seen anything.
  const { session } = bob.welcome;
  const back = await server.json("bob", { session, directs: 0 });
  assertEquals(among(back.events).length, 1);
  await server.clock.advance(SESSION_KEPT_MS / 2 - TICK_MS);
  await server.json("early");
  assertEquals(mailboxes.bytes > 0, true);
  await server.clock.advance(2 * 60_000);
  await server.json("late");
  assertEquals(mailboxes.bytes, 0);
});

Deno.test("a plain client is told that it waits, and gives what it says to who comes back", async () => {
  await using server = new Harness();
  const eve = await server.plain("eve");
  const bob = await server.json("bob");
  await lose(bob.conn);
  await eve.send("/msg bob hello\n");
  assertEquals(eve.received().slice(-2), [
    "[to bob] hello",
    "* bob is away: your message waits for bob's program to connect again, for 24 hours at " +
    "most; one that is started anew may miss it.",
  ]);
  const back = await server.json("bob", { session: bob.welcome.session });
  assertEquals(among(back.events), [[1, "eve", "hello"]]);
});

Deno.test("mailboxes have a bound of memory, and what is undone is as before", () => {
  const mailboxes = new Mailboxes(2_000);
  const sessions = new Sessions();
  const session = sessions.open("a", 0);
  const message = { atMs: 0, from: "ada", to: "bob", text: "x".repeat(500) };
  assertEquals(mailboxes.refusal(session, message), null);
  const { undo } = mailboxes.add(session, message);
  assertEquals(mailboxes.refusal(session, message), "mailboxes_full");
  const seen = mailboxes.seen(session, 1)!;
  assertEquals([seen.messages.length, mailboxes.bytes], [1, 0]);
  seen.undo();
  assertEquals(mailboxes.seen(session, 0), null);
  undo();
  assertEquals([session.mailbox, mailboxes.bytes], [null, 0]);

  const left = mailboxes.left(session, { name: "Bob", fold: "bob" });
  const other = sessions.open("b", 0);
  const leftToo = mailboxes.left(other, { name: "bob", fold: "bob" });
  assertEquals(mailboxes.gone("bob"), other);
  leftToo();
  assertEquals(mailboxes.gone("bob"), session);
  mailboxes.back(session)();
  assertEquals(mailboxes.gone("bob"), session);
  left();
  assertEquals([mailboxes.gone("bob"), session.goneAs], [undefined, null]);
  assertStringIncludes(JSON.stringify(session.hash), "a");
});
