import { assertEquals } from "@std/assert";
import type { ClientEvent } from "../../../src/client/core/events.ts";
import { Ignoring } from "../../../src/client/view/ignoring.ts";
import { IgnoredNames } from "../../../src/protocol/ignored.ts";
import type { ServerEvent } from "../../../src/protocol/messages.ts";

const AT = "2026-11-28T08:00:00.000Z";

/** What is left of events for somebody who ignores bob. */
function left(...events: ServerEvent[]): ServerEvent[] {
  const ignoring = new Ignoring();
  ignoring.command("/ignore bob", { me: "ada", mayBeHere: () => true });
  const told = events.map((event) => ({ type: "told", event }) as ClientEvent);
  return ignoring.filter(told).flatMap((one) => one.type === "told" ? [one.event] : []);
}

Deno.test("who is ignored is not shown: what it says, to everybody or to one, and its invitations", () => {
  const place = { room: "den", seq: 1, at: AT } as const;
  const shown = { type: "notice", text: "eve invites you to #den.", from: "eve" } as const;
  const help = { type: "notice", text: "No such command." } as const;
  assertEquals(
    left(
      { ...place, type: "message", from: "bob", text: "hi" },
      { type: "direct", at: AT, from: "bob", to: "ada", text: "psst" },
      { type: "notice", text: "BOB invites you to #den.", from: "BOB" },
      shown,
      help,
    ),
    [shown, help],
  );
});

Deno.test("who is ignored is followed to a new name, but not through what was before one came in", () => {
  const ignoring = new Ignoring();
  ignoring.command("/ignore bob", { me: "ada", mayBeHere: () => true });
  /** Whether somebody is shown after bob has become that one in a room. */
  function isShown(to: string, again: boolean): boolean {
    const place = { room: "den", seq: 1, at: AT } as const;
    const events = [
      { type: "entered", room: "den", again, newLog: false, joined: { log: "1" } },
      { type: "told", event: { ...place, type: "rename", from: "bob", to }, past: true },
      { type: "told", event: { ...place, type: "message", from: to, text: "hi" }, past: true },
    ] as unknown as ClientEvent[];
    return ignoring.filter(events).some((one) =>
      one.type === "told" && one.event.type === "message"
    );
  }
  // Another bob, perhaps: a name may have been anybody's before.
  assertEquals(isShown("eve", false), true);
  // It has happened while the connection was lost.
  assertEquals(isShown("carl", true), false);
});

Deno.test("who was started again follows what it had not seen of the same log", () => {
  const place = { room: "den", seq: 7, at: AT } as const;
  const events = (log: string) =>
    [
      { type: "entered", room: "den", again: false, newLog: true, joined: { log } },
      { type: "told", event: { ...place, type: "rename", from: "bob", to: "carl" }, past: true },
    ] as unknown as ClientEvent[];
  for (
    const [log, seen, isFollowed] of [["1", 6, true], ["1", 7, false], ["2", 6, false]] as const
  ) {
    const ignoring = new Ignoring({
      names: new IgnoredNames(["bob"]),
      seen: (_room, log) => log === "1" ? seen : undefined,
    });
    ignoring.follow(events(log));
    assertEquals(ignoring.hides({ from: "carl", at: AT }), isFollowed);
  }
});

Deno.test("one's own words are shown, also under a name that one ignores, and no reasons of others", () => {
  const ignoring = new Ignoring({ names: new IgnoredNames(["bob"]) });
  const place = { room: "den", seq: 1, at: AT } as const;
  const told = (event: object) => ({ type: "told", event, past: false }) as unknown as ClientEvent;
  const own = told({ ...place, type: "message", from: "bob", text: "mine" });
  const filtered = ignoring.filter([
    { type: "connected", welcome: { name: "ada" } } as unknown as ClientEvent,
    told({ ...place, type: "leave", name: "bob", reason: "quit", text: "rude" }),
    told({ ...place, type: "rename", from: "ada", to: "bob" }),
    own,
  ]);
  ignoring.filter([told({ ...place, type: "rename", from: "bob", to: "ada" })]);
  assertEquals(filtered[1], told({ ...place, type: "leave", name: "bob", reason: "quit" }));
  assertEquals(filtered[3], own);
  // One's own next name is not one of bob's.
  assertEquals(ignoring.names.has("ada"), false);
});
