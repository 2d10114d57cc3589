/**
 * A question that is answered in the line being typed: for a name, or for a password.
 *
 * @module
 */

import type { Editor } from "./editor.ts";

/** At most one question at a time; what was being typed waits and comes back after it. */
export class Question {
  readonly #editor: Pick<Editor, "beginAnswer" | "endAnswer">;
  #text = "";
  #resolve: ((answer: string | undefined) => void) | undefined;

  /** Asks nothing yet. */
  constructor(editor: Pick<Editor, "beginAnswer" | "endAnswer">) {
    this.#editor = editor;
  }

  /** What is asked now; undefined: nothing. */
  get text(): string | undefined {
    return this.#resolve === undefined ? undefined : this.#text;
  }

  /**
   * Asks. A question that is still open gets no answer.
   *
   * @param text Stands before the answer: `Your name: `.
   * @param options `secret`: a dot stands for each character.
   * @returns Resolves to the answer; to undefined when there will be none.
   */
  ask(text: string, options: { readonly secret?: boolean } = {}): Promise<string | undefined> {
    this.#resolve?.(undefined);
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.#text = text;
    this.#resolve = resolve;
    this.#editor.beginAnswer(options);
    return promise;
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
}
