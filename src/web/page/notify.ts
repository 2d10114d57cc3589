/// <reference lib="dom" />
/**
 * Telling somebody who looks elsewhere: a notification where the browser was allowed to show one.
 *
 * @module
 */

import { find, part } from "./dom.ts";
import { readOnlyMentions, writeOnlyMentions } from "./memory.ts";

/** Characters of a message that a notification shows. */
const MAX_BODY_CHARS = 200;

/** What the browser says to notifications, in words. */
const STATES = {
  granted: "",
  default: "The browser has not been asked yet: press Notify.",
  denied: "This browser forbids them: allow them in its settings for this page.",
  impossible: "Browsers have them over https and on the server's own machine only.",
} as const;

/** Shows notifications if it may, while the page is hidden. */
export class Notifier {
  readonly #button: HTMLButtonElement;
  readonly #choices = find("notifications", HTMLFieldSetElement);
  readonly #state = find("notify-state", HTMLElement);
  /** Only of what is for this person. */
  #onlyMentions = readOnlyMentions();
  #shown: Notification | undefined;

  /**
   * Shows none yet.
   *
   * @param button Asks for the permission.
   * @param onLooked Is told when somebody looks at the page again.
   */
  constructor(button: HTMLButtonElement, onLooked: () => void) {
    this.#button = button;
    button.addEventListener("click", () => this.#ask());
    const look = () => {
      if (!isLooking()) return;
      this.clear();
      onLooked();
    };
    addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    this.#choices.addEventListener("change", ({ target }) => {
      this.#onlyMentions = target instanceof HTMLInputElement && target.value === "mentions";
      writeOnlyMentions(this.#onlyMentions);
    });
    this.draw();
  }

  /**
   * A message of somebody else has come.
   *
   * @param title Who says it, and where.
   * @param text What.
   * @param options `urgent`: it is for this person: a direct message, or one with the own name in
   * it; `onClick`: somebody wants to see it.
   */
  message(
    title: string,
    text: string,
    { urgent, onClick }: { readonly urgent: boolean; readonly onClick: () => void },
  ): void {
    if (!canNotify() || Notification.permission !== "granted" || !document.hidden) return;
    if (this.#onlyMentions && !urgent) return;
    try {
      // One for all rooms: the newest replaces the one before it, and only urgent ones ring again.
      const options = { body: text.slice(0, MAX_BODY_CHARS), tag: "chat", renotify: urgent };
      const shown = new Notification(title, { ...options, icon: "icon.svg" });
      shown.onclick = () => {
        focus();
        shown.close();
        onClick();
      };
      this.#shown = shown;
    } catch {
      // Some browsers allow them only in workers.
    }
  }

  /** Takes the notification away. */
  clear(): void {
    this.#shown?.close();
    this.#shown = undefined;
  }

  async #ask(): Promise<void> {
    await Notification.requestPermission();
    this.draw();
  }

  /** Tells what was chosen, and what the browser says to it: that may change at any time. */
  readonly draw: () => void = () => {
    const permission = canNotify() ? Notification.permission : "impossible";
    this.#button.hidden = permission !== "default";
    this.#state.textContent = STATES[permission];
    const chosen = this.#onlyMentions ? "mentions" : "all";
    part(this.#choices, `[value=${chosen}]`, HTMLInputElement).checked = true;
  };
}

/** Somebody looks at the page. */
export function isLooking(): boolean {
  return !document.hidden && document.hasFocus();
}

/** Only on this machine and over https do browsers have them. */
function canNotify(): boolean {
  return isSecureContext && "Notification" in globalThis;
}
