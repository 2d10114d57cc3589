import { assertEquals } from "@std/assert";
import { PrivateQueue, QUEUE_PIECES, QueueSize } from "../../src/room/private_queue.ts";

const LINE = new TextEncoder().encode("line\n");

Deno.test("PrivateQueue gives its pieces in order, also after many were taken", () => {
  const size = new QueueSize();
  const outbox = new PrivateQueue(size);
  for (let i = 0; i < 5_000; i++) {
    outbox.push(i, new Uint8Array([i & 0xff]));
    if (i % 3 === 0) continue;
    assertEquals((outbox.take() as Uint8Array).length, 1);
  }
  let last = -1;
  while (outbox.dueAt !== Infinity) {
    assertEquals(outbox.dueAt > last, true);
    last = outbox.dueAt;
    outbox.take();
  }
  assertEquals([last, size.bytes], [4_999, 0]);
});

Deno.test("PrivateQueue keeps one piece of a slot, the newest, where the first one was", () => {
  const size = new QueueSize();
  const outbox = new PrivateQueue(size);
  outbox.push(0, LINE);
  for (let i = 0; i < 10_000; i++) outbox.push(i, new Uint8Array([i & 0xff]), "pong");
  assertEquals(outbox.take(), LINE);
  assertEquals(outbox.take(), new Uint8Array([9_999 & 0xff]));
  assertEquals(size.bytes, 0);
  outbox.push(0, LINE, "pong");
  assertEquals(outbox.take(), LINE);
});

Deno.test("PrivateQueue joins small pieces of one position, none of a slot, and not for ever", () => {
  const size = new QueueSize();
  const queue = new PrivateQueue(size);
  const text = () => new TextDecoder().decode(queue.take() as Uint8Array);
  const piece = (letter: string) => new TextEncoder().encode(letter);
  queue.push(0, piece("a"));
  const one = size.bytes;
  queue.push(0, piece("b"));
  assertEquals(size.bytes, one + 1);
  queue.push(0, piece("s"), "slot");
  for (const letter of "cd") queue.push(0, piece(letter));
  queue.push(0, () => null);
  queue.push(0, piece("e"));
  queue.push(1, piece("f"));
  assertEquals([text(), text(), text(), text(), text()], ["ab", "s", "cd", "", "e"]);
  // What was given is not changed by what comes.
  const given = queue.take() as Uint8Array;
  queue.push(1, piece("g"));
  assertEquals([new TextDecoder().decode(given), text(), size.bytes], ["f", "g", 0]);
  for (let i = 0; i < 1_000; i++) queue.push(0, LINE);
  const lengths: number[] = [];
  while (queue.dueAt !== Infinity) lengths.push((queue.take() as Uint8Array).length);
  assertEquals([lengths.length, Math.max(...lengths), size.bytes], [10, 510, 0]);
});

Deno.test("QueueSize is full at its bound, and overflows past twice of it, in bytes and in pieces", () => {
  const large = new QueueSize(256 * 1024);
  new PrivateQueue(large).push(0, new Uint8Array(256 * 1024));
  assertEquals([large.full, large.overflowing], [true, false]);
  new PrivateQueue(large).push(0, new Uint8Array(256 * 1024 + 1));
  assertEquals(large.overflowing, true);
  const many = new QueueSize();
  const queue = new PrivateQueue(many);
  for (let i = 0; i <= 2 * QUEUE_PIECES; i++) queue.push(i, LINE);
  assertEquals([many.full, many.overflowing], [true, true]);
  queue.clear();
  assertEquals([many.full, many.bytes], [false, 0]);
  // A reply of 60 KiB fits behind a small bound.
  const small = new QueueSize(1_024);
  new PrivateQueue(small).push(0, new Uint8Array(60 * 1024));
  assertEquals([small.full, small.overflowing], [true, false]);
});
