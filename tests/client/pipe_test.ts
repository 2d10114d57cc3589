import { assertEquals, assertMatch } from "@std/assert";
import { JOIN_DEFAULTS, type JoinOptions } from "../../src/client/options.ts";
import { runPipe } from "../../src/client/pipe.ts";
import { dial } from "../../src/net/dial.ts";
import { until, within } from "../helpers/wait.ts";
import type { ErrorCode } from "../../src/protocol/messages.ts";
import { type FakePeer, FakeServer, message } from "./core/fake_server.ts";

/** 12:00 here, wherever the tests run. */
const NOON = new Date(2026, 0, 2, 12).toISOString();

/** A pipe at work, with what it wrote. */
function start(
  port: number,
  { input, typed = false, ...options }: Partial<JoinOptions> & {
    /** Lines, or a stream that a test writes to. */
    readonly input?: string | ReadableStream<Uint8Array<ArrayBuffer>>;
    readonly typed?: boolean;
  } = {},
) {
  const out = { text: "", errors: [] as string[] };
  const stop = new AbortController();
  const kill = new AbortController();
  const decoder = new TextDecoder();
  const joinOptions: JoinOptions = {
    ...JOIN_DEFAULTS,
    port,
    name: "ci",
    timeoutMs: 20_000,
    history: 50,
    ...options,
  };
  const code = runPipe(joinOptions, {
    connect: (signal) => dial({ hostname: "127.0.0.1", port }, { timeoutMs: 20_000, signal }),
    input: typeof input === "object"
      ? input
      : new Blob(input === undefined ? [] : [input]).stream(),
    typed,
    output: {
      write(bytes) {
        out.text += decoder.decode(bytes, { stream: true });
        return Promise.resolve(bytes.length);
      },
    },
    complain: (line) => out.errors.push(line),
    stopped: stop.signal,
    killed: kill.signal,
  });
  return { out, stop, kill, code: within(code, "the end of the pipe") };
}

Deno.test("A pipe says each line literally, skips blank ones, and waits for each echo", async () => {
  using server = new FakeServer();
  const { code, out } = start(server.port, { input: "/quit\n\n  \nlast" });
  const peer = await server.peer();
  await peer.admit();
  const first = await peer.next("say");
  const second = await peer.next("say");
  assertEquals([first.text, second.text], ["/quit", "last"]);
  await peer.send(message(1, "ci", "/quit", first.id), message(2, "ci", "last", second.id));
  await peer.farewell();
  assertEquals(await code, 0);
  assertMatch(out.text, /ci: \/quit\n.*ci: last\n/);
  assertEquals(out.errors, []);
});

Deno.test("A pipe says which line was refused and why, goes on, and exits 1", async () => {
  using server = new FakeServer();
  const input = `a\n${"x".repeat(4_001)}\n${"y".repeat(70_000)}\nb\n`;
  const { code, out } = start(server.port, { input });
  const peer = await server.peer();
  await peer.admit();
  const first = await peer.next("say");
  const second = await peer.next("say");
  assertEquals([first.text, second.text], ["a", "b"]);
  await peer.send(message(1, "ci", "a", first.id), {
    type: "error",
    code: "not_allowed",
    text: "You are muted.",
    id: second.id ?? "",
  });
  await peer.farewell();
  assertEquals(await code, 1);
  assertEquals(out.errors.length, 3);
  assertMatch(out.errors[0] ?? "", /line 2 was not sent: .*4001 characters/);
  assertMatch(out.errors[1] ?? "", /line 3 was not sent: .*65536 characters/);
  assertMatch(out.errors[2] ?? "", /line 4 was not sent: You are muted\./);
});

Deno.test("A pipe whose input is empty listens until it is stopped", async () => {
  using server = new FakeServer();
  const { code, out, stop } = start(server.port, { json: true });
  const peer = await server.peer();
  await peer.admit();
  await peer.send(message(1, "bob", "hello"), { type: "pong" });
  while (!out.text.includes("hello")) await new Promise((resolve) => setTimeout(resolve, 1));
  stop.abort();
  await peer.farewell();
  assertEquals(await code, 0);
  const lines = out.text.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines.map(({ type }) => type), ["welcome", "joined", "message"]);
  assertEquals(lines[0].session, undefined);
});

