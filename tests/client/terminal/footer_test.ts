import { assertEquals } from "@std/assert";
import {
  ConnectionPhase,
  paintFooter,
  statusLine as statusPieces,
  type StatusState,
} from "../../../src/client/terminal/footer.ts";
import { SentLines } from "../../../src/client/terminal/unsent_line.ts";
import type { RoomState } from "../../../src/client/view/room_list.ts";
import { GAP } from "../../../src/client/view/rooms_line.ts";
import { COLOUR_STYLE, PLAIN_STYLE } from "../../../src/client/view/style.ts";

const STATE: StatusState = {
  address: "chat.example:5001",
  phase: "connected",
  again: false,
  retrySeconds: 3,
  here: 12,
  rooms: [],
  room: "lobby",
  undelivered: 0,
};

function statusLine(state: StatusState, columns: number): string {
  return statusPieces(state, columns).map(({ text }) => text).join(GAP);
}

Deno.test("The footer shows what is pending, a few lines of it, and the wait", () => {
  const pending = ["one", "two\nlines", "a very long message that does not fit", "4", "5"]
    .map((text, i) => ({ type: "say" as const, room: "lobby", id: `${i}`, text }));
  const footer = paintFooter(
    { ...STATE, address: "h:1", phase: "waiting", again: true, pending, question: "" },
    { columns: 30, style: PLAIN_STYLE },
  );
  assertEquals(footer, {
    above: [
      "… one",
      "… two lines",
      "… a very long message that d…",
      "… and 2 more",
      "Again in 3 s · 5 unsent",
    ],
    prompt: "> ",
  });
});

for (
  const [columns, connected, unsent, waiting, connecting] of [
    [20, "12 here", "12 here · 2 unsent", "In 3 s · 2 unsent", "Connecting …"],
    [
      40,
      "chat.example:5001 · 12 here",
      "chat.example:5001 · 12 here · 2 unsent",
      "Reconnecting in 3 s · 2 unsent",
      "Connecting to chat.example:5001 …",
    ],
    [
      80,
      "chat.example:5001 · 12 here",
      "chat.example:5001 · 12 here · 2 not delivered yet",
      "Reconnecting to chat.example:5001 in 3 s … · 2 not delivered yet",
      "Connecting to chat.example:5001 …",
    ],
  ] as const
) {
  Deno.test(`The status finds words that fit into ${columns} columns`, () => {
    const at = (change: Partial<StatusState>) => statusLine({ ...STATE, ...change }, columns - 1);
    assertEquals(at({}), connected);
    assertEquals(at({ undelivered: 2 }), unsent);
    assertEquals(at({ phase: "waiting", again: true, undelivered: 2 }), waiting);
    assertEquals(at({ phase: "connecting" }), connecting);
  });
}

Deno.test("The status says why an answer may take its time, in the words that fit", () => {
  const at = (phase: StatusState["phase"], columns: number) =>
    statusLine({ ...STATE, phase }, columns);
  assertEquals(at("unanswered", 80), "Waiting for chat.example:5001 to answer …");
  assertEquals(at("unanswered", 20), "Waiting …");
  assertEquals(
    at("held_back", 120),
    "Waiting for the server to answer …; after wrong passwords from this address that takes " +
      "some seconds.",
  );
  assertEquals(
    at("held_back", 79),
    "Waiting …; after wrong passwords from here that takes some seconds",
  );
  assertEquals(at("held_back", 40), "Waiting, after wrong passwords …");
});

/** Rooms of which some have something new: `ops 3`, `dev 1!`. */
function rooms(...sketches: string[]): RoomState[] {
  return sketches.map((sketch) => {
    const [name = "", count = "0"] = sketch.split(" ");
    const isMentioned = count.endsWith("!");
    return { name, standing: "in", unread: Number.parseInt(count), isMentioned };
  });
}

const FOUR = rooms("lobby", "ops 3", "dev 1!", "random");

for (
  const [columns, connected, unsent, waiting] of [
    [20, "#lobby · +3 (4!)", "#lobby · 2 unsent", "In 3 s · 2 unsent"],
    [
      40,
      "#lobby · 2 #ops (3) · 3 #dev (1!) · +1",
      "#lobby · 3 #dev (1!) · +2 · 2 unsent",
      "Reconnecting in 3 s · 2 unsent · #lobby",
    ],
    [
      80,
      "#lobby · 2 #ops (3) · 3 #dev (1!) · 4 #random · 12 here",
      "#lobby · 2 #ops (3) · 3 #dev (1!) · 4 #random · 12 here · 2 not delivered yet",
      "Reconnecting in 3 s · 2 unsent · #lobby · 2 #ops (3) · 3 #dev (1!) · 4 #random",
    ],
  ] as const
) {
  Deno.test(`Four rooms find room in the status of ${columns} columns`, () => {
    const at = (change: Partial<StatusState>) =>
      statusLine({ ...STATE, rooms: FOUR, room: "lobby", ...change }, columns - 1);
    assertEquals(at({}), connected);
    assertEquals(at({ undelivered: 2 }), unsent);
    assertEquals(at({ phase: "waiting", again: true, undelivered: 2 }), waiting);
  });
}

Deno.test("The room that is shown and what is new are bright, all else is dim", () => {
  const state = { ...STATE, rooms: FOUR, room: "random", pending: [], question: "" };
  assertEquals(paintFooter(state, { columns: 80, style: COLOUR_STYLE }).above, [
    "\x1b[2m1 #lobby\x1b[22m\x1b[2m · \x1b[22m2 #ops (3)\x1b[2m · \x1b[22m3 #dev (1!)" +
    "\x1b[2m · \x1b[22m#random\x1b[2m · \x1b[22m\x1b[2m12 here\x1b[22m",
  ]);
});

Deno.test("The lobby alone is not told of, another room alone is", () => {
  const at = (name: string) => statusLine({ ...STATE, rooms: rooms(name), room: name }, 80);
  assertEquals(at("lobby"), "chat.example:5001 · 12 here");
  assertEquals(at("ops"), "#ops · 12 here");
});

Deno.test("The wait is counted down, and a message is shown when it has waited for some time", () => {
  let nowMs = 0;
  const phase = new ConnectionPhase(() => nowMs);
  assertEquals(phase.retrySeconds, 0);
  phase.follow({ type: "lost", reason: "broken", retryMs: 1_500, wasConnected: true });
  assertEquals([phase.phase, phase.retrySeconds], ["waiting", 2]);
  const sent = new SentLines(() => nowMs);
  const message = { type: "say", id: "1", room: "lobby", text: "hello" } as const;
  sent.add(message, 0);
  const waiting = () => sent.waiting(() => [message], 200).length;
  assertEquals(waiting(), 0);
  nowMs = 600;
  assertEquals([phase.retrySeconds, waiting()], [1, 1]);
  nowMs = 2_000;
  assertEquals(phase.retrySeconds, 0);
});
