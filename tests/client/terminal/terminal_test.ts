/**
 * `chat join` on a terminal without a window, with a server that does what a test says.
 *
 * @module
 */

import { assert, assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import { JOIN_DEFAULTS } from "../../../src/client/options.ts";
import { runTerminal } from "../../../src/client/terminal/terminal.ts";
import { until, within } from "../../helpers/wait.ts";
import { AT } from "../core/fake_server.ts";
import { FakeTerminal } from "./screen.ts";
import { CTRL_C, ENTER, Stay, TAB, UP } from "./stay.ts";

for (
  const [columns, connected, pending, lost] of [
    [
      20,
      "room:5001 · 2 here",
      ["… still here", "2 here · 1 unsent"],
      /^(Again i|I)n \d s · 1 unsent$/,
    ],
    [
      40,
      "room:5001 · 2 here",
      ["… still here", "room:5001 · 2 here · 1 unsent"],
      /^Reconnecting in \d s · 1 unsent$/,
    ],
    [
      80,
      "room:5001 · 2 here",
      ["… still here", "room:5001 · 2 here · 1 not delivered yet"],
      /^Reconnecting to room:5001 in \d s … · 1 not delivered yet$/,
    ],
    [
      200,
      "room:5001 · 2 here",
      ["… still here", "room:5001 · 2 here · 1 not delivered yet"],
      /^Reconnecting to room:5001 in \d s … · 1 not delivered yet$/,
    ],
  ] as const
) {
  Deno.test(`The status at ${columns} columns tells where, who, what waits and when`, async () => {
    await using room = new Stay({ name: "ada" }, { columns });
    const peer = await room.admit();
    room.terminal.press("日本 👋");
    assertEquals(await room.end(2), [connected, "> 日本 👋|"]);
    room.terminal.press("\x15" + "still here" + ENTER + "next");
    await room.terminal.shows(/^… still here/);
    assertEquals(await room.end(3), [...pending, "> next|"]);
    room.server[Symbol.dispose]();
    await room.terminal.shows(lost);
    assertEquals(await room.end(1), ["> next|"]);
    peer.close();
  });
}

Deno.test("The number of people follows who comes and goes", async () => {
  await using room = new Stay();
  const peer = await room.admit();
  await peer.send({ type: "join", room: "lobby", seq: 2, at: AT, name: "eve" });
  await room.terminal.shows(/3 here/);
  room.terminal.press(`e${TAB}`);
  assertEquals(await room.end(1), ["> eve: |"]);
  await peer.send({ type: "leave", room: "lobby", seq: 3, at: AT, name: "bob", reason: "quit" });
  await peer.send({ type: "rename", room: "lobby", seq: 4, at: AT, from: "eve", to: "Fox" });
  await room.terminal.shows(/· 2 here/);
  room.terminal.press(`\x15/msg ${TAB}`);
  assertEquals(await room.end(1), ["> /msg Fox |"]);
  room.terminal.press(`\x15/ignore fxo${ENTER}`);
  await room.terminal.shows(/Nobody here is called fxo; ignored all the same/);
});

Deno.test("A space before a command publishes neither the command nor a password", async () => {
  await using room = new Stay();
  const peer = await room.admit();
  room.terminal.press(` /msg bob psst${ENTER}`);
  assertEquals((await peer.next("direct")).text, "psst");
  room.terminal.press(`\u3000/op${ENTER}`);
  await room.terminal.shows(/^Operators' password:/);
  room.terminal.press(`sesame${ENTER}`);
  assertEquals((await peer.next("command")).line, "/op sesame");
});

Deno.test("/op asks for no password where the server has no operators: that answers", async () => {
  await using room = new Stay();
  const peer = await room.admit({ features: ["rooms"] });
  room.terminal.press(`/op${ENTER}`);
  assertEquals((await peer.next("command")).line, "/op");
});

Deno.test("A message that is refused comes back into the line", async () => {
  await using room = new Stay();
  const peer = await room.admit();
  for (const line of ["one more", "/me waves", "//slash"]) {
    room.terminal.press(line + ENTER);
    const request = JSON.parse(await peer.line() ?? "");
    await peer.send({ type: "error", code: "not_allowed", text: "You are muted.", id: request.id });
    await until(
      () => room.terminal.picture.at(-1) === `> ${line}|`,
      `${line} in ${room.terminal.picture.at(-1)}`,
    );
    room.terminal.press("\x15");
  }
});

Deno.test("A refused message does not disturb the next one, and Up brings it back", async () => {
  await using room = new Stay();
  const peer = await room.admit();
  room.terminal.press(`first${ENTER}second`);
  const { id } = await peer.next("say");
  await peer.send({ type: "error", code: "not_allowed", text: "You are muted.", id: id! });
  await room.terminal.shows(/muted/);
  await room.terminal.shows(/Press Up to get/);
  assertEquals(await room.end(1), ["> second|"]);
  room.terminal.press(UP);
  assertEquals(await room.end(1), ["> first|"]);
});

Deno.test("A command that is refused leaves the line to what is typed next, and Up recalls it", async () => {
  await using room = new Stay();
  const peer = await room.admit();
  room.terminal.press(`/join #${ENTER}/msg eve2 hi${ENTER}`);
  const { id } = await peer.next("direct");
  await peer.send({ type: "error", code: "no_such_person", text: "Nobody is eve2.", id: id! });
  await room.terminal.shows(/Press Up to get your text back/);
  assertEquals(await room.end(1), ["> |"]);
  room.terminal.press(`/leave nosuch${ENTER}/who${ENTER}`);
  assertEquals((await peer.next("command")).line, "/who");
  for (const line of ["/who", "/leave nosuch", "/msg eve2 hi", "/join #"]) {
    room.terminal.press(UP);
    assertEquals(await room.end(1), [`> ${line}|`]);
  }
});

Deno.test("A command without a connection is for Up, too", async () => {
  await using room = new Stay();
  const peer = await room.admit();
  peer.close();
  room.server[Symbol.dispose]();
  await room.terminal.shows(/Reconnecting/);
  room.terminal.press(`/who${ENTER}`);
  await room.terminal.shows(/no connection/);
  assertEquals(await room.end(1), ["> |"]);
  room.terminal.press(UP);
  assertEquals(await room.end(1), ["> /who|"]);
});

Deno.test("A text over the limit stays in the line, and it is said why", async () => {
  await using room = new Stay({ name: "ada" }, { columns: 80 });
  await room.admit();
  room.terminal.paste("x".repeat(4_001));
  room.terminal.press(ENTER);
  await room.terminal.shows(/Not sent: .*4001 characters/);
  assertEquals(await room.end(1), ["4001 of 4000 characters"]);
  room.terminal.press("\x7f" + ENTER);
  assertEquals(await room.end(1), ["> |"]);
});

Deno.test("The name is asked for again without losing what is being typed", async () => {
  await using room = new Stay({});
  // Looks whether there is a server.
  await room.server.peer();
  await room.terminal.shows(/^Your name:/);
  room.terminal.press(`bob${ENTER}half a line`);
  const first = await room.server.peer();
  await first.next("hello");
  await first.send({ type: "error", code: "name_taken", text: "Taken: try bob2." });
  await room.terminal.shows(/Taken/);
  assertEquals(await room.end(1), ["Your name: |"]);
  room.terminal.press(`ada${ENTER}`);
  await room.admit();
  assertEquals(await room.end(1), ["> half a line|"]);
});

Deno.test("No name is asked for where no server is, and the end says so", async () => {
  const dialled = Promise.withResolvers<never>();
  const terminal = new FakeTerminal({});
  const ended = runTerminal({ ...JOIN_DEFAULTS, host: "room" }, {
    connect: () => dialled.promise,
    prepare: () => import("../../../src/client/terminal/talk.ts"),
    stopped: new AbortController().signal,
    underTask: false,
    explain: ({ cause }) => String(cause),
    explainPassword: (text) => text,
    tty: terminal,
  });
  await terminal.shows(/^Connecting to room:5001/);
  terminal.press("ada");
  assertEquals(terminal.written.includes("Your name"), false);
  dialled.reject(new Error("nobody there"));
  assertEquals(await within(ended, "the end"), 1);
  assertEquals(terminal.written.includes("Your name"), false);
});

Deno.test("Ctrl-C while it looks for the server leaves", async () => {
  const terminal = new FakeTerminal({});
  const ended = runTerminal({ ...JOIN_DEFAULTS, host: "room" }, {
    connect: (signal) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    prepare: () => import("../../../src/client/terminal/talk.ts"),
    stopped: new AbortController().signal,
    underTask: false,
    explain: ({ cause }) => String(cause),
    explainPassword: (text) => text,
    tty: terminal,
  });
  await terminal.shows(/^Connecting to room:5001/);
  terminal.press(CTRL_C);
  assertEquals(await within(ended, "the end"), 0);
});

Deno.test("A name that is typed before it is asked for is taken", async () => {
  await using room = new Stay({});
  room.terminal.press(`zoe${ENTER}`);
  await room.server.peer();
  assertEquals((await (await room.server.peer()).admit()).name, "zoe");
});

Deno.test("A line that is typed right behind the name stays until there is somebody to say it", async () => {
  for (const isAsked of [false, true]) {
    await using room = new Stay({});
    if (isAsked) {
      await room.server.peer();
      await room.terminal.shows(/^Your name:/);
    }
    room.terminal.press(`zoe${ENTER}hello${ENTER}`);
    if (!isAsked) await room.server.peer();
    const peer = await room.server.peer();
    assertEquals((await peer.admit()).name, "zoe");
    assertEquals(await room.end(1), ["> hello|"]);
  }
});

Deno.test("A name that will be free is said to be, and taken when it is", async () => {
  await using room = new Stay();
  const first = await room.server.peer();
  await first.next("hello");
  const text = "Held, and will be free in 1 s.";
  await first.send({ type: "error", code: "name_taken", text, freeInMs: 300 });
  await room.terminal.shows(/free in 1 s/);
  await room.terminal.shows(/^Your name:/);
  const peer = await room.server.peer();
  assertEquals((await peer.admit()).name, "ada");
  await room.terminal.shows(/^> /);
});

Deno.test("A name that is being typed when the lost one is free again is not said", async () => {
  for (const rest of [`ine${ENTER}`, "\x1b", `\x15${ENTER}`]) {
    await using room = new Stay();
    const first = await room.server.peer();
    await first.next("hello");
    const text = "Held, and will be free in 1 s.";
    await first.send({ type: "error", code: "name_taken", text, freeInMs: 300 });
    await room.terminal.shows(/^Your name:/);
    room.terminal.press("paul");
    const peer = await room.server.peer();
    assertEquals((await peer.admit()).name, "ada");
    await peer.send({ type: "join", room: "lobby", seq: 1, at: AT, name: "ada" });
    await room.terminal.shows(/Welcome, ada!/);
    assertEquals(await room.end(1), ["Your name: paul|"]);
    room.terminal.press(rest);
    await room.terminal.shows(/^> /);
    if (rest.startsWith("i")) await room.terminal.shows(/For another one: \/nick pauline/);
    room.terminal.press(`hello${ENTER}`);
    assertEquals((await peer.next("say")).text, "hello");
  }
});

Deno.test("Ctrl-C at the name prompt leaves nothing on the screen", async () => {
  await using room = new Stay({});
  await room.terminal.shows(/^Your name:/);
  room.terminal.press(`ad${CTRL_C}`);
  assertEquals(await within(room.ended, "the end"), 0);
  assertEquals(room.terminal.lines, []);
});

Deno.test("Ctrl-Z under a task says what to do instead", async () => {
  await using room = new Stay({ name: "ada" }, {}, true);
  await room.admit();
  room.terminal.press("half\x1a");
  await room.terminal.shows(/Ctrl-Z/);
  assertEquals(await room.end(1), ["> half|"]);
});

for (
  const [how, leave] of [
    ["/quit", (room: Stay) => room.terminal.press(`/quit${ENTER}`)],
    ["Ctrl-C", (room: Stay) => room.terminal.press(CTRL_C)],
    ["Ctrl-D", (room: Stay) => room.terminal.press("\x04")],
    ["a terminal that is gone", (room: Stay) => room.terminal.vanish()],
  ] as const
) {
  Deno.test(`After ${how} the terminal is as it was, without the footer`, async () => {
    await using room = new Stay();
    const peer = await room.admit();
    leave(room);
    await peer.farewell();
    assertEquals(await within(room.ended, "the end"), 0);
    assert(room.terminal.written.endsWith("\x1b[?2004l"));
    assert(
      !room.terminal.lines.some((line) => /here|^>/.test(line)),
      room.terminal.lines.join("\n"),
    );
  });
}

/** What a hostile server may send. Nothing of it can be drawn but as text. */
const hostileLine = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }).map((text) => text.replaceAll("\n", " ")),
  fc.constantFrom(
    "{",
    "[]",
    "null",
    '{"type":"message"}',
    '{"type":"message","seq":"1","at":5,"from":[],"text":{}}',
    `{"type":"members","names":${JSON.stringify(Array(2_000).fill("x"))},"count":1e6,"more":true}`,
    '{"type":"members","names":["a"],"count":1000000,"more":true}',
    '{"type":"welcome","protocol":1,"name":"eve","session":"s","log":"l","seq":0,"members":[],"count":0,"resumed":true}',
    '{"type":"error","code":"name_taken","text":"again"}',
    '{"type":"pong"}',
    '{"type":"lagged","from":1,"to":900719925474099}',
    "[".repeat(20_000),
    `{"type":"notice","text":"${"x".repeat(60_000)}"}`,
  ),
  fc.record({
    type: fc.constantFrom(
      "message",
      "join",
      "leave",
      "rename",
      "topic",
      "joined",
      "parted",
      "rooms",
      "direct",
      "notice",
      "error",
      "history",
    ),
    seq: fc.oneof(fc.integer({ min: -1, max: 50 }), fc.constant(Number.MAX_SAFE_INTEGER)),
    at: fc.constantFrom(AT, "", "9999-12-31T23:59:59Z", "x"),
    room: fc.oneof(
      fc.constantFrom("lobby", "ops"),
      fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
    ),
    log: fc.constantFrom("L", "other"),
    names: fc.array(fc.string({ unit: "binary", minLength: 1, maxLength: 40 }), { maxLength: 3 }),
    count: fc.nat(),
    resumed: fc.boolean(),
    rooms: fc.constant([{ room: "a\x1b[2Jb", count: 1, topic: "\x1b]0;title\x07" }]),
    from: fc.string({ unit: "binary", maxLength: 40 }),
    to: fc.string({ unit: "binary", maxLength: 40 }),
    name: fc.string({ unit: "binary", maxLength: 40 }),
    reason: fc.string({ maxLength: 5 }),
    text: fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.constantFrom(
        "\x1b[2J\x1b[H",
        "\x1b]0;title\x07",
        "\u009b2J",
        "\u202eevil",
        "a\n".repeat(500),
        "e\u0301".repeat(3_000),
        "👨‍👩‍👧".repeat(900),
      ),
    ),
    code: fc.constantFrom("bad_request", "not_allowed", "nonsense"),
    events: fc.constant([]),
    more: fc.boolean(),
  }).map((event) => JSON.stringify(event)),
);