Deno.test("A pipe without a name is wrong usage", async () => {
  const errors: string[] = [];
  const { name: _none, ...options } = {
    ...JOIN_DEFAULTS,
    port: 1,
    name: "",
    timeoutMs: 1,
    history: 0,
  };
  const code = await runPipe(options, {
    connect: () => Promise.reject(new Error("not reached")),
    input: new Blob([]).stream(),
    typed: false,
    output: { write: () => Promise.reject(new Error("not reached")) },
    complain: (line) => errors.push(line),
    stopped: new AbortController().signal,
  });
  assertEquals(code, 2);
  assertMatch(errors.join("\n"), /--name/);
});

Deno.test("A pipe says which lines were not delivered when the server ends it", async () => {
  using server = new FakeServer();
  const { code, out } = start(server.port, { input: "1\n2\n3\n4\n" });
  const peer = await server.peer();
  await peer.admit();
  await peer.next("say");
  const { id } = await peer.next("say");
  await peer.send(message(1, "ci", "2", id));
  await peer.send({ type: "bye", reason: "kicked", text: "You were removed." });
  assertEquals(await code, 1);
  assertEquals(out.errors, [
    "chat: You were removed.",
    "chat: line 1 may not have been delivered: 1",
    "chat: line 3 may not have been delivered: 3",
    "chat: line 4 may not have been delivered: 4",
  ]);
});

Deno.test("A pipe tells in one line that nobody listens, and what to try", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const { code, out } = start(port, { input: "hi\n" });
  assertEquals(await code, 1);
  assertEquals(out.errors, [
    `chat: Cannot reach 127.0.0.1:${port}: nobody listens there. Is the server running? ` +
    `Start one with: chat serve --port ${port}`,
  ]);
});

/** What ends a pipe that was in the room and has said something. */
const endings: Readonly<Record<string, (server: FakeServer, peer: FakePeer) => Promise<void>>> = {
  kicked: (_, peer) => peer.send({ type: "bye", reason: "kicked", text: "Out." }),
  banned: (_, peer) => peer.send({ type: "bye", reason: "banned", text: "Out." }),
  replaced: (_, peer) => peer.send({ type: "bye", reason: "replaced", text: "Elsewhere." }),
  "a server that stops": async (server, peer) => {
    await peer.send({ type: "bye", reason: "shutdown", text: "Bye." });
    server[Symbol.dispose]();
  },
  "a server that is killed": (server) => Promise.resolve(server[Symbol.dispose]()),
  "a server that is full": (server) => refuseAlways(server, "full"),
  "a server that keeps nothing": (server) => refuseAlways(server, "unavailable"),
  "a name that is taken meanwhile": (server) => refuseAlways(server, "name_taken"),
  "another password": (server) => refuseAlways(server, "password"),
  "a ban meanwhile": (server) => refuseAlways(server, "banned"),
  "another protocol": (server) => refuseAlways(server, "unsupported_protocol"),
};

/** Ends all connections, and refuses those that come, until the client comes no more. */
async function refuseAlways(server: FakeServer, code: ErrorCode): Promise<void> {
  server.drop();
  void (async () => {
    try {
      for (;;) {
        const peer = await server.peer();
        await peer.next("hello");
        await peer.send({ type: "error", code, text: "No." });
      }
    } catch {
      // The test is over.
    }
  })();
  await Promise.resolve();
}

