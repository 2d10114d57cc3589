import { assertEquals } from "@std/assert";
import { Memories, Memory } from "../../../src/server/irc/memories.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

Deno.test("what a client has read is remembered for 24 hours, and taken out once", () => {
  const memories = new Memories();
  const ada = memories.take("ada", 0);
  ada.noteDelivered("log", 7);
  memories.keep("ada", ada, 0);
  assertEquals(memories.take("ada", DAY_MS - 1).delivered("log"), 7);
  assertEquals(memories.take("ada", DAY_MS - 1).delivered("log"), undefined);
  memories.keep("ada", ada, 0);
  assertEquals(memories.take("ada", DAY_MS).delivered("log"), undefined);
});

Deno.test("a mark does not become less", () => {
  const memory = new Memory();
  memory.noteMark("#x", 20);
  memory.noteMark("#x", 10);
  assertEquals([memory.mark("#x"), memory.mark("#y")], [20, undefined]);
});

Deno.test("of too many clients, marks or rooms the oldest goes", () => {
  const memories = new Memories();
  for (let i = 0; i <= 10_000; i++) {
    const memory = new Memory();
    memory.noteDelivered("log", i);
    memories.keep(`client ${i}`, memory, 0);
  }
  assertEquals(memories.take("client 0", 0).delivered("log"), undefined);
  assertEquals(memories.take("client 1", 0).delivered("log"), 1);
  const memory = new Memory();
  for (let i = 0; i <= 40; i++) memory.noteMark(`#${i}`, 5);
  assertEquals([memory.mark("#0"), memory.mark("#1")], [undefined, 5]);
  for (let i = 0; i <= 100; i++) memory.noteDelivered(`log ${i}`, 5);
  assertEquals([memory.delivered("log 0"), memory.delivered("log 1")], [undefined, 5]);
});

Deno.test("clients with many rooms and marks are forgotten the sooner", () => {
  const memories = new Memories();
  for (let i = 0; i <= 2_500; i++) {
    const memory = new Memory();
    for (let mark = 0; mark < 40; mark++) memory.noteMark(`#${mark}`, 5);
    memories.keep(`client ${i}`, memory, 0);
  }
  assertEquals(memories.take("client 0", 0).mark("#1"), undefined);
  assertEquals(memories.take("client 1", 0).mark("#1"), 5);
});
