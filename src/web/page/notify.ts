/// <reference lib="dom" />
/**
 * Telling somebody who looks elsewhere: a notification where the browser was allowed to show one.
 *
 * @module
 */

/** Characters of a message that a notification shows. */
const MAX_BODY_CHARS = 200;

/** Shows notifications if it may, while the page is hidden. */
export class Notifier {
  readonly #button: HTMLButtonElement;
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
    for (const event of ["focus", "visibilitychange"]) {
      addEventListener(event, () => {
        if (!isLooking()) return;
        this.clear();
        onLooked();
      }, true);
    }
    this.#drawButton();
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
    this.#drawButton();
  }

  #drawButton(): void {
    this.#button.hidden = !canNotify() || Notification.permission !== "default";
  }
}

/** Somebody looks at the page. */
export function isLooking(): boolean {
  return !document.hidden && document.hasFocus();
}

/** Only on this machine and over https do browsers have them. */
function canNotify(): boolean {
  return isSecureContext && "Notification" in globalThis;
}
