/**
 * `chat join` on a terminal: the client core, with an {@linkcode Editor} below and what happens
 * above it. Keeps the terminal's own scrollback.
 *
 * @module
 */

import { formatAddress } from "../../net/address.ts";
import { printErr } from "../../print.ts";
import { cleanText, textProblem } from "../../protocol/text.ts";
import { ChatClient, type ChatClientOptions, MAX_TO_UNITS } from "../core/client.ts";
import type { ClientEvent, Ending } from "../core/events.ts";
import { privateMessage } from "../view/counter.ts";
import { Editor } from "./editor.ts";
import { endingWords, wrongPassword } from "../errors.ts";
import { paintFooter } from "./footer.ts";
import { interpret, typedText } from "../view/interpret.ts";
import type { JoinOptions } from "../options.ts";
import type { Outgoing } from "../core/outbox.ts";
import { People } from "../view/people.ts";
import type { Footer, Size } from "./picture.ts";
import type { Phase } from "./status.ts";
import { COLOUR_STYLE, MONO_STYLE, type Style } from "../view/style.ts";
import { ScreenRenderer } from "../view/screen_renderer.ts";
import { ProcessTty, type Tty } from "./tty.ts";

/** What takes longer than this is worth showing: people notice it (0.2 s). */
const NOTICED_AFTER_MS = 200;

/** Of a longer absence only so much is fetched; `/history` has the rest. */
const MAX_FILL = 1_000;

const NAME_QUESTION = "Your name: ";

/** What the terminal mode works with. */
export interface TerminalEnds {
  /** Makes a connection; see {@linkcode ChatClientOptions}. */
  readonly connect: ChatClientOptions["connect"];
  /** Aborts when a signal asks to leave. */
  readonly stopped: AbortSignal;
  /** Aborts right before a second signal ends the program: the moment for last words. */
  readonly killed?: AbortSignal;
  /** `deno task` or npx started this program, and would not notice that it stopped. */
  readonly underTask: boolean;
  /** The terminal; default that of this process. */
  readonly tty?: Tty;
}

/** See the module. */
class Terminal {
  readonly #options: JoinOptions;
  readonly #ends: TerminalEnds;
  readonly #address: string;
  readonly #style: Style;
  readonly #renderer: ScreenRenderer;
  readonly #people = new People();
  readonly #editor: Editor;
  #client: ChatClient | undefined;
  #phase: Phase = "connecting";
  /** Takes the name that is asked for; undefined: none is given. */
  #answer: ((name: string | undefined) => void) | undefined;
  #leftAtMs: number | undefined;
  #retryAtMs = 0;
  #question = NAME_QUESTION;
  #wasAskedPassword = false;
  #ticking: ReturnType<typeof setInterval> | undefined;
  /** Own messages on their way: when each was said, and after how many keys. */
  readonly #said = new Map<string, { readonly atMs: number; readonly presses: number }>();
  /** A text was refused, and is not in the line. */
  #away = false;

