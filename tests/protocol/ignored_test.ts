import { assertEquals } from "@std/assert";
import { IgnoredNames } from "../../src/protocol/ignored.ts";
import type { LogEvent } from "../../src/protocol/messages.ts";

const ANYBODY = { me: "ada", mayBeHere: () => true };

/** Time of an event: minutes after eight. */
function at(minute: number): string {
  return new Date(Date.UTC(2026, 10, 28, 8, minute)).toISOString();
}

function renamed(from: string, to: string, minute: number): LogEvent {
  return { type: "rename", seq: 1, at: at(minute), from, to };
}

function joined(name: string, minute: number): LogEvent {
  return { type: "join", seq: 1, at: at(minute), name };
}

function left(name: string, minute: number, reason: "quit" | "part" = "quit"): LogEvent {
  return { type: "leave", seq: 1, at: at(minute), name, reason };
}

/** Who ignores some people, and was told some events. */
function ignoring(names: string[], ...events: LogEvent[]): IgnoredNames {
  const ignored = new IgnoredNames(names);
  for (const event of events) ignored.follow(event);
  return ignored;
}

/** In which minutes, of the first ten, what a name says is hidden. */
function hidden(ignored: IgnoredNames, name: string): string {
  return Array.from({ length: 10 }, (_, minute) => ignored.has(name, at(minute)) ? minute : "-")
    .join("");
}

Deno.test("a taken name is hidden while it is borne, and a given one always", () => {
  const ignored = ignoring(["bob"], renamed("bob", "eve", 2), renamed("eve", "BOB", 5));
  assertEquals(hidden(ignored, "EVE"), "--2345----");
  assertEquals(hidden(ignored, "bob"), "0123456789");
  assertEquals([ignored.has("eve"), ignored.has("bob")], [false, true]);
  // Who bears it next is somebody else, whose own new name is no matter.
  ignored.follow(joined("eve", 6));
  ignored.follow(renamed("eve", "carl", 7));
  assertEquals(hidden(ignored, "eve") + hidden(ignored, "carl"), "--2345--------------");
});

Deno.test("a taken name is free when its bearer goes, leaves and somebody comes, or another takes it", () => {
  const taken = renamed("bob", "eve", 1);
  assertEquals(hidden(ignoring(["bob"], taken, left("eve", 4)), "eve"), "-1234-----");
  // Who left a room may be in another one.
  assertEquals(hidden(ignoring(["bob"], taken, left("eve", 4, "part")), "eve"), "-123456789");
  assertEquals(hidden(ignoring(["bob"], taken, joined("eve", 4)), "eve"), "-123456789");
  const back = ignoring(["bob"], taken, left("eve", 4, "part"), joined("eve", 6));
  assertEquals(hidden(back, "eve"), "-123456---");
  const unseen = ignoring(["bob"], taken, renamed("carl", "eve", 6));
  assertEquals(hidden(unseen, "eve"), "-123456---");
});

Deno.test("a name that was given up, and is told again of another room, hides nobody else", () => {
  const ignored = ignoring(
    ["bob"],
    renamed("bob", "eve", 1),
    left("eve", 3),
    joined("eve", 4),
    renamed("bob", "eve", 1),
    left("eve", 2, "part"),
  );
  assertEquals([hidden(ignored, "eve"), ignored.has("eve")], ["-123------", false]);
  // A name that is given up within the same moment is another matter.
  const quick = ignoring(
    ["bob"],
    renamed("bob", "eve", 1),
    renamed("eve", "bob", 1),
    renamed("bob", "eve", 1),
  );
  assertEquals(quick.has("eve"), true);
});

Deno.test("what happened is told for each room, of one after the other, and changes nothing", () => {
  const all = [
    renamed("bob", "eve", 1),
    renamed("eve", "mallory", 3),
    joined("eve", 4),
    renamed("mallory", "zoe", 5),
  ];
  const [once, twice] = [ignoring(["bob"], ...all), ignoring(["bob"], ...all, ...all)];
  for (const name of ["bob", "eve", "mallory", "zoe"]) {
    assertEquals(hidden(twice, name), hidden(once, name), name);
  }
  // Of a room into which it came between.
  const other = ignoring(["bob"], ...all, joined("mallory", 4), renamed("mallory", "zoe", 5));
  assertEquals(hidden(other, "zoe"), "-----56789");
  assertEquals(hidden(other, "eve"), "-123------");
});

Deno.test("names taken in the same moment are followed to the last one", () => {
  const names = [["bob", "eve"], ["eve", "zoe"], ["zoe", "eve"]];
  const ignored = ignoring(["bob"], ...names.map(([from, to]) => renamed(from!, to!, 1)));
  assertEquals([ignored.has("eve"), ignored.has("zoe")], [true, false]);
});

Deno.test("two who are ignored and swap their names stay ignored, and each is taken back alone", () => {
  const ignored = ignoring(
    ["bob", "eve"],
    renamed("bob", "x", 1),
    renamed("eve", "bob", 2),
    renamed("x", "eve", 3),
  );
  assertEquals([ignored.has("bob"), ignored.has("eve"), ignored.has("x")], [true, true, false]);
  ignored.toggle("bob", ANYBODY);
  assertEquals([ignored.has("bob"), ignored.has("eve")], [false, true]);
  assertEquals(ignored.taken, []);
});

Deno.test("who takes a thousand names is not lost sight of", () => {
  const ignored = ignoring(["bob"]);
  for (let i = 0; i < 2_500; i++) {
    ignored.follow(renamed(i === 0 ? "bob" : `n${i - 1}`, `n${i}`, i));
  }
  assertEquals([ignored.has("n2498"), ignored.has("n2499")], [false, true]);
  assertEquals(ignored.taken.length, 1_000);
  // One word takes back all.
  assertEquals(ignored.toggle("n2499", ANYBODY), "What n2499 says is shown again.");
  assertEquals([ignored.isEmpty, ignored.taken.length], [true, 0]);
});

Deno.test("names that were kept are those that were given, and those that they bear", () => {
  const before = ignoring(["bob"], renamed("bob", "eve", 1));
  const kept = JSON.parse(JSON.stringify([before.given, before.taken]));
  const ignored = new IgnoredNames(kept[0], kept[1]);
  assertEquals(
    ignored.toggle("", ANYBODY),
    "You ignore bob, eve. /ignore NAME shows again what somebody says.",
  );
  ignored.toggle("eve", ANYBODY);
  assertEquals(ignored.isEmpty, true);
});
