/**
 * The questions that are answered in the line being typed: for a name, a password, or a room's key.
 *
 * @module
 */

import type { ErrorEvent } from "../../protocol/messages.ts";
import { OPERATOR_QUESTION } from "../view/typed_line.ts";
import { cutMiddle } from "../view/width.ts";
import type { Editor } from "./editor.ts";

const NAME_QUESTION = "Your name: ";

/**
 * Columns of a room's name in a question: there is place for an answer on the narrowest terminal.
 */
const MAX_ROOM_COLUMNS = 16;

/** The line being typed. */
type QuestionEditor = Pick<Editor, "beginAnswer" | "endAnswer" | "line">;

/** Options of {@linkcode Questions}. */
export interface QuestionsOptions {
  /** Prints that something is wrong. */
  readonly alarm: (text: string) => void;
  /** Says where the password that was given beforehand came from; undefined: none was given. */
  readonly explainPassword: ((text: string) => string) | undefined;
}

/** At most one question at a time; what was being typed waits and comes back after it. */
export class Questions {
  readonly #editor: QuestionEditor;
  readonly #options: QuestionsOptions;
  #text = "";
  #resolve: ((answer: string | undefined) => void) | undefined;
  #isOptional = false;
  #isSecret = false;
  #wasAskedPassword = false;
  #hasEnded = false;

  /**
   * Asks nothing yet.
   *
   * @param editor Where the answers are typed.
   * @param options See {@linkcode QuestionsOptions}.
   */
  constructor(editor: QuestionEditor, options: QuestionsOptions) {
    this.#editor = editor;
    this.#options = options;
  }

  /** What is asked now; undefined: nothing. */
  get text(): string | undefined {
    return this.#resolve === undefined ? undefined : this.#text;
  }

  /** The answer to what is asked now is a password or a key. */
  get isSecret(): boolean {
    return this.#resolve !== undefined && this.#isSecret;
  }

  /** Asks for a name. @returns Resolves to undefined when there will be none. */
  askName(): Promise<string | undefined> {
    return this.#ask(NAME_QUESTION);
  }

  /**
   * Asks for another name.
   *
   * @param refused Why the one before cannot be had.
   * @param free Aborts when it can: no other is needed any more.
   * @returns Resolves to undefined when there will be none.
   */
  async askAnotherName(
    { text }: Pick<ErrorEvent, "text">,
    free?: AbortSignal,
  ): Promise<string | undefined> {
    this.#options.alarm(text);
    const withdraw = () => this.#withdraw();
    free?.addEventListener("abort", withdraw, { once: true });
    const name = await this.askName();
    free?.removeEventListener("abort", withdraw);
    return name;
  }

  /** Asks for the server's password, again when it was wrong. @returns See {@linkcode askName}. */
  askPassword(): Promise<string | undefined> {
    const { alarm, explainPassword } = this.#options;
    if (this.#wasAskedPassword || explainPassword !== undefined) {
      const text = "That is not the password of this server.";
      alarm(this.#wasAskedPassword ? text : explainPassword?.(text) ?? text);
    }
    this.#wasAskedPassword = true;
    return this.#ask("Password: ", { secret: true });
  }

  /**
   * Asks for the operators' password, which need not be given. @returns See {@linkcode askName}.
   */
  askOperatorPassword(): Promise<string | undefined> {
    return this.#ask(OPERATOR_QUESTION, { secret: true, optional: true });
  }

  /**
   * Asks for the key of a room, which need not be given.
   *
   * @param room Its name, without `#`.
   * @returns See {@linkcode askName}.
   */
  askKey(room: string): Promise<string | undefined> {
    const name = cutMiddle(room, MAX_ROOM_COLUMNS);
    return this.#ask(`Key of #${name}: `, { secret: true, optional: true });
  }

  /**
   * Leaves a question without an answer.
   *
   * @returns False when nothing is asked, or it needs an answer.
   */
  giveUp(): boolean {
    return this.#isOptional && this.answer(undefined);
  }

  /**
   * Answers the question. What is typed after it belongs to the next line at once.
   *
   * @param answer Undefined: there is none.
   * @returns False when nothing is asked.
   */
  answer(answer: string | undefined): boolean {
    const resolve = this.#resolve;
    if (resolve === undefined) return false;
    this.#resolve = undefined;
    this.#editor.endAnswer();
    resolve(answer);
    return true;
  }

  /**
   * No answer is needed any more. One that is being typed must not be said by the Enter that ends
   * it: it is typed to its end, and then goes nowhere.
   */
  #withdraw(): void {
    const resolve = this.#resolve;
    if (resolve === undefined) return;
    if (this.#editor.line === "") return void this.answer(undefined);
    this.#isOptional = true;
    this.#resolve = (name) => {
      if (name === undefined) return;
      this.#options.alarm(`You have your name again. For another one: /nick ${name}`);
    };
    resolve(undefined);
  }

  /** Nobody answers any more: not this question, and no other one. */
  end(): void {
    this.#hasEnded = true;
    this.answer(undefined);
  }

  /** A question that is still open gets no answer. A dot stands for each character of a secret. */
  #ask(
    text: string,
    options: { readonly secret?: boolean; readonly optional?: boolean } = {},
  ): Promise<string | undefined> {
    if (this.#hasEnded) return Promise.resolve(undefined);
    this.#resolve?.(undefined);
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.#text = text;
    this.#isOptional = options.optional === true;
    this.#isSecret = options.secret === true;
    this.#resolve = resolve;
    this.#editor.beginAnswer(options);
    return promise;
  }
}
