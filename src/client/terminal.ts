/**
 * `chat join` on a terminal: the client core, with an {@linkcode Editor} below and what happens
 * above it. Keeps the terminal's own scrollback.
 *
 * @module
 */

import { formatAddress } from "../net/address.ts";
import { printErr } from "../print.ts";
import { cleanText, textProblem } from "../protocol/text.ts";
import { ChatClient, type ChatClientOptions } from "./client.ts";
import type { ClientEvent, Ending } from "./client_events.ts";
import { Editor } from "./editor.ts";
import { endingWords } from "./ending_words.ts";
import { type FooterState, paintFooter } from "./footer.ts";
import { interpret } from "./interpret.ts";
import type { JoinOptions } from "./options.ts";
import { Painter, quoted } from "./painter.ts";
import { COLOUR_STYLE, PLAIN_STYLE, type Style } from "./style.ts";

/** An acknowledgement that takes longer than this is worth showing: people notice it (0.2 s). */
const PENDING_AFTER_MS = 200;

/** Of a longer absence only so much is fetched; `/history` has the rest. */
const MAX_FILL = 1_000;

/** What the terminal mode works with. */
export interface TerminalEnds {
  /** Makes a connection; see {@linkcode ChatClientOptions}. */
  readonly connect: ChatClientOptions["connect"];
  /** Aborts when a signal asks to leave. */
  readonly stopped: AbortSignal;
  /** `deno task` or npx started this program, and would not notice that it stopped. */
  readonly underTask: boolean;
}

/** See the module. */
class Terminal {
  readonly #options: JoinOptions;
  readonly #ends: TerminalEnds;
  readonly #style: Style;
  readonly #painter: Painter;
  readonly #editor: Editor;
  #client: ChatClient | undefined;
  #state: FooterState;
  /** Takes the name that is asked for; undefined: none is given. */
  #answer: ((name: string | undefined) => void) | undefined;
  #left = false;
  #retryAtMs = 0;
  #ticking: ReturnType<typeof setInterval> | undefined;
  /** Own messages, and when each was said. */
  readonly #saidAtMs = new Map<string, number>();

