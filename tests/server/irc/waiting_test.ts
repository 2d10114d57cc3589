import { assertEquals, assertMatch } from "@std/assert";
import { Harness } from "../harness.ts";
import { bare, guest, withPassword } from "./guest.ts";

function said(lines: readonly string[]): string[] {
  return lines.filter((line) => / (?:PRIVMSG|NOTICE) (?!#)/.test(line));
}

Deno.test("what is said to somebody who is away waits: 301 says so, and it comes once, behind the welcome", async () => {
  await using room = new Harness({ rate: 0 });
  const bob = await guest(room, "bob", { caps: "echo-message" });
  const { client: ada } = await withPassword(room, "ada", "a word");
  await ada.conn.end({ broken: true });
  assertEquals(await bob.replies("PRIVMSG ada :one"), [
    ":bob!u@chat PRIVMSG ada :one",
    "301 bob ada :is away: your message waits for that program to connect again, " +
    "for 24 hours at most; one that is started anew may miss it.",
  ]);
  assertEquals((await bob.replies("NOTICE ada :two")).length, 1);
  await room.clock.advance(17_000);
  assertMatch((await bob.replies("PRIVMSG ada :\x01ACTION waves\x01"))[1]!, /^301 bob ada /);
  assertMatch((await bob.replies("PRIVMSG eve :hello"))[0]!, /^401 /);

  const back = await withPassword(room, "ada", "a word", { caps: "sasl server-time" });
  const at = back.welcome.findIndex((line) => / 001 /.test(line));
  const first = back.welcome.findIndex((line) => line.endsWith("PRIVMSG ada :one"));
  assertEquals(at >= 0 && at < first, true);
  assertMatch(back.welcome[first]!, /^@time=\d{4}-\S+Z :bob!u@chat /);
  assertEquals(said(back.welcome).map(bare), [
    ":bob!u@chat PRIVMSG ada :one",
    ":bob!u@chat NOTICE ada :two",
    ":bob!u@chat PRIVMSG ada :* waves",
  ]);
  await back.client.conn.end({ broken: true });
  assertEquals(said((await withPassword(room, "ada", "a word")).welcome), []);
});

Deno.test("without a password of its own a client has no session, and nothing waits for it", async () => {
  await using room = new Harness({ rate: 0 });
  const bob = await guest(room, "bob");
  const ada = await guest(room, "ada");
  await ada.conn.end({ broken: true });
  assertMatch((await bob.replies("PRIVMSG ada :one"))[0]!, /^401 /);
  const { client } = await withPassword(room, "ada", "a word");
  await client.say("QUIT");
  assertMatch((await bob.replies("PRIVMSG ada :two"))[0]!, /^401 /);
});
