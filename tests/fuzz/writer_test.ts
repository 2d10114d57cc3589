/**
 * A writer over several rooms, under anything that may happen to it: whatever the connection takes,
 * each room's lines come whole, in order and once, or are told of as skipped; and so do the pieces.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Log } from "../../src/room/log.ts";
import { Room } from "../../src/room/room.ts";
import { Writer } from "../../src/room/writer.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { FakeSink } from "../room/fake_sink.ts";
import { fuzz } from "./fuzz.ts";

const encoder = new TextEncoder();
const ROOMS = 3;

type Step =
  | { readonly type: "say"; readonly room: number; readonly lines: number; readonly chars: number }
  | { readonly type: "insert"; readonly room: number; readonly isLate: boolean }
  | { readonly type: "take"; readonly bytes: number }
  | { readonly type: "own"; readonly room: number }
  | { readonly type: "leave"; readonly room: number }
  | { readonly type: "arrive" };

const room = fc.nat(ROOMS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant("say" as const),
    room,
    lines: fc.integer({ min: 1, max: 60 }),
    chars: fc.integer({ min: 20, max: 900 }),
  }),
  fc.record({
    type: fc.constant("insert" as const),
    room: fc.integer({ min: -1, max: ROOMS - 1 }),
    isLate: fc.boolean(),
  }),
  fc.record({ type: fc.constant("take" as const), bytes: fc.integer({ min: 1, max: 30_000 }) }),
  fc.record({ type: fc.constant("own" as const), room }),
  fc.record({ type: fc.constant("leave" as const), room }),
  fc.record({ type: fc.constant("arrive" as const) }),
);

/** A stay in a room: what was said in it, and what the client must get. */
interface Stay {
  readonly room: number;
  /** Numbers of the first line, of the last one so far, and whether it goes on. */
  readonly first: number;
  last: number;
  isOver: boolean;
  readonly own: Set<number>;
  readonly pieces: string[];
}

class Model {
  readonly sink = new FakeSink();
  readonly stays: Stay[] = [];
  readonly #late: (() => void)[] = [];
  readonly #own: string[] = [];
  #pieces = 0;
  #isEnding = false;
  readonly writer = new Writer(this.sink, {
    now: () => 0,
    renderLagged: (room, from, to) => `lagged ${room.name} ${from} ${to}\n`,
    onFailure: (error) => {
      throw error;
    },
  });
  readonly rooms = Array.from({ length: ROOMS }, (_, index) => {
    const store = new MemoryStore();
    const room = new Room(store, { ...store.rooms()[0]!, name: `${index}` });
    return { room, log: new Log(1, { windowBytes: 20_000 }) };
  });

  constructor() {
    for (let index = 0; index < ROOMS; index++) this.#come(index);
  }

  #come(index: number): void {
    const { room, log } = this.rooms[index]!;
    this.writer.follow(room, log, log.end);
    const first = log.nextSeq;
    this.stays.push({
      room: index,
      first,
      last: first - 1,
      isOver: false,
      own: new Set(),
      pieces: [],
    });
  }

  async do(step: Step): Promise<void> {
    switch (step.type) {
      case "say":
        for (let n = 0; n < step.lines; n++) this.#say(step.room, step.chars);
        return this.rooms[step.room]!.room.wake();
      case "own":
        return this.#sayOwn(step.room);
      case "insert":
        return this.#insert(step.room, step.isLate);
      case "take":
        if (this.sink.waiting) await this.sink.take(step.bytes);
        return;
      case "leave":
        return this.#leave(step.room);
      case "arrive":
        this.#late.shift()?.();
        return await Promise.resolve();
    }
  }

  #stay(index: number): Stay {
    return this.stays.findLast(({ room }) => room === index)!;
  }

  #say(index: number, chars: number): number {
    const { log } = this.rooms[index]!;
    const seq = log.nextSeq;
    log.append(`room ${index} ${seq} `.padEnd(chars, ".") + "\n");
    this.#stay(index).last = seq;
    return seq;
  }

  #sayOwn(index: number): void {
    const { room } = this.rooms[index]!;
    const seq = this.#say(index, 40);
    this.#stay(index).own.add(seq);
    this.writer.cursorOf(room)!.passOver(seq);
    room.wake();
  }

  #insert(index: number, isLate: boolean): void {
    const line = `piece ${index} ${++this.#pieces}\n`;
    const bytes = encoder.encode(line);
    const room = this.rooms[index]?.room;
    let parts = 0;
    const late = () => {
      if (++parts > 1) return null;
      if (this.#isEnding) return Promise.resolve(bytes);
      return new Promise<Uint8Array>((resolve) => this.#late.push(() => resolve(bytes)));
    };
    const where = room === undefined ? {} : { room };
    if (!this.writer.insert(isLate ? late : bytes, where)) return;
    (room === undefined ? this.#own : this.#stay(index).pieces).push(line.trim());
    this.writer.wake();
  }

  #leave(index: number): void {
    const { room, log } = this.rooms[index]!;
    const stay = this.#stay(index);
    this.#say(index, 30);
    const end = log.end;
    this.writer.insert(encoder.encode(`parted ${index}\n`), { room, at: end, force: true });
    stay.pieces.push(`parted ${index}`);
    this.writer.unfollow(room, end);
    stay.isOver = true;
    this.#come(index);
    room.wake();
  }

  /** Lets the connection take everything, and compares. */
  async end(): Promise<void> {
    this.sink.open();
    this.#isEnding = true;
    for (const arrive of this.#late) arrive();
    await this.writer.finish(encoder.encode("bye\n"));
    const lines = this.sink.text.split("\n").slice(0, -1);
    assertEquals(lines.pop(), "bye");
    assertEquals(lines.filter((line) => line.startsWith("piece -1")), this.#own);
    for (let index = 0; index < ROOMS; index++) {
      const its = lines.filter((line) =>
        new RegExp(`^(?:room|piece|parted|lagged) ${index}\\b`).test(line)
      );
      this.#check(index, its);
    }
    for (const { room } of this.rooms) assertEquals(room.readers, 0);
  }

  #check(index: number, lines: readonly string[]): void {
    let at = 0;
    for (const stay of this.stays.filter(({ room }) => room === index)) {
      let next = stay.first;
      const pieces: string[] = [];
      for (; at < lines.length; at++) {
        const line = lines[at]!;
        if (line.startsWith("piece") || line.startsWith("parted")) {
          pieces.push(line);
          if (!line.startsWith("parted")) continue;
          at++;
          break;
        }
        const first = next;
        while (stay.own.has(next)) next++;
        const [what, , from, to] = line.split(" ");
        // What is skipped may begin or end with lines of its own.
        if (what === "lagged") {
          assert(Number(from) <= next && Number(to) >= first, line);
          next = Math.max(next, Number(to) + 1);
        } else {
          assertEquals(Number(from), next, `room ${index}`);
          next++;
        }
      }
      while (stay.own.has(next)) next++;
      assertEquals(next, stay.last + 1);
      assertEquals(pieces, stay.pieces);
    }
    assertEquals(at, lines.length);
  }
}

fuzz(
  "a writer gives each room's lines and pieces whole, in order and once, whatever is taken when",
  fc.asyncProperty(fc.array(step, { maxLength: 80, size: "max" }), async (steps) => {
    const model = new Model();
    for (const one of steps) await model.do(one);
    await model.end();
  }),
);
