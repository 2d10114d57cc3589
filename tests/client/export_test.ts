/**
 * `chat join --exit` against a server that does exactly what a test tells it to.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { type ExportEnds, runExport } from "../../src/client/export.ts";
import { JOIN_DEFAULTS, type JoinOptions } from "../../src/client/options.ts";
import { dial } from "../../src/net/dial.ts";
import type { RoomEvent } from "../../src/protocol/messages.ts";
import { until, within } from "../helpers/wait.ts";
import { AT, type FakePeer, FakeServer, message } from "./core/fake_server.ts";

/** An export at work, with what it wrote. */
function start(
  port: number,
  { output, ...options }: Partial<JoinOptions> & Partial<Pick<ExportEnds, "output">> = {},
) {
  const out = { text: "", errors: [] as string[] };
  const stop = new AbortController();
  const joinOptions: JoinOptions = {
    ...JOIN_DEFAULTS,
    port,
    timeoutMs: 20_000,
    history: "all",
    exit: true,
    json: true,
    ...options,
  };
  const code = runExport(joinOptions, {
    connect: (signal) => dial({ hostname: "127.0.0.1", port }, { timeoutMs: 20_000, signal }),
    output: output ?? {
      write(bytes) {
        out.text += new TextDecoder().decode(bytes);
        return Promise.resolve(bytes.length);
      },
    },
    complain: (line) => out.errors.push(line),
    stopped: stop.signal,
  });
  return { out, stop, code: within(code, "the end of the export") };
}

/** What a log holds from one `seq` to another. */
function events(from: number, to: number): RoomEvent[] {
  const all: RoomEvent[] = [];
  for (let seq = from; seq <= to; seq++) all.push(message(seq, "bob", `text ${seq}`));
  return all;
}

/** Answers one request for history from a log that holds `oldest` to `newest`. */
async function answer(
  peer: FakePeer,
  { oldest = 1, newest, perPage = 500 }: {
    readonly oldest?: number;
    readonly newest: number;
    readonly perPage?: number;
  },
): Promise<{ readonly first: number; readonly last: number }> {
  const { before = Infinity, limit = 50, messages } = await peer.next("history");
  const last = Math.min(before - 1, newest);
  const first = Math.max(oldest, last - Math.min(messages ?? limit, perPage) + 1);
  const more = first > oldest && last >= oldest;
  await peer.send({ type: "history", room: "lobby", events: events(first, last), more });
  return { first, last };
}

