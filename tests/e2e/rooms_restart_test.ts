/**
 * What of several rooms survives a restart: members, positions, topics, keys, keepers, histories.
 *
 * @module
 */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { RoomWish } from "../../src/protocol/messages.ts";
import { readEvents } from "../helpers/database.ts";
import { type RunningServer, startServer } from "../helpers/program.ts";
import {
  come,
  inDirectory,
  lock,
  MANY_ROOMS,
  nextAbout,
  order,
  sayIn,
  seqsIn,
} from "../helpers/room_clients.ts";

async function end(server: RunningServer, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  server.signal(signal);
  await server.outcome();
}

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  Deno.test(`After ${signal} the rooms are as they were: members, positions, topics, keys and keepers`, () =>
    inDirectory(async (db) => {
      const flags = [...MANY_ROOMS, "--db", db];
      const rooms = { ops: {}, dev: {}, lobby: {} };
      await using first = await startServer(flags);
      const ada = await come(first.port, "ada", { ...rooms, old: {} });
      await using _ada = ada.client;
      const bob = await come(first.port, "bob", rooms);
      await using _bob = bob.client;
      await ada.client.send({ type: "topic", room: "dev", text: "Compilers" });
      await ada.client.next("topic");
      await lock(ada.client, "ops", "swordfish");
      await sayIn(ada.client, "old", "gone soon");
      await order(ada.client, "old", "/close");
      await nextAbout(ada.client, "old", ["parted"]);
      const places: Record<string, RoomWish> = {};
      for (const room of Object.keys(rooms)) {
        const { seq: after, at } = await sayIn(bob.client, room, `in ${room}`);
        const joined = bob.rooms.get(room);
        assert(joined?.type === "joined");
        places[room] = { log: joined.log, after, at };
      }
      await end(first, signal);

      await using second = await startServer(flags);
      const keeper = await come(second.port, "ada", rooms, ada.session);
      await using _keeper = keeper.client;
      for (const room of ["ops", "dev", "lobby"]) {
        await sayIn(keeper.client, room, `later in ${room}`);
      }
      const back = await come(second.port, "bob", places, bob.session);
      await using client = back.client;
      assertEquals(back.resumed, true);
      for (const [room, { log, after }] of Object.entries(places)) {
        const joined = back.rooms.get(room);
        assert(joined?.type === "joined", room);
        assertEquals([joined.log, joined.count, joined.forget], [log, 2, undefined]);
        await sayIn(client, room, "here again");
        assertEquals(seqsIn(client, room), [after! + 1, after! + 2]);
      }
      const dev = back.rooms.get("dev");
      assert(dev?.type === "joined");
      assertEquals([dev.topic?.text, dev.topic?.name, dev.keeper], ["Compilers", "ada", "ada"]);

      const { client: eve, rooms: eves } = await come(second.port, "eve", { ops: {}, old: {} });
      await using _eve = eve;
      const refusal = eves.get("ops");
      assertEquals(refusal?.type === "error" && refusal.code, "room_key");
      const old = eves.get("old");
      assert(old?.type === "joined");
      assertEquals([old.seq, old.keeper], [0, "eve"]);
      await eve.send({ type: "join", room: "ops", key: "swordfish" });
      await nextAbout(eve, "ops", ["joined"]);
      await end(second, signal);
      const kept = readEvents(db, "dev");
      assertEquals(kept.map(({ seq }) => seq), kept.map((_, i) => i + 1));
    }));
}

