import { assert, assertEquals } from "@std/assert";
import type { Draft } from "../../src/protocol/messages.ts";
import { json } from "../../src/protocol/json.ts";
import { plain } from "../../src/protocol/plain.ts";
import { Log } from "../../src/room/log.ts";
import { Room } from "../../src/room/room.ts";
import { Writer } from "../../src/room/writer.ts";
import { FakeSink } from "./fake_sink.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { RecentMessages } from "../../src/room/recent.ts";
import type { Dialect, LogFormat } from "../../src/protocol/dialect.ts";
import { type LogsOptions, RoomLogs } from "../../src/room/room_logs.ts";
import { Windows } from "../../src/room/windows.ts";
import { openSqliteStore } from "../../src/store/sqlite/store.ts";
import type { Store } from "../../src/store/store.ts";

const AT = "2026-11-21T10:00:00.000Z";
const MESSAGE = { type: "message", seq: 1, at: AT, from: "ada", text: "" } as const;

function textOf(log: Log): string {
  let text = "";
  for (let segment = log.oldest; segment !== null; segment = segment.next!) {
    text += new TextDecoder().decode(segment.bytes.subarray(0, segment.end));
  }
  return text;
}

/** The logs of the lobby, some of them filled at once. */
function lobbyOf(
  store: Store,
  dialects: readonly Dialect[] = [],
  options: LogsOptions = {},
): RoomLogs {
  const logs = new RoomLogs(store, { id: 0, name: "lobby" }, options);
  logs.fill(dialects);
  return logs;
}

/** Keeps and shows what happened, as an order does. */
function publish(store: Store, room: RoomLogs, drafts: Iterable<Draft>): void {
  room.show(store.append([...drafts].map((draft) => ({ room: 0, draft })), AT));
}

function say(store: Store, room: RoomLogs, text: string): void {
  publish(store, room, [{ type: "message", from: "ada", text }]);
}

Deno.test("a log that nobody has read yet catches up when it is asked for", () => {
  const store = new MemoryStore();
  store.append([{ room: 0, draft: { type: "message", from: "bob", text: "past" } }], AT);
  const room = lobbyOf(store, [plain, json]);
  say(store, room, "one");
  say(store, room, "two");
  assertEquals(textOf(room.log(plain)), "bob: past\nada: one\nada: two\n");
  say(store, room, "three");
  assertEquals(textOf(room.log(plain)).endsWith("ada: three\n"), true);
  const seqs = textOf(room.log(json)).trim().split("\n").map((line) => JSON.parse(line).seq);
  assertEquals(seqs, [1, 2, 3, 4]);
});

Deno.test("a log on demand is written only while somebody reads it, and then has everything", () => {
  const store = new MemoryStore();
  let rendered = 0;
  const format: LogFormat = {
    onDemand: true,
    renderLog(event) {
      rendered++;
      return `${event.seq}\n`;
    },
  };
  const room = lobbyOf(store);
  const reader = { wake: () => {} };
  const log = room.log({ format });
  room.attach(reader, log);
  say(store, room, "one");
  assertEquals(textOf(log), "1\n");
  room.detach(reader, log, true);
  for (let n = 2; n <= 100; n++) say(store, room, "more");
  assertEquals(rendered, 1);
  room.attach(reader, room.log({ format }));
  say(store, room, "last");
  const seqs = Array.from({ length: 101 }, (_, index) => `${index + 1}\n`);
  assertEquals([textOf(room.log({ format })), rendered], [seqs.join(""), 101]);
});

Deno.test("a log that has missed more than the store shows at once begins anew", () => {
  const store = new MemoryStore();
  store.append([{ room: 0, draft: { type: "message", from: "bob", text: "past" } }], AT);
  const room = lobbyOf(store, [plain]);
  const said = (_: unknown, i: number) => ({ type: "message", from: "a", text: `${i}` }) as const;
  publish(store, room, Array.from({ length: 10_500 }, said));
  const log = room.log(plain);
  assertEquals(log.nextSeq, 10_502);
  assertEquals(textOf(log).startsWith("a: 500\n"), true);
});

/** Messages, and then so many who come and go. */
function* crowd(messages: number, joins: number): Iterable<Draft> {
  for (let n = 0; n < messages; n++) yield { type: "message", from: "ada", text: `text ${n}` };
  for (let n = 0; n < joins; n++) {
    yield { type: "join", name: `n${n}` };
    yield { type: "leave", name: `n${n}`, reason: "quit" };
  }
}

function inStores(test: (store: Store) => void): void {
  test(new MemoryStore());
  const directory = Deno.makeTempDirSync();
  const store = openSqliteStore(`${directory}/room.db`, { durability: "process" });
  try {
    test(store);
  } finally {
    store.close();
    Deno.removeSync(directory, { recursive: true });
  }
}

Deno.test("a log that is made late has the messages before 20,000 comings and goings", () =>
  inStores((store) => {
    store.append([...crowd(60, 20_000)].map((draft) => ({ room: 0, draft })), AT);
    for (const dialect of [plain, json]) {
      const room = lobbyOf(store);
      const log = room.log(dialect);
      assertEquals([log.firstSeq, log.nextSeq], [1, 40_061]);
      const run = room.recent.newest(50, log.firstSeq, 40_061);
      assertEquals([run?.seq, run?.count], [11, 50]);
      assertEquals(textOf(log).includes("text 59"), true);
    }
  }));

