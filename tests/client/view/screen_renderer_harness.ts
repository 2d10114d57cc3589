/**
 * A renderer with a clock and a width of its own, and short ways to make events.
 *
 * @module
 */

import type { ClientEvent } from "../../../src/client/core/events.ts";
import { RoomList } from "../../../src/client/view/room_list.ts";
import {
  ScreenRenderer,
  type ScreenRendererOptions,
} from "../../../src/client/view/screen_renderer.ts";
import type { ServerEvent } from "../../../src/protocol/messages.ts";
import { connected, entered } from "./entering.ts";

/** A Saturday, 14:02 here, wherever the tests run. */
export const NOON = new Date(2026, 10, 21, 14, 2);

/** Parts of an event; `room`, `seq` and `at` are given to it. */
type Sketch = ServerEvent extends infer E
  ? E extends ServerEvent ? Omit<E, "room" | "seq" | "at"> : never
  : never;

/** A renderer at work. Ada has come already, in a room with bob. */
export class Reading {
  readonly renderer: ScreenRenderer;
  readonly rooms = new RoomList();
  /** Columns of the terminal. */
  columns: number;
  /** The time. */
  now = new Date(NOON);
  #seq = 0;

  constructor(columns: number, options: Partial<ScreenRendererOptions> = {}) {
    this.columns = columns;
    this.rooms.add("lobby");
    this.rooms.show("lobby");
    this.renderer = new ScreenRenderer({
      columns: () => this.columns,
      rooms: this.rooms,
      now: () => this.now,
      ...options,
    });
    this.renderer.take([connected(), entered()]);
    this.read({ type: "join", name: "ada" });
  }

  /** Time passes. */
  wait(ms: number): void {
    this.now = new Date(this.now.getTime() + ms);
  }

  /** The server told something just now. */
  told(sketch: Sketch, past = false): ClientEvent {
    const event = {
      room: "lobby",
      seq: ++this.#seq,
      at: this.now.toISOString(),
      ...sketch,
    } as ServerEvent;
    return { type: "told", event, past };
  }

  /** Rows for what the server told just now, in one batch. */
  read(...sketches: Sketch[]): string[] {
    return this.take(sketches.map((sketch) => this.told(sketch)));
  }

  /** Rows for one batch; BEL before the first one when it rings. */
  take(events: readonly ClientEvent[]): string[] {
    const rows = this.renderer.take(events);
    if (!this.renderer.rings()) return rows;
    const [first = "", ...others] = rows;
    return [`\x07${first}`, ...others];
  }

  /** The connection was lost and is there again. */
  reconnect(...missed: Sketch[]): string[] {
    return this.take([
      { type: "lost", reason: "broken", retryMs: 300, wasConnected: true },
      { type: "connecting", attempt: 1 },
      connected({ again: true }),
      entered({ again: true }),
      ...missed.map((sketch) => this.told(sketch, true)),
    ]);
  }
}

/** Somebody says something. */
export function says(from: string, text: string): Sketch {
  return { type: "message", from, text };
}

/** Somebody does something. */
export function does(from: string, text: string): Sketch {
  return { type: "message", from, text, action: true };
}