Deno.test("A room that is gone after a restart is joined anew: its past is forgotten, and said so", () =>
  inDirectory(async (db) => {
    const flags = [...MANY_ROOMS, "--db", db];
    await using first = await startServer(flags);
    const ada = await come(first.port, "ada", { ops: {}, lobby: {} });
    await using _ada = ada.client;
    const bob = await come(first.port, "bob", { ops: {}, lobby: {} });
    const eve = await come(first.port, "eve", { ops: {} });
    await sayIn(eve.client, "ops", "only here");
    await eve.client[Symbol.asyncDispose]();
    const { seq: after, at } = await sayIn(bob.client, "ops", "old");
    const before = bob.rooms.get("ops");
    assert(before?.type === "joined");
    await bob.client[Symbol.asyncDispose]();
    await order(ada.client, "ops", "/close");
    await nextAbout(ada.client, "ops", ["parted"]);
    await end(first, "SIGKILL");

    await using second = await startServer(flags);
    const wishes = { ops: { log: before.log, after, at }, lobby: {} };
    const back = await come(second.port, "bob", wishes, bob.session);
    await using client = back.client;
    const answer = back.rooms.get("ops");
    if (answer?.type === "joined") {
      assertNotEquals(answer.log, before.log);
      assertEquals([answer.forget, answer.seq], [0, 0]);
    } else assertEquals(answer?.type, "parted");
    await sayIn(client, "lobby", "still here");
    const late = await come(second.port, "eve", { ops: wishes.ops }, eve.session);
    await using _late = late.client;
    const parted = late.rooms.get("ops");
    assertEquals(parted?.type === "parted" && parted.reason, "closed");
  }));

Deno.test("Over a restored backup, each room says what of it is to be forgotten", () =>
  inDirectory(async (db, directory) => {
    const flags = [...MANY_ROOMS, "--db", db];
    await using first = await startServer(flags);
    const ada = await come(first.port, "ada", { ops: {}, dev: {} });
    await using _ada = ada.client;
    const ops = await sayIn(ada.client, "ops", "before");
    const dev = await sayIn(ada.client, "dev", "before");
    for (const suffix of ["", "-wal"]) {
      await Deno.copyFile(db + suffix, `${directory}/backup${suffix}`);
    }
    const lost = await sayIn(ada.client, "ops", "after");
    await end(first, "SIGKILL");
    for (const suffix of ["", "-wal", "-shm"]) await Deno.remove(db + suffix);
    for (const suffix of ["", "-wal"]) {
      await Deno.rename(`${directory}/backup${suffix}`, db + suffix);
    }

    await using second = await startServer(flags);
    const wishes = {
      ops: { after: lost.seq, at: lost.at },
      dev: { after: dev.seq, at: dev.at },
    };
    const back = await come(second.port, "ada", wishes, ada.session);
    await using _back = back.client;
    const forget = ["ops", "dev"].map((room) => {
      const joined = back.rooms.get(room);
      return joined?.type === "joined" ? joined.forget : joined?.type;
    });
    assertEquals(forget, [ops.seq, undefined]);
  }));

Deno.test("Two clients come into one room with different histories, each has its own, over a restart, too", () =>
  inDirectory(async (db) => {
    const flags = [...MANY_ROOMS, "--db", db];
    {
      await using server = await startServer(flags);
      const { client: ada } = await come(server.port, "ada", { ops: {}, dev: {} });
      await using _ada = ada;
      for (let i = 0; i < 20; i++) {
        await sayIn(ada, "ops", `o${i}`);
        await sayIn(ada, "dev", `d${i}`);
      }
      await end(server, "SIGKILL");
    }
    await using server = await startServer(flags);
    const past = async (name: string, ops: number, dev: number) => {
      const rooms = { ops: { history: ops }, dev: { history: dev } };
      const { client } = await come(server.port, name, rooms);
      await using _client = client;
      await sayIn(client, "ops", "end");
      await sayIn(client, "dev", "end");
      const texts = client.seen().flatMap((event) => event.type === "message" ? [event.text] : []);
      return [texts.filter((text) => /^o/.test(text)), texts.filter((text) => /^d/.test(text))];
    };
    const [bob, eve] = await Promise.all([past("bob", 3, 0), past("eve", 1, 15)]);
    assertEquals(bob, [["o17", "o18", "o19"], []]);
    assertEquals(eve, [["o19"], Array.from({ length: 15 }, (_, i) => `d${5 + i}`)]);
  }));