  constructor(options: JoinOptions, ends: TerminalEnds) {
    this.#options = options;
    this.#ends = ends;
    this.#address = formatAddress(options.host, options.port);
    this.#style = options.noColor || Deno.noColor ? MONO_STYLE : COLOUR_STYLE;
    this.#renderer = new ScreenRenderer({
      style: this.#style,
      columns: () => this.#editor.columns,
      bell: !options.noBell,
    });
    if (options.name === undefined) this.#phase = "asking";
    this.#editor = new Editor({
      onLine: (text) => this.#submitted(text),
      onLeave: () => this.#leave(),
      onSuspend: () => this.#suspend(),
    }, {
      tty: ends.tty ?? new ProcessTty(),
      style: this.#style,
      footer: (size) => this.#footer(size),
      names: () => this.#people.others,
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
      const name = this.#options.name ?? await this.#ask(NAME_QUESTION);
      if (name === undefined || this.#left) return 0;
      this.#client = new ChatClient({
        connect: this.#ends.connect,
        name,
        history: this.#options.history,
        password: this.#options.password,
        welcomeTimeoutMs: this.#options.timeoutMs,
        maxFill: MAX_FILL,
        askPassword: () => {
          if (this.#wasAskedPassword || this.#options.password !== undefined) {
            const said = "That is not the password of this room.";
            const words = this.#wasAskedPassword ? said : wrongPassword(said, this.#options);
            this.#editor.print(this.#renderer.note(words, { alarm: true }));
          }
          this.#wasAskedPassword = true;
          return this.#ask("Password: ", { secret: true });
        },
        askName: (error) => {
          this.#editor.print(this.#renderer.note(error.text, { alarm: true }));
          return this.#ask(NAME_QUESTION);
        },
      });
      this.#ticking = setInterval(() => this.#tick(), NOTICED_AFTER_MS);
      ending = await this.#client.run((events) => this.#show(events));
    } finally {
      clearInterval(this.#ticking);
      stopped.removeEventListener("abort", leave);
      await this.#editor.close();
      if (ending === undefined) lastWords();
      killed?.removeEventListener("abort", lastWords);
    }
    return this.#exitCode(ending);
  }

  get #left(): boolean {
    return this.#leftAtMs !== undefined;
  }

  #exitCode(ending: Ending): number {
    const words = this.#left ? undefined : endingWords(ending, this.#options);
    if (words !== undefined) printErr(`chat: ${words}\n`);
    this.#nameUnsent(ending.undelivered);
    return words === undefined && ending.undelivered.length === 0 ? 0 : 1;
  }

  /** Nothing that was typed is lost in silence. */
  #nameUnsent(undelivered: readonly Outgoing[]): void {
    for (const message of undelivered) {
      printErr(`chat: This may not have been delivered: ${whole(typedText(message))}\n`);
    }
    // Who leaves knows what stands in the line; who is thrown out, or stopped, wants to keep it.
    const leftByKey = this.#left && !this.#ends.stopped.aborted;
    if (!leftByKey && /\S/.test(this.#editor.text)) {
      printErr(`chat: This was not sent: ${whole(this.#editor.text)}\n`);
    }
  }

  /** Asks for something to connect with. */
  async #ask(question: string, options: { readonly secret?: boolean } = {}) {
    const answer = await this.#answerTo(question, options);
    this.#phase = "connecting";
    return answer;
  }

  /** Asks for the operators' password, which is never said, and sends it. */
  async #becomeOperator(client: ChatClient): Promise<void> {
    const before = this.#phase;
    const password = await this.#answerTo("Operators' password: ", { secret: true });
    this.#phase = before;
    this.#editor.refresh();
    if (password !== undefined && !client.command(`/op ${password}`)) {
      this.#notSent("There is no connection now.");
    }
  }

  async #answerTo(question: string, options: { readonly secret?: boolean }) {
    if (this.#left) return undefined;
    this.#phase = "asking";
    this.#question = question;
    this.#editor.beginAnswer(options);
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.#answer = resolve;
    const answer = await promise;
    this.#answer = undefined;
    this.#editor.endAnswer();
    return answer;
  }

  /** @returns The text was taken; else it stays in the line. */
  #submitted(text: string): boolean {
    const intent = interpret(text);
    if (intent.type === "nothing") return true;
    if (intent.type === "quit") {
      this.#leave();
      return true;
    }
    if (this.#answer !== undefined) {
      // At once: what is typed after it belongs to the next line.
      this.#editor.endAnswer();
      this.#answer(text.trim());
      return true;
    }
    const client = this.#client;
    if (client === undefined || client.ended || this.#left) return false;
    const direct = privateMessage(text);
    if (intent.type === "command" && direct === undefined) {
      if (intent.line.trim() === "/op") {
        // Once this line is taken, so that it does not wait behind the question.
        queueMicrotask(() => void this.#becomeOperator(client));
        return true;
      }
      const answer = this.#renderer.command(intent.line);
      if (answer !== undefined) {
        this.#editor.print(answer);
        return true;
      }
      return client.command(intent.line) || this.#notSent("There is no connection now.");
    }
    const said = direct?.text ?? (intent.type === "say" ? intent.text : text);
    const problem = textProblem(cleanText(said));
    if (problem !== null) return this.#notSent(problem.text);
    if (client.full) return this.#notSent("Too many messages wait to be delivered already.");
    if ((direct?.to.length ?? 0) > MAX_TO_UNITS) {
      return this.#notSent("There is nobody with so long a name.");
    }
    const message = direct !== undefined
      ? client.direct(direct.to, said)
      : client.say(said, { action: intent.type === "say" && intent.action });
    this.#said.set(message.id, { atMs: performance.now(), presses: this.#editor.presses });
    return true;
  }

  /** Says why a text stays in the line. */
  #notSent(why: string): false {
    this.#editor.print(this.#renderer.note(`Not sent: ${why}`, { alarm: true }));
    return false;
  }

  #leave(): void {
    if (this.#left) return this.#client?.leave({ waitMs: 0 });
    this.#leftAtMs = performance.now();
    this.#editor.hurry();
    this.#answer?.(undefined);
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
    for (const event of events) {
      this.#people.take(event);
      this.#follow(event);
    }
    const rows = this.#renderer.take(events);
    if (this.#away) {
      rows.push(
        ...this.#renderer.note("You were typing, so it is not in the line: Up brings it."),
      );
    }
    this.#away = false;
    const printed = this.#editor.print(rows);
    this.#editor.refresh();
    return printed;
  }

  /** What an event means for the footer and for what was typed. */
  #follow(event: ClientEvent): void {
    switch (event.type) {
      case "connecting":
      case "connected":
        this.#phase = event.type;
        return;
      case "unanswered":
        this.#phase = event.withPassword ? "held_back" : "unanswered";
        return;
      case "lost":
        this.#retryAtMs = performance.now() + event.retryMs;
        this.#phase = "waiting";
        return;
      case "refused":
        this.#giveBack(event.message);
        return;
      case "delivered":
      case "uncertain":
        this.#said.delete(event.message.id);
    }
  }

  #giveBack(message: Outgoing): void {
    const presses = this.#said.get(message.id)?.presses ?? -1;
    this.#said.delete(message.id);
    if (!this.#editor.giveBack(typedText(message), presses)) this.#away = true;
  }

  #footer({ columns }: Size): Footer {
    const now = performance.now();
    const leaving = this.#leftAtMs !== undefined && now - this.#leftAtMs >= NOTICED_AFTER_MS;
    const pending = this.#said.size === 0 ? [] : (this.#client?.unacknowledged ?? [])
      .filter(({ id }) => now - (this.#said.get(id)?.atMs ?? now) >= NOTICED_AFTER_MS);
    return paintFooter({
      address: this.#address,
      phase: leaving ? "leaving" : this.#phase,
      again: this.#people.count > 0,
      retrySeconds: Math.max(0, Math.ceil((this.#retryAtMs - now) / 1000)),
      here: this.#people.count,
      pending,
      question: this.#question,
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
export async function runTerminal(options: JoinOptions, ends: TerminalEnds): Promise<number> {
  return await new Terminal(options, ends).run();
}

/** A text whose every line can be copied. */
function whole(text: string): string {
  return cleanText(text).replaceAll("\n", "\n  ");
}
