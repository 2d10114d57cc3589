/**
 * `chat join --exit`: writes the past that was asked for to the output, and leaves. One room after
 * the other is joined, and fetched page by page, oldest first, no faster than the reader takes it,
 * so that a long one needs no more memory than a short one; a lost connection is taken up again
 * where it broke, and each event is written once.
 *
 * Whoever exports is in the room meanwhile. What happens there after it came in, its own join and
 * leave among it, is not written.
 *
 * @module
 */

import {
  type ErrorEvent,
  type Joined,
  LOBBY,
  type RoomEvent,
  type RoomList,
} from "../protocol/messages.ts";
import { ChatClient } from "./core/client.ts";
import type { WantedRoom } from "./core/client_options.ts";
import type { ClientEvent, Ending, Entered, Told } from "./core/events.ts";
import { endingWords, GIVE_KEY, waitForName } from "./errors.ts";
import type { JoinOptions } from "./options.ts";
import { Output } from "./output.ts";
import { PlainRenderer } from "./view/plain_renderer.ts";
import type { PipeEnds } from "./pipe.ts";

/** The name when none is given: an export has nothing to say. */
const NAME = "export";

/** Comings and goings of exports, which are no news in the text that one of them writes. */
const EXPORTS = /^export(?:-\d)?$/;

/** Names that are tried when that one is taken: nobody runs more exports at once. */
const MAX_NAME_TRIES = 5;

/** What an export works with. */
export type ExportEnds = Pick<PipeEnds, "connect" | "output" | "complain" | "stopped">;

/** One export, from connecting to the exit code. */
class Export {
  readonly #options: JoinOptions;
  readonly #ends: ExportEnds;
  readonly #client: ChatClient;
  readonly #renderer: PlainRenderer;
  /** There are several, and each line names its own. */
  readonly #namesRooms: boolean;
  readonly #output: Output;
  #nameTries = 1;
  #readerGone = false;
  /** The room that is being written; undefined: it has not come into one yet. */
  #room: string | undefined;
  /** Those that are still to be written. */
  #rooms: readonly WantedRoom[];
  /** The server was asked which rooms there are, and has not told the last of them. */
  #isListing: boolean;
  /** `seq` of the newest event when it came in: the last one that is wanted. */
  #end: number | undefined;
  /** `seq` up to which everything is written, or known to be gone. */
  #last = 0;
  /** Pages that the server refused since it last gave an event. */
  #refusals = 0;
  #done = false;
  /** A room is missing in it, which was said. */
  #isPartial = false;
  /** Why it cannot be whole, in one line. */
  #failure: string | undefined;