for (const [what, end] of Object.entries(endings)) {
  Deno.test(`A pipe names every line that was not delivered after ${what}`, async () => {
    using server = new FakeServer();
    const options = { input: "one\ntwo\n\nth\x1bree\n", timeoutMs: 600 };
    const { code, out } = start(server.port, options);
    const peer = await server.peer();
    await peer.admit();
    const { id = "" } = await peer.next("say");
    await peer.send(message(1, "ci", "one", id));
    await peer.next("say");
    await peer.next("say");
    await end(server, peer);
    assertEquals(await code, 1);
    assertEquals(out.errors.filter((line) => line.startsWith("chat: line ")), [
      "chat: line 2 may not have been delivered: two",
      "chat: line 4 may not have been delivered: th\uFFFDree",
    ]);
    if (/full/.test(what)) {
      assertEquals(
        out.errors.filter((line) => /Trying again until it has room/.test(line)).length,
        1,
      );
      assertMatch(out.errors.join("\n"), /The server at \S+ is full\. Given up after 0\.6 s\./);
    }
  });
}

Deno.test("A pipe that is ended with more input than may be on its way names all that it read", async () => {
  using server = new FakeServer();
  const count = 1_200;
  const input = Array.from({ length: count }, (_, i) => `text ${i + 1}\n`).join("");
  const { code, out } = start(server.port, { input });
  const peer = await server.peer();
  await peer.admit();
  for (let i = 0; i < 500; i++) await peer.next("say");
  await peer.send({ type: "bye", reason: "kicked", text: "Out." });
  assertEquals(await code, 1);
  assertEquals(out.errors, [
    "chat: Out.",
    ...Array.from({ length: count }, (_, i) => {
      const what = i < 500 ? "may not have been delivered" : "was not sent";
      return `chat: line ${i + 1} ${what}: text ${i + 1}`;
    }),
    `chat: What follows line ${count} was not read.`,
  ]);
});

Deno.test("A pipe that a second signal ends names what is on its way before", async () => {
  using server = new FakeServer();
  const { code, out, kill, stop } = start(server.port, { input: "one\ntwo\n" });
  const peer = await server.peer();
  await peer.admit();
  await peer.next("say");
  await peer.next("say");
  stop.abort();
  kill.abort();
  assertEquals(out.errors, [
    "chat: line 1 may not have been delivered: one",
    "chat: line 2 may not have been delivered: two",
  ]);
  peer.close();
  server[Symbol.dispose]();
  assertEquals(await code, 0);
});

Deno.test("A direct message that is typed is named when the connection is lost before its answer", async () => {
  using server = new FakeServer();
  const { code, out } = start(server.port, { input: "/msg bob psst\n", typed: true });
  const peer = await server.peer();
  await peer.admit();
  assertEquals((await peer.next("direct")).text, "psst");
  peer.close();
  assertEquals(await code, 1);
  assertEquals(out.errors.filter((line) => line.startsWith("chat: ")), [
    "chat: line 1 may not have been delivered: /msg bob psst",
  ]);
});

Deno.test("A direct message whose connection is lost is named at once, and the pipe goes on", async () => {
  using server = new FakeServer();
  const input = "/msg bob psst\nto all\n";
  const { code, out } = start(server.port, { input, typed: true });
  const peer = await server.peer();
  await peer.admit();
  await peer.next("direct");
  await peer.next("say");
  peer.close();
  const again = await server.peer();
  await again.admit();
  const { id = "" } = await again.next("say");
  await again.send(message(1, "ci", "to all", id));
  await again.farewell();
  assertEquals(await code, 1);
  assertEquals(out.errors.filter((line) => line.startsWith("chat: ")), [
    "chat: line 1 may not have been delivered: /msg bob psst",
  ]);
});

