/**
 * `chat join` without a screen: each line of the input is said in the first room, what happens in
 * all of them is written to the output. Ends when all input is acknowledged; with empty input it
 * listens until it is stopped.
 *
 * @module
 */

import { type FramedLine, lineStream } from "../protocol/framing.ts";
import { MAX_LINE_CHARS } from "../protocol/limits.ts";
import { ChatClient, type ChatClientOptions } from "./core/client.ts";
import type { ClientEvent, Ending } from "./core/events.ts";
import { endingWords, waitForName } from "./errors.ts";
import {
  asksForOperator,
  interpret,
  OPERATOR_QUESTION,
  privateMessage,
} from "./view/typed_line.ts";
import type { JoinOptions } from "./options.ts";
import { type ByteWriter, jsonOf, Output } from "./output.ts";
import { Ignoring } from "./view/ignoring.ts";
import { RoomPeople } from "./view/room_people.ts";
import { PlainRenderer } from "./view/plain_renderer.ts";
import { PipeRoom } from "./pipe_room.ts";
import { uncertainWords, Unsettled } from "./pipe_unsettled.ts";

/** What the pipe mode works with, so that tests can take the place of the process. */
export interface PipeEnds {
  /** Makes a connection; see {@linkcode ChatClientOptions}. */
  readonly connect: ChatClientOptions["connect"];
  /** Standard input. */
  readonly input: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** A person types the input: lines may be commands, and its end always leaves. */
  readonly typed: boolean;
  /** Standard output. */
  readonly output: ByteWriter;
  /** Writes a line to standard error; never throws. */
  readonly complain: (line: string) => void;
  /** Aborts when a signal asks to leave. */
  readonly stopped: AbortSignal;
  /** Aborts right before a second signal ends the program: the moment for last words. */
  readonly killed?: AbortSignal;
}

/** See {@linkcode runPipe}. */
class Pipe {
  readonly #options: JoinOptions;
  readonly #ends: PipeEnds;
  readonly #client: ChatClient;
  readonly #renderer: PlainRenderer;
  readonly #output: Output;
  readonly #unsettled = new Unsettled();
  readonly #ignoring = new Ignoring();
  /** For who types; a program is told nothing by it. */
  readonly #people = new RoomPeople();
  readonly #room: PipeRoom;
  #lines = 0;
  /** The next line is the operators' password. */
  #isAsked = false;
  #failed = false;
  #entered = false;