/** `seq` of each line. */
function seqs(text: string): number[] {
  return text.trim().split("\n").map((line) => (JSON.parse(line) as RoomEvent).seq);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

Deno.test("An export writes all that is stored, oldest first, and nothing newer", async () => {
  using server = new FakeServer();
  const { code, out } = start(server.port);
  const peer = await server.peer();
  const hello = await peer.admit({ seq: 1_200 });
  assertEquals([hello.history, hello.after], [0, undefined]);
  await peer.send({ type: "join", room: "lobby", seq: 1_201, at: AT, name: hello.name });
  await peer.send(message(1_202, "eve", "too late"));
  while ((await answer(peer, { newest: 1_202, perPage: 300 })).last < 1_200);
  await peer.farewell();
  assertEquals(await code, 0);
  assertEquals(seqs(out.text), range(1, 1_200));
  assertEquals(out.text.split("\n")[0], JSON.stringify(message(1, "bob", "text 1")));
  assertEquals(out.errors, []);
});

Deno.test("An export without --json writes lines for people", async () => {
  using server = new FakeServer();
  const { code, out } = start(server.port, { json: false, history: 2 });
  const peer = await server.peer();
  await peer.admit({ seq: 9 });
  await answer(peer, { newest: 9 });
  await peer.farewell();
  assertEquals(await code, 0);
  assertMatch(out.text, /bob: text 8\n.*bob: text 9\n$/);
});

Deno.test("An export of the last N asks for no more, and one of nothing leaves at once", async () => {
  using server = new FakeServer();
  const some = start(server.port, { history: 3 });
  const first = await server.peer();
  await first.admit({ seq: 1_000 });
  assertEquals(await answer(first, { newest: 1_000 }), { first: 998, last: 1_000 });
  await first.farewell();
  assertEquals(await some.code, 0);
  assertEquals(seqs(some.out.text), [998, 999, 1_000]);
  for (const [history, seq] of [[0, 7], ["all", 0]] as const) {
    const none = start(server.port, { history });
    const peer = await server.peer();
    await peer.admit({ seq });
    await peer.farewell();
    assertEquals([await none.code, none.out.text, none.out.errors], [0, "", []]);
  }
});

Deno.test("An export goes on after a lost connection, and writes each event once", async () => {
  using server = new FakeServer();
  const { code, out } = start(server.port);
  const first = await server.peer();
  await first.admit({ seq: 1_100 });
  await answer(first, { newest: 1_100 });
  await until(() => out.text.includes("text 500"), "the first page");
  // Cut while the second page is on its way.
  await first.next("history");
  first.close();
  const second = await server.peer();
  const hello = await second.admit({ seq: 1_101 });
  assertEquals([hello.session, hello.after], ["secret", 500]);
  // The window has some of it; the rest is asked for.
  await second.send({ type: "lagged", room: "lobby", from: 501, to: 800 }, ...events(801, 1_000));
  while ((await answer(second, { newest: 1_101 })).last < 1_100);
  await second.farewell();
  assertEquals(await code, 0);
  assertEquals(seqs(out.text), range(1, 1_100));
  assertMatch(out.errors.join("\n"), /^! Not connected: .*\n\* Connected again\.$/);
});

Deno.test("An export says what is no longer stored, and is whole without it", async () => {
  using server = new FakeServer();
  const { code, out } = start(server.port);
  const peer = await server.peer();
  await peer.admit({ seq: 700 });
  while ((await answer(peer, { oldest: 601, newest: 700 })).last < 700);
  await peer.farewell();
  assertEquals(await code, 0);
  assertEquals(seqs(out.text), range(601, 700));
  assertEquals(out.errors, ["chat: Events 1 to 600 are no longer stored."]);
});

Deno.test("An export of a room that did not exist says so and fails, and the others are written", async () => {
  using server = new FakeServer();
  const rooms = [{ room: "nosuch" }, { room: "lobby" }];
  const { code, out } = start(server.port, { rooms });
  const peer = await server.peer();
  await peer.welcome();
  await peer.enter("nosuch", { names: ["export"], count: 1, keeper: "export" });
  assertEquals((await peer.next("part")).room, "nosuch");
  assertEquals((await peer.next("join")).room, "lobby");
  await peer.enter("lobby", { seq: 2 });
  while ((await answer(peer, { newest: 2 })).last < 2);
  await peer.farewell();
  assertEquals(await code, 1);
  assertEquals(out.errors, ["chat: There is no room #nosuch: nothing to export."]);
  assertEquals(seqs(out.text), [1, 2]);
});

Deno.test("An export of a log in which nothing is stored any more is empty and whole", async () => {
  using server = new FakeServer();
  const { code, out } = start(server.port);
  const peer = await server.peer();
  await peer.admit({ seq: 1 });
  await answer(peer, { oldest: 2, newest: 1 });
  await peer.farewell();
  assertEquals([await code, out.text], [0, ""]);
  assertEquals(out.errors, ["chat: Event 1 is no longer stored."]);
});

Deno.test("An export fails when the server cannot read what it has stored", async () => {
  using server = new FakeServer();
  const { code, out } = start(server.port);
  const peer = await server.peer();
  await peer.admit({ seq: 600 });
  await answer(peer, { newest: 600 });
  for (let tries = 0; tries < 3; tries++) {
    await peer.next("history");
    await peer.send({ type: "error", code: "unavailable", text: "The store is broken." });
  }
  await peer.farewell();
  assertEquals(await code, 1);
  assertEquals(seqs(out.text), range(1, 500));
  assertEquals(out.errors, [
    "chat: The server cannot read what it has stored.",
    "chat: The export is not whole: it ends at event 500 of 600.",
  ]);
});

Deno.test("An export fails when the server comes back with another log", async () => {
  using server = new FakeServer();
  const { code, out } = start(server.port);
  const first = await server.peer();
  await first.admit({ seq: 600 });
  await first.next("history");
  first.close();
  const second = await server.peer();
  await second.admit({ seq: 4, log: "M", resumed: false });
  await second.farewell();
  assertEquals([await code, out.text], [1, ""]);
  assertMatch(out.errors.join("\n"), /another log.*\n.*ends at event 0 of 600\.$/);
});

Deno.test("An export that is stopped says how far it came, and exits 1", async () => {
  using server = new FakeServer();
  const { code, out, stop } = start(server.port);
  const peer = await server.peer();
  await peer.admit({ seq: 600 });
  await answer(peer, { newest: 600 });
  await until(() => out.text.includes("text 500"), "the first page");
  await peer.next("history");
  stop.abort();
  await peer.farewell();
  assertEquals(await code, 1);
  assertEquals(out.errors, [
    "chat: The export was stopped.",
    "chat: The export is not whole: it ends at event 500 of 600.",
  ]);
});

Deno.test("An export whose reader has gone ends quietly", async () => {
  using server = new FakeServer();
  const gone = { write: () => Promise.reject(new Deno.errors.BrokenPipe()) };
  const { code, out } = start(server.port, { output: gone });
  const peer = await server.peer();
  await peer.admit({ seq: 600 });
  await answer(peer, { newest: 600 });
  assertEquals((await peer.next("history")).before, 601);
  await peer.farewell();
  assertEquals([await code, out.errors], [0, []]);
});

Deno.test("An export asks for one page at most that its reader has not room for", async () => {
  using server = new FakeServer();
  const room = Promise.withResolvers<void>();
  let asked = 0;
  let askedWhileFull = 0;
  let bytesWritten = 0;
  const { code } = start(server.port, {
    output: {
      async write(bytes) {
        await room.promise;
        bytesWritten += bytes.length;
        return bytes.length;
      },
    },
  });
  const peer = await server.peer();
  await peer.admit({ seq: 5_000 });
  const answering = (async () => {
    for (let last = 0; last < 5_000; asked++) ({ last } = await answer(peer, { newest: 5_000 }));
  })();
  // The client pings while its reader has no room: by then it would have asked for more.
  await until(() => asked === 2, "the second page");
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve, 5));
  askedWhileFull = asked;
  room.resolve();
  await answering;
  await peer.farewell();
  assertEquals([await code, askedWhileFull], [0, 2]);
  assert(bytesWritten > 5_000);
});