  constructor(options: JoinOptions, ends: ExportEnds) {
    this.#options = options;
    this.#ends = ends;
    const [first, ...others] = options.rooms;
    this.#rooms = others;
    this.#isListing = options.allRooms;
    this.#namesRooms = options.allRooms || others.length > 0;
    this.#renderer = new PlainRenderer({ namesRooms: this.#namesRooms });
    this.#client = new ChatClient({
      connect: ends.connect,
      name: options.name ?? NAME,
      rooms: first === undefined ? [] : [first],
      history: options.history,
      paged: true,
      password: options.password,
      welcomeTimeoutMs: options.timeoutMs,
      giveUpAfterMs: options.timeoutMs,
      // A name that somebody chose is theirs to change.
      askName: options.name === undefined
        ? () => Promise.resolve(this.#anotherName())
        : waitForName(ends.complain),
    });
    this.#output = new Output(ends.output, () => {
      this.#readerGone = true;
      this.#leave();
    });
  }

  async run(): Promise<number> {
    const { stopped } = this.#ends;
    if (stopped.aborted) return 1;
    const stop = () => {
      this.#failure ??= "The export was stopped.";
      this.#output.abandon();
      this.#leave();
    };
    stopped.addEventListener("abort", stop, { once: true });
    try {
      return this.#exitCode(await this.#client.run((events) => this.#take(events)));
    } finally {
      stopped.removeEventListener("abort", stop);
    }
  }

  #leave(): void {
    this.#client.leave({ waitMs: 0 });
  }

  #anotherName(): string | undefined {
    if (this.#nameTries === MAX_NAME_TRIES) return undefined;
    return `${NAME}-${++this.#nameTries}`;
  }

  async #take(events: readonly ClientEvent[]): Promise<void> {
    const lines: string[] = [];
    for (const event of events) {
      if (this.#done || this.#failure !== undefined) break;
      this.#takeOne(event, lines);
    }
    await this.#output.write(lines.map((line) => `${line}\n`).join(""));
    if (this.#output.gone) return;
    if (this.#failure === undefined && this.#isWritten) this.#goOn();
    if (this.#done || this.#failure !== undefined) this.#leave();
  }

  /** All that is wanted of the present room is written. */
  get #isWritten(): boolean {
    return this.#end !== undefined && this.#last >= this.#end;
  }

  /** Goes to the next room, when it is known which one that is. */
  #goOn(): void {
    if (this.#isListing) return;
    const [next, ...others] = this.#rooms;
    this.#done = next === undefined;
    if (next === undefined) return;
    this.#rooms = others;
    this.#end = undefined;
    this.#last = this.#refusals = 0;
    if (this.#room !== undefined) this.#client.part(this.#room);
    this.#room = this.#client.join(next.room, next.key);
  }

  #takeOne(event: ClientEvent, lines: string[]): void {
    switch (event.type) {
      case "connected":
        if (!this.#isListing) break;
        this.#rooms = [];
        this.#client.listRooms();
        break;
      case "entered":
        this.#begin(event);
        break;
      case "gone":
        if (event.room !== this.#room || this.#isWritten) return;
        this.#leaveOut(event.room, "this client was removed from it, or it was closed.");
        return;
      case "missed":
        if (event.room === this.#room) this.#missed(event.from, event.to);
        return;
      case "told":
        this.#told(event, lines);
        return;
    }
    for (const { kind, text } of this.#renderer.paint(event)) {
      if (kind === "status") this.#ends.complain(text);
    }
  }

  #begin({ room, joined, newLog }: Entered): void {
    if (newLog) {
      this.#failure = `The server has begun another log${this.#where} in the middle of the export.`;
    }
    if (room === this.#room && this.#end !== undefined) return;
    this.#room = room;
    this.#end = joined.seq;
    if (joined.seq === 0 && room !== LOBBY) {
      // Nothing had ever happened there: it exists because this client asked for it.
      this.#isPartial = true;
      this.#ends.complain(`chat: There is no room #${room}: nothing to export.`);
    }
    if (this.#options.history === 0) this.#last = joined.seq;
  }

  #told(told: Told, lines: string[]): void {
    const { event } = told;
    if (event.type === "rooms") return this.#listed(event);
    if (event.type === "error") return this.#refused(event);
    if (event.type === "welcome" || !("seq" in event) || event.room !== this.#room) return;
    this.#refusals = 0;
    this.#last = event.seq;
    if (event.seq > (this.#end ?? 0)) return;
    if (this.#options.json) lines.push(JSON.stringify(event));
    else if (!isOfExport(event)) {
      for (const { text } of this.#renderer.paint(told)) lines.push(text);
    }
  }

  #listed({ rooms, more }: RoomList): void {
    const [first] = this.#options.rooms;
    const others = rooms.filter(({ room }) => room !== first?.room).map(({ room }) => ({ room }));
    this.#rooms = [...this.#rooms, ...others];
    this.#isListing = more;
    if (more) this.#client.listRooms(rooms.at(-1)?.room);
  }

  #refused({ code, room, text }: ErrorEvent): void {
    this.#refusals++;
    if (room === undefined || this.#client.rooms().includes(room)) return;
    // One key is for all rooms of the command line.
    const hasKey = this.#options.rooms.some(({ key }) => key !== undefined);
    this.#leaveOut(room, code === "room_key" && !hasKey ? `it is private; ${GIVE_KEY}` : text);
  }

  /** A room cannot be written, or not to its end: the others still can. */
  #leaveOut(room: string, why: string): void {
    this.#isPartial = true;
    const what = this.#last === 0 ? "is not in the export" : `ends at event ${this.#last}`;
    this.#ends.complain(`chat: #${room} ${what}: ${why}`);
    this.#room = undefined;
    this.#end = this.#last = 0;
  }

  /** In which room it is, where there are several. */
  get #where(): string {
    return this.#namesRooms ? ` in #${this.#room}` : "";
  }

  #missed(from: number, to: number): void {
    const end = this.#end ?? 0;
    if (from > end) return;
    if (this.#refusals > 0) {
      this.#failure = "The server cannot read what it has stored.";
      return;
    }
    this.#last = Math.min(to, end);
    const which = from === this.#last ? `Event ${from} is` : `Events ${from} to ${this.#last} are`;
    this.#ends.complain(`chat: ${which} no longer stored${this.#where}.`);
  }

  #exitCode(ending: Ending): number {
    const { problem } = this.#output;
    if (problem !== undefined) {
      this.#ends.complain(`chat: ${problem}. The export is not whole.`);
      return 1;
    }
    if (this.#readerGone) return 0;
    if (this.#done) return this.#isPartial ? 1 : 0;
    const { complain } = this.#ends;
    const words = this.#failure ?? endingWords(ending, this.#options);
    if (words !== undefined) complain(`chat: ${words}`);
    if (this.#end !== undefined) {
      complain(
        `chat: The export is not whole: it ends at event ${this.#last} of ${this.#end}` +
          `${this.#where}.`,
      );
    }
    return 1;
  }
}

function isOfExport(event: RoomEvent | Joined): boolean {
  return (event.type === "join" || event.type === "leave") && EXPORTS.test(event.name);
}

/**
 * Runs `chat join --exit`.
 *
 * @param options What the command line said; without a name, a free one beginning with "export".
 * @param ends What it works with.
 * @returns The exit code: 0 when everything that is stored of what was asked for has been written,
 * or the reader wants no more; 1 when not, with the reason on standard error.
 */
export async function runExport(options: JoinOptions, ends: ExportEnds): Promise<number> {
  return await new Export(options, ends).run();
}
