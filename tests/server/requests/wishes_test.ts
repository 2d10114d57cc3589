import { assertEquals } from "@std/assert";
import { until } from "../../helpers/wait.ts";
import { Harness } from "../harness.ts";

const NAMES = ["ant", "bee", "cat"];

/** A server with rooms of a person, which no program has read; and what their stores are asked for. */
async function withRooms(use: (server: Harness, asked: string[]) => Promise<void>, key = "") {
  await using server = new Harness();
  const bob = await server.plain("bob");
  for (const name of NAMES) {
    await bob.send(`/join ${name}\nhello\n`);
    if (key === "") continue;
    await bob.send(`/key ${key}\n`);
    await until(() => (server.server.rooms.get(name)?.key ?? null) !== null, "the key");
  }
  const asked: string[] = [];
  for (const name of NAMES) {
    const { store } = server.server.rooms.get(name)!;
    const tail = store.tail.bind(store);
    store.tail = (bounds) => {
      asked.push(name);
      return tail(bounds);
    };
  }
  const { turns } = server.server;
  const next = turns.next.bind(turns);
  turns.next = (address) => {
    if (asked.at(-1) !== "turn") asked.push("turn");
    return next(address);
  };
  await use(server, asked);
}

const rooms = Object.fromEntries(NAMES.map((name) => [name, {}]));

Deno.test("the logs of rooms that a hello names are filled one in a turn", () =>
  withRooms(async (server, asked) => {
    const { events } = await server.json("ada", { rooms });
    assertEquals(asked.slice(asked.indexOf("ant")), ["ant", "turn", "bee", "turn", "cat"]);
    assertEquals(events.filter(({ type }) => type === "message").length, NAMES.length);
  }));

Deno.test("nothing is read of rooms for somebody without their key", () =>
  withRooms(async (server, asked) => {
    const { conn, events } = await server.json("ada", { rooms });
    assertEquals(events.map(({ code }) => code), ["room_key", "room_key", "room_key"]);
    await conn.request({ type: "join", room: "ant" });
    assertEquals(conn.events().map(({ code }) => code), ["room_key"]);
    assertEquals(asked.filter((name) => name !== "turn"), []);
    await conn.request({ type: "join", room: "ant", key: "sesame" });
    await until(() => asked.includes("ant"), "its log");
  }, "sesame"));

Deno.test("who was put out of a room has nothing of it read by coming back", () =>
  withRooms(async (server, asked) => {
    const { welcome } = await server.json("ada", { rooms: {} });
    const { session } = welcome;
    const positions = Object.fromEntries(NAMES.map((name) => [name, { after: 1 }]));
    const again = await server.json("ada", { session, rooms: positions });
    assertEquals(again.events.map(({ type }) => type), ["parted", "parted", "parted"]);
    assertEquals(asked.filter((name) => name !== "turn"), []);
  }));
