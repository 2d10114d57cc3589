/** The commands of keepers: which room they mean, and what is said where they are refused. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Secret } from "../../../src/server/admission/secret.ts";
import { until } from "../../helpers/wait.ts";
import { Harness } from "../harness.ts";
import type { MemoryConnection } from "../memory_connection.ts";

function isThere(room: Harness, name: string): boolean {
  return room.server.rooms.get(name) !== undefined;
}

Deno.test("/close and /unlist mean the room where they are typed, and no other one", async () => {
  await using room = new Harness();
  const ada = await room.plain("ada");
  await ada.send("/join other\n/join ops\n");
  ada.received();
  await ada.send("/close other\n/unlist other\n/close now please\n");
  assertEquals(ada.received(), [
    "* Cannot /close other from #ops: type it in that room.",
    "* Cannot /unlist other from #ops: type it in that room.",
    '* Cannot /close "now please" from #ops: type it in that room.',
  ]);
  assert(isThere(room, "ops") && isThere(room, "other"));
  assert(!room.server.rooms.get("ops")!.isUnlisted);
  await ada.send("/unlist #Ops\n");
  assert(room.server.rooms.get("ops")!.isUnlisted);
  await ada.send("/close #Ops\n");
  assert(!isThere(room, "ops") && isThere(room, "other"));
});

/** Ada, who has made #ops, and an operator, who is not in it. The password is `boss`. */
async function keeperAndOperator(
  room: Harness,
): Promise<{ ada: MemoryConnection; root: MemoryConnection }> {
  const ada = await room.plain("ada");
  await ada.send("/join ops\n");
  const root = await room.plain("root");
  await root.send("/op\nboss\n");
  root.received();
  return { ada, root };
}

