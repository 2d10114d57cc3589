import { assertEquals, assertMatch } from "@std/assert";
import type { JoinOptions } from "../../src/client/options.ts";
import { runPipe } from "../../src/client/pipe.ts";
import { dial } from "../../src/net/dial.ts";
import { within } from "../helpers/wait.ts";
import { FakeServer, message } from "./fake_server.ts";

/** A pipe at work, with what it wrote. */
function start(
  port: number,
  { input, ...options }: Partial<JoinOptions> & { readonly input?: string } = {},
) {
  const out = { text: "", errors: [] as string[] };
  const stop = new AbortController();
  const decoder = new TextDecoder();
  const joinOptions: JoinOptions = {
    host: "127.0.0.1",
    port,
    name: "ci",
    timeoutMs: 20_000,
    history: 50,
    exit: false,
    json: false,
    plain: false,
    noColor: false,
    noBell: false,
    ...options,
  };
  const code = runPipe(joinOptions, {
    connect: (signal) => dial({ hostname: "127.0.0.1", port }, { timeoutMs: 20_000, signal }),
    input: new Blob(input === undefined ? [] : [input]).stream(),
    typed: false,
    output: {
      write(bytes) {
        out.text += decoder.decode(bytes, { stream: true });
        return Promise.resolve(bytes.length);
      },
    },
    complain: (line) => out.errors.push(line),
    stopped: stop.signal,
  });
  return { out, stop, code: within(code, "the end of the pipe") };
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
  assertMatch(out.errors[0] ?? "", /line 2 was not said: .*4001 characters/);
  assertMatch(out.errors[1] ?? "", /line 3 was not said: .*65536 characters/);
  assertMatch(out.errors[2] ?? "", /line 4 was not said: You are muted\./);
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
  assertEquals(lines.map(({ type }) => type), ["welcome", "message"]);
  assertEquals(lines[0].session, undefined);
});

Deno.test("A pipe without a name is wrong usage", async () => {
  const errors: string[] = [];
  const { name: _none, ...options } = {
    host: "127.0.0.1",
    port: 1,
    name: "",
    timeoutMs: 1,
    history: 0,
    exit: false,
    json: false,
    plain: false,
    noColor: false,
    noBell: false,
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
    "chat: Lines 1, 3-4 of the input may not have been delivered: nothing came back.",
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
