/// <reference lib="dom" />
/**
 * The first thing that is seen: a name, a password where the server has one, and what is wrong with
 * them, right there.
 *
 * @module
 */

import type { ErrorCode } from "../../protocol/messages.ts";
import { find } from "./dom.ts";
import { readName, writeName } from "./memory.ts";

/** What was filled in. */
export interface Credentials {
  /** The name wished for, not empty. */
  readonly name: string;
  /** The password; undefined while none was asked for. */
  readonly password: string | undefined;
}

/** The form; resolves with what was typed, and shows why that was refused. */
export class SignIn {
  readonly #section = find("door", HTMLElement);
  readonly #name = find("name", HTMLInputElement);
  readonly #password = find("password", HTMLInputElement);
  readonly #passwordRow = find("password-row", HTMLElement);
  readonly #error = find("door-error", HTMLElement);
  readonly #button = find("enter", HTMLButtonElement);
  #submitted: ((credentials: Credentials) => void) | undefined;

  /** Hidden at first. */
  constructor() {
    this.#name.value = readName();
    find("door-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  /**
   * Shows the form and waits until it is filled in.
   *
   * @param error What was wrong with what was filled in before, or why the room was left; empty:
   * nothing.
   * @param code Tells which field is meant.
   */
  ask(error: string, code?: ErrorCode): Promise<Credentials> {
    this.#section.hidden = false;
    this.#setBusy(false);
    if (code === "password") this.#passwordRow.hidden = false;
    // The server's words are for people with a terminal.
    const isWrong = code === "password" && this.#password.value !== "";
    const missing = isWrong
      ? "That is not the password of this server."
      : "This server has a password.";
    this.#error.textContent = code === "password" ? missing : error;
    const field = code === "password" ? this.#password : this.#name;
    setInvalid(this.#name, code === "name_taken" || code === "name_invalid");
    // The first time it is only asked for, not wrong.
    setInvalid(this.#password, isWrong);
    field.focus();
    field.select();
    return new Promise((resolve) => this.#submitted = resolve);
  }

  /** In the room: out of sight. */
  hide(): void {
    this.#section.hidden = true;
    this.#setBusy(false);
    this.#error.textContent = "";
    this.#submitted = undefined;
  }

  #submit(): void {
    const name = this.#name.value.trim();
    const password = this.#passwordRow.hidden ? undefined : this.#password.value;
    if (name === "") {
      return this.#miss(this.#name, "Give a name: the others see it beside what you say.");
    }
    if (password === "") return this.#miss(this.#password, "Give the password of this server.");
    if (this.#submitted === undefined) return;
    writeName(name);
    this.#error.textContent = "";
    this.#setBusy(true);
    const submitted = this.#submitted;
    this.#submitted = undefined;
    submitted({ name, password });
  }

  /** Something was not filled in. */
  #miss(field: HTMLInputElement, text: string): void {
    this.#error.textContent = text;
    setInvalid(field, true);
    field.focus();
  }

  #setBusy(busy: boolean): void {
    this.#button.disabled = busy;
    this.#button.textContent = busy ? "Entering …" : "Enter";
  }
}

function setInvalid(field: HTMLInputElement, isInvalid: boolean): void {
  field.setAttribute("aria-invalid", String(isInvalid));
}
