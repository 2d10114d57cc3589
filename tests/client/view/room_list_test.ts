import { assertEquals } from "@std/assert";
import {
  KeptEvents,
  MAX_KEPT,
  MAX_KEPT_UNITS,
  type OfRoom,
} from "../../../src/client/view/kept_events.ts";
import { RoomList, wireName } from "../../../src/client/view/room_list.ts";
import { roomLabels } from "../../../src/client/view/rooms_line.ts";
import { columnsOf } from "../../../src/client/view/width.ts";
import { NOON } from "./screen_renderer_harness.ts";

const AT = NOON.toISOString();

function said(room: string, text: string): OfRoom {
  return {
    type: "told",
    past: false,
    event: { type: "message", room, seq: 1, at: AT, from: "bob", text },
  };
}

function came(room: string, name: string): OfRoom {
  return { type: "told", past: false, event: { type: "join", room, seq: 1, at: AT, name } };
}

/** A list of rooms that were entered; the first one is shown. */
function list(...names: string[]): RoomList {
  const rooms = new RoomList();
  for (const name of names) rooms.entered(name);
  if (names[0] !== undefined) rooms.show(names[0]);
  return rooms;
}

function news(rooms: RoomList, room: string, isMention = false): void {
  rooms.keep({ event: said(room, "hi"), me: "ada" }, { isNews: true, isMention });
}

Deno.test("Alt-A goes to mentions first, then to what is unread, from the shown room on", () => {
  const rooms = list("lobby", "ops", "dev", "random");
  assertEquals(rooms.nextUnread(), undefined);
  news(rooms, "ops");
  news(rooms, "random");
  news(rooms, "dev", true);
  assertEquals(rooms.nextUnread(), "dev");
  assertEquals(rooms.show("dev")?.unread, 1);
  assertEquals(rooms.nextUnread(), "random");
  rooms.show("random");
  assertEquals(rooms.nextUnread(), "ops");
  rooms.show("ops");
  assertEquals(rooms.nextUnread(), undefined);
});

Deno.test("Alt-Left and Alt-Right go around the ends", () => {
  const rooms = list("lobby", "ops", "dev");
  assertEquals([rooms.beside(-1), rooms.beside(1)], ["dev", "ops"]);
  rooms.show("dev");
  assertEquals([rooms.beside(-1), rooms.beside(1)], ["ops", "lobby"]);
  assertEquals(new RoomList().beside(1), undefined);
});

Deno.test("Own messages and those of the past are kept and do not count", () => {
  const rooms = list("lobby", "ops");
  rooms.keep({ event: said("ops", "old"), me: "ada" }, { isNews: false, isMention: false });
  news(rooms, "ops");
  assertEquals(rooms.get("ops")?.unread, 1);
  const kept = rooms.show("ops");
  assertEquals([kept?.events.length, kept?.unread, kept?.leftOut], [2, 1, 0]);
  assertEquals(rooms.get("ops")?.unread, 0);
});

Deno.test("After a room that is left the one before it is shown", () => {
  const rooms = list("lobby", "ops", "dev");
  rooms.show("dev");
  rooms.show("ops");
  rooms.remove("ops");
  assertEquals(rooms.current, "dev");
  rooms.remove("dev");
  assertEquals(rooms.current, "lobby");
  rooms.remove("lobby");
  assertEquals(rooms.current, undefined);
});

Deno.test("A room that is closed stays while it is shown, and not longer", () => {
  const rooms = list("lobby", "ops", "dev");
  rooms.lost("dev");
  assertEquals(rooms.all.map(({ name }) => name), ["lobby", "ops"]);
  rooms.show("ops");
  rooms.lost("ops");
  assertEquals([rooms.current, rooms.get("ops")?.standing], ["ops", "gone"]);
  rooms.show("lobby");
  assertEquals(rooms.all.map(({ name }) => name), ["lobby"]);
});

Deno.test("Of a room that is not shown the newest messages are kept, whoever comes and goes", () => {
  const kept = new KeptEvents();
  for (let i = 0; i < MAX_KEPT + 5; i++) kept.add({ event: said("ops", `${i}`), me: "ada" });
  for (let i = 0; i < 3 * MAX_KEPT; i++) kept.add({ event: came("ops", `p${i}`), me: "ada" });
  const { events, leftOut } = kept.take();
  assertEquals(events.length, 2 * MAX_KEPT);
  assertEquals(leftOut, 5);
  assertEquals(events[0]?.event, said("ops", "5"));
  assertEquals(kept.take(), { events: [], leftOut: 0 });
});

Deno.test("What is kept of a room is bounded in memory, too", () => {
  const kept = new KeptEvents();
  const text = "x".repeat(MAX_KEPT_UNITS / 4);
  for (let i = 0; i < 10; i++) kept.add({ event: said("ops", text), me: "ada" });
  const { events, leftOut } = kept.take();
  assertEquals([events.length, leftOut], [4, 6]);
});

Deno.test("A room is found as it is typed: with and without #, in any case", () => {
  assertEquals([wireName("#Ops"), wireName("OPS"), wireName("##x")], ["ops", "ops", "#x"]);
});

Deno.test("The line of rooms fits, however many there are and however long their names are", () => {
  const rooms = list(...Array.from({ length: 20 }, (_, i) => `a-very-long-name-of-a-room-${i}`));
  const current = "a-very-long-name-of-a-room-17";
  rooms.show(current);
  news(rooms, "a-very-long-name-of-a-room-3", true);
  for (let columns = 4; columns < 200; columns++) {
    const labels = roomLabels(rooms.all, current, columns).map(({ text }) => text);
    const line = labels.join(" · ");
    assertEquals(columnsOf(line) <= columns, true, line);
    assertEquals(labels.some((text) => text.startsWith("#")), true, line);
  }
  assertEquals(
    roomLabels(rooms.all, current, 44).map(({ text }) => text),
    ["4 #a-very…oom-3 (1!)", "#a-very…om-17", "+18"],
  );
});

Deno.test("What is erased meanwhile in a room that is not shown is not kept", () => {
  const kept = new KeptEvents();
  const event = (seq: number, more: object) => ({
    type: "told",
    past: false,
    event: {
      ...{ type: "message", room: "ops", seq, at: "2026-01-01T00:00:00.000Z", from: "bob" },
      ...more,
    },
  } as OfRoom);
  kept.add({ event: event(1, { text: "the secret" }), me: "ada" });
  kept.add({ event: event(2, { text: "hi" }), me: "ada" });
  kept.add({ event: event(3, { text: "erases", erases: [1] }), me: "ada" });
  const { events } = kept.take();
  const texts = events.map(({ event }) =>
    "event" in event && "text" in event.event && event.event.text
  );
  assertEquals(texts, ["(erased)", "hi", "erases"]);
});
