/**
 * Several rooms on one scrolling screen.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { ServerEvent } from "../../../src/protocol/messages.ts";
import { connected, entered } from "./entering.ts";
import { NOON, Reading, says } from "./screen_renderer_harness.ts";

const AT = NOON.toISOString();

/** Ada is in the lobby, which is shown, and in ops. */
function reading(): Reading {
  const reading = new Reading(80);
  reading.take([entered({ room: "ops" }), told(reading, "ops", { type: "join", name: "ada" })]);
  return reading;
}

function told(reading: Reading, room: string, sketch: object, past = false) {
  return reading.told({ room, ...sketch } as ServerEvent, past);
}

/** Bob says something in a room. */
function say(reading: Reading, room: string, text: string, past = false) {
  return told(reading, room, says("bob", text), past);
}

Deno.test("What happens in another room is shown when somebody goes there, with its greeting", () => {
  const ada = reading();
  assertEquals(ada.take([say(ada, "ops", "restarting")]), []);
  assertEquals(ada.renderer.turnTo("ops"), [
    "── #ops · 1 new ──",
    "14:02  bob  restarting",
  ]);
  assertEquals(ada.take([say(ada, "lobby", "lunch?"), say(ada, "ops", "done")]), [
    "14:02  bob  done",
  ]);
  assertEquals(ada.renderer.turnTo("lobby"), ["── #lobby · 1 new ──", "14:02  bob  lunch?"]);
  assertEquals(ada.renderer.turnTo("ops"), ["── #ops ──"]);
});

Deno.test("A mention in another room rings at once, and not again when it is shown", () => {
  const ada = reading();
  assertEquals(ada.take([say(ada, "ops", "ada, look")]), ["\x07"]);
  assertEquals(ada.rooms.get("ops")?.isMentioned, true);
  ada.wait(5_000);
  ada.renderer.turnTo("ops");
  assertEquals(ada.renderer.rings(), false);
});

Deno.test("The past of a room that one comes into is kept, rings for nobody and is not unread", () => {
  const ada = new Reading(80);
  assertEquals(
    ada.take([entered({ room: "ops", seq: 1 }), say(ada, "ops", "ada was here", true)]),
    [],
  );
  assertEquals([ada.rooms.get("ops")?.unread, ada.rooms.get("ops")?.isMentioned], [0, false]);
  assertEquals(ada.renderer.turnTo("ops"), ["── #ops ──", "14:02  bob  ada was here"]);
});

Deno.test("What was missed in another room is unread, and a gap is told where it is", () => {
  const ada = reading();
  ada.renderer.turnTo("ops");
  ada.renderer.turnTo("lobby");
  ada.take([
    { type: "lost", reason: "broken", retryMs: 300, wasConnected: true },
    connected({ again: true }),
    entered({ again: true }),
    entered({ room: "ops", again: true }),
    { type: "missed", room: "ops", from: 3, to: 5 },
    say(ada, "ops", "ada?", true),
  ]);
  assertEquals([ada.rooms.get("ops")?.unread, ada.rooms.get("ops")?.isMentioned], [1, true]);
  assertEquals(ada.renderer.turnTo("ops"), [
    "── #ops · 1 new ──",
    "14:02    *  3 events were missed here.",
    "14:02  bob  ada?",
  ]);
});

Deno.test("A new name of one's own is told once, whatever room is shown", () => {
  const ada = reading();
  const renamed = { type: "rename", from: "ada", to: "Ada2" } as const;
  assertEquals(ada.take([told(ada, "lobby", renamed), told(ada, "ops", renamed)]), [
    "14:02    *  ada is now Ada2",
  ]);
  ada.take([say(ada, "ops", "Ada2!"), told(ada, "ops", says("Ada2", "yes"))]);
  assertEquals(ada.rooms.get("ops")?.unread, 1);
  assertEquals(ada.renderer.turnTo("ops"), [
    "── #ops · 1 new ──",
    "14:02  bob  Ada2!",
    "14:02 Ada2  yes",
  ]);
});

Deno.test("An answer about another room says which, and what was found says where", () => {
  const ada = reading();
  const old = (room: string, text: string) =>
    ({ type: "message", room, seq: 1, at: AT, from: "bob", text }) as const;
  assertEquals(
    ada.take([
      told(ada, "ops", { type: "members", names: ["ada", "bob"], count: 2, more: false }),
      told(ada, "ops", { type: "history", events: [old("ops", "hm")], more: false }),
      ada.told({
        type: "results",
        events: [old("ops", "found"), old("lobby", "too")],
        more: false,
      }),
      told(ada, "ops", { type: "notice", text: "bob keeps this room now." }),
      ada.told({ type: "topic", name: "bob", text: "lunch" }),
    ]),
    [
      "14:02 *  2 in #ops:",
      "         ada  bob",
      "14:02    *  The past of #ops:",
      "14:02  bob  hm",
      "── now ──",
      "14:02    *  Found, newest first:",
      "14:02  bob  #ops found",
      "14:02  bob  #lobby too",
      "── now ──",
      "14:02    *  #ops: bob keeps this room now.",
      "14:02    *  bob set the topic: lunch",
    ],
  );
});