Deno.test("a log catches up over comings and goings, and begins behind what the store has dropped", () => {
  const store = new MemoryStore({ maxMessages: 2, maxMoves: 1_000 });
  const room = lobbyOf(store);
  room.log(json);
  store.append([{ room: 0, draft: { type: "message", from: "ada", text: "first" } }], AT);
  const late = lobbyOf(store, [plain]);
  publish(store, late, crowd(0, 400));
  assertEquals([late.log(plain).firstSeq, late.log(plain).nextSeq], [1, 802]);
  const later = lobbyOf(store, [plain]);
  publish(store, later, crowd(5, 10));
  const log = later.log(plain);
  assertEquals([log.firstSeq, log.nextSeq], [805, 827]);
  assertEquals(textOf(log).startsWith("ada: text 3\n"), true);
});

Deno.test("a log is filled with no more bytes than its window keeps", () =>
  inStores((store) => {
    const text = "x".repeat(1_000);
    store.append(
      Array.from({ length: 5_000 }, () => (
        { room: 0, draft: { type: "message", from: "a", text } as const }
      )),
      AT,
    );
    const log = lobbyOf(store, [], { windowBytes: 256 * 1024 }).log(plain);
    assertEquals([log.firstSeq, log.nextSeq], [5_000 - 262, 5_001]);
  }));

Deno.test("a log that is filled anew takes the place of the one before in what all share", () => {
  const store = new MemoryStore();
  const windows = new Windows();
  const room = lobbyOf(store, [], { windows });
  publish(store, room, crowd(5, 10));
  room.fill([json]);
  // More than a log catches up with.
  store.append([...crowd(0, 30_000)].map((draft) => ({ room: 0, draft })), AT);
  const log = room.log(json);
  assertEquals(windows.bytes, log.bytes);
});

Deno.test("RecentMessages counts those before a place alone", () => {
  const recent = new RecentMessages();
  for (let seq = 1; seq <= 20; seq++) recent.add(seq, AT);
  assertEquals(recent.newest(5, 1, 11), {
    seq: 6,
    count: 5,
    from: AT,
    to: AT,
    leftOut: [],
  });
  assertEquals(recent.newest(5, 9, 11)?.count, 2);
  assertEquals(recent.newest(5, 1, 1), null);
  assertEquals(recent.newest(0, 1, 11), null);
});

Deno.test("RecentMessages leaves out the oldest comings and goings over 500 events", () => {
  const recent = new RecentMessages();
  for (const seq of [10, 400, 900]) recent.add(seq, AT);
  assertEquals(recent.newest(3, 1, 510)?.leftOut, []);
  assertEquals(recent.newest(3, 1, 901)?.leftOut, [[11, 400], [401, 403]]);
  assertEquals(recent.newest(3, 1, 1_001)?.leftOut, [[11, 400], [401, 503]]);
  assertEquals(recent.newest(3, 1, 9_000)?.leftOut, [[11, 400], [401, 900], [901, 8_503]]);
  assertEquals(recent.newest(1, 1, 9_000)?.leftOut, [[901, 8_501]]);
  assertEquals(recent.newest(1_000, 1, 901)?.leftOut, []);
});

Deno.test("the log of a closed room shares the memory of all until the last reader has left it", async () => {
  const windows = new Windows(300 * 1024);
  const store = new MemoryStore();
  const room = new Room(store, store.rooms()[0]!, { windows });
  const log = room.log(json);
  const sink = new FakeSink();
  const writer = new Writer(sink, {
    now: () => 0,
    renderLagged: (_room, from, to) => `lagged ${from} ${to}\n`,
    onFailure: () => {},
  });
  writer.follow(room, log, 0);
  publish(
    store,
    room,
    Array.from({ length: 200 }, () => (
      { type: "message", from: "ada", text: "x".repeat(1_000) } as const
    )),
  );
  room.wake();
  writer.unfollow(room);
  room.close();
  assertEquals([windows.bytes > 200_000, windows.bytes], [true, log.bytes]);
  const { oldest } = log;
  const busy = new Log(1, { windows });
  for (let n = 0; n < 3_000; n++) busy.append(`${"y".repeat(99)}\n`);
  assert(windows.bytes <= 300 * 1024);
  // The largest goes first, and that is the other one at last: they share.
  assertEquals([oldest.dropped, [...writer.orphans()]], [true, [oldest]]);
  sink.open();
  await writer.drained();
  assertEquals(/lagged \d+ \d+\n/.test(sink.text), true);
  assertEquals(windows.bytes, busy.bytes);
});

Deno.test("nothing of the log of a closed room has to stay", () => {
  const windows = new Windows(100 * 1024);
  const store = new MemoryStore();
  const rooms = Array.from({ length: 10 }, () => lobbyOf(store, [], { windows }));
  for (const room of rooms) {
    room.attach({ wake: () => {} }, room.log(plain));
    room.log(plain);
    room.show([{ ...MESSAGE, text: "x".repeat(30_000) }]);
    room.close();
  }
  assert(windows.bytes <= 100 * 1024 + rooms.length);
});