  constructor(options: JoinOptions, ends: TerminalEnds) {
    this.#options = options;
    this.#ends = ends;
    this.#style = Deno.noColor ? PLAIN_STYLE : COLOUR_STYLE;
    this.#painter = new Painter({ style: this.#style });
    const address = formatAddress(options.host, options.port);
    this.#state = { address, phase: "connecting", retrySeconds: 0, pending: [] };
    this.#editor = new Editor({
      onLine: (text) => this.#submitted(text),
      onLeave: () => this.#leave(),
      onSuspend: () => this.#suspend(),
    });
  }

  async run(): Promise<number> {
    const leave = () => this.#leave();
    this.#ends.stopped.addEventListener("abort", leave, { once: true });
    let ending: Ending | undefined;
    try {
      const name = this.#options.name ?? await this.#ask();
      if (name === undefined || this.#left) return 0;
      this.#client = new ChatClient({
        connect: this.#ends.connect,
        name,
        history: this.#options.history,
        welcomeTimeoutMs: this.#options.timeoutMs,
        maxFill: MAX_FILL,
        askName: (error) => {
          this.#editor.print([this.#style.alarm(`! ${error.text}`)]);
          return this.#ask();
        },
      });
      this.#ticking = setInterval(() => this.#refresh(), PENDING_AFTER_MS);
      ending = await this.#client.run((events) => this.#show(events));
    } finally {
      clearInterval(this.#ticking);
      this.#ends.stopped.removeEventListener("abort", leave);
      this.#editor.close();
    }
    return this.#exitCode(ending);
  }

  #exitCode(ending: Ending): number {
    const words = this.#left ? undefined : endingWords(ending, this.#options);
    if (words !== undefined) printErr(`chat: ${words}\n`);
    for (const { text } of ending.undelivered) {
      printErr(`chat: This may not have been delivered: ${quoted(text)}\n`);
    }
    return words === undefined && ending.undelivered.length === 0 ? 0 : 1;
  }

  /** Asks for a name. */
  async #ask(): Promise<string | undefined> {
    if (this.#left) return undefined;
    this.#set({ phase: "asking" });
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.#answer = resolve;
    const name = await promise;
    this.#answer = undefined;
    this.#editor.forgetHistory();
    this.#set({ phase: "connecting" });
    return name;
  }

  #submitted(text: string): void {
    const intent = interpret(text);
    if (intent.type === "nothing") return;
    if (intent.type === "quit") return this.#leave();
    if (this.#answer !== undefined) return this.#answer(text.trim());
    const client = this.#client;
    if (client === undefined || this.#left) return;
    if (intent.type === "command") {
      if (!client.command(intent.line)) this.#notSent(text, "There is no connection now.");
      return;
    }
    const problem = textProblem(cleanText(intent.text));
    if (problem !== null) return this.#notSent(text, problem.text);
    if (client.full) {
      return this.#notSent(text, "Too many messages wait to be delivered already.");
    }
    const message = client.say(intent.text, { action: intent.action });
    this.#saidAtMs.set(message.id, performance.now());
  }

  /** Says why, and gives the text back to be changed. */
  #notSent(text: string, why: string): void {
    this.#editor.print([this.#style.alarm(`! Not sent: ${why}`)]);
    this.#editor.type(text);
  }

  #leave(): void {
    if (this.#left) return this.#client?.leave({ waitMs: 0 });
    this.#left = true;
    this.#answer?.(undefined);
    this.#client?.leave();
    if ((this.#client?.unacknowledged.length ?? 0) > 0) this.#set({ phase: "leaving" });
  }

  #suspend(): void {
    // Under npx or a task only this process would stop, and the terminal hang.
    if (!this.#ends.underTask) {
      try {
        return this.#editor.suspend();
      } catch {
        // Not on every system can a program stop itself; then the hint says so.
      }
    }
    this.#editor.print([this.#style.dim("Ctrl-Z cannot stop chat here; /quit leaves.")]);
  }

  #show(events: readonly ClientEvent[]): void {
    const lines: string[] = [];
    for (const event of events) {
      if (event.type === "connecting") this.#set({ phase: "connecting" });
      if (event.type === "connected") this.#set({ phase: "connected" });
      if (event.type === "delivered" || event.type === "refused" || event.type === "uncertain") {
        this.#saidAtMs.delete(event.message.id);
      }
      if (event.type === "lost") {
        this.#retryAtMs = performance.now() + event.retryMs;
        this.#set({ phase: "waiting", retrySeconds: Math.ceil(event.retryMs / 1000) });
      }
      for (const { text } of this.#painter.paint(event)) lines.push(text);
    }
    this.#editor.print(lines);
    if (this.#state.pending.length > 0) this.#refresh();
  }

  /** What changes with time: the seconds until the next try, and what has waited too long. */
  #refresh(): void {
    const now = performance.now();
    const pending = this.#saidAtMs.size === 0 ? [] : (this.#client?.unacknowledged ?? [])
      .filter(({ id }) => now - (this.#saidAtMs.get(id) ?? now) >= PENDING_AFTER_MS);
    const retrySeconds = Math.max(0, Math.ceil((this.#retryAtMs - now) / 1000));
    this.#set({ pending, retrySeconds });
  }

  #set(change: Partial<FooterState>): void {
    const phase = this.#left ? "leaving" : change.phase ?? this.#state.phase;
    this.#state = { ...this.#state, ...change, phase };
    this.#editor.show(
      paintFooter(this.#state, { columns: this.#editor.columns, style: this.#style }),
    );
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
export async function runTerminal(options: JoinOptions, ends: TerminalEnds): Promise<number> {
  return await new Terminal(options, ends).run();
}
