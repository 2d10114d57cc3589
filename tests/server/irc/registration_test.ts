import { assert, assertEquals, assertMatch } from "@std/assert";
import { Secret } from "../../../src/server/admission/secret.ts";
import { Harness } from "../harness.ts";
import { bare, guest, stranger } from "./guest.ts";

Deno.test("IRC: who sends NICK and USER is in, and is told what the server can do", async () => {
  await using room = new Harness({ motd: "be nice\nplease" });
  const ada = await stranger(room);
  assertEquals(await ada.say("NICK ada"), []);
  const lines = await ada.say("USER ada 0 * :Ada");
  assertEquals(lines[0], ":chat 001 ada :Welcome to chat, ada");
  assertEquals(lines.map((line) => line.split(" ")[1]), [
    ...["001", "002", "003", "004", "005", "005"],
    ...["251", "252", "253", "254", "255", "265", "266"],
    ...["375", "372", "372", "376", "221"],
  ]);
  assertMatch(lines[3]!, /^:chat 004 ada chat chat-\S+ Biow bikmnostv bkov$/);
});

Deno.test("IRC: no greeting is said to a client that speaks at once", async () => {
  await using room = new Harness();
  const ada = await stranger(room);
  await ada.say("NICK ada");
  await room.clock.advance(1_000);
  assertEquals(ada.read(), []);
});

Deno.test("IRC: before the registration all but a few commands are answered 451, and nobody is closed", async () => {
  await using room = new Harness();
  const ada = await stranger(room);
  // irssi begins with this.
  const [line] = await ada.replies("JOIN :");
  assertMatch(line!, /^451 \* :/);
  assertEquals(await ada.replies("PING :x"), ["PONG chat :x"]);
  assertEquals(await ada.replies("PING"), ["409 * :No origin specified"]);
  assertMatch((await ada.replies("PRIVMSG bob :hi"))[0]!, /^451 /);
  assertEquals((await ada.replies("NICK ada", "USER ada 0 * :Ada"))[0]!.slice(0, 7), "001 ada");
});

Deno.test("IRC: a nick that cannot be had is answered, and another one may follow", async () => {
  await using room = new Harness();
  await room.plain("bob");
  const ada = await stranger(room);
  assertMatch((await ada.replies("USER a 0 * :Ada", "NICK bob"))[0]!, /^433 \* bob :/);
  assertMatch((await ada.replies("NICK *"))[0]!, /^432 \* \* :/);
  assertMatch((await ada.replies("NICK"))[0]!, /^431 \* :/);
  assertMatch((await ada.replies("NICK a[d]a"))[0]!, /^001 a_d_a :/);
  assertEquals(await ada.replies("USER a 0 * :Ada"), ["462 a_d_a :You may not register again"]);
});

Deno.test("IRC: each nick that cannot be had is named in its answer, also while others wait", async () => {
  await using room = new Harness();
  await room.plain("bob");
  await room.plain("eve");
  const ada = await stranger(room);
  await ada.say("USER a 0 * :Ada");
  await ada.conn.send("NICK bob\r\nNICK eve\r\nNICK a!\r\nNICK ada\r\n");
  const starts = (await ada.replies()).map((line) => line.split(":")[0]!.trim());
  assertEquals(starts.slice(0, 4), ["433 * bob", "433 * eve", "432 * a!", "001 ada"]);
  await ada.conn.send("NICK bob\r\nNICK eve\r\nNICK a!\r\nNICK mia\r\n");
  const renames = (await ada.replies()).map((line) => line.split(" ", 3).join(" "));
  const refused = ["432 ada a!", "433 ada bob", "433 ada eve"];
  assertEquals(renames.toSorted(), [...refused, ":ada!u@chat NICK mia"]);
});

Deno.test("IRC: USER without a real name is answered 461", async () => {
  await using room = new Harness();
  const ada = await stranger(room);
  assertMatch((await ada.replies("USER ada 0 * :"))[0]!, /^461 \* USER :/);
  assertMatch((await ada.replies("USER ada 0 *"))[0]!, /^461 \* USER :/);
});

Deno.test("IRC: the server's password comes by PASS; a wrong one ends the connection", async () => {
  await using room = new Harness({ password: new Secret("let me in") });
  const ada = await stranger(room);
  const lines = await ada.replies("PASS :let me in", "NICK ada", "USER ada 0 * :Ada");
  assertMatch(lines[0]!, /^001 ada/);
  const bob = await stranger(room);
  const refused = await bob.replies("PASS wrong", "NICK bob", "USER bob 0 * :Bob");
  assertMatch(refused[0]!, /^464 \* :/);
  await room.clock.advance(30_000);
  assertMatch(bob.read().map(bare).join(), /^(?:|ERROR :.*)$/);
  assert(bob.conn.writeClosed);
});

Deno.test("IRC: where there is no place, the reason is the ERROR that ends the connection", async () => {
  await using room = new Harness({ maxClients: 1 });
  await guest(room, "ada");
  const bob = await stranger(room);
  assertMatch((await bob.say("NICK bob"))[0]!, /^ERROR :.*full/);
  assert(bob.conn.writeClosed);
});

Deno.test("IRC: NICK renames, is shown once whatever rooms are shared, and without rooms too", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada");
  assertEquals(await ada.say("NICK eve"), [":ada!u@chat NICK eve"]);
  assertEquals(await ada.say("NICK eve"), []);
  await ada.say("JOIN #x,#y");
  const bob = await guest(room, "bob", { rooms: "#x,#y" });
  ada.read();
  assertEquals(await bob.say("NICK rob"), [":bob!u@chat NICK rob"]);
  assertEquals(ada.read(), [":bob!u@chat NICK rob"]);
  assertMatch((await bob.replies("NICK eve"))[0]!, /^433 rob eve :/);
});

Deno.test("IRC: QUIT tells why, once, and is answered with ERROR", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x,#y" });
  const bob = await guest(room, "bob", { rooms: "#x,#y" });
  ada.read();
  assertEquals((await bob.say("QUIT :gone \x0304fishing")).at(-1), "ERROR :Goodbye");
  assertEquals(ada.read(), [":bob!u@chat QUIT :Quit: gone fishing"]);
});

Deno.test("IRC: who is silent for 90 s is asked, and is lost after 150 s", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x" });
  const bob = await guest(room, "bob", { rooms: "#x" });
  ada.read();
  await room.clock.advance(95_000);
  assertEquals(ada.read(), ["PING :chat"]);
  await ada.say("PONG :chat");
  bob.read();
  await room.clock.advance(60_000);
  assert(bob.conn.closed);
  assertEquals(ada.read(), [":bob!u@chat QUIT :Connection lost"]);
});

Deno.test("IRC: lines that are too long, no UTF-8 or no commands are answered", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x" });
  assertMatch((await ada.replies(`PRIVMSG #x :${"x".repeat(500)}`))[0]!, /^417 ada :/);
  assertMatch((await ada.replies(`@a=${"x".repeat(4_096)} PRIVMSG #x :hi`))[0]!, /^417 ada :/);
  assertMatch((await ada.replies("PRIVMSG #x :hi\uFFFD"))[0]!, /^FAIL \* INVALID_UTF8 :/);
  assertEquals(await ada.replies("FOO bar"), ["421 ada FOO :Unknown command"]);
  assertEquals(await ada.replies("JOIN"), ["461 ada JOIN :Not enough parameters"]);
  assertEquals(await ada.replies(""), []);
});
