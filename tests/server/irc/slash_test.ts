import { assertEquals, assertMatch } from "@std/assert";
import { Harness } from "../harness.ts";
import { type Guest, guest } from "./guest.ts";

/** Makes a guest an operator. */
function promote(room: Harness, name: string): void {
  for (const client of room.server.clients()) {
    if (client.name === name) Object.assign(client, { isOperator: true });
  }
}

/** The texts of notices. */
async function notices(client: Guest, line: string): Promise<string[]> {
  return (await client.replies(line)).map((answer) => answer.replace(/^NOTICE \S+ :/, ""));
}

Deno.test("IRC: SEARCH finds what was said, and tells it in notices", async () => {
  await using room = new Harness({ rate: 0 });
  const ada = await guest(room, "ada", { rooms: "#x" });
  await ada.say("PRIVMSG #x :a red herring", "PRIVMSG #x :a blue whale");
  const [first, ...found] = await notices(ada, "SEARCH red herring");
  assertEquals(first, "1 found, newest first:");
  assertMatch(found[0]!, /^#x \S+ \S+ ada: a red herring$/);
  assertEquals(await notices(ada, "SEARCH nothing"), [
    "Nothing was found.",
    "This server keeps no database: only the newest messages were searched.",
  ]);
  assertMatch((await ada.replies("SEARCH"))[0]!, /^461 ada SEARCH /);
});

Deno.test("IRC: operators mute, ban, announce; all others are answered 481", async () => {
  await using room = new Harness({ rate: 0 });
  const ada = await guest(room, "ada", { rooms: "#x" });
  const bob = await guest(room, "bob", { rooms: "#x" });
  ada.read();
  for (const line of ["MUTE bob", "UNMUTE bob", "BAN bob", "UNBAN bob", "BANS", "ANNOUNCE hi"]) {
    assertEquals(await ada.replies(line), [
      "481 ada :Only operators may do that: use OPER first",
    ], line);
  }
  promote(room, "ada");
  assertEquals(await notices(ada, "MUTE bob 10m"), [
    "bob is muted for 10m, or until /unmute bob.",
  ]);
  assertMatch((await bob.replies("PRIVMSG #x :hi"))[0]!, /^404 bob #x :An operator has muted you/);
  assertEquals(await notices(ada, "UNMUTE bob"), ["bob is no longer muted."]);
  assertEquals(await notices(ada, "ANNOUNCE :back at ten"), ["Announcement: back at ten"]);
  assertEquals(await bob.replies(), ["NOTICE bob :Announcement: back at ten"]);
  assertMatch((await notices(ada, "BAN bob 1h :spam")).at(-1)!, /^bob is banned for 1h \(spam\)/);
  assertMatch(bob.read().at(-1)!, /^ERROR :/);
  assertMatch((await notices(ada, "BANS"))[0]!, /^bob /);
  assertEquals(await notices(ada, "UNBAN bob"), ["bob may come in again."]);
});
