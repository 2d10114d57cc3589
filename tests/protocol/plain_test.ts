import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import fc from "fast-check";
import { MAX_SERVER_LINE_BYTES, utf8Bytes } from "../../src/protocol/limits.ts";
import type {
  ErrorEvent,
  Joined,
  LogEvent,
  PrivateEvent,
  Request,
  Welcome,
} from "../../src/protocol/messages.ts";
import { GREETING, plain } from "../../src/protocol/plain.ts";
import { dayAndTime, historyHeader } from "../../src/protocol/plain.ts";
import { LARGEST_NAME, LARGEST_TEXT, message, thatFit } from "./events.ts";

const at = "2026-11-20T14:02:03.004Z";

function said(line: string): Request | ErrorEvent | null {
  return plain.parse(line, { joined: true });
}

function shown(event: PrivateEvent): string {
  return plain.renderPrivate(event, "ada");
}

/** A time of the local day, as ISO 8601 in UTC. */
function local(day: number, hour: number, minute: number): string {
  return new Date(2026, 10, day, hour, minute).toISOString();
}

Deno.test("plain greets with one line", () => {
  assertEquals(GREETING, "Welcome to chat. Type your name and press Enter.\n");
});

Deno.test("plain takes the first line for a name, as it is", () => {
  const parsed = plain.parse(" ada ", { joined: false });
  assertEquals(parsed, { type: "hello", protocol: 1, name: " ada " });
  assertEquals(plain.parse("/help", { joined: false })?.type, "hello");
});

Deno.test("plain leaves on three words, whether joined or not", () => {
  for (const joined of [true, false]) {
    for (const line of ["/quit", "{quit}", "quit", "  quit "]) {
      assertEquals(plain.parse(line, { joined }), { type: "quit" });
    }
  }
});

Deno.test("plain has nothing to do for a blank line", () => {
  for (const joined of [true, false]) {
    for (const line of ["", " ", "\t\r"]) assertEquals(plain.parse(line, { joined }), null);
  }
});

Deno.test("plain says what is typed, spaces and all", () => {
  for (const line of ["hi", "  indented", "quit it", "{}", "* ada left"]) {
    assertEquals(said(line), { type: "say", text: line });
  }
});

Deno.test("plain takes a line with a slash for a command, and two slashes for one", () => {
  assertEquals(said("/me waves"), { type: "command", line: "/me waves" });
  assertEquals(said("/"), { type: "command", line: "/" });
  assertEquals(said("//etc/hosts"), { type: "say", text: "/etc/hosts" });
});

Deno.test("plain shows what happens in the room", () => {
  assertEquals(plain.renderLog(message({ text: "hello ada" }), "lobby"), "bob: hello ada\n");
  assertEquals(plain.renderLog(message({ text: "waves", action: true }), "lobby"), "~ bob waves\n");
  assertEquals(
    plain.renderLog({ type: "join", seq: 1, at, name: "bob" }, "lobby"),
    "* bob joined\n",
  );
  const leave = { type: "leave", seq: 1, at, name: "eve", reason: "quit" } as const;
  assertEquals(plain.renderLog(leave, "lobby"), "* eve left (quit)\n");
  const rename = { type: "rename", seq: 1, at, from: "ada", to: "bert" } as const;
  assertEquals(plain.renderLog(rename, "lobby"), "* ada is now bert\n");
});

Deno.test("plain puts the name in front of each line, so that nobody speaks for another", () => {
  const text = "one\n* eve left (quit)\n\n[from eve] psst $& $1";
  assertEquals(
    plain.renderLog(message({ text }), "lobby"),
    "bob: one\nbob: * eve left (quit)\nbob: \nbob: [from eve] psst $& $1\n",
  );
  assertEquals(
    plain.renderLog(message({ text: "a\nb", action: true }), "lobby"),
    "~ bob a\n~ bob b\n",
  );
  const direct = { type: "direct", at: "", from: "bob", to: "ada", text: "a\n* b" } as const;
  assertEquals(plain.renderPrivate(direct, "ada"), "[from bob] a\n[from bob] * b\n");
  assertEquals(plain.renderPrivate(direct, "bob"), "[to ada] a\n[to ada] * b\n");
});

Deno.test("plain shows no line of a text without the name in front", () => {
  const part = fc.constantFrom("*", "~", "[", "\n", "a", " ", "$'", "* The server");
  fc.assert(fc.property(fc.array(part), fc.boolean(), (parts, acts) => {
    const text = parts.join("");
    const event = message({ text, ...(acts && { action: true as const }) });
    const lines = plain.renderLog(event, "lobby").split("\n");
    assertEquals(lines.pop(), "");
    assertEquals(lines.length, text.split("\n").length);
    for (const line of lines) assert(line.startsWith(acts ? "~ bob " : "bob: "), line);
  }));
});

