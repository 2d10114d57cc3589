/**
 * `chat join` on a terminal: the client core, with an {@linkcode Editor} below and what happens
 * above it. The terminal's own scrollback keeps what has been printed.
 *
 * This folder is the only one that knows terminals. It may import client/core, client/view, net and
 * protocol. `tty.ts` is the device, `screen.ts` draws on it, `editor.ts` is the line being typed,
 * `sending.ts` says what is typed, `room_switch.ts` goes from room to room, `questions.ts` asks,
 * `footer.ts` has the status line. What needs a name is made in `talk.ts`, which is loaded while it
 * is asked for.
 *
 * @module
 */

import { systemClock } from "../../clock.ts";
import { formatAddress } from "../../net/address.ts";
import { printErr } from "../../print.ts";
import { asTyped } from "../../started_as.ts";
import { LOBBY } from "../../protocol/messages.ts";
import type { ChatClient } from "../core/client.ts";
import type { WantedRoom } from "../core/client_options.ts";
import type { ClientEvent, Ending } from "../core/events.ts";
import type { Outgoing } from "../core/outbox.ts";
import { RoomList, wireName } from "../view/room_list.ts";
import { RoomPeople } from "../view/room_people.ts";
import { ScreenRenderer } from "../view/screen_renderer.ts";
import { COLOUR_STYLE, MONO_STYLE, type Style } from "../view/style.ts";
import { interpret } from "../view/typed_line.ts";
import { Editor } from "./editor.ts";
import { ConnectionPhase, paintFooter } from "./footer.ts";
import { nameUnsent } from "./last_words.ts";
import type { Footer, Size } from "./picture.ts";
import { Questions } from "./questions.ts";
import type { RoomSwitch } from "./room_switch.ts";
import type { Sending } from "./sending.ts";
import type { TerminalEnds, TerminalOptions } from "./terminal_options.ts";
import { ProcessTty } from "./tty.ts";

/** What takes longer than this is worth showing: people notice it (0.2 s). */
const NOTICED_AFTER_MS = 200;

export type { TerminalEnds, TerminalOptions };

/** One stay, from the first question to the exit code. */
class Terminal {
  readonly #options: TerminalOptions;
  readonly #ends: TerminalEnds;
  readonly #address: string;
  readonly #style: Style;
  readonly #renderer: ScreenRenderer;
  readonly #rooms = new RoomList();
  readonly #people = new RoomPeople();
  readonly #editor: Editor;
  readonly #questions: Questions;
  readonly #now = systemClock.now;
  readonly #phase = new ConnectionPhase(this.#now);
  readonly #dialling = new AbortController();
  #typedName: string | undefined;
  /** The first line that is typed is the name: none is known, and none has been asked for. */
  #takesName: boolean;
  #client: ChatClient | undefined;
  #sending: Sending | undefined;
  #switch: RoomSwitch | undefined;
  #leftAtMs: number | undefined;
  #ticking: ReturnType<typeof setInterval> | undefined;

