import { assertEquals } from "@std/assert";
import type { LogEvent } from "../../src/protocol/messages.ts";
import { json } from "../../src/protocol/json.ts";
import { plain } from "../../src/protocol/plain.ts";
import type { Log } from "../../src/room/log.ts";
import { MemoryStore } from "../../src/room/memory_store.ts";
import { Room } from "../../src/room/room.ts";

const AT = "2026-11-21T10:00:00.000Z";

function textOf(log: Log): string {
  let text = "";
  for (let segment = log.oldest; segment !== null; segment = segment.next!) {
    text += new TextDecoder().decode(segment.bytes.subarray(0, segment.end));
  }
  return text;
}

function say(room: Room, text: string): void {
  room.publish({ type: "message", from: "ada", text }, null);
  room.flush();
}

Deno.test("a log that nobody has read yet catches up when it is asked for", () => {
  const store = new MemoryStore();
  store.append([{ draft: { type: "message", from: "bob", text: "past" } }], AT);
  const room = new Room(store, { dialects: [plain, json] });
  say(room, "one");
  say(room, "two");
  assertEquals(textOf(room.log(plain)), "bob: past\nada: one\nada: two\n");
  say(room, "three");
  assertEquals(textOf(room.log(plain)).endsWith("ada: three\n"), true);
  const seqs = textOf(room.log(json)).trim().split("\n").map((line) => JSON.parse(line).seq);
  assertEquals(seqs, [1, 2, 3, 4]);
});

Deno.test("a log that has missed more than the store shows at once begins anew", () => {
  const store = new MemoryStore();
  store.append([{ draft: { type: "message", from: "bob", text: "past" } }], AT);
  const room = new Room(store, { dialects: [plain] });
  for (let i = 0; i < 10_500; i++) room.publish({ type: "message", from: "a", text: `${i}` }, null);
  room.flush();
  const log = room.log(plain);
  assertEquals(log.nextSeq, 10_502);
  assertEquals(textOf(log).startsWith("a: 500\n"), true);
});

Deno.test("everything of one turn is flushed together, and told to its authors in order", async () => {
  const room = new Room(new MemoryStore());
  const told: string[] = [];
  const author = (name: string) => ({
    sessionHash: undefined,
    published: (events: readonly LogEvent[]) => {
      told.push(`${name} ${events.map(({ seq }) => seq).join()}`);
    },
    failed: () => {},
  });
  const [ada, bob] = [author("ada"), author("bob")];
  for (const who of [ada, ada, bob, ada]) {
    room.publish({ type: "message", from: "x", text: "y" }, who);
  }
  room.whenSettled(() => told.push("settled"));
  assertEquals(told, []);
  await Promise.resolve();
  assertEquals(told, ["ada 1,2", "bob 3", "ada 4", "settled"]);
});

Deno.test("one author that throws does not keep the others from hearing", () => {
  const faults: unknown[] = [];
  const room = new Room(new MemoryStore(), { onFault: (error) => faults.push(error) });
  const told: number[] = [];
  const bad = {
    sessionHash: undefined,
    published: () => {
      throw new Error("oops");
    },
    failed: () => {},
  };
  const good = {
    ...bad,
    published: (events: readonly LogEvent[]) => {
      told.push(events[0]!.seq);
    },
  };
  room.publish({ type: "join", name: "a" }, bad);
  room.publish({ type: "join", name: "b" }, good);
  room.flush();
  assertEquals(told, [2]);
  assertEquals(faults.length, 1);
});