const WELCOME: Welcome = {
  type: "welcome",
  protocol: 1,
  name: "ada",
  session: "secret",
  resumed: false,
};

const JOINED: Joined = {
  type: "joined",
  room: "lobby",
  log: "l1",
  seq: 1,
  names: ["ada"],
  count: 1,
  resumed: false,
};

/** What ada sees as she comes in. */
function entrance(joined: Partial<Joined>, welcome: Partial<Welcome> = {}): string {
  return plain.renderEntrance({ ...WELCOME, ...welcome }, { ...JOINED, ...joined });
}

Deno.test("plain welcomes, names who else is here, and gives the message of the day", () => {
  const help = "/help lists the commands, /quit leaves.\n";
  assertEquals(entrance({}), `Welcome, ada! Nobody else is here yet. ${help}`);
  const names = ["bob", "ada", "eve"];
  assertEquals(
    entrance({ names, count: 3 }, { motd: "be\nkind" }),
    `Welcome, ada! Here now: bob, eve. ${help}* be\n* kind\n`,
  );
});

Deno.test("plain names 50 people in the welcome and counts the others", () => {
  const names = ["ada", ...Array.from({ length: 50 }, (_, i) => `n${i}`)];
  assertMatch(entrance({ names, count: 51 }), /, n49\. \/help/);
  names.push("n50");
  assertMatch(entrance({ names, count: 52 }), /, n49, and 1 more\. \/help/);
  assertMatch(entrance({ names, count: 5_000 }), /, n49, and 4949 more\. \/help/);
});

Deno.test("plain lists the members", () => {
  const names = ["ada", "bob", "eve"];
  assertEquals(
    shown({ type: "members", room: "lobby", names, count: 3, more: false }),
    "* 3 here: ada, bob, eve\n",
  );
  assertEquals(
    shown({ type: "members", room: "lobby", names, count: 5, more: true }),
    "* 5 here: ada, bob, eve, and 2 more\n",
  );
});

Deno.test("plain shows a piece of the past between two lines", () => {
  const events = [
    { type: "join", room: "lobby", seq: 1, at: local(20, 14, 0), name: "bob" } as const,
    message({ seq: 2, at: local(20, 14, 2), text: "one" }),
    message({ seq: 3, at: local(21, 16, 40), text: "two" }),
  ];
  assertEquals(
    shown({ type: "history", room: "lobby", events, more: true }),
    "* The last 2 messages, from 2026-11-20 14:02 to 2026-11-21 16:40:\n" +
      "* bob joined\nbob: one\nbob: two\n* Now:\n",
  );
  assertEquals(
    shown({ type: "history", room: "lobby", events: [], more: false }),
    "* Nothing has been said yet.\n",
  );
});

Deno.test("plain gives times without a day when all of it is today", () => {
  const now = new Date(2026, 10, 20, 23, 59);
  const [two, four] = [local(20, 0, 2), local(20, 16, 40)];
  assertEquals(historyHeader(50, two, four, now), "* The last 50 messages, from 00:02 to 16:40:");
  assertEquals(historyHeader(1, two, two, now), "* The last message, from 00:02:");
  assertEquals(
    historyHeader(50, local(19, 9, 5), four, now),
    "* The last 50 messages, from 2026-11-19 09:05 to 2026-11-20 16:40:",
  );
  assertEquals(
    historyHeader(50, two, four, new Date(2026, 10, 21, 0, 0)),
    "* The last 50 messages, from 2026-11-20 00:02 to 2026-11-20 16:40:",
  );
});

Deno.test("plain shows what was found with its time on each line", () => {
  const events = [message({ at: local(20, 14, 2), text: "hello\nyou" })];
  assertEquals(
    shown({ type: "results", room: "lobby", events, more: false }),
    "* 1 found, newest first:\n2026-11-20 14:02 bob: hello\n2026-11-20 14:02 bob: you\n",
  );
  assertMatch(shown({ type: "results", events, more: true }), /\n\* More matches exist[^\n]*\n$/);
  assertEquals(shown({ type: "results", events: [], more: false }), "* Nothing was found.\n");
  assertEquals(dayAndTime(local(1, 9, 5)), "2026-11-01 09:05");
});