  constructor(options: JoinOptions, name: string, ends: PipeEnds) {
    this.#options = options;
    this.#ends = ends;
    this.#renderer = new PlainRenderer({ namesRooms: options.rooms.length > 1, typed: ends.typed });
    this.#client = new ChatClient({
      connect: ends.connect,
      name,
      rooms: options.rooms,
      history: options.history,
      password: options.password,
      welcomeTimeoutMs: options.timeoutMs,
      giveUpAfterMs: options.timeoutMs,
      askName: waitForName(ends.complain),
    });
    this.#room = new PipeRoom(this.#client, { rooms: options.rooms, typed: ends.typed });
    this.#output = new Output(ends.output, () => this.#client.leave());
  }

  async run(): Promise<number> {
    const { stopped, killed } = this.#ends;
    const stop = () => {
      this.#output.abandon();
      this.#client.leave();
    };
    if (stopped.aborted) return 0;
    stopped.addEventListener("abort", stop, { once: true });
    const lastWords = () => this.#nameUnsettled();
    killed?.addEventListener("abort", lastWords, { once: true });
    const reading = new AbortController();
    const feeding = this.#feed(reading.signal);
    try {
      const ending = await this.#client.run((events) => this.#show(events)).finally(async () => {
        stopped.removeEventListener("abort", stop);
        reading.abort();
        await feeding;
      });
      return this.#exitCode(ending);
    } catch (error) {
      this.#nameUnsettled();
      throw error;
    } finally {
      killed?.removeEventListener("abort", lastWords);
    }
  }

  /** Says the input, no faster than the server acknowledges it. */
  async #feed(signal: AbortSignal): Promise<void> {
    try {
      const lines = this.#ends.input
        .pipeThrough(new TextDecoderStream(), { signal })
        .pipeThrough(lineStream());
      for await (const batch of lines) {
        for (const [i, line] of batch.entries()) {
          await this.#client.ready();
          if (signal.aborted || this.#client.ended) return this.#tooLate(batch.slice(i));
          if (this.#take(line)) return this.#client.leave();
        }
      }
    } catch {
      // Standard input is gone (a closed terminal), or nobody needs it any more: as good as its
      // end.
    }
    if (signal.aborted) return;
    if (this.#lines > 0 || this.#ends.typed) this.#client.leave({ waitMs: Infinity });
  }

  /** Lines that were read when it had ended. */
  #tooLate(lines: readonly FramedLine[]): void {
    for (const line of lines) {
      if (typeof line !== "string") {
        if (line.begins) this.#lines++;
        continue;
      }
      this.#lines++;
      if (/\S/.test(line) && !this.#isAsked) this.#unsettled.unsaid(this.#lines, line);
      this.#isAsked = this.#ends.typed && asksForOperator(line);
    }
  }

  /** @returns It asked to leave. */
  #take(line: FramedLine): boolean {
    if (typeof line !== "string") {
      if (line.begins) {
        this.#lines++;
        this.#isAsked = false;
        this.#refuse(this.#lines, `it is longer than ${MAX_LINE_CHARS} characters.`);
      }
      return false;
    }
    this.#lines++;
    if (this.#isAsked) {
      this.#isAsked = false;
      if (/\S/.test(line)) this.#command(line, `/op ${line}`);
    } else if (this.#ends.typed) {
      const intent = interpret(line);
      if (intent.type === "quit") return true;
      if (intent.type === "say") this.#say(line, intent);
      if (intent.type === "command") this.#command(line, intent.line);
    } else if (/\S/.test(line)) {
      this.#say(line, { text: line });
    }
    return false;
  }

  /** A message to one person is one, whatever it is typed as: it is answered, or told of. */
  #command(line: string, command: string): void {
    const direct = privateMessage(command);
    if (direct !== undefined) return this.#say(line, direct);
    if (asksForOperator(command)) {
      this.#isAsked = true;
      this.#ends.complain(`${OPERATOR_QUESTION}type it and press Enter. Nobody sees that line.`);
      return;
    }
    const mayBeHere = (name: string) => this.#people.mayHold(name);
    const ignoring = this.#ignoring.command(command, { me: this.#client.name, mayBeHere });
    if (ignoring !== undefined) return this.#ends.complain(ignoring);
    try {
      if (this.#room.command(command)) return;
      if (this.#client.command(command, this.#room.current)) return;
      this.#refuse(this.#lines, "there is no connection.");
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#refuse(this.#lines, error.message);
    }
  }

  #say(
    line: string,
    { text, action = false, to }: {
      readonly text: string;
      readonly action?: boolean;
      readonly to?: string;
    },
  ): void {
    try {
      const client = this.#client;
      const { id } = to === undefined
        ? client.say(text, { room: this.#room.current, action })
        : client.direct(to, text);
      this.#unsettled.said(id, this.#lines, line);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#refuse(this.#lines, error.message);
    }
  }

  #refuse(line: number, why: string): void {
    this.#failed = true;
    this.#ends.complain(`chat: line ${line} was not sent: ${why}`);
  }

  #show(events: readonly ClientEvent[]): Promise<void> {
    const shown: string[] = [];
    this.#ignoring.follow(events);
    for (const event of events) {
      const became = this.#room.follow(event);
      if (this.#ends.typed) this.#people.take(event);
      this.#failed ||= became !== undefined;
      // What is said in no room is refused, and where nothing can be heard nothing is waited for.
      if (became === "over") this.#client.leave();
      switch (event.type) {
        case "connected":
          this.#entered = true;
          break;
        case "delivered":
          this.#unsettled.settled(event.message.id);
          break;
        case "refused":
          this.#refuse(this.#unsettled.settled(event.message.id)?.number ?? 0, event.error.text);
          break;
        case "uncertain": {
          const line = this.#unsettled.settled(event.message.id);
          this.#failed = true;
          if (line !== undefined) this.#ends.complain(`chat: ${uncertainWords(line)}`);
        }
      }
      const isNamed = event.type === "refused" || event.type === "uncertain";
      const [shownEvent] = this.#ignoring.left([event]);
      if (shownEvent === undefined) continue;
      for (
        const { kind, text } of isNamed ? [] : this.#renderer.paint(this.#withKeyHint(shownEvent))
      ) {
        if (kind === "status") this.#ends.complain(text);
        else if (!this.#options.json) shown.push(text);
      }
      const object = this.#options.json ? jsonOf(shownEvent) : undefined;
      if (object !== undefined) shown.push(JSON.stringify(object));
    }
    return this.#output.write(shown.map((line) => `${line}\n`).join(""));
  }

  /** Who gave no key is not told that a key was wrong, but how to give one. */
  #withKeyHint(event: ClientEvent): ClientEvent {
    if (event.type !== "told" || event.event.type !== "error") return event;
    const text = this.#room.keyHint(event.event) ?? event.event.text;
    return { ...event, event: { ...event.event, text } };
  }

  #exitCode(ending: Ending): number {
    const words = endingWords(ending, this.#options);
    if (words !== undefined) this.#ends.complain(`chat: ${words}`);
    const { problem } = this.#output;
    if (problem !== undefined) this.#ends.complain(`chat: ${problem}.`);
    const lost = !this.#unsettled.isEmpty;
    // Who was never in the room has said nothing: one line is enough.
    if (this.#entered || words === undefined) this.#nameUnsettled();
    return words !== undefined || problem !== undefined || lost || this.#failed ? 1 : 0;
  }

  /** Nothing that was read is lost in silence. */
  #nameUnsettled(): void {
    for (const text of this.#unsettled.take()) this.#ends.complain(`chat: ${text}`);
  }
}

/**
 * Runs `chat join` without a screen.
 *
 * @param options What the command line said.
 * @param ends What it works with.
 * @returns The exit code: 0 when all was said and acknowledged, 1 when something was not or the
 * room could not be joined, 2 without a name.
 */
export async function runPipe(options: JoinOptions, ends: PipeEnds): Promise<number> {
  if (options.name === undefined) {
    ends.complain("chat: No name was given: use --name NAME, or set CHAT_NAME.");
    return 2;
  }
  return await new Pipe(options, options.name, ends).run();
}
