/// <reference lib="dom" />
/**
 * The keys of the page: they come up on `?`, or by a button.
 *
 * @module
 */

import { isDialogShown, showDialog } from "./dialog.ts";
import { find } from "./dom.ts";

/** Shows the help when somebody asks for it. */
export function offerHelp(): void {
  const room = find("room", HTMLElement);
  const show = () => showDialog(find("help", HTMLDialogElement));
  find("show-help", HTMLButtonElement).addEventListener("click", show);
  addEventListener("keydown", (event) => {
    const { key, ctrlKey, altKey, metaKey, target } = event;
    if (key !== "?" || ctrlKey || altKey || metaKey || isField(target)) return;
    if (room.hidden || isDialogShown()) return;
    event.preventDefault();
    show();
  });
}

/** There, the key types a character. */
function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && target.type !== "radio");
}