Deno.test("operators close any room that they name, and are told once", async () => {
  await using room = new Harness({ operatorPassword: new Secret("boss") });
  const { ada, root } = await keeperAndOperator(room);
  await root.send("/close nowhere\n/close ops\n");
  assertEquals(root.received(), [
    "* You are not in #nowhere: join it first.",
    "* #ops is closed: its history is deleted.",
  ]);
  assert(!isThere(room, "ops"));
  await ada.send("/join dev\n");
  await root.send("/join dev\n");
  root.received();
  await root.send("/close dev\n");
  assertEquals(root.received()[0], "* You closed #dev: its history is deleted.");
  assertMatch(ada.received().at(-2)!, /root closed #dev: its history is deleted/);
});

Deno.test("/key alone tells of the key and changes nothing; /key - removes it", async () => {
  await using room = new Harness();
  const ada = await room.plain("ada");
  await ada.send("/join ops\n");
  ada.received();
  const key = () => room.server.rooms.get("ops")!.key;
  await ada.send("/key\n");
  assertMatch(ada.received()[0]!, /#ops has no key: everyone can join it\. \/key WORD makes/);
  await ada.send("/key swordfish\n");
  await until(() => key() !== null, "the key");
  ada.received();
  await ada.send("/key\n");
  assertMatch(ada.received()[0]!, /#ops has a key: .*\/key - removes it/);
  assert(key() !== null);
  await ada.send("/key -\n");
  assertEquals(ada.received(), ["* #ops has no key any more: everyone can join it."]);
  assertEquals(key(), null);
});

Deno.test("a refusal names the keeper, or says that there is none", async () => {
  for (const operatorPassword of [undefined, new Secret("boss")]) {
    await using room = new Harness(operatorPassword === undefined ? {} : { operatorPassword });
    const ada = await room.plain("ada");
    const bob = await room.plain("bob");
    await ada.send("/join ops\n");
    await bob.send("/join ops\n");
    bob.received();
    await bob.send("/topic x\n/kick ada\n/keeper bob\n");
    assertEquals(
      bob.received(),
      Array.from({ length: 3 }, () => "* Only the keeper of #ops, ada, can do that."),
    );
    await ada.send("/leave\n");
    bob.received();
    await bob.send("/topic x\n/kick ada\n");
    const who = operatorPassword === undefined
      ? ", and this server has no operators."
      : ": ask an operator.";
    const none = `* #ops has no keeper any more${who}`;
    assertEquals(bob.received(), [none, none]);
    await bob.send("/leave\n");
    bob.received();
    await bob.send("/topic x\n/unlist\n");
    const lobby = `* #lobby has no keeper${who}`;
    assertEquals(bob.received(), [lobby, lobby]);
  }
});

Deno.test("in plain who makes a room is told that it keeps it, and each list marks its rooms", async () => {
  await using room = new Harness();
  const ada = await room.plain("ada");
  const bob = await room.plain("bob");
  await ada.send("/join ops\n");
  assertEquals(ada.received().slice(-2), [
    "* You are in #ops now. Nobody else is here yet.",
    "* You are the keeper of #ops: /help lists your commands.",
  ]);
  await bob.send("/join ops\n");
  assert(!bob.received().some((line) => line.includes("keeper")));
  await ada.send("/unlist\n");
  ada.received();
  await ada.send("/rooms\n");
  assertEquals(ada.received().at(-1), "* #ops: 2 here, you are in it, unlisted");
  const { conn } = await room.json("eve", { rooms: { ops: {} } });
  await conn.request({ type: "rooms" });
  assertEquals(conn.events().at(-1).rooms.at(-1), {
    room: "ops",
    count: 3,
    joined: true,
    unlisted: true,
  });
});

Deno.test("operators put another room first, with its #, in commands that are about a room", async () => {
  await using room = new Harness({ operatorPassword: new Secret("boss") });
  const { ada, root } = await keeperAndOperator(room);
  await root.send("/topic #ops\n/topic #ops Deploys only\n/topic #OPS\n/topic #ops -\n");
  assertEquals(root.received(), [
    "* #ops has no topic.",
    "* #ops has a new topic.",
    "* The topic of #ops: Deploys only (root)",
    "* #ops has no topic now.",
  ]);
  await root.send("/topic #nowhere text\n/key #ops\n/kick #ops\n/kick #ops eve\n/unlist #ops\n");
  assertEquals(root.received(), [
    "* You are not in #nowhere: join it first.",
    "* #ops has no key: everyone can join it. /key WORD makes it private.",
    "* Usage: /kick [#ROOM] NAME [TIME] [REASON]",
    "* Nobody in #ops is called eve.",
    "* #ops is not in lists any more.",
  ]);
  await root.send("/key #ops swordfish\n");
  await until(() => room.server.rooms.get("ops")!.key !== null, "the key");
  assertEquals(room.server.rooms.lobby.key, null);
  root.received();
  await root.send("/help\n");
  const help = root.received();
  assert(help.some((line) => line.includes("/topic [#ROOM] [TEXT]")));
  assert(help.some((line) => line.includes("/who  ")));
  // To a keeper it is a word like any other.
  await ada.send("/topic #ops again\n");
  assertEquals(room.server.rooms.get("ops")!.topic?.text, "#ops again");
});

Deno.test("/unlist twice in one packet hides a room and shows it again, and says so", async () => {
  await using room = new Harness();
  const ada = await room.plain("ada");
  await ada.send("/join ops\n");
  ada.received();
  await ada.send("/unlist\n/unlist\n");
  assertEquals(ada.received(), [
    "* #ops is not in lists any more.",
    "* #ops is in lists again.",
  ]);
  assert(!room.server.rooms.get("ops")!.isUnlisted);
});

Deno.test("/topic says where nobody can set one", async () => {
  await using room = new Harness();
  const ada = await room.plain("ada");
  ada.received();
  await ada.send("/topic\n");
  const why = "#lobby has no keeper, and this server has no operators. So nobody can set one.";
  assertEquals(ada.received(), [`* #lobby has no topic. ${why}`]);
});

Deno.test("a time of /kick with a slip is refused, and is no reason", async () => {
  await using room = new Harness({ operatorPassword: new Secret("boss") });
  const { ada } = await keeperAndOperator(room);
  const eve = await room.plain("eve");
  await eve.send("/join ops\n");
  ada.received();
  await ada.send("/kick eve 1x\n/kick eve 30 spam\n/kick eve 30M\n");
  assertEquals(
    ada.received(),
    ["1x", "30", "30M"].map((time) =>
      `* Cannot do that for "${time}": it must be like 30s, 30m, 12h or 7d.`
    ),
  );
  await ada.send("/kick eve 45s 3-line rule\n");
  assertMatch(eve.received().at(-2)!, /ada removed you from #ops for 45s: 3-line rule/);
});

Deno.test("what nobody may do to the lobby is told to all at once, and not to operators only", async () => {
  await using room = new Harness({ operatorPassword: new Secret("boss") });
  const ada = await room.plain("ada");
  const root = await room.plain("root");
  await root.send("/op\nboss\n");
  for (const one of [ada, root]) {
    one.received();
    await one.send("/key word\n/close lobby\n/keeper root\n");
    assertEquals(one.received(), [
      "* The lobby cannot have a key: a password keeps strangers out of the server.",
      "* #lobby is always there: it has no keeper and cannot be closed.",
      "* #lobby is always there: it has no keeper and cannot be closed.",
    ]);
  }
  ada.received();
  await ada.send("/unlist\n");
  assertMatch(ada.received()[0]!, /^\* #lobby has no keeper: ask an operator/);
});