Deno.test("An export without a name finds a free one; a name that was given stays", async () => {
  using server = new FakeServer();
  const taken = { type: "error", code: "name_taken", text: "The name is taken." } as const;
  const nameless = start(server.port);
  const first = await server.peer();
  assertEquals((await first.next("hello")).name, "export");
  await first.send(taken);
  const second = await server.peer();
  assertEquals((await second.admit()).name, "export-2");
  await second.farewell();
  assertEquals([await nameless.code, nameless.out.errors], [0, []]);

  const named = start(server.port, { name: "ada" });
  const third = await server.peer();
  assertEquals((await third.next("hello")).name, "ada");
  await third.send(taken);
  assertEquals([await named.code, named.out.errors], [1, ["chat: The name is taken."]]);
});

Deno.test("An export of several rooms writes one after the other, each with its name", async () => {
  using server = new FakeServer();
  const rooms = [{ room: "ops", key: "k" }, { room: "dev" }];
  const { out, code } = start(server.port, { rooms, json: false });
  const peer = await server.peer();
  assertEquals(Object.keys((await peer.welcome()).rooms ?? {}), ["ops"]);
  for (const [room, text] of [["ops", "one"], ["dev", "two"]] as const) {
    if (room === "dev") {
      assertEquals((await peer.next("part")).room, "ops");
      assertEquals((await peer.next("join")).room, "dev");
      await peer.send({ type: "parted", room: "ops", reason: "part" });
    }
    await peer.enter(room, { seq: 1 });
    await peer.next("history");
    const events = [message(1, "bob", text, undefined, room)];
    await peer.send({ type: "history", room, events, more: false });
  }
  await peer.farewell();
  assertEquals(await code, 0);
  assertMatch(out.text, /:\d\d #ops bob: one\n[^]*:\d\d #dev bob: two\n$/);
});

Deno.test("An export of all rooms asks which there are, and says which it leaves out", async () => {
  using server = new FakeServer();
  const { out, code } = start(server.port, { allRooms: true });
  const peer = await server.peer();
  await peer.admit();
  assertEquals((await peer.next("rooms")).after, undefined);
  const lobby = { room: "lobby", count: 1, joined: true } as const;
  await peer.send({ type: "rooms", rooms: [{ room: "dev", count: 2 }, lobby], more: true });
  assertEquals((await peer.next("rooms")).after, "lobby");
  const more = [{ room: "ops", count: 1 }, { room: "vault", count: 1 }];
  await peer.send({ type: "rooms", rooms: more, more: false });
  assertEquals((await peer.next("part")).room, "lobby");
  assertEquals((await peer.next("join")).room, "dev");
  await peer.send({ type: "error", code: "kept_out", text: "You were removed.", room: "dev" });
  assertEquals((await peer.next("join")).room, "ops");
  await peer.enter("ops", { seq: 1 });
  await peer.next("history");
  const events = [message(1, "bob", "one", undefined, "ops")];
  await peer.send({ type: "history", room: "ops", events, more: false });
  assertEquals((await peer.next("part")).room, "ops");
  assertEquals((await peer.next("join")).room, "vault");
  await peer.send({ type: "error", code: "room_key", text: "#vault is private.", room: "vault" });
  await peer.farewell();
  assertEquals(await code, 1);
  assertEquals(out.errors, [
    "chat: #dev is not in the export: You were removed.",
    "chat: #vault is not in the export: it is private; give its key with --key-file FILE or " +
    "CHAT_KEY.",
  ]);
  assertEquals(JSON.parse(out.text).text, "one");
});
