import { assert, assertEquals, assertMatch } from "@std/assert";
import { StoreUnavailable } from "../../../src/store/store.ts";
import { Harness } from "../harness.ts";
import { bare, type Guest, guest } from "./guest.ts";

const CAPS = "server-time message-tags batch draft/chathistory";

/** Somebody in a room where `number 1` to `number COUNT` have been said, a second apart. */
async function reader(room: Harness, count: number, caps = CAPS): Promise<Guest> {
  const ada = await guest(room, "ada", { caps, rooms: "#x" });
  for (let i = 1; i <= count; i++) {
    await room.clock.advance(1_000);
    await ada.say(`PRIVMSG #x :number ${i}`);
  }
  ada.read();
  return ada;
}

interface Page {
  readonly start: string;
  readonly lines: readonly string[];
  readonly texts: readonly string[];
}

/** What a CHATHISTORY gives; the batch is looked at. */
async function page(ada: Guest, words: string): Promise<Page> {
  const lines = await ada.say(`CHATHISTORY ${words}`);
  const [, id] = /^:chat BATCH \+(\S+) /.exec(lines[0] ?? "") ?? [];
  assert(id !== undefined, lines.join("\n"));
  assertEquals(lines.at(-1), `:chat BATCH -${id}`);
  const inner = lines.slice(1, -1);
  for (const line of inner) assertMatch(line, new RegExp(`^@batch=${id}[; ]`));
  return { start: lines[0]!, lines: inner, texts: inner.map(textOf) };
}

/** The number that was said; the line itself, where it is none. */
function textOf(line: string): string {
  return / PRIVMSG #x :number (\d+)$/.exec(line)?.[1] ?? bare(line);
}

function tag(line: string | undefined, key: string): string {
  return new RegExp(`[@;]${key}=([^; ]+)`).exec(line ?? "")?.[1] ?? "";
}

Deno.test("CHATHISTORY gives the newest, the messages before, after, around and between others", async () => {
  await using room = new Harness({ rate: 0 });
  const ada = await reader(room, 10);
  const all = await page(ada, "LATEST #x * 100");
  assertMatch(all.start, /^:chat BATCH \+\S+ chathistory #x$/);
  assertEquals(all.texts, ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
  function id(n: number): string {
    return `msgid=${tag(all.lines[n - 1], "msgid")}`;
  }
  function time(n: number): string {
    return `timestamp=${tag(all.lines[n - 1], "time")}`;
  }
  const expected: readonly (readonly [words: string, numbers: string])[] = [
    ["LATEST #x * 3", "8 9 10"],
    ["LATEST #x * 1", "10"],
  ];
  for (const at of [id, time]) {
    const cases = [
      ...expected,
      [`LATEST #x ${at(7)} 100`, "8 9 10"],
      [`LATEST #x ${at(2)} 3`, "8 9 10"],
      [`BEFORE #x ${at(4)} 100`, "1 2 3"],
      [`BEFORE #x ${at(4)} 2`, "2 3"],
      [`BEFORE #x ${at(1)} 2`, ""],
      [`AFTER #x ${at(8)} 100`, "9 10"],
      [`AFTER #x ${at(3)} 2`, "4 5"],
      [`AFTER #x ${at(10)} 2`, ""],
      [`AROUND #x ${at(5)} 1`, "5"],
      [`AROUND #x ${at(5)} 3`, "4 5 6"],
      [`AROUND #x ${at(5)} 4`, "3 4 5 6"],
      [`BETWEEN #x ${at(2)} ${at(6)} 100`, "3 4 5"],
      [`BETWEEN #x ${at(6)} ${at(2)} 100`, "3 4 5"],
      [`BETWEEN #x ${at(2)} ${at(9)} 2`, "3 4"],
      [`BETWEEN #x ${at(9)} ${at(2)} 2`, "7 8"],
      [`BETWEEN #x ${at(2)} ${at(3)} 2`, ""],
    ] as const;
    for (const [words, numbers] of cases) {
      const { texts } = await page(ada, words);
      assertEquals(texts.join(" "), numbers, words);
    }
  }
});

Deno.test("CHATHISTORY gives comings, goings and topics only to those who ask for events", async () => {
  await using room = new Harness();
  const ada = await reader(room, 2);
  const bob = await guest(room, "bob", { caps: `${CAPS} draft/event-playback`, rooms: "#x" });
  await ada.say("TOPIC #x :new", "PRIVMSG #x :number 3");
  bob.read();
  assertEquals((await page(ada, "LATEST #x * 50")).texts, ["1", "2", "3"]);
  const { lines, texts } = await page(bob, "LATEST #x * 50");
  assertEquals(texts, [
    ":ada!u@chat JOIN #x",
    "1",
    "2",
    ":bob!u@chat JOIN #x",
    ":ada!u@chat TOPIC #x :new",
    "3",
  ]);
  const first = `msgid=${tag(lines[0], "msgid")}`;
  assertEquals((await page(bob, `AFTER #x ${first} 3`)).texts, ["1", "2", ":bob!u@chat JOIN #x"]);
  assertEquals((await page(ada, `AFTER #x ${first} 3`)).texts, ["1", "2", "3"]);
});

Deno.test("CHATHISTORY gives up to 500 messages, in pages that are paid for", async () => {
  await using room = new Harness({ rate: 20 });
  const bob = await room.json("bob", { room: "lobby" });
  for (let i = 1; i <= 520; i++) {
    void bob.conn.request({ type: "say", text: `number ${i} ${"x".repeat(200)}` });
    if (i % 20 === 0) await room.clock.advance(1_000);
  }
  await room.clock.advance(60_000);
  const ada = await guest(room, "ada", { caps: CAPS, rooms: "#lobby" });
  await room.clock.advance(60_000);
  ada.read();
  async function texts(): Promise<(string | undefined)[]> {
    const lines = await ada.say("CHATHISTORY LATEST #lobby * 1000");
    return lines.map((line) => / :number (\d+) /.exec(line)?.[1]).slice(1, -1);
  }
  const expected = Array.from({ length: 500 }, (_, i) => String(i + 21));
  assertEquals(await texts(), expected);
  assertEquals(await texts(), [], "it has no tokens left");
  await room.clock.advance(60_000);
  assertEquals(ada.read().length, 502);
});

Deno.test("CHATHISTORY TARGETS lists the rooms with their newest message between two times", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { caps: CAPS, rooms: "#b,#a,#silent" });
  const times: string[] = [];
  for (const name of ["b", "a"]) {
    await room.clock.advance(1_000);
    await ada.say(`PRIVMSG #${name} :hi`);
    times.push(room.clock.date().toISOString());
  }
  const [first, second] = times;
  async function targets(from: string, to: string, limit = 50): Promise<string[]> {
    const words = `TARGETS timestamp=${from} timestamp=${to} ${limit}`;
    const lines = await ada.say(`CHATHISTORY ${words}`);
    assertMatch(lines[0]!, /^:chat BATCH \+\S+ draft\/chathistory-targets$/);
    return lines.slice(1, -1).map(bare);
  }
  const b = `CHATHISTORY TARGETS #b ${first}`;
  const a = `CHATHISTORY TARGETS #a ${second}`;
  assertEquals(await targets("1970-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z"), [b, a]);
  assertEquals(await targets("2999-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z", 1), [b]);
  assertEquals(await targets(first!, "2999-01-01T00:00:00.000Z"), [a]);
  assertEquals(await targets("1970-01-01T00:00:00.000Z", second!), [b]);
});

