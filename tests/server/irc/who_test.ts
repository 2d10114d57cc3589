import { assert, assertEquals, assertMatch } from "@std/assert";
import { Harness } from "../harness.ts";
import { Secret } from "../../../src/server/admission/secret.ts";
import { ClientConnection } from "../../../src/server/connection.ts";
import { guest } from "./guest.ts";

Deno.test("IRC: WHO of a channel has a line for each of its people, however they are here", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#ops" });
  const bot = await room.json("bot", { bot: true, room: "ops", rooms: { ops: {} } });
  assertEquals(bot.welcome.room, "ops");
  await ada.say("AWAY :lunch");
  assertEquals(await ada.replies("WHO #OPS"), [
    "352 ada #ops ada chat chat ada G@ :0 The real ada",
    "352 ada #ops u chat chat bot HB :0 bot",
    "315 ada #OPS :End of WHO list",
  ]);
});

Deno.test("IRC: WHO of a name finds everybody, of a mask who shares a room", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada");
  await guest(room, "bob");
  const row = "352 ada * bob chat chat bob H :0 The real bob";
  assertEquals(await ada.replies("WHO BOB"), [row, "315 ada BOB :End of WHO list"]);
  assertEquals(await ada.replies("WHO bo*"), ["315 ada bo* :End of WHO list"]);
  assertEquals(await ada.replies("WHO nobody"), ["315 ada nobody :End of WHO list"]);
  const bob = await guest(room, "bob2", { rooms: "#x" });
  await ada.say("JOIN #x");
  assertEquals((await ada.replies("WHO bo*")).length, 2);
  assertEquals((await ada.replies("WHO *")).length, 3);
  bob.read();
  assertEquals((await bob.replies("WHO 0")).length, 3);
  assertEquals((await bob.replies("WHO")).length, 3);
});

Deno.test("IRC: WHO tells nothing of a private room to who is not in it", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#den" });
  await ada.say("MODE #den +s");
  const bob = await guest(room, "bob");
  assertEquals(await bob.replies("WHO #den"), ["315 bob #den :End of WHO list"]);
  assertEquals((await ada.replies("WHO #den")).length, 2);
});

Deno.test("IRC: WHOX answers the fields that are asked for", async () => {
  await using room = new Harness({ operatorPassword: new Secret("sesame") });
  const ada = await guest(room, "ada", { rooms: "#ops" });
  assertEquals(await ada.replies("WHO #ops %tcuihsnfdlaor,123"), [
    "354 ada 123 #ops ada 255.255.255.255 chat chat ada H@ 0 0 0 n/a :The real ada",
    "315 ada #ops :End of WHO list",
  ]);
  assertEquals((await ada.replies("WHO ada %nt,7"))[0], "354 ada 7 ada");
  assertEquals((await ada.replies("WHO ada %c"))[0], "354 ada *");
  await ada.conn.send("OPER ada sesame\r\n");
  ada.read();
  await guest(room, "bob", { rooms: "#ops" });
  ada.read();
  assertEquals((await ada.replies("WHO #ops o%nf"))[0], "354 ada ada H*@");
  assertEquals((await ada.replies("WHO #ops o")).length, 2);
});

