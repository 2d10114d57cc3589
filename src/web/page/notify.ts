/// <reference lib="dom" />
/**
 * Telling somebody who looks elsewhere: a number in the title, and a notification where the browser
 * was allowed to show one.
 *
 * @module
 */

/** Characters of a message that a notification shows. */
const MAX_BODY_CHARS = 200;

/** Counts messages while the page is hidden, and shows notifications if it may. */
export class Notifier {
  readonly #button: HTMLButtonElement;
  readonly #title = document.title;
  #unread = 0;
  #shown: Notification | undefined;

  /**
   * Nothing is unread yet.
   *
   * @param button Asks for the permission.
   */
  constructor(button: HTMLButtonElement) {
    this.#button = button;
    button.addEventListener("click", () => this.#ask());
    for (const event of ["focus", "visibilitychange"]) {
      addEventListener(event, () => this.#looked(), true);
    }
    this.#drawButton();
  }

  /**
   * A message of somebody else has come.
   *
   * @param from Who says it.
   * @param text What.
   * @param urgent It is for this person: a direct message, or one with the own name in it.
   */
  message(from: string, text: string, urgent: boolean): void {
    if (isLooking()) return;
    this.#unread++;
    this.#drawTitle();
    if (!canNotify() || Notification.permission !== "granted" || !document.hidden) return;
    try {
      // One for the room: the newest replaces the one before it, and only urgent ones ring again.
      const options = { body: text.slice(0, MAX_BODY_CHARS), tag: "chat", renotify: urgent };
      const shown = new Notification(from, { ...options, icon: "/icon.svg" });
      shown.onclick = () => {
        focus();
        shown.close();
      };
      this.#shown = shown;
    } catch {
      // Some browsers allow them only in workers.
    }
  }

  /** Nothing is unread any more. */
  clear(): void {
    this.#unread = 0;
    this.#shown?.close();
    this.#shown = undefined;
    this.#drawTitle();
  }

  #looked(): void {
    if (isLooking()) this.clear();
  }

  #drawTitle(): void {
    const title = this.#unread === 0 ? this.#title : `(${this.#unread}) ${this.#title}`;
    if (document.title !== title) document.title = title;
  }

  async #ask(): Promise<void> {
    await Notification.requestPermission();
    this.#drawButton();
  }

  #drawButton(): void {
    this.#button.hidden = !canNotify() || Notification.permission !== "default";
  }
}

function isLooking(): boolean {
  return !document.hidden && document.hasFocus();
}

/** Only on this machine and over https do browsers have them. */
function canNotify(): boolean {
  return isSecureContext && "Notification" in globalThis;
}