Deno.test("No server can disturb the terminal or end the client, whatever it sends", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(hostileLine, { minLength: 1, maxLength: 40 }),
      fc.constantFrom(20, 80),
      async (lines, columns) => {
        await using room = new Stay({ name: "ada" }, { columns, rows: 10 });
        const peer = await room.admit();
        room.terminal.press("half a line");
        await peer.send(...lines, { type: "notice", text: "finished" });
        await room.terminal.shows(/finished/);
        room.terminal.press("!");
        assertEquals(await room.end(1), ["> half a line!|"]);
        // Only sequences of ours were written: colours, the cursor, what is cleared and marked.
        // deno-lint-ignore no-control-regex -- escape sequences are what is meant
        const ours = /\x1b\[(?:[\d;]*m|\d*A|[CJK]|2[23];2t|\?(?:2026|2004)[hl])/g;
        // deno-lint-ignore no-control-regex -- and the title
        const title = /\x1b\]2;[^\x00-\x1f\x7f-\x9f]*\x07/g;
        const strange = room.terminal.written.replace(title, "").replace(ours, "")
          // deno-lint-ignore no-control-regex -- and control characters
          .match(/[\x00-\x06\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
        assertEquals(strange?.[0], undefined);
        peer.close();
      },
    ),
    { numRuns: 25 },
  );
});

