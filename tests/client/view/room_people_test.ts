import { assertEquals } from "@std/assert";
import { People } from "../../../src/client/view/people.ts";
import { RoomPeople } from "../../../src/client/view/room_people.ts";
import type { ServerEvent } from "../../../src/protocol/messages.ts";
import { connected, entered } from "./entering.ts";
import { NOON } from "./screen_renderer_harness.ts";

/** Something of a room, just now. */
function told(room: string, sketch: object) {
  const event = { room, seq: 1, at: NOON.toISOString(), ...sketch } as ServerEvent;
  return { type: "told", event, past: false } as const;
}

Deno.test("Each room has its own people, and those of the room that is shown come first", () => {
  const people = new RoomPeople();
  people.take(connected());
  people.take(entered());
  people.take(entered({ room: "ops" }));
  people.take(told("ops", { type: "join", name: "eve" }));
  people.take(told("lobby", { type: "leave", name: "bob", reason: "part" }));
  assertEquals([people.count("lobby"), people.count("ops")], [1, 3]);
  assertEquals(people.others("lobby"), ["eve", "bob"]);
  people.take(told("ops", { type: "message", from: "bob", text: "hi" }));
  assertEquals(people.others("ops"), ["bob", "eve"]);
  people.take({ type: "gone", room: "ops" });
  assertEquals([people.count("ops"), people.others("lobby")], [0, []]);
});

Deno.test("Who is in none of the rooms is known to be in none, where all names are known", () => {
  const people = new RoomPeople();
  people.take(connected());
  people.take(entered());
  people.take(entered({ room: "ops" }));
  people.take(told("ops", { type: "join", name: "Eve" }));
  const asked = () => ["bob", "ＥＶＥ", "mallory"].map((name) => people.mayHold(name));
  assertEquals(asked(), [true, true, false]);
  people.take(told("ops", { type: "members", names: ["Eve"], count: 9_000, more: true }));
  assertEquals(asked(), [true, true, true]);
});

Deno.test("Nobody is remembered of rooms that this client is not in", () => {
  const people = new RoomPeople();
  people.take(connected());
  people.take(entered());
  people.take(told("ops", { type: "members", names: ["eve"], count: 1, more: false }));
  assertEquals([people.count("ops"), people.others("ops")], [0, ["bob"]]);
});

Deno.test("Who has another name is not counted twice in a room that is entered afterwards", () => {
  const people = new RoomPeople();
  people.take(connected());
  people.take(entered());
  people.take(told("lobby", { type: "rename", from: "ada", to: "eve" }));
  people.take(entered({ room: "ops", names: ["eve", "bob"] }));
  assertEquals([people.count("ops"), people.others("ops")], [2, ["bob"]]);
});

Deno.test("Who is a program is known from all that lists names, and goes with a new name", () => {
  const people = new People();
  people.take(connected());
  const { joined, ...rest } = entered();
  people.take({ ...rest, joined: { ...joined, bots: ["bob"] } });
  people.take(told("lobby", { type: "join", name: "echo", bot: true }));
  people.take(told("lobby", { type: "join", name: "eve" }));
  people.take(told("lobby", { type: "rename", from: "bob", to: "rob" }));
  assertEquals(["bob", "rob", "echo", "eve"].map((name) => people.isBot(name)), [
    false,
    true,
    true,
    false,
  ]);
  people.take(told("lobby", { type: "leave", name: "echo", reason: "quit" }));
  assertEquals(people.isBot("echo"), false);
  const page = { names: ["ada", "eve"], bots: ["eve"], count: 2, more: false };
  people.take(told("lobby", { type: "members", ...page }));
  assertEquals(people.isBot("eve"), true);
});
