import { assertEquals } from "@std/assert";
import type { ClientEvent } from "../../../src/client/core/events.ts";
import { Ignoring } from "../../../src/client/view/ignoring.ts";
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
      { type: "entered", room: "den", again, newLog: false },
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