Deno.test("The line after a typed /op is the operators' password, and is never said", async () => {
  using server = new FakeServer();
  const input = "/op\nboss\n/OP \n\nhello\n/op\n";
  const { code, out } = start(server.port, { input, typed: true });
  const peer = await server.peer();
  await peer.admit();
  const said = await peer.next("say");
  assertEquals(said.text, "hello");
  await peer.send(message(1, "ci", "hello", said.id));
  await peer.farewell();
  assertEquals(await code, 1);
  assertMatch(out.errors[0]!, /^Operators' password: .*Nobody sees that line/);
  // All is typed before there is a connection.
  assertEquals(out.errors[1], "chat: line 2 was not sent: there is no connection.");
  assertEquals(out.errors.length, 4, out.errors.join("\n"));
});

Deno.test("A pipe says its lines in the first room, and writes the events of all with their rooms", async () => {
  using server = new FakeServer();
  const rooms = [{ room: "ops" }, { room: "dev" }];
  const { code, out } = start(server.port, { input: "done\n", json: true, rooms });
  const peer = await server.peer();
  const hello = await peer.welcome();
  assertEquals([hello.room, Object.keys(hello.rooms ?? {})], ["ops", ["ops", "dev"]]);
  await peer.enter("dev");
  await peer.send(message(1, "bob", "hi", undefined, "dev"));
  await peer.enter("ops");
  const { room, text, id } = await peer.next("say");
  assertEquals([room, text], ["ops", "done"]);
  await peer.send(message(1, "ci", "done", id, "ops"));
  await peer.farewell();
  assertEquals(await code, 0);
  const lines = out.text.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines.map(({ type, room }) => [type, room]), [
    ["welcome", undefined],
    ["joined", "dev"],
    ["message", "dev"],
    ["joined", "ops"],
    ["message", "ops"],
    ["bye", undefined],
  ]);
});

Deno.test("A pipe with several rooms names the room of each line", async () => {
  using server = new FakeServer();
  const { out, stop, code } = start(server.port, { rooms: [{ room: "ops" }, { room: "dev" }] });
  const peer = await server.peer();
  await peer.welcome();
  await peer.enter("ops");
  await peer.send({ ...message(1, "bob", "hi", undefined, "ops"), at: NOON });
  await peer.enter("dev");
  await peer.send({ ...message(1, "eve", "ho", undefined, "dev"), at: NOON });
  while (!out.text.includes("ho")) await new Promise((resolve) => setTimeout(resolve, 1));
  stop.abort();
  await peer.farewell();
  assertEquals(await code, 0);
  assertEquals(out.text.trim().split("\n").filter((line) => !line.startsWith("--")), [
    "* You are in #ops. Here now: ada.",
    "12:00 #ops bob: hi",
    "* You are in #dev. Here now: ada.",
    "12:00 #dev eve: ho",
  ]);
});

Deno.test("Who types in a pipe is told how to give a key, and when that was wrong", async () => {
  using server = new FakeServer();
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>>();
  const keyboard = writable.getWriter();
  const { code, out } = start(server.port, { input: readable, typed: true });
  const peer = await server.peer();
  await peer.admit();
  const complaints = () => out.errors.filter((line) => /^!/.test(line));
  for (const [i, line] of ["/join ops\n", "/join ops x\n"].entries()) {
    await keyboard.write(new TextEncoder().encode(line));
    await peer.next("join");
    await peer.send({ type: "error", code: "room_key", text: "Not its key.", room: "ops" });
    await until(() => complaints().length > i, "what is said about the key");
  }
  await keyboard.close();
  await peer.farewell();
  await code;
  assertEquals(complaints(), [
    "! #ops is private: type /join ops KEY.",
    "! Not its key.",
  ]);
});

