/**
 * `chat join --exit`: writes the past that was asked for to the output, and leaves. It is fetched
 * page by page, oldest first, no faster than the reader takes it, so that a long one needs no more
 * memory than a short one; a lost connection is taken up again where it broke, and each event is
 * written once.
 *
 * Whoever exports is in the room meanwhile. What happens after it came in, its own join and leave
 * among it, is not written.
 *
 * @module
 */

import { ChatClient } from "./core/client.ts";
import type { ClientEvent, Ending, Told } from "./core/events.ts";
import { endingWords, waitForName } from "./errors.ts";
import type { JoinOptions } from "./options.ts";
import { Output } from "./output.ts";
import { PlainRenderer } from "./view/plain_renderer.ts";
import type { PipeEnds } from "./pipe.ts";

/** The name when none is given: an export has nothing to say. */
const NAME = "export";

/** Names that are tried when that one is taken: nobody runs more exports at once. */
const MAX_NAME_TRIES = 5;

/** What an export works with. */
export type ExportEnds = Pick<PipeEnds, "connect" | "output" | "complain" | "stopped">;

/** One export, from connecting to the exit code. */
class Export {
  readonly #options: JoinOptions;
  readonly #ends: ExportEnds;
  readonly #client: ChatClient;
  readonly #renderer = new PlainRenderer();
  readonly #output: Output;
  #nameTries = 1;
  #readerGone = false;
  /** `seq` of the newest event when it came in: the last one that is wanted. */
  #end: number | undefined;
  /** `seq` up to which everything is written, or known to be gone. */
  #last = 0;
  /** Pages that the server refused since it last gave an event. */
  #refusals = 0;
  #done = false;
  /** Why it cannot be whole, in one line. */
  #failure: string | undefined;

  constructor(options: JoinOptions, ends: ExportEnds) {
    this.#options = options;
    this.#ends = ends;
    this.#client = new ChatClient({
      connect: ends.connect,
      name: options.name ?? NAME,
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
    this.#done ||= this.#failure === undefined && this.#end !== undefined &&
      this.#last >= this.#end;
    if (this.#done || this.#failure !== undefined) this.#leave();
  }

  #takeOne(event: ClientEvent, lines: string[]): void {
    switch (event.type) {
      case "entered":
        this.#begin(event.joined.seq);
        if (event.newLog) {
          this.#failure = "The server has begun another log in the middle of the export.";
          return;
        }
        break;
      case "missed":
        return this.#missed(event.from, event.to);
      case "told":
        this.#told(event, lines);
        return;
    }
    for (const { kind, text } of this.#renderer.paint(event)) {
      if (kind === "status") this.#ends.complain(text);
    }
  }

  #begin(seq: number): void {
    if (this.#end !== undefined) return;
    this.#end = seq;
    if (this.#options.history === 0) this.#last = seq;
  }

  #told(told: Told, lines: string[]): void {
    const { event } = told;
    if (event.type === "error") this.#refusals++;
    if (event.type === "welcome" || !("seq" in event)) return;
    this.#refusals = 0;
    this.#last = event.seq;
    if (event.seq > (this.#end ?? 0)) return;
    if (this.#options.json) lines.push(JSON.stringify(event));
    else for (const { text } of this.#renderer.paint(told)) lines.push(text);
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
    this.#ends.complain(`chat: ${which} no longer stored.`);
  }

  #exitCode(ending: Ending): number {
    if (this.#done || this.#readerGone) return 0;
    const { complain } = this.#ends;
    const words = this.#failure ?? endingWords(ending, this.#options);
    if (words !== undefined) complain(`chat: ${words}`);
    if (this.#end !== undefined) {
      complain(`chat: The export is not whole: it ends at event ${this.#last} of ${this.#end}.`);
    }
    return 1;
  }
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
