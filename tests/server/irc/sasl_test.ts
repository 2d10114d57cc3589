import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Member } from "../../../src/room/room.ts";
import { RoomKeys } from "../../../src/server/admission/room_keys.ts";
import { checkSecret } from "../../../src/server/admission/secret.ts";
import { openDatabase } from "../../../src/store/sqlite/schema.ts";
import { SqliteStore } from "../../../src/store/sqlite/store.ts";
import { Harness } from "../harness.ts";
import { answered, bare, guest, plainOf, stranger, withPassword } from "./guest.ts";

Deno.test("SASL PLAIN: any password opens a session, and is answered with 900 and 903", async () => {
  await using room = new Harness();
  const ada = await stranger(room);
  await ada.say("CAP REQ sasl", "NICK ada", "USER ada 0 * :Ada");
  assertEquals(await ada.say("AUTHENTICATE PLAIN"), ["AUTHENTICATE +"]);
  assertEquals(await answered(ada, `AUTHENTICATE ${plainOf("ada", "a word")}`), [
    "900 * ada!u@chat ada :You are now logged in as ada",
    "903 * :SASL authentication successful",
  ]);
  assertEquals(await ada.replies("AUTHENTICATE PLAIN"), [
    "907 * :You have already authenticated",
  ]);
  assertMatch((await ada.replies("CAP END"))[0]!, /^001 ada /);
  assertEquals(await ada.replies("AUTHENTICATE PLAIN"), [
    "907 ada :You have already authenticated",
  ]);
});

Deno.test("SASL PLAIN: a long answer comes in pieces of 400 characters", async () => {
  await using room = new Harness();
  const ada = await stranger(room);
  await ada.say("CAP REQ sasl", "NICK ada", "USER ada 0 * :Ada", "AUTHENTICATE PLAIN");
  const response = plainOf("ada", "x".repeat(295), "");
  assertEquals(response.length, 400);
  assertEquals(await ada.say(`AUTHENTICATE ${response}`), []);
  assertMatch((await answered(ada, "AUTHENTICATE +"))[0]!, /^900 /);
});

Deno.test("SASL: what is no PLAIN, too long, given up or meant for another person fails", async () => {
  await using room = new Harness();
  const ada = await stranger(room);
  await ada.say("CAP REQ sasl", "NICK ada", "USER ada 0 * :Ada");
  const failed = "904 * :SASL authentication failed";
  assertEquals(await ada.replies("AUTHENTICATE EXTERNAL"), [
    "908 * PLAIN :are the available SASL mechanisms",
    failed,
  ]);
  await ada.say("AUTHENTICATE PLAIN");
  assertEquals(await ada.replies("AUTHENTICATE *"), ["906 * :SASL authentication aborted"]);
  const wrong = ["!!!", btoa("ada\0word"), btoa("\0\0word"), btoa("\0ada\0 "), btoa("\0ada\0\xff")];
  for (const response of [...wrong, plainOf("ada", "word", "bob"), "+"]) {
    await ada.say("AUTHENTICATE PLAIN");
    assertEquals(await ada.replies(`AUTHENTICATE ${response}`), [failed], response);
  }
  await ada.say("AUTHENTICATE PLAIN");
  const tooLong = "905 * :SASL message too long";
  assertEquals(await ada.replies(`AUTHENTICATE ${"x".repeat(401)}`), [tooLong]);
  await ada.say("AUTHENTICATE PLAIN");
  const chunk = `AUTHENTICATE ${"x".repeat(400)}`;
  assertEquals(await ada.replies(...Array(9).fill(chunk)), [tooLong]);
  assertMatch((await ada.replies("AUTHENTICATE"))[0]!, /^461 /);
});

Deno.test("A client with a password takes its place up again, and nobody sees that it was away", async () => {
  await using room = new Harness({ rate: 0 });
  const bob = await guest(room, "bob", { rooms: "#x" });
  const { client: ada } = await withPassword(room, "ada", "a word", { rooms: "#x,#y" });
  await ada.say("TOPIC #y :ours");
  assertEquals(bob.read().map(bare), [":ada!u@chat JOIN #x"]);
  await ada.conn.end({ broken: true });
  await room.clock.advance(10_000);
  assertEquals(await bob.replies("PRIVMSG #x :missed", "PRIVMSG ada :psst"), [
    "301 bob ada :is away: your message waits for that program to connect again, " +
    "for 24 hours at most; one that is started anew may miss it.",
  ]);
  const again = await withPassword(room, "ada", "a word", { caps: "sasl server-time" });
  const waited = ":bob!u@chat PRIVMSG ada :psst";
  const isWaited = (line: string) => line === waited;
  assertEquals(again.welcome.map(bare).filter(isWaited), [waited]);
  const lines = again.welcome.map(bare).filter((line) => !isWaited(line));
  assertMatch(lines[0]!, /^001 ada /);
  const behind = lines.slice(lines.findIndex((line) => line.startsWith("221 ")) + 1);
  assertEquals(behind.filter((line) => !line.startsWith("333")), [
    ":ada!u@chat JOIN #x",
    "353 ada = #x :@bob ada",
    "366 ada #x :End of NAMES list",
    ":ada!u@chat JOIN #y",
    "332 ada #y :ours",
    "353 ada = #y :@ada",
    "366 ada #y :End of NAMES list",
    ":bob!u@chat PRIVMSG #x :missed",
    "PONG chat :x",
  ]);
  await again.client.say("PRIVMSG #x :back");
  assertEquals(bob.read().map(bare), [":ada!u@chat PRIVMSG #x :back"]);
});

