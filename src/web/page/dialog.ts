/// <reference lib="dom" />
/**
 * A part of the page that comes up over all others, until Escape, its button, or a click beside it.
 *
 * @module
 */

/**
 * Shows a dialog, unless it is there already; it goes away by itself.
 *
 * @param dialog With a form that closes it.
 */
export function showDialog(dialog: HTMLDialogElement): void {
  if (dialog.open) return;
  const listening = new AbortController();
  const { signal } = listening;
  dialog.addEventListener("close", () => listening.abort(), { signal });
  dialog.addEventListener("click", ({ target, clientX, clientY }) => {
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    const isBeside = clientX < left || clientX > right || clientY < top || clientY > bottom;
    if (target === dialog && isBeside) dialog.close();
  }, { signal });
  dialog.showModal();
}

/** Whether one has come up. */
export function isDialogShown(): boolean {
  return document.querySelector("dialog[open]") !== null;
}

/** Takes away whatever has come up. */
export function closeDialogs(): void {
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
}