Deno.test("A pipe that is not let into its room ends, and names what it did not say", async () => {
  using server = new FakeServer();
  const { code, out } = start(server.port, { input: "done\n", rooms: [{ room: "ops" }] });
  const peer = await server.peer();
  await peer.welcome();
  await peer.send({ type: "error", code: "room_key", text: "#ops needs its key.", room: "ops" });
  const { id = "" } = await peer.next("say");
  await peer.send({ type: "error", code: "not_in_room", text: "You are not in #ops.", id });
  await peer.farewell();
  assertEquals(await code, 1);
  const hint = "give its key with --key-file FILE or CHAT_KEY.";
  assertEquals(out.errors[0], `! #ops is private: ${hint}`);
  assertMatch(out.errors[1] ?? "", /line 1 was not sent: You are not in #ops\./);
});

Deno.test("A pipe that is removed from the room in which it speaks ends", async () => {
  using server = new FakeServer();
  const { code, out } = start(server.port, { rooms: [{ room: "ops" }, { room: "dev" }] });
  const peer = await server.peer();
  await peer.welcome();
  await peer.enter("ops");
  await peer.enter("dev");
  await peer.send({
    type: "parted",
    room: "ops",
    reason: "kicked",
    text: "bob removed you from #ops: enough",
  });
  await peer.farewell();
  assertEquals(await code, 1);
  assertEquals(out.errors, ["* bob removed you from #ops: enough"]);
});

Deno.test("Who types without a screen goes from room to room", async () => {
  using server = new FakeServer();
  const input = "one\n/join #Ops k\ntwo\n/leave lobby\n";
  const { code } = start(server.port, { input, typed: true });
  const peer = await server.peer();
  assertEquals((await peer.welcome()).rooms, { ops: { history: 50, key: "k" } });
  await peer.enter("ops");
  const said = [await peer.next("say"), await peer.next("say")];
  assertEquals(said.map(({ room, text }) => [room, text]), [["lobby", "one"], ["ops", "two"]]);
  const text = "You are not in #lobby.";
  await peer.send(
    { type: "error", code: "not_in_room", text, id: said[0]?.id ?? "" },
    message(1, "ci", "two", said[1]?.id, "ops"),
  );
  await peer.farewell();
  assertEquals(await code, 1);
});

Deno.test("Who types is told when a room to leave is none of theirs", async () => {
  using server = new FakeServer();
  const input = "/leave #Nowhere\nhello\n";
  const { code, out } = start(server.port, { input, typed: true });
  const peer = await server.peer();
  await peer.welcome();
  await peer.enter("lobby");
  const { id } = await peer.next("say");
  await peer.send(message(1, "ci", "hello", id));
  await peer.farewell();
  assertEquals(await code, 1);
  assertEquals(out.errors, ["chat: line 1 was not sent: You are not in #nowhere."]);
});

Deno.test("Who types is never left without a room: the last one that goes leads to the lobby", async () => {
  using server = new FakeServer();
  const { readable: input } = new TransformStream<Uint8Array<ArrayBuffer>>();
  const { code, out, stop } = start(server.port, { input, typed: true, rooms: [{ room: "ops" }] });
  const peer = await server.peer();
  await peer.welcome();
  await peer.enter("ops");
  await peer.send({ type: "parted", room: "ops", reason: "closed", text: "bob closed #ops." });
  assertEquals((await peer.next("join")).room, "lobby");
  stop.abort();
  await peer.farewell();
  assertEquals(await code, 0);
  assertEquals(out.errors, ["* bob closed #ops."]);
});

Deno.test("Who types can ignore somebody, in json, too; a pipe says the line", async () => {
  for (const json of [false, true]) {
    using server = new FakeServer();
    const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>>();
    const writer = writable.getWriter();
    const { code, out } = start(server.port, { input: readable, typed: true, json });
    const peer = await server.peer();
    await peer.admit();
    await writer.write(new TextEncoder().encode("/ignore bob\nready\n"));
    const { id } = await peer.next("say");
    await peer.send(
      message(1, "bob", "one"),
      message(2, "eve", "two"),
      message(3, "ci", "ready", id),
    );
    await until(() => out.text.includes("ready"), "the echo");
    assertEquals([out.text.includes("one"), out.text.includes("two")], [false, true]);
    assertMatch(out.errors.join("\n"), /Nobody here is called bob; ignored all the same/);
    await writer.close();
    await code;
  }
  using server = new FakeServer();
  const { code } = start(server.port, { input: "/ignore bob\n" });
  const peer = await server.peer();
  await peer.admit();
  const { text, id } = await peer.next("say");
  assertEquals(text, "/ignore bob");
  await peer.send(message(1, "ci", text, id));
  assertEquals(await code, 0);
});