  constructor(options: TerminalOptions, ends: TerminalEnds) {
    this.#options = options;
    this.#takesName = options.name === undefined;
    this.#ends = ends;
    this.#address = formatAddress(options.host, options.port);
    for (const { room } of this.#wanted) this.#rooms.add(wireName(room));
    this.#rooms.show(this.#rooms.all[0]?.name ?? LOBBY);
    this.#style = options.noColor || Deno.noColor ? MONO_STYLE : COLOUR_STYLE;
    this.#renderer = new ScreenRenderer({
      style: this.#style,
      columns: () => this.#editor.columns,
      rooms: this.#rooms,
      bell: !options.noBell,
    });
    this.#editor = new Editor({
      onLine: (text) => this.#submitted(text),
      onLeave: () => this.#leave(),
      onSuspend: () => this.#suspend(),
      onKey: (name) => this.#key(name),
    }, {
      tty: ends.tty ?? new ProcessTty(),
      style: this.#style,
      footer: (size) => this.#footer(size),
      words: () => ({
        names: this.#people.others(this.#rooms.current),
        rooms: this.#switch?.names.all ?? [],
      }),
    });
    this.#editor.turnTo(this.#rooms.current ?? LOBBY);
    this.#questions = new Questions(this.#editor, {
      alarm: (text) => this.#alarm(text),
      explainPassword: options.password === undefined ? undefined : ends.explainPassword,
    });
  }

  async run(): Promise<number> {
    const { stopped, killed } = this.#ends;
    const leave = () => this.#leave();
    stopped.addEventListener("abort", leave, { once: true });
    const lastWords = () => this.#nameUnsent(this.#client?.unacknowledged ?? []);
    killed?.addEventListener("abort", lastWords, { once: true });
    let ending: Ending | undefined;
    try {
      if (this.#options.name === undefined) ending = await this.#reach();
      ending ??= await this.#stay();
      if (ending === undefined) return 0;
    } finally {
      clearInterval(this.#ticking);
      stopped.removeEventListener("abort", leave);
      await this.#editor.close();
      if (ending === undefined) lastWords();
      killed?.removeEventListener("abort", lastWords);
    }
    return this.#exitCode(ending);
  }

  /** Asks for the name, where it is not known, and stays; undefined: none was given. */
  async #stay(): Promise<Ending | undefined> {
    this.#takesName = false;
    const asked = this.#options.name ?? this.#typedName ?? this.#questions.askName();
    const { beginTalk } = await this.#ends.prepare();
    const name = await asked;
    if (name === undefined || this.#left) return undefined;
    const { client, roomSwitch, sending } = beginTalk(name, this.#options, {
      connect: this.#ends.connect,
      wanted: this.#wanted,
      rooms: this.#rooms,
      people: this.#people,
      editor: this.#editor,
      renderer: this.#renderer,
      questions: this.#questions,
      now: this.#now,
    });
    this.#client = client;
    this.#switch = roomSwitch;
    this.#sending = sending;
    this.#ticking = setInterval(() => this.#tick(), NOTICED_AFTER_MS);
    return await client.run((events) => this.#show(events));
  }

  /** Checks that the server is reachable before asking for a name. @returns Why it is not. */
  async #reach(): Promise<Ending | undefined> {
    this.#editor.refresh();
    try {
      (await this.#ends.connect(this.#dialling.signal)).close();
      return undefined;
    } catch (cause) {
      return { reason: "unreachable", text: "", cause, undelivered: [] };
    }
  }

  get #wanted(): readonly WantedRoom[] {
    return this.#options.rooms ?? [{ room: LOBBY }];
  }

  get #left(): boolean {
    return this.#leftAtMs !== undefined;
  }

  #exitCode(ending: Ending): number {
    const words = this.#left ? undefined : this.#ends.explain(ending);
    if (words !== undefined) printErr(`chat: ${asTyped(words)}\n`);
    this.#nameUnsent(ending.undelivered);
    return words === undefined && ending.undelivered.length === 0 ? 0 : 1;
  }

  #nameUnsent(undelivered: readonly Outgoing[]): void {
    nameUnsent(undelivered, this.#editor.unsent, {
      rooms: this.#rooms,
      // Who leaves knows what stands in the line; who is thrown out, or stopped, wants to keep it.
      isKnown: this.#left && !this.#ends.stopped.aborted,
    });
  }

  /** @returns The text was taken; else it stays in the line. */
  #submitted(text: string): boolean {
    // A key or a password may be any word; `/quit` still leaves.
    const intent = interpret(text, { quitWords: !this.#questions.isSecret });
    if (intent.type === "nothing") {
      this.#questions.giveUp();
      return true;
    }
    if (intent.type === "quit") {
      this.#leave();
      return true;
    }
    if (this.#questions.answer(text.trim())) return true;
    const client = this.#client;
    if (this.#takesName && !this.#left) {
      // Typed ahead of the question.
      this.#takesName = false;
      this.#typedName = text.trim();
      return true;
    }
    if (client === undefined || client.ended || this.#left) return false;
    return this.#sending?.take(text, intent) ?? false;
  }

  /** @returns The key is not for the line. */
  #key(name: string): boolean {
    if (this.#questions.text !== undefined) return name === "escape" && this.#questions.giveUp();
    return this.#switch?.key(name) ?? false;
  }

  #alarm(text: string): void {
    this.#editor.print(this.#renderer.note(text, { alarm: true }));
  }

  #leave(): void {
    if (this.#left) return this.#client?.leave({ waitMs: 0 });
    this.#leftAtMs = this.#now();
    this.#editor.hurry();
    this.#questions.end();
    this.#dialling.abort();
    this.#client?.leave();
  }

  async #suspend(): Promise<void> {
    // Under npx or a task only this process would stop, and the terminal hang.
    if (!this.#ends.underTask) {
      try {
        return await this.#editor.suspend();
      } catch {
        // Not on every system can a program stop itself; then the hint says so.
      }
    }
    this.#editor.print(this.#renderer.note("Ctrl-Z cannot stop chat here; /quit leaves."));
  }

  /** Shows what changes with time. */
  #tick(): void {
    this.#editor.print(this.#renderer.due());
    this.#editor.refresh();
  }

  #show(events: readonly ClientEvent[]): Promise<void> {
    let isAway = false;
    const names = this.#switch?.names;
    const rows = this.#renderer.take(events.filter((event) => names?.isAwaited(event) !== true));
    for (const event of events) {
      this.#people.take(event);
      this.#phase.follow(event);
      if (this.#sending?.follow(event) === false) isAway = true;
    }
    if (isAway) rows.push(...this.#renderer.note("Press Up to get your text back."));
    const printed = this.#editor.print(rows);
    if (this.#renderer.rings()) this.#editor.ring();
    for (const event of events) this.#switch?.follow(event);
    this.#editor.refresh();
    return printed;
  }

  #footer({ columns }: Size): Footer {
    const leaving = this.#leftAtMs !== undefined &&
      this.#now() - this.#leftAtMs >= NOTICED_AFTER_MS;
    const question = this.#questions.text;
    const phase = question === undefined ? this.#phase.phase : "asking";
    return paintFooter({
      address: this.#address,
      phase: leaving ? "leaving" : phase,
      again: this.#phase.again,
      retrySeconds: this.#phase.retrySeconds,
      here: this.#people.count(this.#rooms.current),
      rooms: this.#rooms.all,
      room: this.#rooms.current,
      pending: this.#sending?.waiting(NOTICED_AFTER_MS) ?? [],
      question: question ?? "",
    }, { columns, style: this.#style });
  }
}

/**
 * Runs `chat join` on a terminal.
 *
 * @param options What the command line said.
 * @param ends What it works with.
 * @returns The exit code: 0 when it was left, 1 when the room could not be joined, ended the stay,
 * or did not acknowledge something.
 */
export async function runTerminal(options: TerminalOptions, ends: TerminalEnds): Promise<number> {
  return await new Terminal(options, ends).run();
}
