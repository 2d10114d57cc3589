/**
 * A server of this build together with one of before, which knows rules 1: it reads what it knew
 * then, and stops at anything else.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { ClusterStore } from "../../../src/order/nats/cluster_store.ts";
import type { NatsOrder } from "../../../src/order/nats/nats_order.ts";
import { checkSecret } from "../../../src/server/admission/secret.ts";
import { MemoryNats } from "../../order/nats/memory_stream.ts";
import { logsOf, Replica, savedOf } from "../../order/nats/replica.ts";
import { guest } from "../irc/guest.ts";
import { settle } from "../manual_clock.ts";
import { advance, ClusterHarness } from "./cluster_harness.ts";

/**
 * The commands of rules 1 and their fields, as they were when rules began. Never to be changed: a
 * command, or a field that decides anything, which is not here needs newer rules.
 */
const RULES_1: Readonly<Record<string, string>> = {
  say: "member room text id action notice cuts isOperator",
  direct: "member id",
  delivery: "session id delivered",
  join: "name session address rooms owner keys",
  resume: "session rooms owner",
  enter: "member wish",
  part: "member room kick text",
  leave: "member reason text epoch",
  rename: "member to keys",
  topic: "by isOperator room text",
  key: "by isOperator room hash",
  unlist: "by isOperator room isUnlisted",
  keeper: "by isOperator room member",
  flags: "by isOperator room flags",
  rank: "by isOperator room member rank isOn",
  "ban-name": "by isOperator room name isOn",
  invite: "by isOperator room member",
  close: "by isOperator room",
  open: "name log",
  mute: "member untilMs",
  unmute: "name",
  ban: "ban",
  unban: "keys ranOut",
  dead: "server last",
  rules: "version",
};

/** Fields of a wish for a room, then. */
const WISH_1 = "name key log newKey mayMake wasIn knownLog back".split(" ");

type Fields = Readonly<Record<string, unknown>>;

function only(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
}

/** A command as a server of before reads it. */
function as1(command: Fields): Fields {
  const names = RULES_1[String(command["type"])];
  if (names === undefined) return { type: `${command["type"]}, which rules 1 do not have` };
  const known: Record<string, unknown> = { ...only(command, ["type", ...names.split(" ")]) };
  if (known["wish"] !== undefined) known["wish"] = only(known["wish"] as Fields, WISH_1);
  const rooms = known["rooms"] as readonly Fields[] | null | undefined;
  if (rooms) known["rooms"] = rooms.map((wish) => only(wish, WISH_1));
  return known;
}

function batchAs1(bytes: Uint8Array): Uint8Array {
  const batch = JSON.parse(new TextDecoder().decode(bytes));
  return new TextEncoder().encode(JSON.stringify({ ...batch, c: batch.c.map(as1) }));
}

/** A server that does everything that its people can ask for, next to one of before. */
class Pair implements AsyncDisposable {
  private constructor(readonly here: ClusterHarness, readonly before: Replica) {}

  static async open(): Promise<Pair> {
    const nats = new MemoryNats();
    const operatorPassword = checkSecret("sesame", "a test");
    const here = await ClusterHarness.open(nats, { operatorPassword });
    const before = new Replica(nats, { clock: here.clock, rules: 1, reads: batchAs1 });
    await settle();
    // It lives, and has not said which rules it knows.
    await advance([here], 2_000);
    assertEquals(here.server.state.servers.living().length, 2);
    return new Pair(here, before);
  }

  /** Both have the same. */
  async compare(): Promise<void> {
    await settle();
    const { server, store } = this.here;
    const order = server.order as NatsOrder;
    const saved = savedOf({ state: server.state, store: store as ClusterStore, order });
    assertEquals(saved, this.before.saved);
    assertEquals(logsOf(server.state), this.before.logs);
    assertEquals(saved.rules, 1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.before.order.close();
    await this.before.stream.close();
    await this.here[Symbol.asyncDispose]();
  }
}

Deno.test("a server of before has the same, whatever is asked of a newer one", async () => {
  await using pair = await Pair.open();
  const { here } = pair;
  const { conn: ada, welcome } = await here.json("ada");
  const { conn: robot } = await here.json("robot", { bot: true });
  const bob = await guest(here, "bob", { rooms: "#den" });
  const eve = await guest(here, "eve", { rooms: "#den" });
  await pair.compare();
  const say = (fields: object) => ada.request({ type: "say", ...fields });
  for (const fields of [{ text: "hi", id: "1" }, { text: "hi", id: "1" }, { text: "/me waves" }]) {
    await say(fields);
  }
  await robot.request({ type: "say", text: "beep", notice: true });
  for (const to of ["eve", "nobody"]) {
    await ada.request({ type: "direct", to, text: "psst", id: to });
  }
  await ada.request({ type: "join", room: "ops" });
  await robot.request({ type: "join", room: "ops" });
  const lines = [
    "/topic deploys",
    "/key sesame",
    "/key -",
    "/unlist",
    "/keeper robot",
    "/op sesame",
  ];
  for (const line of [...lines, "/mute eve 5m", "/mute bob 5m", "/unmute bob", "/ban kim 5m"]) {
    await ada.request({ type: "command", room: "ops", line });
  }
  for (const line of ["/unban kim", "/kick robot", "/erase 1", "/mute 10.0.0.0/8 5m"]) {
    await ada.request({ type: "command", room: "ops", line });
    await ada.request({ type: "command", line });
  }
  await pair.compare();
  const modes = ["+im-t", "+v eve", "+o eve", "+b kim!*@*", "-b kim!*@*", "+s", "-i", "+k word"];
  await bob.say(...modes.map((mode) => `MODE #den ${mode}`));
  await bob.say("TOPIC #den :tea", "INVITE ada #den", "NICK rob", "AWAY :tea", "SETNAME :Rob");
  await bob.say("MODE rob +B", "PRIVMSG #den :still here", "KICK #den eve", "PART #den");
  await eve.say("QUIT :bye");
  await pair.compare();
  await ada.end({ broken: true });
  await pair.compare();
  const again = await here.json("ada", { session: welcome.session, bot: true });
  assertEquals(again.welcome.resumed, true);
  await again.conn.request({ type: "command", room: "ops", line: "/close ops" });
  await again.conn.request({ type: "quit" });
  // A direct message for who is away does not wait yet.
  await robot.request({ type: "direct", to: "ada", text: "are you there?", id: "2" });
  await pair.compare();
});

Deno.test("what people have said of themselves on coming is known when the server of before is gone", async () => {
  await using pair = await Pair.open();
  const { here } = pair;
  const { conn: ada } = await here.json("ada");
  await here.json("robot", { bot: true });
  const bob = await guest(here, "bob");
  assertEquals((await bob.replies("WHOIS bob"))[0], "311 bob bob u chat * :bob");
  await pair.compare();
  pair.before.order.close();
  // Until it is found dead; a program that says nothing for 30 s is lost.
  for (let n = 0; n < 4; n++) {
    await advance([here], 5_000);
    await ada.request({ type: "ping" });
  }
  assert(here.server.state.rules > 1);
  assertEquals((await bob.replies("WHOIS bob"))[0], "311 bob bob bob chat * :The real bob");
  assertEquals(here.server.state.members.get("robot")?.profile?.isBot, true);
});