Deno.test("A line without end costs the client no memory, and ends nothing", async () => {
  await using room = new Stay();
  const peer = await room.admit();
  room.terminal.press("half");
  const piece = new Uint8Array(1024 * 1024).fill("x".charCodeAt(0));
  for (let i = 0; i < 16; i++) await peer.sendBytes(piece);
  const warmRss = Deno.memoryUsage().rss;
  for (let i = 0; i < 128; i++) await peer.sendBytes(piece);
  await peer.send("", { type: "notice", text: "afterwards" });
  await room.terminal.shows(/afterwards/);
  const grownMib = (Deno.memoryUsage().rss - warmRss) / 1024 / 1024;
  assertLess(grownMib, 48);
  assertEquals(await room.end(1), ["> half|"]);
});

Deno.test("A terminal that was in the room keeps what is typed while the server is full", async () => {
  await using room = new Stay();
  const first = await room.admit();
  first.close();
  for (let i = 0; i < 2; i++) {
    const peer = await room.server.peer();
    await peer.next("hello");
    await peer.send({ type: "error", code: "full", text: "No room." });
    await peer.send({ type: "bye", reason: "full", text: "No room." });
    if (i === 0) room.terminal.press("meanwhile" + ENTER);
  }
  await room.terminal.shows(/The server is full\. Trying again/);
  const last = await room.server.peer();
  await last.admit({ members: ["ada", "bob"], count: 2 });
  assertEquals((await last.next("say")).text, "meanwhile");
  last.close();
});
