import { assertEquals, assertMatch } from "@std/assert";
import { Harness } from "../harness.ts";
import { bare, guest, stranger } from "./guest.ts";

Deno.test("IRC: CAP holds the registration back until CAP END, which may come twice", async () => {
  await using room = new Harness();
  const ada = await stranger(room);
  assertMatch((await ada.replies("CAP LS 302"))[0]!, /^CAP \* LS :.*server-time/);
  assertEquals(await ada.say("NICK ada", "USER ada 0 * :Ada"), []);
  assertEquals(await ada.replies("CAP REQ :server-time multi-prefix"), [
    "CAP * ACK :server-time multi-prefix",
  ]);
  assertEquals(await ada.replies("CAP REQ :echo-message no-such"), [
    "CAP * NAK :echo-message no-such",
  ]);
  assertEquals(await ada.replies("CAP LIST"), ["CAP * LIST :server-time multi-prefix"]);
  assertMatch((await ada.replies("CAP END"))[0]!, /^001 ada/);
  assertEquals(await ada.replies("CAP END"), []);
  assertEquals(await ada.replies("CAP FOO"), ["410 ada FOO :Invalid CAP command"]);
});

Deno.test("IRC: who asks for tags while it is in a room has them from the next line on", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x" });
  const bob = await guest(room, "bob", { rooms: "#x" });
  await bob.say("PRIVMSG #x :one");
  assertEquals(ada.read().at(-1), ":bob!u@chat PRIVMSG #x :one");
  assertEquals(await ada.replies("CAP REQ :server-time"), ["CAP ada ACK :server-time"]);
  await bob.say("PRIVMSG #x :two");
  assertMatch(ada.read().join(), /^@time=\S+ :bob!u@chat PRIVMSG #x :two$/);
  await ada.say("CAP REQ :-server-time");
  await bob.say("PRIVMSG #x :three");
  assertEquals(ada.read(), [":bob!u@chat PRIVMSG #x :three"]);
});

Deno.test("IRC: who asks for tags between its own messages sees none of them, and all of others", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x,#y" });
  const bob = await guest(room, "bob", { rooms: "#x,#y" });
  await bob.say("PRIVMSG #x :0");
  ada.read();
  for (const sign of ["", "-"]) {
    const lines = [
      "PRIVMSG #x :mine",
      `CAP REQ :${sign}server-time`,
      "PRIVMSG #x :mine",
      "PING :a",
    ];
    await ada.conn.send(lines.map((line) => `${line}\r\n`).join(""));
    assertEquals(ada.read().map(bare), [`CAP ada ACK :${sign}server-time`, "PONG chat :a"]);
    await bob.say("PRIVMSG #x :1", "PRIVMSG #y :2", "NICK rob", "PRIVMSG #x :3", "NICK bob");
    const seen = ada.read();
    assertEquals(seen.map((line) => bare(line).split(" ").slice(1).join(" ")), [
      ...["PRIVMSG #x :1", "PRIVMSG #y :2", "NICK rob", "PRIVMSG #x :3", "NICK bob"],
    ]);
    assertEquals(seen.every((line) => line.startsWith("@time=") === (sign === "")), true);
  }
});

Deno.test("IRC: its own messages are shown to who has asked for them, and to nobody else", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x", caps: "echo-message" });
  const bob = await guest(room, "bob", { rooms: "#x" });
  ada.read();
  assertEquals(await ada.say("NOTICE #x :one"), [":ada!u@chat NOTICE #x :one"]);
  assertEquals(await bob.say("PRIVMSG #x :two"), [":ada!u@chat NOTICE #x :one"]);
  assertEquals(ada.read(), [":bob!u@chat PRIVMSG #x :two"]);
});

Deno.test("IRC: who has asked for that sees real names of who joins, addresses in NAMES, or no NAMES", async () => {
  await using room = new Harness();
  const ada = await guest(room, "ada", { rooms: "#x", caps: "extended-join userhost-in-names" });
  await guest(room, "bob", { rooms: "#x" });
  assertEquals(ada.read(), [":bob!u@chat JOIN #x * :The real bob"]);
  assertEquals((await ada.replies("NAMES #x"))[0], "353 ada = #x :@ada!u@chat bob!u@chat");
  const eve = await guest(room, "eve", { caps: "draft/no-implicit-names" });
  assertEquals(await eve.say("JOIN #x"), [":eve!u@chat JOIN #x"]);
});

Deno.test("IRC: an answer comes behind all that was said before it, however slowly that is read", async () => {
  await using room = new Harness({ rate: 0 });
  const ada = await guest(room, "ada", { rooms: "#x,#y" });
  const bob = await guest(room, "bob", { rooms: "#x,#y" });
  ada.read();
  ada.conn.stall();
  await bob.say("PRIVMSG #x :1", "PRIVMSG #y :2", "PRIVMSG ada :3", "PRIVMSG #x :4");
  await ada.say("PING :a");
  await bob.say("PRIVMSG #y :5", "PRIVMSG ada :6");
  await ada.conn.unstall();
  const seen = ada.read().map((line) => line.split(":").at(-1)!);
  assertEquals(seen.filter((text) => ["3", "a", "6"].includes(text)), ["3", "a", "6"]);
  const before = (one: string, other: string) =>
    assertEquals(seen.indexOf(one) < seen.indexOf(other), true, `${one} ${other}: ${seen}`);
  for (const one of ["1", "2", "4"]) before(one, "a");
  before("1", "3");
  before("2", "3");
  before("5", "6");
  assertEquals([...seen].sort(), ["1", "2", "3", "4", "5", "6", "a"]);
});