Deno.test("Who does not come back within 15 s has left, and finds its name free", async () => {
  await using room = new Harness({ rate: 0 });
  const bob = await guest(room, "bob", { rooms: "#x" });
  const { client: ada } = await withPassword(room, "ada", "a word", { rooms: "#x" });
  bob.read();
  await ada.conn.end({ broken: true });
  await room.clock.advance(17_000);
  assertEquals(bob.read().map(bare), [":ada!u@chat QUIT :Connection lost"]);
  const { welcome } = await withPassword(room, "ada", "a word");
  assert(!welcome.some((line) => line.includes(" JOIN ")), "it joins by itself");
});

Deno.test("Without a password of its own a lost client has left at once", async () => {
  await using room = new Harness();
  const bob = await guest(room, "bob", { rooms: "#x" });
  const ada = await guest(room, "ada", { rooms: "#x" });
  bob.read();
  await ada.conn.end({ broken: true });
  assertEquals(bob.read().map(bare), [":ada!u@chat QUIT :Connection lost"]);
});

Deno.test("Who takes up its place again is away as before, and is told so", async () => {
  await using room = new Harness();
  const first = await withPassword(room, "ada", "a word");
  await first.client.say("AWAY :lunch");
  await first.client.conn.end({ broken: true });
  const { welcome } = await withPassword(room, "ada", "a word");
  assertMatch(welcome.join("\n"), / 306 ada :/);
  const bob = await guest(room, "bob");
  assertMatch((await bob.replies("WHOIS ada")).join("\n"), /301 bob ada :lunch/);
});

Deno.test("A second connection with the same name and password takes the place of the first one", async () => {
  await using room = new Harness({ rate: 0 });
  const bob = await guest(room, "bob", { rooms: "#x" });
  const { client: first } = await withPassword(room, "ada", "a word", { rooms: "#x" });
  bob.read();
  const { client: second, welcome } = await withPassword(room, "ada", "a word");
  assert(welcome.map(bare).includes(":ada!u@chat JOIN #x"));
  assertMatch(first.read().at(-1)!, /^ERROR :This place was taken up/);
  await bob.say("PRIVMSG #x :hi", "PRIVMSG ada :psst");
  assertEquals(second.read().map(bare), [
    ":bob!u@chat PRIVMSG #x :hi",
    ":bob!u@chat PRIVMSG ada :psst",
  ]);
  assertEquals(bob.read(), []);
  assertEquals([...room.server.state.members.all()].length, 2);
});

Deno.test("A password that is not that of a name that is here or held is a wrong one", async () => {
  await using room = new Harness({ rate: 0 });
  const { client: ada } = await withPassword(room, "ada", "a word", { rooms: "#x" });
  await guest(room, "bob");
  async function tries(name: string): Promise<string[]> {
    const eve = await stranger(room);
    await eve.say("CAP REQ sasl", "NICK eve", "USER eve 0 * :Eve", "AUTHENTICATE PLAIN");
    const answers = answered(eve, `AUTHENTICATE ${plainOf(name, "a guess")}`);
    const turn = setInterval(() => room.clock.advance(100), 10);
    try {
      return await answers;
    } finally {
      clearInterval(turn);
    }
  }
  const failed = ["904 * :SASL authentication failed"];
  assertEquals(await tries("ada"), failed);
  assertEquals(await tries("ADA"), failed);
  assertEquals(await tries("bob"), failed);
  await ada.conn.end({ broken: true });
  assertEquals(await tries("ada"), failed);
  assertEquals(room.entries("wrong password of ada").length, 3);
  assertEquals(room.entries("wrong password of bob").length, 1);
});

Deno.test("The server's password lets in by SASL too, and opens no session", async () => {
  await using room = new Harness({ rate: 0, password: checkSecret("open sesame", "a test") });
  const { client: ada } = await withPassword(room, "ada", "open sesame", { rooms: "#x" });
  assertEquals(ada.conn.closed, false);
  const { client: bob } = await withPassword(room, "bob", "my own", {
    pass: "open sesame",
    rooms: "#x",
  });
  await ada.conn.end({ broken: true });
  assertEquals(bob.read().map(bare), [":ada!u@chat QUIT :Connection lost"]);
  await bob.conn.end({ broken: true });
  const { welcome } = await withPassword(room, "bob", "my own", { pass: "open sesame" });
  assert(welcome.map(bare).includes(":bob!u@chat JOIN #x"));
});

