import { assertEquals } from "@std/assert";
import type { ClientEvent } from "../../../src/client/core/events.ts";
import { PlainRenderer } from "../../../src/client/view/plain_renderer.ts";
import type { ServerEvent } from "../../../src/protocol/messages.ts";
import { message } from "../core/fake_server.ts";
import { connected, entered } from "./entering.ts";

/** 14:02 here, wherever the tests run. */
const AT = new Date(2026, 0, 2, 14, 2).toISOString();
const NEXT_DAY = new Date(2026, 0, 3, 0, 5).toISOString();

function told(event: ServerEvent, past = false): ClientEvent {
  return { type: "told", event, past };
}

function painted(...events: ClientEvent[]): string[] {
  const renderer = new PlainRenderer({ today: () => new Date(2026, 0, 2) });
  return events.flatMap((event) => renderer.paint(event)).map(({ text }) => text);
}

Deno.test("PlainRenderer shows messages with local time, and later lines further in", () => {
  assertEquals(
    painted(
      told({ ...message(1, "bob", "hello\n14:02 eve: I am bob"), at: AT }),
      told({ ...message(2, "bob", "waves"), at: AT, action: true }),
      told({ type: "leave", room: "lobby", seq: 3, at: AT, name: "bob", reason: "lost" }),
      told({ type: "rename", room: "lobby", seq: 4, at: AT, from: "eve", to: "eva" }),
    ),
    [
      "14:02 bob: hello",
      "      14:02 eve: I am bob",
      "14:02 ~ bob waves",
      "14:02 * bob left (the connection was lost)",
      "14:02 * eve is now eva",
    ],
  );
});

Deno.test("PlainRenderer shows the past, then the welcome in place of the own join", () => {
  assertEquals(
    painted(
      connected(),
      entered({ seq: 1 }),
      told({ ...message(1, "bob", "earlier"), at: AT }, true),
      told({ type: "join", room: "lobby", seq: 2, at: AT, name: "ada" }),
    ),
    [
      "14:02 bob: earlier",
      "* Welcome, ada! Here now: bob. /help lists the commands, /quit leaves.",
    ],
  );
});

Deno.test("PlainRenderer tells a topic once, and of commands only who can type them", () => {
  const renderer = new PlainRenderer({ today: () => new Date(2026, 0, 2), typed: false });
  const { joined, ...rest } = entered({ seq: 1 });
  const topic = { text: "deploys", name: "bob", at: AT };
  const events = [
    connected(),
    { ...rest, joined: { ...joined, topic } },
    told({ type: "topic", room: "lobby", seq: 1, at: AT, name: "bob", text: "deploys" }, true),
    told({ type: "join", room: "lobby", seq: 2, at: AT, name: "ada" }),
  ];
  assertEquals(events.flatMap((event) => renderer.paint(event)).map(({ text }) => text), [
    "14:02 * bob set the topic: deploys",
    "* Welcome, ada! Here now: bob.",
  ]);
});

Deno.test("PlainRenderer welcomes the keeper of a new room as one", () => {
  const { joined, ...rest } = entered({ room: "vault" });
  assertEquals(
    painted(
      connected(),
      { ...rest, joined: { ...joined, names: ["ada"], count: 1, keeper: "ada" } },
      told({ type: "join", room: "vault", seq: 1, at: AT, name: "ada" }),
    ),
    [
      "* Welcome, ada! Nobody else is here yet. You are the keeper of #vault: /help lists your " +
      "commands. /quit leaves.",
    ],
  );
});

Deno.test("PlainRenderer marks where the day changes", () => {
  assertEquals(
    painted(
      told({ ...message(1, "bob", "late"), at: AT }),
      told({ ...message(2, "bob", "early"), at: NEXT_DAY }),
    ),
    ["14:02 bob: late", "-- 2026-01-03 --", "00:05 bob: early"],
  );
});

