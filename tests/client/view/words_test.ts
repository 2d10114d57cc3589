import { assertEquals } from "@std/assert";
import type { ClientEvent } from "../../../src/client/core/events.ts";
import { Statuses } from "../../../src/client/view/words.ts";
import { entered } from "./entering.ts";

const TEXT = "The server cannot store this now.";

Deno.test("Messages and rooms that have to wait are told of once each, until they go", () => {
  const statuses = new Statuses();
  const told = (event: ClientEvent) => statuses.of(event).map(({ text }) => text);
  const message = { type: "say", id: "1", room: "lobby", text: "hello" } as const;
  const messages: ClientEvent = { type: "postponed", retryMs: 250, text: TEXT };
  const room: ClientEvent = { ...messages, room: "ops" };
  const [waits, again] = [
    [`${TEXT} Your messages wait, and are sent again.`],
    [`${TEXT} #ops is asked for again.`],
  ];
  assertEquals([room, room, messages, messages].map(told), [again, [], waits, []]);
  told({ type: "delivered", message });
  assertEquals([room, messages].map(told), [[], waits]);
  told(entered({ room: "ops" }));
  assertEquals([room, messages].map(told), [again, []]);
});