Deno.test("Where the server has a password, another one by SASL alone is a wrong one", async () => {
  await using room = new Harness({ rate: 0, password: checkSecret("open sesame", "a test") });
  const eve = await stranger(room);
  await eve.say("CAP REQ sasl", "NICK eve", "USER eve 0 * :Eve", "AUTHENTICATE PLAIN");
  assertEquals(await eve.replies(`AUTHENTICATE ${plainOf("eve", "a guess")}`), [
    "904 * :SASL authentication failed",
  ]);
  assertEquals(room.entries("wrong password").length, 1);
  const lines = await eve.replies("CAP END");
  assertMatch(lines[0]!, /^464 /);
  assertMatch(lines.at(-1)!, /^ERROR /);
});

Deno.test("A client with a password takes its place up again after a restart of the server", async () => {
  const directory = await Deno.makeTempDir();
  function open(): SqliteStore {
    return new SqliteStore(openDatabase(`${directory}/room.db`, "process"));
  }
  try {
    {
      await using room = new Harness({ rate: 0, store: open() });
      await withPassword(room, "ada", "a word", { rooms: "#x" });
      const bob = await guest(room, "bob", { rooms: "#x" });
      room.clock.jumpMs = -60_000;
      await bob.say("PRIVMSG #x :seen before");
    }
    await using room = new Harness({ rate: 0, store: open() });
    await room.clock.advance(1_000);
    const bob = await guest(room, "bob", { rooms: "#x" });
    assertMatch((await bob.replies("NAMES #x"))[0]!, /^353 bob = #x :@?ada bob$/);
    await bob.say("PRIVMSG #x :missed");
    const { welcome } = await withPassword(room, "ada", "a word", { caps: "sasl server-time" });
    const lines = welcome.map(bare);
    assert(lines.includes(":ada!u@chat JOIN #x"));
    assertEquals(lines.filter((line) => line.includes(" PRIVMSG #x")), [
      ":bob!u@chat PRIVMSG #x :missed",
    ]);
    await room.clock.advance(60_000);
    assertEquals(bob.read().filter((line) => !line.startsWith("PING")), []);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("No secret that a client of json gives takes the place of somebody with a password", async () => {
  await using room = new Harness({ rate: 0 });
  await withPassword(room, "ada", "a word");
  const secret = await new RoomKeys().secretOf("a word", "irc ada");
  const [{ session }] = room.server.state.members.all() as [Member];
  for (const given of [secret, session!.hash]) {
    const eve = await room.connect();
    await eve.request({ type: "hello", protocol: 1, name: "!!", session: given, rooms: {} });
    assertMatch(eve.received().join(), /"code":"name_invalid"/);
  }
});

Deno.test("A password is a wrong one under the name of somebody who has another name by now", async () => {
  await using room = new Harness({ rate: 0 });
  const { client: ada } = await withPassword(room, "ada", "a word");
  await ada.say("NICK ada_away");
  const eve = await stranger(room);
  await eve.say("CAP REQ sasl", "NICK eve", "USER eve 0 * :Eve", "AUTHENTICATE PLAIN");
  assertEquals(await answered(eve, `AUTHENTICATE ${plainOf("ada", "a guess")}`), [
    "904 * :SASL authentication failed",
  ]);
  assertEquals(room.entries("wrong password of ada_away").length, 1);
  await guest(room, "ada");
  await room.clock.advance(61_000);
  const { welcome } = await withPassword(room, "ada", "a word");
  assertMatch(welcome[0]!, /^:chat 001 ada_away /);
});

Deno.test("A wrong PASS opens nothing by SASL, and is counted", async () => {
  await using room = new Harness({ rate: 0, password: checkSecret("open sesame", "a test") });
  const eve = await stranger(room);
  await eve.say("CAP REQ sasl", "PASS wrong", "AUTHENTICATE PLAIN");
  assertEquals(await answered(eve, `AUTHENTICATE ${plainOf("eve", "a guess")}`), [
    "904 * :SASL authentication failed",
  ]);
  assertEquals(room.entries("wrong password").length, 1);
});

Deno.test("Who hangs up makes nobody wait: nothing is worked out for it", async () => {
  await using room = new Harness({ rate: 0 });
  let asked = 0;
  const { keys } = room.server;
  const secretOf = keys.secretOf.bind(keys);
  keys.secretOf = (...given) => {
    asked++;
    return secretOf(...given);
  };
  for (let i = 0; i < 20; i++) {
    const eve = await stranger(room);
    await eve.say(
      "CAP REQ sasl",
      "AUTHENTICATE PLAIN",
      `AUTHENTICATE ${plainOf("eve", "a guess")}`,
    );
    await eve.conn.end({ broken: true });
  }
  await withPassword(room, "ada", "a word");
  assert(asked <= 3, `${asked} were worked out`);
});

Deno.test("Who takes up its place needs none of a full server", async () => {
  await using room = new Harness({ rate: 0, maxClients: 2 });
  const { client: ada } = await withPassword(room, "ada", "a word", { rooms: "#x" });
  await guest(room, "bob");
  const { client: again, welcome } = await withPassword(room, "ada", "a word");
  assertMatch(welcome[0]!, /^:chat 001 ada /);
  assertMatch(ada.read().at(-1)!, /^ERROR :This place was taken up/);
  assertEquals(await again.replies("PING y"), ["PONG chat :y"]);
});
