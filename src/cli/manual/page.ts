/** @module */
/** The manual page. */
export function manualPage(): string {
  return "";
}
