/** Lines that come together: what the last one says holds at the end. */

import { assert, assertEquals } from "@std/assert";
import { LateOrder } from "../../helpers/late_order.ts";
import { Harness } from "../harness.ts";
import { bare, type Guest, guest, stranger } from "./guest.ts";

/** Sends lines in one packet, and gives what comes until all of them are answered. */
async function together(client: Guest, ...lines: string[]): Promise<string[]> {
  await client.conn.send([...lines, "PING end", ""].join("\r\n"));
  const answers: string[] = [];
  const bound = Date.now() + 20_000;
  while (Date.now() < bound) {
    answers.push(...client.read().map(bare));
    const last = answers.at(-1);
    if (last?.startsWith("PONG") && last.endsWith("end")) return answers.slice(0, -1);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`no PONG behind ${answers.join("|")}`);
}

/** A server whose order settles later, and a client of it that is in #x. */
async function late(): Promise<{ room: Harness; ada: Guest }> {
  const room = new Harness({ order: (options) => new LateOrder(options), rate: 0 });
  const ada = await stranger(room);
  await together(ada, "NICK ada", "USER ada 0 * :ada", "JOIN #x");
  return { room, ada };
}

Deno.test("IRC: PART and JOIN in one packet: it is in at the end, and sees itself go and come", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x" });
  const bob = await guest(room, "bob", { rooms: "#x" });
  ada.read();
  const lines = await together(ada, "PART #x", "JOIN #x");
  assertEquals(lines.slice(0, 2), [":ada!u@chat PART #x", ":ada!u@chat JOIN #x"]);
  assert((await bob.replies("NAMES #x")).some((line) => /^353 .*ada/.test(line)));
  assertEquals(await together(ada, "JOIN #x"), []);
});

Deno.test("IRC: what a client says of itself and takes back in one packet is taken back", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x" });
  assertEquals(await together(ada, "MODE ada +B", "MODE ada", "MODE ada -B", "MODE ada -B"), [
    ":ada!u@chat MODE ada +B",
    ":ada!u@chat MODE ada -B",
    "221 ada +i",
  ]);
  assertEquals(await together(ada, "NICK ada2", "NICK ada", "NICK ada"), [
    ":ada!u@chat NICK ada2",
    ":ada2!u@chat NICK ada",
  ]);
});

Deno.test("IRC: where the order settles later, the last word holds, too", async () => {
  const { room, ada } = await late();
  await using _room = room;
  const answers = await together(ada, "AWAY :lunch", "AWAY");
  assertEquals(answers.map((line) => line.slice(0, 3)), ["306", "305"]);
  assertEquals(room.server.state.members.get("ada")!.profile?.away ?? null, null);
  await together(ada, "NICK ada2", "NICK ada");
  assert(room.server.state.members.get("ada") !== undefined);
  await together(ada, "MODE ada +B", "MODE ada -B");
  assertEquals(room.server.state.members.get("ada")!.profile?.isBot, false);
  const lines = await together(ada, "MODE #x +m", "MODE #x -m", "PART #x", "JOIN #x");
  assertEquals(lines.slice(0, 2), [":ada!u@chat MODE #x +m", ":ada!u@chat MODE #x -m"]);
  assertEquals(room.server.rooms.get("x")!.members.size, 1);
});

Deno.test("IRC: what is so already is told to nobody", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x" });
  const bob = await guest(room, "bob", { caps: "away-notify setname", rooms: "#x" });
  await ada.say("MODE #x +v bob", "MODE #x +b eve", "AWAY :lunch", "SETNAME :Ada L.");
  bob.read();
  await ada.say("MODE #x +tnv-k bob *", "MODE #x +b eve", "MODE #x +o ada", "AWAY :lunch");
  await ada.say("SETNAME :Ada L.");
  assertEquals(bob.read(), []);
  const x = room.server.rooms.get("x")!;
  // The keeper is none that helps it: who has the room after it would have it, too.
  assertEquals(x.modes.ranks.deputy.size, 0);
});
