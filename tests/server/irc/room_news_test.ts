import { assertEquals } from "@std/assert";
import type { Member, Room } from "../../../src/room/room.ts";
import type { Person } from "../../../src/server/irc/guests.ts";
import { Hearers } from "../../../src/server/irc/hearers.ts";
import type { HeardLine } from "../../../src/server/irc/heard_line.ts";
import { RoomNews } from "../../../src/server/irc/room_news.ts";
import { ManualClock } from "../manual_clock.ts";

const decoder = new TextDecoder();

/** Somebody in a room who hears lines. */
class Listener {
  readonly member: Member;
  readonly heard: HeardLine[] = [];
  readonly person: Person;

  constructor(name: string, ...caps: string[]) {
    this.member = { name } as Member;
    const hear = (line: HeardLine) => void this.heard.push(line);
    this.person = { caps: new Set(caps), hear } as unknown as Person;
  }

  get texts(): string[] {
    return this.heard.map((line) => decoder.decode(line.bytes([])));
  }
}

Deno.test("IRC: what happens together in a room is given at once, laid out once for all alike", () => {
  const [ada, bob, eve, mia] = [
    new Listener("ada", "invite-notify"),
    new Listener("bob", "invite-notify"),
    new Listener("eve"),
    new Listener("mia", "invite-notify"),
  ] as [Listener, Listener, Listener, Listener];
  const all = [ada, bob, eve, mia];
  const room = { name: "den", members: new Set(all.map(({ member }) => member)) };
  const news = new RoomNews();
  const tell = (from: string, command: string, needs?: "invite-notify", except?: Member): void => {
    const words = ["#den"];
    const what = { from, command, words };
    news.add(room as unknown as Room, needs === undefined ? what : { ...what, needs }, except);
  };
  tell("ada", "ONE");
  tell("kim", "TWO", "invite-notify", mia.member);
  tell("kim", "THREE");
  news.give((member) => all.find((one) => one.member === member)?.person);
  const [one, two, three] = ["ada!u@chat ONE", "kim!u@chat TWO", "kim!u@chat THREE"]
    .map((text) => `:${text} #den\r\n`) as [string, string, string];
  assertEquals(ada.texts, [one, two + three], "what it does itself stands by itself");
  assertEquals(bob.texts, [one + two + three]);
  assertEquals(eve.texts, [one + three]);
  assertEquals(mia.texts, [one + three]);
  assertEquals(eve.heard[0] === mia.heard[0], true);
  news.give(() => {
    throw new Error("all has been told");
  });
});

Deno.test("IRC: a crowd is written to in turns, and who waits for its turn once", async () => {
  const clock = new ManualClock();
  const hearers = new Hearers<{ wake(): void }>(clock, (one) => one.wake());
  let woken = 0;
  const crowd = Array.from({ length: 120 }, () => ({ wake: () => woken++ }));
  for (const one of crowd) hearers.add(one);
  hearers.tellSome();
  assertEquals(woken, 50);
  for (const one of crowd.slice(60)) hearers.add(one);
  hearers.tellSome();
  assertEquals(woken, 50, "the loop rests");
  await clock.advance(1);
  assertEquals(woken, 100);
  await clock.advance(1);
  assertEquals([woken, clock.pending], [120, 0]);
});
