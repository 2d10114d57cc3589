import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkSecret } from "../../../src/server/admission/secret.ts";
import { MemoryNats } from "../../order/nats/memory_stream.ts";
import { bare, guest } from "../irc/guest.ts";
import { settle } from "../manual_clock.ts";
import { advance, ClusterHarness } from "./cluster_harness.ts";

/** Two servers, with ada at the first one: an operator. */
async function operatorHere(how: { readonly aheadMs?: number } = {}) {
  const nats = new MemoryNats();
  const operatorPassword = checkSecret("sesame", "a test");
  const stack = new AsyncDisposableStack();
  const here = stack.use(await ClusterHarness.open(nats, { operatorPassword }, how));
  const there = stack.use(await ClusterHarness.open(nats));
  const ada = await here.json("ada");
  await ada.conn.request({ type: "command", line: "/op sesame" });
  ada.conn.events();
  return { here, there, ada, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

Deno.test("a ban that is made while its target's server is cut off holds when that is back", async () => {
  await using stage = await operatorHere();
  const { here, there, ada } = stage;
  const bob = await there.json("bob");
  there.stream.isCutOff = true;
  await ada.conn.request({ type: "command", line: "/ban bob" });
  await settle();
  assertEquals(here.server.state.members.get("bob"), undefined);
  there.stream.isCutOff = false;
  await settle();
  assertEquals(bob.conn.events().at(-1)?.reason, "banned");
  const again = await there.connect();
  await again.request({ type: "hello", protocol: 1, name: "bob" });
  assertEquals(again.events()[0]?.code, "banned");
});

Deno.test("what is erased at one server is gone at all, once each of them knows of erasing", async () => {
  await using stage = await operatorHere();
  const { here, there, ada } = stage;
  const bob = await there.json("bob");
  await bob.conn.request({ type: "say", text: "the secret" });
  const { seq } = bob.conn.events().find(({ type }) => type === "message")!;
  ada.conn.events();
  here.server.state.rules = there.server.state.rules = 1;
  await ada.conn.request({ type: "command", line: `/erase ${seq}` });
  assertEquals(ada.conn.events().map(({ code }) => code), ["unavailable"]);
  here.server.state.rules = there.server.state.rules = 2;
  await ada.conn.request({ type: "command", line: `/erase ${seq}` });
  await settle();
  assertEquals(bob.conn.events().map(({ erases }) => erases), [[seq]]);
  for (const server of [here, there]) {
    const name = server === here ? "eve" : "gus";
    const { events } = await server.json(name, { rooms: { lobby: { history: 50 } } });
    assertEquals(events.find((event) => event.seq === seq)?.text, "(erased)");
  }
});

for (const hours of [-1, 1, 48]) {
  Deno.test(`where an operator's server is ${hours} hours ahead, durations are what was said`, async () => {
    await using stage = await operatorHere({ aheadMs: hours * 3_600_000 });
    const { here, there, ada } = stage;
    const [bob, eve, kim] = await Promise.all(
      ["bob", "eve", "kim"].map((name) => there.json(name)),
    );
    const command = (line: string) => ada.conn.request({ type: "command", line });
    for (const line of ["/mute bob 5m", "/kick kim", "/ban eve 5m"]) await command(line);
    await advance([here, there], 2_000);
    await bob!.conn.request({ type: "say", text: "am I muted?", id: "1" });
    assertEquals(bob!.conn.events().find(({ type }) => type === "error")?.code, "not_allowed");
    const parted = kim!.conn.events().find(({ type }) => type === "parted");
    assertStringIncludes(parted?.text ?? "", "for 1m");
    assertEquals(eve!.conn.events().at(-1)?.reason, "banned");
    const again = await here.json("ada", { session: ada.welcome.session });
    assertEquals(again.welcome.resumed, true);
  });
}

Deno.test("/announce and WALLOPS reach everybody at all servers, and it is told who was missed", async () => {
  await using stage = await operatorHere();
  const { here, there, ada } = stage;
  const bob = await there.json("bob");
  const [eve, dan] = [await guest(here, "eve"), await guest(there, "dan")];
  for (const one of [eve, dan]) await one.say(`MODE ${one === eve ? "eve" : "dan"} +w`);
  for (const client of here.server.clients()) Object.assign(client, { isOperator: true });
  for (const { conn } of [ada, bob, eve, dan]) conn.received();
  const texts = () => [ada, bob].map(({ conn }) => conn.events().map(({ text }) => text));
  await ada.conn.request({ type: "command", line: "/announce Lunch is ready" });
  const said = "Announcement: Lunch is ready";
  assertEquals(texts(), [[said], [said]]);
  for (const one of [eve, dan]) assertEquals(one.read().map((line) => line.includes(said)), [true]);
  await eve.say("WALLOPS :all hands");
  assertEquals(dan.read().map(bare), [":eve!u@chat WALLOPS :all hands"]);
  assertEquals(texts(), [[], []]);
  there.stream.isCutOff = true;
  await ada.conn.request({ type: "command", line: "/announce Tea" });
  const missed = "One other server has not told its people that.";
  assertEquals(texts()[0], ["Announcement: Tea", missed]);
});

Deno.test("who is banned is told why, also by another server", async () => {
  await using stage = await operatorHere();
  const { here, there, ada } = stage;
  const bob = await there.json("bob");
  const eve = await here.json("eve");
  for (const name of ["bob", "eve"]) {
    await ada.conn.request({ type: "command", line: `/ban ${name} 1h too loud` });
  }
  await settle();
  const byes = [bob, eve].map(({ conn }) => conn.events().at(-1));
  assertEquals(byes[0], byes[1]);
  assertStringIncludes(byes[0]?.text, "too loud");
});
