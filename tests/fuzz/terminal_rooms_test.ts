/**
 * Somebody types, goes from room to room, joins, leaves and is removed, in any order: nothing is
 * ever said in another room than in the one that was shown when it was typed.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Request } from "../../src/protocol/messages.ts";
import { AT, type FakePeer } from "../client/core/fake_server.ts";
import { ENTER, Stay } from "../client/terminal/stay.ts";

const ROOMS = ["ops", "dev", "plans"] as const;
const KILL_LINE = "\x15";

/** The server: knows where ada is, and remembers what she says. */
class RoomServer {
  readonly said: { readonly room: string; readonly text: string }[] = [];
  readonly #peer: FakePeer;
  readonly #seqs = new Map([["lobby", 1]]);
  /** It lets nobody in. */
  closed = false;

  constructor(peer: FakePeer) {
    this.#peer = peer;
  }

  /** Answers until the client leaves. */
  async serve(): Promise<void> {
    for (;;) {
      const line = await this.#peer.line();
      if (line === undefined) return;
      await this.#answer(JSON.parse(line) as Request);
    }
  }

  /** Ada is removed from a room. */
  async remove(room: string, reason: "kicked" | "closed"): Promise<void> {
    if (this.#seqs.delete(room)) await this.#peer.send({ type: "parted", room, reason });
  }

  async #answer(request: Request): Promise<void> {
    switch (request.type) {
      case "ping":
        return await this.#peer.send({ type: "pong" });
      case "join": {
        const { room } = request;
        if (this.closed) {
          return await this.#peer.send({ type: "error", code: "kept_out", room, text: "Not now." });
        }
        this.#seqs.set(room, 1);
        await this.#peer.enter(room);
        return await this.#peer.send({ type: "join", room, seq: 1, at: AT, name: "ada" });
      }
      case "part":
        this.#seqs.delete(request.room);
        return await this.#peer.send({ type: "parted", room: request.room, reason: "part" });
      case "say":
        return await this.#say(request.room ?? "?", request.text, request.id);
      default:
        return;
    }
  }

  async #say(room: string, text: string, id = ""): Promise<void> {
    this.said.push({ room, text });
    const seq = this.#seqs.get(room);
    if (seq === undefined) {
      const refused = { type: "error", code: "not_in_room", room, text: "Not there.", id } as const;
      return await this.#peer.send(refused);
    }
    this.#seqs.set(room, seq + 1);
    await this.#peer.send({ type: "message", room, seq: seq + 1, at: AT, from: "ada", text, id });
  }
}

/** What is typed for a room: no command has a capital. */
function letterOf(room: string): string {
  return room.charAt(0).toUpperCase();
}

/** The room that the status line shows as the current one. */
function shown(stay: Stay): string {
  const status = stay.terminal.lines.at(-2) ?? "";
  return /(?:^| · )#(\S+)/.exec(status)?.[1] ?? "lobby";
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ type: "type" as const }) },
  { weight: 4, arbitrary: fc.constant({ type: "press" as const, keys: ENTER }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom("\x1b1", "\x1b2", "\x1b3", "\x1b[1;3C", "\x1b[1;3D")
      .map((keys) => ({ type: "press" as const, keys })),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(...ROOMS).map((room) => ({ type: "join" as const, room })),
  },
  { weight: 1, arbitrary: fc.constant({ type: "leave" as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("removed" as const),
      room: fc.constantFrom("lobby", ...ROOMS),
      reason: fc.constantFrom("kicked" as const, "closed" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("doors" as const), closed: fc.boolean() }),
  },
);

Deno.test("Whatever happens to rooms, nothing is said in another one than it was typed for", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(step, fc.boolean()), { minLength: 30, maxLength: 80, size: "max" }),
      async (steps) => {
        await using stay = new Stay();
        const peer = await stay.admit();
        const server = new RoomServer(peer);
        const serving = server.serve();
        for (const [one, waits] of steps) {
          switch (one.type) {
            case "type":
              // What somebody types is for the room that they see.
              await stay.terminal.settled();
              stay.terminal.press(letterOf(shown(stay)));
              break;
            case "press":
              stay.terminal.press(one.keys);
              break;
            case "join":
              // Typed ahead of the answer: it is for the room that was asked for.
              stay.terminal.press(`${KILL_LINE}/join ${one.room}${ENTER}`);
              break;
            case "leave":
              stay.terminal.press(`${KILL_LINE}/leave${ENTER}`);
              break;
            case "removed":
              await server.remove(one.room, one.reason);
              break;
            case "doors":
              server.closed = one.closed;
          }
          if (waits) await stay.terminal.settled();
        }
        await stay.terminal.settled();
        peer.close();
        await serving;
        for (const { room, text } of server.said) {
          const foreign = text.replaceAll(letterOf(room), "").replace(/[^A-Z]/g, "");
          assertEquals(foreign, "", `${JSON.stringify(text)} was said in ${room}`);
        }
      },
    ),
    { numRuns: 20 },
  );
});
