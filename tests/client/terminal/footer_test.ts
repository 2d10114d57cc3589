import { assertEquals } from "@std/assert";
import { paintFooter, statusLine, type StatusState } from "../../../src/client/terminal/footer.ts";
import { PLAIN_STYLE } from "../../../src/client/view/style.ts";

const STATE: StatusState = {
  address: "chat.example:5001",
  phase: "connected",
  again: false,
  retrySeconds: 3,
  here: 12,
  undelivered: 0,
};

Deno.test("The footer shows what is pending, a few lines of it, and the wait", () => {
  const pending = ["one", "two\nlines", "a very long message that does not fit", "4", "5"]
    .map((text, i) => ({ type: "say" as const, room: "lobby", id: `${i}`, text }));
  const footer = paintFooter(
    { ...STATE, address: "h:1", phase: "waiting", again: true, pending, question: "" },
    { columns: 30, style: PLAIN_STYLE },
  );
  assertEquals(footer, {
    above: [
      "… one",
      "… two lines",
      "… a very long message that d…",
      "… and 2 more",
      "Again in 3 s · 5 unsent",
    ],
    prompt: "> ",
  });
});

for (
  const [columns, connected, unsent, waiting, connecting] of [
    [20, "12 here", "12 here · 2 unsent", "In 3 s · 2 unsent", "Connecting …"],
    [
      40,
      "chat.example:5001 · 12 here",
      "chat.example:5001 · 12 here · 2 unsent",
      "Reconnecting in 3 s · 2 unsent",
      "Connecting to chat.example:5001 …",
    ],
    [
      80,
      "chat.example:5001 · 12 here",
      "chat.example:5001 · 12 here · 2 not delivered yet",
      "Reconnecting to chat.example:5001 in 3 s … · 2 not delivered yet",
      "Connecting to chat.example:5001 …",
    ],
  ] as const
) {
  Deno.test(`The status finds words that fit into ${columns} columns`, () => {
    const at = (change: Partial<StatusState>) => statusLine({ ...STATE, ...change }, columns - 1);
    assertEquals(at({}), connected);
    assertEquals(at({ undelivered: 2 }), unsent);
    assertEquals(at({ phase: "waiting", again: true, undelivered: 2 }), waiting);
    assertEquals(at({ phase: "connecting" }), connecting);
  });
}

Deno.test("The status says why an answer may take its time, in the words that fit", () => {
  const at = (phase: StatusState["phase"], columns: number) =>
    statusLine({ ...STATE, phase }, columns);
  assertEquals(at("unanswered", 80), "Waiting for chat.example:5001 to answer …");
  assertEquals(at("unanswered", 20), "Waiting …");
  assertEquals(
    at("held_back", 120),
    "Waiting for the server to answer …; after wrong passwords from this address that takes " +
      "some seconds.",
  );
  assertEquals(
    at("held_back", 79),
    "Waiting …; after wrong passwords from here that takes some seconds",
  );
  assertEquals(at("held_back", 40), "Waiting, after wrong passwords …");
});