Deno.test("A room that one makes greets its keeper, and a topic stands before the people", () => {
  const ada = new Reading(80);
  const { joined, ...rest } = entered({ room: "ops" });
  const topic = { text: "deploys", name: "bob", at: AT };
  const [mine, theirs] = [
    { ...joined, names: ["ada"], count: 1, keeper: "ada" },
    { ...joined, room: "dev", keeper: "bob", topic },
  ];
  ada.take([
    { ...rest, joined: mine },
    told(ada, "ops", { type: "join", name: "ada" }),
    { ...rest, room: "dev", joined: theirs },
    told(ada, "dev", { type: "join", name: "ada" }),
  ]);
  assertEquals(ada.renderer.turnTo("ops"), [
    "── #ops ──",
    "14:02    *  You are the keeper of #ops: /help lists your commands.",
  ]);
  assertEquals(ada.renderer.turnTo("dev"), [
    "── #dev ──",
    "14:02    *  Topic: deploys (bob)",
  ]);
  ada.rooms.add("new");
  ada.renderer.turnTo("new");
  assertEquals(
    ada.take([entered({ room: "new" }), told(ada, "new", { type: "join", name: "ada" })]),
    ["── #new ──", "14:02    *  Here now: bob."],
  );
});

Deno.test("A topic that the past begins with is told once, above who is here", () => {
  const ada = new Reading(80);
  const { joined, ...rest } = entered({ room: "ops" });
  const topic = { text: "deploys", name: "bob", at: AT };
  ada.rooms.add("ops");
  ada.renderer.turnTo("ops");
  assertEquals(
    ada.take([
      { ...rest, joined: { ...joined, topic } },
      told(ada, "ops", { type: "topic", name: "bob", text: "deploy" }, true),
      told(ada, "ops", { type: "topic", name: "bob", text: "deploys" }, true),
      told(ada, "ops", { type: "join", name: "ada" }),
    ]).slice(1),
    [
      "14:02    *  bob set the topic: deploy",
      "14:02    *  Topic: deploys (bob)",
      "14:02    *  Here now: bob.",
    ],
  );
});

Deno.test("Who is removed from the room that is shown is told how to go on", () => {
  const ada = reading();
  ada.renderer.turnTo("ops");
  const parted = {
    type: "parted",
    room: "ops",
    reason: "kicked",
    text: "bob removed you",
  } as const;
  assertEquals(ada.take([{ type: "gone", room: "ops", parted }]), [
    "14:02    !  bob removed you. To another room: Alt-1 to Alt-9, or /join ROOM;",
    "            back here, when you may: /join ops.",
  ]);
});

Deno.test("What does not fit into a row of a table goes on in its last column", () => {
  const topic = "one two three four five six seven eight nine";
  const list = { type: "rooms", rooms: [{ room: "ops", count: 2, topic }], more: false } as const;
  const help = { type: "notice", text: "/join ROOM [KEY]  goes to a room\n/who  lists who is in" };
  for (
    const [columns, wanted] of [
      [60, [
        "14:02 *  1 room:",
        "         #ops:  2 here  one two three four five six seven",
        "                        eight nine",
        "14:02 *  /join ROOM [KEY]  goes to a room",
        "         /who  lists who is in",
      ]],
      [40, [
        "14:02 *  1 room:",
        "         #ops:  2 here  one two three",
        "                        four five six",
        "                        seven eight nine",
        "14:02 *  /join ROOM [KEY]  goes to a",
        "             room",
        "         /who  lists who is in",
      ]],
    ] as const
  ) {
    const ada = new Reading(columns);
    assertEquals(ada.take([ada.told(list), ada.told(help as ServerEvent)]), [...wanted]);
  }
});

Deno.test("That one is no longer in a room is told whatever room is shown", () => {
  const ada = reading();
  ada.take([say(ada, "ops", "bye")]);
  const parted = {
    type: "parted",
    room: "ops",
    reason: "closed",
    text: "bob closed #ops.",
  } as const;
  assertEquals(ada.take([{ type: "gone", room: "ops", parted }]), [
    "14:02    !  bob closed #ops. 1 message there was never shown.",
  ]);
  assertEquals(ada.rooms.get("ops"), undefined);
});

Deno.test("A notice from another room names that room once", () => {
  const ada = new Reading(80);
  ada.take([entered({ room: "lobby" })]);
  const notices = ["#den is private.", "It is private."];
  for (const text of notices) {
    const line = ada.take([told(ada, "den", { type: "notice", text })]);
    assertEquals(line.join("").split("#den").length - 1, 1, text);
  }
});