Deno.test("PlainRenderer says a loss once, and when it is over", () => {
  assertEquals(
    painted(
      { type: "lost", reason: "shutdown", retryMs: 300, wasConnected: true },
      { type: "connecting", attempt: 1 },
      { type: "lost", reason: "unreachable", retryMs: 600, wasConnected: false },
      connected({ again: true }),
      entered({ again: true, newLog: true }),
    ),
    [
      "! Not connected: the server was shut down. Trying to reconnect …",
      "* Connected again.",
      "* The server no longer has what was said before.",
    ],
  );
});

Deno.test("PlainRenderer says once that the server takes its time", () => {
  assertEquals(
    painted(
      { type: "unanswered", withPassword: true },
      { type: "unanswered", withPassword: true },
    ),
    [
      "* Waiting for the server to answer …; after wrong passwords from this address that takes " +
      "some seconds.",
    ],
  );
  assertEquals(
    painted({ type: "unanswered", withPassword: false }),
    ["* Waiting for the server to answer …"],
  );
});

Deno.test("PlainRenderer tells direct messages to us from those of ours", () => {
  const direct = { type: "direct" as const, at: AT, text: "psst" };
  assertEquals(
    painted(
      connected({ again: true }),
      told({ ...direct, from: "bob", to: "ada" }),
      told({ ...direct, from: "ada", to: "bob" }),
    ).slice(1),
    ["14:02 [from bob] psst", "14:02 [to bob] psst"],
  );
});

Deno.test("That the server is full is said once until there is room, and once the next time", () => {
  const full = { type: "lost", reason: "full", retryMs: 1, wasConnected: false } as const;
  const lost = { type: "lost", reason: "closed", retryMs: 1, wasConnected: true } as const;
  const again = connected({ again: true });
  assertEquals(painted(lost, full, full, full, again, full), [
    "! Not connected: the server closed the connection. Trying to reconnect …",
    "! The server is full. Trying again until it has room …",
    "* Connected again.",
    "! The server is full. Trying again until it has room …",
  ]);
});

Deno.test("PlainRenderer says that a direct message waits, and from whom one has waited", () => {
  const direct = { type: "direct" as const, at: AT, text: "psst" };
  const lines = painted(
    connected(),
    entered(),
    told({ ...direct, from: "ada", to: "bob", waits: true }),
    // Its sender was called so before.
    told({ ...direct, from: "ada", to: "ada", n: 1 }),
  ).slice(-3);
  assertEquals(lines.map((line) => line.replace(/^\d\d:\d\d /, "")), [
    "[to bob] psst",
    "* bob is away: your message waits for bob's program to connect again, for 24 hours at " +
    "most; one that is started anew may miss it.",
    "[from ada] psst",
  ]);
});

Deno.test("A direct message of which nobody knows is told whole", () => {
  const text = "x".repeat(300);
  const message = { type: "direct", to: "bob", text, id: "i" } as const;
  assertEquals(painted({ type: "uncertain", message }), [
    `! The connection was lost before it was known whether this arrived: "${text}"`,
  ]);
});

Deno.test("PlainRenderer names the room of a line when there are several", () => {
  const at = AT;
  const topic = { text: "Deploys", name: "bob", at };
  const ops = entered({ room: "ops" });
  assertEquals(
    painted(
      connected(),
      entered(),
      told({ ...message(1, "bob", "one"), at }),
      { ...ops, joined: { ...ops.joined, topic } },
      told({ ...message(1, "bob", "two", undefined, "ops"), at }),
      told({ ...message(2, "bob", "three"), at }),
      { type: "gone", room: "ops", parted: { type: "parted", room: "ops", reason: "closed" } },
      told({ ...message(3, "bob", "four"), at }),
    ),
    [
      "* Welcome, ada! Here now: bob. /help lists the commands, /quit leaves.",
      "14:02 bob: one",
      "* You are in #ops. Here now: bob.",
      "* #ops Topic: Deploys (bob)",
      "14:02 #ops bob: two",
      "14:02 #lobby bob: three",
      "* #ops was closed.",
      "14:02 bob: four",
    ],
  );
});
