/// <reference lib="dom" />
/**
 * Telling somebody who looks elsewhere: a notification where the browser was allowed to show one.
 *
 * @module
 */

import { showDialog } from "./dialog.ts";
import { find, part } from "./dom.ts";
import { readNotify, writeNotify } from "./memory.ts";

/** Characters of a message that a notification shows. */
const MAX_BODY_CHARS = 200;

/** What the browser says to notifications, in words. */
const STATES = {
  granted: "",
  default: "The browser will ask whether you allow them.",
  denied: "This browser forbids them: allow them in its settings for this page.",
  impossible: "Browsers have them over https and on the server's own machine only.",
} as const;

/** What somebody can choose, with the words for it at the button. */
const CHOICES = { off: "none", mentions: "of what is for you", all: "of all messages" } as const;

/** Shows notifications if it may, while the page is hidden. */
export class Notifier {
  readonly #button = find("notify", HTMLButtonElement);
  readonly #dialog = find("notifications", HTMLDialogElement);
  readonly #state = find("notify-state", HTMLElement);
  #shown: Notification | undefined;

  /**
   * Shows none yet.
   *
   * @param onLooked Is told when somebody looks at the page again.
   */
  constructor(onLooked: () => void) {
    this.#button.addEventListener("click", () => {
      this.#draw();
      showDialog(this.#dialog);
    });
    const look = () => {
      if (!isLooking()) return;
      this.clear();
      onLooked();
    };
    addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    this.#dialog.addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement) void this.#choose(target.value);
    });
    this.#draw();
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
    const choice = chosen();
    if (!document.hidden || choice === "off" || (choice === "mentions" && !urgent)) return;
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

  async #choose(choice: string): Promise<void> {
    writeNotify(choice);
    if (choice === "off") this.clear();
    else if (permission() === "default") await Notification.requestPermission();
    this.#draw();
  }

  /** Tells what is chosen, and what the browser says to it: that may change at any time. */
  #draw(): void {
    const choice = chosen();
    this.#button.title = `Notifications: ${CHOICES[choice]}`;
    this.#button.classList.toggle("off", choice === "off");
    this.#state.textContent = STATES[permission()];
    part(this.#dialog, `[value=${choice}]`, HTMLInputElement).checked = true;
    const isImpossible = permission() === "impossible";
    part(this.#dialog, "fieldset", HTMLFieldSetElement).disabled = isImpossible;
  }
}

/** What is in effect: whatever was chosen before, without the browser's leave it is none. */
function chosen(): keyof typeof CHOICES {
  if (permission() !== "granted") return "off";
  const choice = readNotify();
  return choice === "off" || choice === "mentions" ? choice : "all";
}

/** Somebody looks at the page. */
export function isLooking(): boolean {
  return !document.hidden && document.hasFocus();
}

/** Only on this machine and over https do browsers have notifications. */
function permission(): keyof typeof STATES {
  return isSecureContext && "Notification" in globalThis ? Notification.permission : "impossible";
}