Deno.test("plain puts a star in front of each line of the server", () => {
  assertEquals(shown({ type: "notice", text: "a\nb" }), "* a\n* b\n");
  assertEquals(shown({ type: "error", code: "full", text: "It is full." }), "* It is full.\n");
  assertEquals(shown({ type: "bye", reason: "quit", text: "Bye." }), "* Bye.\n");
  assertEquals(
    shown({ type: "lagged", room: "lobby", from: 3, to: 9 }),
    "* You read too slowly: 7 lines were skipped.\n",
  );
  assertEquals(
    shown({ type: "lagged", room: "lobby", from: 3, to: 3 }),
    "* You read too slowly: 1 line was skipped.\n",
  );
  assertEquals(shown({ type: "pong" }), "");
});

Deno.test("plain never writes more than a line of the server may hold", () => {
  const largest = message({ from: LARGEST_NAME, text: LARGEST_TEXT });
  const names = Array.from({ length: 1_000 }, (_, i) => LARGEST_NAME.slice(0, -8) + i);
  const direct = { type: "direct", at: "", from: LARGEST_NAME, to: "ada" } as const;
  const events = Array.from({ length: 500 }, () => largest);
  const rendered = [
    plain.renderLog(largest, "lobby"),
    plain.renderLog({ ...largest, action: true }, "lobby"),
    shown({ ...direct, text: LARGEST_TEXT }),
    entrance({ names, count: 1_000 }, { motd: LARGEST_TEXT }),
    shown({ type: "members", room: "lobby", names, count: 1_000, more: false }),
    shown({
      type: "history",
      room: "lobby",
      events: thatFit(plain, "history", events),
      more: false,
    }),
    shown({ type: "results", events: thatFit(plain, "results", events), more: false }),
  ];
  for (const text of rendered) assertLess(utf8Bytes(text), MAX_SERVER_LINE_BYTES);
});

Deno.test("plain says where somebody is, and that they are not there any more", () => {
  const topic = { text: "Deploys", name: "bob", at };
  const joined = { ...JOINED, room: "ops", names: ["bob", "ada"], count: 2, topic };
  assertEquals(
    shown(joined),
    "* You are in #ops now. Here now: bob.\n* Topic: Deploys (bob)\n",
  );
  assertEquals(
    shown({ ...JOINED, room: "ops" }),
    "* You are in #ops now. Nobody else is here yet.\n",
  );
  assertEquals(shown({ type: "parted", room: "ops", reason: "part" }), "* You left #ops.\n");
  assertEquals(shown({ type: "parted", room: "ops", reason: "closed" }), "* #ops was closed.\n");
  const text = "bob removed you from #ops.";
  assertEquals(shown({ type: "parted", room: "ops", reason: "kicked", text }), `* ${text}\n`);
});

Deno.test("plain lists rooms", () => {
  const rooms = [
    { room: "dev", count: 1 },
    { room: "ops", count: 2, topic: "Deploys", joined: true, key: true },
    { room: "qa", count: 0, unlisted: true },
  ] as const;
  assertEquals(
    shown({ type: "rooms", rooms, more: true }),
    "* 3 rooms. /join ROOM goes to one:\n* #dev: 1 here\n" +
      "* #ops: 2 here, you are in it, private. Deploys\n* #qa: 0 here, unlisted\n" +
      "* There are more.\n",
  );
});

Deno.test("plain shows topics, and who left only the room or was removed from it", () => {
  const fields = { seq: 3, at, name: "bob" };
  const render = (event: LogEvent) => plain.renderLog(event, "ops");
  assertEquals(render({ type: "topic", ...fields, text: "a" }), "* bob set the topic: a\n");
  assertEquals(render({ type: "topic", ...fields, text: "" }), "* bob removed the topic\n");
  assertEquals(render({ type: "leave", ...fields, reason: "part" }), "* bob left the room\n");
  const kicked = { type: "leave", ...fields, reason: "kicked", by: "eve" } as const;
  assertEquals(render(kicked), "* bob left (kicked by eve)\n");
  assertEquals(render({ ...kicked, text: "spam" }), "* bob left (kicked by eve: spam)\n");
});

Deno.test("plain says of each result in which of several rooms it was found", () => {
  const found = { ...message({ text: "hi" }), room: "ops" };
  const results = { type: "results", events: [found], more: false } as const;
  assertMatch(shown(results), /\n#ops 2026-11-2\d \d\d:\d\d bob: hi\n$/);
  assertMatch(shown({ ...results, room: "ops" }), /\n2026-11-2\d \d\d:\d\d bob: hi\n$/);
});
