/** For whom direct messages wait after a restart. */

import { assertEquals } from "@std/assert";
import { openSqliteStore } from "../../src/store/sqlite/store.ts";
import { Harness } from "./harness.ts";

async function answerTo(room: Harness, name: string, to: string): Promise<unknown> {
  const { conn } = await room.json(name);
  await conn.request({ type: "direct", to, text: "hi", id: "1" });
  const [answer] = conn.events().filter(({ type }) => type === "direct" || type === "error");
  return answer.code ?? answer.waits;
}

Deno.test("after a restart direct messages wait for who was lost or stayed in no room, and not for who has left", async () => {
  const path = await Deno.makeTempFile();
  const open = () => openSqliteStore(path, { durability: "process" });
  try {
    {
      await using room = new Harness({ store: open(), rate: 0 });
      for (const name of ["lost", "parted", "nowhere", "left", "stays", "in-room"]) {
        const rooms = name === "nowhere" ? {} : { ops: {} };
        const { conn, welcome } = await room.json(name, { rooms });
        if (name !== "in-room" && name !== "nowhere") {
          await conn.request({ type: "part", room: "ops" });
        }
        if (name === "left") {
          await conn.end({ broken: true });
          await room.clock.advance(20_000);
          assertEquals(await answerTo(room, "zoe", "left"), true);
          const again = await room.json("left", { rooms: {}, session: welcome.session });
          await again.conn.request({ type: "quit" });
        }
        if (name !== "left" && name !== "stays") await conn.end({ broken: true });
      }
      await room.clock.advance(20_000);
      assertEquals(await answerTo(room, "eve", "left"), "no_such_person");
      assertEquals(await answerTo(room, "dan", "lost"), true);
      assertEquals(await answerTo(room, "kim", "nowhere"), true);
    }
    await using room = new Harness({ store: open(), rate: 0 });
    await room.clock.advance(20_000);
    const answers: Record<string, unknown> = {};
    for (const [n, name] of ["lost", "parted", "nowhere", "left", "stays", "in-room"].entries()) {
      answers[name] = await answerTo(room, `bob${n}`, name);
    }
    assertEquals(answers, {
      lost: true,
      parted: true,
      nowhere: true,
      left: "no_such_person",
      stays: true,
      "in-room": true,
    });
  } finally {
    for (const end of ["", "-lock"]) await Deno.remove(path + end).catch(() => {});
  }
});
