import { assertEquals } from "@std/assert";
import { Joins } from "../../../src/server/admission/joins.ts";
import { ManualClock } from "../manual_clock.ts";

/** Joins of an address that gives ten in a second, all of them used up. */
function usedUp(): { clock: ManualClock; joins: Joins } {
  const clock = new ManualClock();
  const joins = new Joins(10, clock);
  assertEquals(joins.payNow(50), true);
  assertEquals(joins.payNow(1), false);
  return { clock, joins };
}

Deno.test("somebody who comes waits for no more than the others who come, however many people go from room to room", async () => {
  const { clock, joins } = usedUp();
  let rooms = 0;
  function goOn(): void {
    joins.wait(1, { isNewcomer: false, go: () => (rooms++, goOn()) });
  }
  for (let i = 0; i < 200; i++) goOn();
  await clock.advance(1_000);
  assertEquals(rooms, 10);
  const came: string[] = [];
  const names = ["ada", "bob", "carol", "dave"];
  for (const name of names) joins.wait(1, { isNewcomer: true, go: () => came.push(name) });
  await clock.advance(500);
  assertEquals(came, names);
  assertEquals(rooms, 11);
});

Deno.test("people who are in go to rooms while newcomers storm, each in its turn", async () => {
  const { clock, joins } = usedUp();
  function storm(): void {
    joins.wait(1, { isNewcomer: true, go: storm });
  }
  for (let i = 0; i < 40; i++) storm();
  const went: string[] = [];
  for (const name of ["ada", "bob", "ada again"]) {
    joins.wait(1, { isNewcomer: false, go: () => went.push(name) });
  }
  await clock.advance(1_000);
  assertEquals(went, ["ada", "bob"]);
  await clock.advance(500);
  assertEquals(went, ["ada", "bob", "ada again"]);
});

Deno.test("who comes with many rooms is no newcomer for the others of them", async () => {
  const { clock, joins } = usedUp();
  const came: string[] = [];
  joins.wait(20, { isNewcomer: true, go: () => came.push("ada") });
  joins.wait(1, { isNewcomer: true, go: () => came.push("bob") });
  await clock.advance(200);
  assertEquals(came, ["bob"]);
  await clock.advance(1_900);
  assertEquals(came, ["bob", "ada"]);
});

Deno.test("who waits no more gives back what it had", async () => {
  const { clock, joins } = usedUp();
  const giveUp = joins.wait(10, { isNewcomer: true, go: () => {} });
  await clock.advance(950);
  assertEquals(clock.pending, 1);
  giveUp();
  assertEquals(clock.pending, 0);
  assertEquals([joins.payNow(10), joins.payNow(9)], [false, true]);
  giveUp();
  assertEquals(joins.payNow(1), false);
});
