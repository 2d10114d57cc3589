import { assert, assertEquals, assertMatch } from "@std/assert";
import { Secret } from "../../../src/server/admission/secret.ts";
import { MemoryStore } from "../../../src/store/memory.ts";
import { openSqliteStore } from "../../../src/store/sqlite/store.ts";
import type { Act, Actor } from "../../../src/store/audit.ts";
import { until } from "../../helpers/wait.ts";
import { guest } from "../irc/guest.ts";
import { Harness } from "../harness.ts";
import type { MemoryConnection } from "../memory_connection.ts";

const SAID = { type: "message", from: "bob", text: "spam" } as const;

function withOperators(options: ConstructorParameters<typeof Harness>[0] = {}): Harness {
  return new Harness({ operatorPassword: new Secret("boss"), rate: 0, ...options });
}

async function operator(room: Harness): Promise<MemoryConnection> {
  const conn = await room.plain("root");
  await conn.send("/op\nboss\n");
  assertMatch(conn.received().at(-1)!, /You are an operator now/);
  return conn;
}

/** Sends a line, and waits for lines that hold a word. */
async function answer(conn: MemoryConnection, line: string, word: string): Promise<string[]> {
  await conn.send(`${line}\n`);
  const lines: string[] = [];
  await until(() => {
    lines.push(...conn.received());
    return lines.some((line) => line.includes(word));
  }, `an answer with ${word}`);
  return lines;
}

Deno.test("/erase takes away what a message said, and its number stays", async () => {
  await using room = withOperators();
  const { conn: ada } = await room.json("ada");
  const bob = await room.plain("bob");
  await ada.request({ type: "say", text: "the secret of the house", id: "a.1" });
  const { seq } = ada.events().find(({ type }) => type === "message")!;
  await ada.request({ type: "say", text: "hi" });
  const root = await operator(room);
  bob.received();
  await answer(root, `/erase ${seq}`, "erase");
  assertEquals(bob.received(), ["~ root erases a message of ada"]);
  const told = ada.events().find(({ erases }) => erases !== undefined)!;
  assertEquals([told.from, told.action, told.erases], ["root", true, [seq]]);

  const { events: late } = await room.json("late", { rooms: { lobby: { history: 50 } } });
  const messages = late.filter(({ type }) => type === "message");
  assertEquals(messages.map(({ text }) => text), ["(erased)", "hi", "erases a message of ada"]);
  assertEquals([messages[0].seq, messages[0].from, messages[0].id], [seq, "ada", "a.1"]);
  const eve = await room.connect();
  await eve.send("eve\n");
  const seen = eve.received().join("\n");
  assertMatch(seen, /ada: \(erased\)\r*\n/);
  assert(!seen.includes("secret"));
  assertMatch((await answer(eve, "/search secret", "found")).join(), /Nothing was found/);
});

Deno.test("/erase NAME takes away all that somebody said in the room, long and short", async () => {
  await using room = withOperators();
  const { conn: ada } = await room.json("Ada");
  await room.plain("bob");
  for (const text of ["a", "bb", "one\ntwo", "x".repeat(4_000)]) {
    await ada.request({ type: "say", text });
  }
  const root = await operator(room);
  const lines = await answer(root, "/erase ADA", "erases");
  assertEquals(lines.at(-1), "~ root erases 4 messages of Ada");
  const { events } = await room.json("late", { rooms: { lobby: { history: 50 } } });
  root.received();
  const texts = events.filter(({ from }) => from === "Ada").map(({ text }) => text);
  assertEquals(texts.length, 4);
  assert(texts.every((text) => text === "(erased)" || text === "-"), texts.join());
  assertMatch((await answer(root, "/erase ada", "no message"))[0]!, /There is no message of ada/);
  assertMatch((await answer(root, "/erase 99", "no message"))[0]!, /There is no message 99/);
});