Deno.test("IRC: WHOIS tells what there is to know", async () => {
  await using room = new Harness({ operatorPassword: new Secret("sesame") });
  const ada = await guest(room, "ada", { rooms: "#ops,#den,#lobby" });
  await ada.say("MODE #den +s", "AWAY :lunch", "OPER x sesame", "MODE ada +B");
  const bob = await guest(room, "bob");
  await room.clock.advance(5_000);
  const lines = await bob.replies("WHOIS ada");
  assertMatch(lines.at(-2)!, /^317 bob ada 5 \d+ :seconds idle, signon time$/);
  assertEquals([...lines.slice(0, -2), lines.at(-1)], [
    "311 bob ada ada chat * :The real ada",
    "312 bob ada chat :chat rooms",
    "319 bob ada :@#ops #lobby",
    "301 bob ada :lunch",
    "313 bob ada :is an operator",
    "335 bob ada :is a bot",
    "318 bob ada :End of WHOIS list",
  ]);
  assertEquals((await bob.replies("WHOIS chat ada"))[0], lines[0]);
  assertMatch((await ada.replies("WHOIS ada")).join("\n"), /319 ada ada :@#ops @#den #lobby/);
});

Deno.test("IRC: WHOIS of who is not here by IRC, and of nobody", async () => {
  await using room = new Harness();
  await room.plain("eve");
  const ada = await guest(room, "ada");
  assertEquals(await ada.replies("WHOIS eve"), [
    "311 ada eve u chat * :eve",
    "312 ada eve chat :chat rooms",
    "319 ada eve :#lobby",
    "318 ada eve :End of WHOIS list",
  ]);
  assertEquals(await ada.replies("WHOIS nobody"), [
    "401 ada nobody :No such nick or channel",
    "318 ada nobody :End of WHOIS list",
  ]);
  // A client that has no nick yet names itself so.
  assertMatch((await ada.replies("WHOIS <unregistered>"))[0]!, /^401 ada <unregistered> :/);
  assertMatch((await ada.replies("WHOIS"))[0]!, /^431 ada :/);
});

Deno.test("IRC: WHOWAS tells of the last ten who had a name, however many had it", async () => {
  await using room = new Harness({ rate: 0, joinsPerSecond: 0 });
  const ada = await guest(room, "ada");
  for (let i = 0; i < 12; i++) {
    const bob = await guest(room, "bob");
    await bob.say(`SETNAME :number ${i}`, "QUIT");
  }
  for (const count of ["", "-1", "1000"]) {
    const lines = (await ada.replies(`WHOWAS bob ${count}`)).filter((line) =>
      line.startsWith("314")
    );
    assertEquals(lines.length, 10);
    assertEquals(lines[0], "314 ada bob bob chat * :number 11");
    assertEquals(lines[9], "314 ada bob bob chat * :number 2");
  }
});

Deno.test("IRC: WHOWAS tells who had a name, the newest first", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada");
  for (const user of ["first", "second"]) {
    const bob = await guest(room, "bob");
    await bob.say(`SETNAME :${user}`, "QUIT");
  }
  const eve = await room.plain("eve");
  await eve.send("/nick eva\n");
  const lines = await ada.replies("WHOWAS BOB");
  assertEquals(lines.map((line) => line.split(" ")[0]), ["314", "312", "314", "312", "369"]);
  assertEquals(lines[0], "314 ada bob bob chat * :second");
  assertEquals(lines[2], "314 ada bob bob chat * :first");
  assertMatch(lines[1]!, /^312 ada bob chat :.* GMT$/);
  assertEquals((await ada.replies("WHOWAS bob 1")).length, 3);
  assertEquals((await ada.replies("WHOWAS bob -1")).length, 5);
  assertEquals((await ada.replies("WHOWAS eve"))[0], "314 ada eve u chat * :eve");
  assertEquals(await ada.replies("WHOWAS nobody"), [
    "406 ada nobody :There was no such nick",
    "369 ada nobody :End of WHOWAS list",
  ]);
  assertMatch((await ada.replies("WHOWAS"))[0]!, /^431 ada :/);
});

Deno.test("IRC: USERHOST and ISON tell who of several is here", async () => {
  await using room = new Harness({ operatorPassword: new Secret("sesame") });
  const ada = await guest(room, "ada");
  const bob = await guest(room, "bob");
  await room.plain("eve");
  await bob.say("AWAY :lunch", "OPER x sesame");
  assertEquals(await ada.replies("USERHOST bob nobody EVE ada"), [
    "302 ada :bob*=-bob@chat eve=+u@chat ada=+ada@chat",
  ]);
  assertEquals(await ada.replies("USERHOST nobody"), ["302 ada :"]);
  assertEquals(await ada.replies("ISON bob nobody :EVE x"), ["303 ada :bob eve"]);
  assertMatch((await ada.replies("ISON"))[0]!, /^461 ada ISON :/);
  assertMatch((await ada.replies("USERHOST"))[0]!, /^461 ada USERHOST :/);
});

Deno.test("IRC: ISON costs what it looks up, and LUSERS what it counts", async () => {
  await using room = new Harness({ maxClients: 2_000, rate: 20 });
  const ada = await guest(room, "ada");
  await Promise.all(Array.from({ length: 600 }, (_, i) => room.plain(`p${i}`)));
  const names = Array.from({ length: 120 }, (_, i) => `p${i}`).join(" ");
  for (const [line, tokens] of [[`ISON :${names}`, 6], ["ISON p1 p2", 0], ["LUSERS", 1]] as const) {
    await room.clock.advance(60_000);
    // Its tokens are counted when it sends something.
    await ada.say("PONG");
    const client = [...room.server.clients()].find(({ name }) => name === "ada")!;
    assert(client instanceof ClientConnection);
    const { tokens: before } = client.throttle.allowance.bucket;
    await ada.say(line);
    assertEquals(before - client.throttle.allowance.bucket.tokens, 1 + tokens, line);
  }
  assertMatch((await ada.replies(`ISON :${names}`))[0]!, /^303 ada :p0 p1 p2 /);
});

Deno.test("IRC: WHO of a thousand people comes whole, and costs more than its line", async () => {
  await using room = new Harness({ maxClients: 2_000, rate: 1 });
  const ada = await guest(room, "ada", { rooms: "#lobby" });
  await Promise.all(Array.from({ length: 1_000 }, (_, i) => room.plain(`p${i}`)));
  await room.clock.advance(60_000);
  ada.read();
  for (const mask of ["#lobby", "p*"]) {
    assertEquals(await ada.say(`WHO ${mask}`), []);
    await room.clock.advance(100_000);
    const rows = ada.read().filter((line) => line.includes(" 352 ")).length;
    assertEquals(rows, mask === "p*" ? 1_000 : 1_001);
  }
});
