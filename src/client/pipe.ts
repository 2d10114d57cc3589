/**
 * `chat join` without a screen: each line of the input is said, what happens is written to the
 * output. Ends when all input is acknowledged; with empty input it listens until it is stopped.
 *
 * @module
 */

import { type FramedLine, lineStream } from "../protocol/framing.ts";
import { MAX_LINE_CHARS } from "../protocol/limits.ts";
import { cleanText, textProblem } from "../protocol/text.ts";
import { ChatClient, type ChatClientOptions } from "./client.ts";
import type { ClientEvent, Ending } from "./client_events.ts";
import { endingWords } from "./ending_words.ts";
import { interpret } from "./interpret.ts";
import type { JoinOptions } from "./options.ts";
import type { Outgoing } from "./outbox.ts";
import { type ByteWriter, Output } from "./output.ts";
import { Painter } from "./painter.ts";

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
}

/** See {@linkcode runPipe}. */
class Pipe {
  readonly #options: JoinOptions;
  readonly #ends: PipeEnds;
  readonly #client: ChatClient;
  readonly #painter = new Painter();
  readonly #output: Output;
  /** Which line of the input a message on its way was. */
  readonly #lineOf = new Map<string, number>();
  #lines = 0;
  #failed = false;

  constructor(options: JoinOptions, name: string, ends: PipeEnds) {
    this.#options = options;
    this.#ends = ends;
    this.#client = new ChatClient({
      connect: ends.connect,
      name,
      history: options.history,
      password: options.password,
      welcomeTimeoutMs: options.timeoutMs,
      giveUpAfterMs: options.timeoutMs,
    });
    this.#output = new Output(ends.output, () => this.#client.leave());
  }

  async run(): Promise<number> {
    const { stopped } = this.#ends;
    const stop = () => {
      this.#output.abandon();
      this.#client.leave();
    };
    if (stopped.aborted) return 0;
    stopped.addEventListener("abort", stop, { once: true });
    const reading = new AbortController();
    const feeding = this.#feed(reading.signal);
    try {
      return this.#exitCode(await this.#client.run((events) => this.#show(events)));
    } finally {
      stopped.removeEventListener("abort", stop);
      reading.abort();
      await feeding;
    }
  }

  /** Says the input, no faster than the server acknowledges it. */
  async #feed(signal: AbortSignal): Promise<void> {
    try {
      const lines = this.#ends.input
        .pipeThrough(new TextDecoderStream(), { signal })
        .pipeThrough(lineStream());
      for await (const batch of lines) {
        for (const line of batch) {
          await this.#client.ready();
          if (signal.aborted) return;
          if (this.#take(line)) return this.#client.leave();
        }
      }
    } catch {
      // Standard input is gone (a closed terminal), or nobody needs it any more: as good as its end.
    }
    if (signal.aborted) return;
    if (this.#lines > 0 || this.#ends.typed) this.#client.leave({ waitMs: Infinity });
  }

  /** @returns It asked to leave. */
  #take(line: FramedLine): boolean {
    if (typeof line !== "string") {
      if (line.begins) {
        this.#lines++;
        this.#refuse(this.#lines, `it is longer than ${MAX_LINE_CHARS} characters.`);
      }
      return false;
    }
    this.#lines++;
    if (this.#ends.typed) {
      const intent = interpret(line);
      if (intent.type === "quit") return true;
      if (intent.type === "say") this.#say(intent.text, intent.action);
      if (intent.type === "command" && !this.#client.command(intent.line)) {
        this.#refuse(this.#lines, "there is no connection.");
      }
    } else if (/\S/.test(line)) {
      this.#say(line, false);
    }
    return false;
  }

  #say(text: string, action: boolean): void {
    const problem = textProblem(cleanText(text));
    if (problem !== null) return this.#refuse(this.#lines, problem.text);
    this.#lineOf.set(this.#client.say(text, { action }).id, this.#lines);
  }

  #refuse(line: number, why: string): void {
    this.#failed = true;
    this.#ends.complain(`chat: line ${line} was not said: ${why}`);
  }

  #show(events: readonly ClientEvent[]): Promise<void> {
    const shown: string[] = [];
    for (const event of events) {
      if (event.type === "delivered") this.#lineOf.delete(event.message.id);
      if (event.type === "refused") {
        this.#refuse(this.#lineOf.get(event.message.id) ?? 0, event.error.text);
        this.#lineOf.delete(event.message.id);
      }
      for (const { kind, text } of event.type === "refused" ? [] : this.#painter.paint(event)) {
        if (kind === "status") this.#ends.complain(text);
        else if (!this.#options.json) shown.push(text);
      }
      const object = this.#options.json ? jsonOf(event) : undefined;
      if (object !== undefined) shown.push(JSON.stringify(object));
    }
    return this.#output.write(shown.map((line) => `${line}\n`).join(""));
  }

  #exitCode(ending: Ending): number {
    const words = endingWords(ending, this.#options);
    if (words !== undefined) this.#ends.complain(`chat: ${words}`);
    const lost = ending.undelivered.length > 0;
    // Who was never in the room has said nothing: one line is enough.
    const neverIn = ["unreachable", "no_welcome", "refused"].includes(ending.reason);
    if (lost && !neverIn) {
      this.#ends.complain(`chat: ${notDelivered(ending.undelivered, this.#lineOf)}`);
    }
    return words !== undefined || lost || this.#failed ? 1 : 0;
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

/** What `--json` writes of an event; the session's secret stays here. */
function jsonOf(event: ClientEvent): object | undefined {
  switch (event.type) {
    case "told":
      return event.event;
    case "connected": {
      const { session: _secret, ...welcome } = event.welcome;
      return welcome;
    }
    case "missed":
      return { type: "lagged", from: event.from, to: event.to };
    case "refused":
      return event.error;
    default:
      return undefined;
  }
}

/** Which lines of the input nobody acknowledged: "lines 3, 5-9". */
function notDelivered(messages: readonly Outgoing[], lineOf: ReadonlyMap<string, number>): string {
  const ranges: [from: number, to: number][] = [];
  for (const { id } of messages) {
    const line = lineOf.get(id);
    if (line === undefined) continue;
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === line - 1) last[1] = line;
    else ranges.push([line, line]);
  }
  const words = ranges.map(([from, to]) => from === to ? `${from}` : `${from}-${to}`).join(", ");
  return `${messages.length === 1 ? "Line" : "Lines"} ${words} of the input may not have been ` +
    "delivered: nothing came back.";
}