Deno.test("CHATHISTORY answers with FAIL what it cannot give", async () => {
  await using room = new Harness();
  const ada = await reader(room, 1);
  const bob = await guest(room, "bob", { caps: CAPS });
  async function failed(client: Guest, words: string): Promise<string> {
    const [line = "", ...others] = await client.replies(`CHATHISTORY ${words}`.trim());
    assertEquals(others, []);
    return line.replace(/ :.*$/, "");
  }
  const target = "FAIL CHATHISTORY INVALID_TARGET LATEST";
  assertEquals(await failed(bob, "LATEST #x * 10"), `${target} #x`);
  assertEquals(await failed(ada, "LATEST #none * 10"), `${target} #none`);
  assertEquals(await failed(ada, "LATEST bob * 10"), `${target} bob`);
  assertEquals(await failed(ada, ""), "FAIL CHATHISTORY NEED_MORE_PARAMS");
  assertEquals(await failed(ada, "LATEST #x *"), "FAIL CHATHISTORY NEED_MORE_PARAMS LATEST");
  assertEquals(await failed(ada, "NEWEST #x * 1"), "FAIL CHATHISTORY INVALID_PARAMS NEWEST");
  assertEquals(await failed(ada, "BEFORE #x * 1"), "FAIL CHATHISTORY INVALID_PARAMS BEFORE #x");
  assertEquals(await failed(ada, "LATEST #x * none"), "FAIL CHATHISTORY INVALID_PARAMS LATEST #x");
  assertEquals(
    await failed(ada, "AFTER #x msgid=other-1 5"),
    "FAIL CHATHISTORY MESSAGE_ERROR AFTER #x",
  );
});

Deno.test("CHATHISTORY says so when the store cannot be read", async () => {
  await using room = new Harness();
  const ada = await reader(room, 1);
  const { store } = room.server.rooms.get("x")!;
  store.talk = function* () {
    yield;
    throw new StoreUnavailable("the disk is gone");
  };
  const [line] = await ada.replies("CHATHISTORY LATEST #x * 10");
  assertMatch(line!, /^FAIL CHATHISTORY MESSAGE_ERROR LATEST #x :/);
});
