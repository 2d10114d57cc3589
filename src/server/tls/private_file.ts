/**
 * Files that are for the server's eyes only.
 *
 * @module
 */

import type { Logger } from "../logger.ts";

/**
 * Warns when others on this machine may read a file. Not on Windows, where a mode says nothing.
 *
 * @param file It has been read before.
 * @param what What is in it, for the log: `key`.
 */
export function warnIfOthersRead(file: string, what: string, logger: Logger): void {
  if (Deno.build.os === "windows") return;
  try {
    const { mode } = Deno.statSync(file);
    if (mode !== null && (mode & 0o077) !== 0) {
      logger.warn(`others may read the ${what}`, { file, todo: `chmod 600 ${file}` });
    }
  } catch {
    // It has been read, and that is enough.
  }
}
