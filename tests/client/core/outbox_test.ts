import { assertEquals, assertThrows } from "@std/assert";
import { Outbox, type Outgoing } from "../../../src/client/core/outbox.ts";

function say(id: string): Outgoing {
  return { type: "say", room: "lobby", text: id, id };
}

function direct(id: string): Outgoing {
  return { type: "direct", to: "bob", text: id, id };
}

function ids(messages: readonly Outgoing[]): string[] {
  return messages.map(({ id }) => id);
}

Deno.test("Outbox gives each message once, and again in order after a loss", () => {
  const outbox = new Outbox();
  for (const id of ["a", "b", "c"]) outbox.add(say(id));
  assertEquals(ids(outbox.takeUnsent()), ["a", "b", "c"]);
  assertEquals(outbox.takeUnsent(), []);
  outbox.settle("b");
  outbox.add(say("d"));
  assertEquals(outbox.connectionLost(), []);
  assertEquals(ids(outbox.takeUnsent()), ["a", "c", "d"]);
});

Deno.test("Outbox gives up a direct message that was sent, and keeps one that was not", () => {
  const outbox = new Outbox();
  outbox.add(direct("sent"));
  outbox.takeUnsent();
  outbox.add(direct("unsent"));
  assertEquals(ids(outbox.connectionLost()), ["sent"]);
  assertEquals(ids(outbox.takeUnsent()), ["unsent"]);
});

Deno.test("Outbox sends only messages to everybody again while connected", () => {
  const outbox = new Outbox();
  outbox.add(direct("sent"));
  outbox.add(say("a"));
  outbox.takeUnsent();
  outbox.sendAgain();
  assertEquals(ids(outbox.takeUnsent()), ["a"]);
  assertEquals(outbox.size, 2);
});

Deno.test("Outbox settles a message that waits to be sent again", () => {
  const outbox = new Outbox();
  outbox.add(say("a"));
  outbox.takeUnsent();
  outbox.sendAgain();
  assertEquals(outbox.settle("a")?.id, "a");
  assertEquals(outbox.settle("a"), undefined);
  assertEquals(outbox.takeUnsent(), []);
});

Deno.test("Outbox is bounded", () => {
  const outbox = new Outbox({ maxEntries: 2 });
  outbox.add(say("a"));
  outbox.add(say("b"));
  assertEquals(outbox.full, true);
  assertThrows(() => outbox.add(say("c")), RangeError, "2 messages");
  outbox.settle("a");
  assertEquals(outbox.full, false);
});

Deno.test("Outbox gives back the newest message, unless a connection may have taken it", () => {
  const outbox = new Outbox();
  outbox.add(say("reloaded"), { isNew: false });
  assertEquals(outbox.takeBack(() => true), undefined);
  for (const id of ["a", "b", "c"]) outbox.add(say(id));
  assertEquals(outbox.takeBack(({ id }) => id !== "c")?.id, "b");
  outbox.takeUnsent();
  outbox.connectionLost();
  assertEquals(outbox.takeBack(() => true), undefined);
  outbox.add(direct("d"));
  assertEquals(outbox.takeBack(() => true)?.id, "d");
  assertEquals(ids(outbox.takeUnsent()), ["reloaded", "a", "c"]);
});