Deno.test("/erase NAME goes in steps, between which others have their turn, and pays for them", async () => {
  await using room = withOperators({ rate: 2 });
  const { conn: ada } = await room.json("ada");
  const say = Array.from({ length: 250 }, () => ({ room: 0, draft: SAID }));
  room.store.append(say, "2026-03-01T12:00:00.000Z");
  const root = await operator(room);
  await root.send("/erase bob\n/audit\n");
  const lines: string[] = [];
  for (let seconds = 0; seconds < 60 && lines.length < 4; seconds++) {
    await room.clock.advance(1_000);
    await ada.request({ type: "ping" });
    const types = ada.events().map(({ type }) => type);
    assertEquals(types.at(-1), "pong");
    assert(types.length <= 2, types.join());
    lines.push(...root.received());
  }
  assertEquals(lines.slice(0, 3), [
    "~ root erases 100 messages of bob",
    "~ root erases 100 messages of bob",
    "~ root erases 50 messages of bob",
  ]);
  assertMatch(lines[3]!, /root erased bob in #lobby messages 250$/);
});

Deno.test("/erase NAME N takes away the last ones only; a name may be a number", async () => {
  await using room = withOperators();
  const { conn: ada } = await room.json("Ada");
  const { conn: seven } = await room.json("7");
  for (const text of ["one", "two", "three", "four"]) {
    await ada.request({ type: "say", text });
    await seven.request({ type: "say", text });
  }
  const root = await operator(room);
  const said = [];
  for (const line of ["/erase ada 1", "/erase #lobby ADA  2", "/erase 7 3", "/erase Ada 99"]) {
    said.push((await answer(root, line, "erases")).at(-1));
  }
  assertEquals(said, [
    "~ root erases a message of Ada",
    "~ root erases 2 messages of Ada",
    "~ root erases 3 messages of 7",
    "~ root erases a message of Ada",
  ]);
  assertMatch((await answer(root, "/erase eve 2", "message of"))[0]!, /There is no message of eve/);
  const { events } = await room.json("late", { rooms: { lobby: { history: 50 } } });
  const texts = events.filter(({ from }) => from === "7").map(({ text }) => text);
  // What was too short for more.
  assertEquals(texts, ["one", "-", "-", "-"]);
});

Deno.test("a client that comes back with the old text is told to forget it", async () => {
  await using room = withOperators();
  const { conn: ada, welcome } = await room.json("ada");
  await ada.request({ type: "say", text: "the secret" });
  const { seq, at, room: name } = ada.events().find(({ type }) => type === "message")!;
  await ada.end({ broken: true });
  const root = await operator(room);
  await answer(root, `/erase ${seq}`, "erases");
  const { events } = await room.json("ada", {
    session: welcome.session,
    rooms: { [name]: { after: seq, at } },
  });
  assertEquals(events.filter(({ erases }) => erases).map(({ erases }) => erases), [[seq]]);
});

Deno.test("only operators may erase, and each act stands in /audit, newest first", async () => {
  await using room = withOperators();
  const bob = await room.plain("bob");
  await bob.send("hello\n/erase 1\n/audit\n");
  assertEquals(bob.received().slice(-2).map((line) => /is for operators/.test(line)), [true, true]);
  const root = await operator(room);
  await answer(root, "/erase bob", "erases");
  await answer(root, "/mute bob 5m", "is muted");
  await answer(root, "/announce tea", "tea");
  const [last, ...others] = await answer(root, "/audit", "became operator");
  assertMatch(last!, /^\* \d{4}-\d\d-\d\d \d\d:\d\dZ root announced$/);
  assertMatch(others[0]!, /root muted bob for 5m$/);
  assertMatch(others[1]!, /root erased bob in #lobby seq \d+$/);
  assertMatch(others[2]!, /root became operator from /);
  assertMatch((await answer(root, "/audit 2", "page"))[0]!, /There is no page 2/);
  assertMatch((await answer(root, "/audit x", "page"))[0]!, /Cannot show page "?x"?: it must be/);
  assert(room.logged.some((line) => JSON.stringify(line).includes("erased")));
});

Deno.test("what a keeper does is kept apart from what an operator does, /op included", async () => {
  const { audit } = new MemoryStore();
  const kept: string[] = [];
  const store = new (class extends MemoryStore {
    override readonly audit = {
      add: (act: Act, actor: Actor) => {
        kept.push(`${actor} ${act.by} ${act.act}`);
        audit.add(act, actor);
      },
      page: audit.page.bind(audit),
    };
  })();
  await using room = withOperators({ store });
  const eve = await room.plain("eve");
  await eve.send("/join mine\n/unlist mine\n");
  const root = await operator(room);
  await answer(root, "/unlist mine", "in lists again");
  assertEquals(kept, [
    "keeper eve unlisted room",
    "operator root became operator",
    "operator root listed room",
  ]);
});

Deno.test("with --db nothing of an erased text stays in the files, and the audit does", async () => {
  const directory = Deno.makeTempDirSync();
  const path = `${directory}/room.db`;
  const open = () => openSqliteStore(path, { durability: "process" });
  try {
    const store = open();
    {
      await using room = withOperators({ store });
      const { conn: ada } = await room.json("ada");
      for (let n = 0; n < 300; n++) {
        await ada.request({ type: "say", text: `line ${n} swordfish${n}q` });
      }
      await ada.request({ type: "say", text: "Zuckerwatteé" });
      while (store.maintain(Date.now()));
      const root = await operator(room);
      await answer(root, "/erase ada", "erases a message of ada");
      while (store.maintain(Date.now()));
      for (const file of [path, `${path}-wal`]) {
        const bytes = new TextDecoder("latin1").decode(Deno.readFileSync(file));
        for (const piece of ["swordfish", "Zuckerwatte", "zuckerwatte"]) {
          assert(!bytes.includes(piece), `${piece} is in ${file}`);
        }
      }
      assertMatch((await answer(root, "/search swordfish", "found")).join(), /Nothing was found/);
      assertMatch((await answer(root, "/search erased", "found")).join(), /50 found/);
    }
    const again = open();
    await using room = withOperators({ store: again });
    const root = await operator(room);
    assertMatch(
      (await answer(root, "/audit", "erased")).join(),
      /root erased ada in #lobby messages 301/,
    );
    const { events } = await room.json("late", { rooms: { lobby: { history: 50 } } });
    const erased = events.filter(({ erases }) => erases).map(({ erases }) => erases.length);
    assertEquals(erased, [100, 100, 100, 1]);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

Deno.test("what is erased while a page with it is read does not come back behind the erasure", async () => {
  const leaks: string[] = [];
  for (let turns = 0; turns < 24; turns++) {
    // Each event takes so long to read that others have their turn behind it.
    let ms = 0;
    await using room = withOperators({ store: new MemoryStore({ now: () => ms += 100 }) });
    const { conn: ada } = await room.json("ada");
    const bob = await room.plain("bob");
    const dan = await room.plain("dan");
    const caps = "batch message-tags server-time draft/chathistory";
    const eve = await guest(room, "eve", { rooms: "#lobby", caps });
    await ada.request({ type: "say", text: "the secret" });
    const root = await operator(room);
    const { seq } = ada.events().find(({ type }) => type === "message")!;
    bob.received();
    dan.received();
    eve.read();
    const sent = [root.send(`/erase ${seq}\n`)];
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    sent.push(
      ada.request({ type: "history", limit: 50 }),
      ada.request({ type: "search", query: "secret" }),
      bob.send("/search secret\n"),
      dan.send("/history 50\n"),
      eve.conn.send("CHATHISTORY LATEST #lobby * 50\r\n"),
    );
    await Promise.all(sent);
    const readers = { ada, bob, dan, eve: eve.conn };
    for (const [name, conn] of Object.entries(readers)) {
      const lines = conn.received();
      const told = lines.findIndex((line) => line.includes("erases a message of ada"));
      assert(told >= 0, `${turns}: ${name} is not told`);
      for (const line of lines.slice(told)) {
        if (line.includes("the secret")) leaks.push(`${turns}: ${name}: ${line}`);
      }
    }
  }
  assertEquals(leaks, []);
});
