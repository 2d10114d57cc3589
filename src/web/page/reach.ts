/// <reference lib="dom" />
/**
 * Why no WebSocket opens. A browser does not tell: so the page asks the same address as any other,
 * and says what answers there.
 *
 * @module
 */

import { cleanLine } from "../../protocol/text.ts";

/** How long the answer may take. */
const ASK_MS = 5_000;

/** Characters of an answer that are shown. */
const MAX_WORDS_CHARS = 200;

/** Somebody answers, who wants a WebSocket and gets none. */
const UPGRADE_REQUIRED = 426;

/** Nobody answers. */
export const UNREACHABLE = "The server cannot be reached. Is it running?";

/** Says in one line or two why the server cannot be reached. */
export async function unreachableWords(): Promise<string> {
  try {
    const answer = await fetch("/ws", { cache: "no-store", signal: AbortSignal.timeout(ASK_MS) });
    if (answer.status === UPGRADE_REQUIRED) {
      return "The server runs, but no WebSocket gets through to it. A proxy before it must pass on " +
        "the WebSocket upgrade and the browser's Host header.";
    }
    const isText = answer.headers.get("content-type")?.startsWith("text/plain") === true;
    const words = isText ? cleanLine((await answer.text()).trim()).slice(0, MAX_WORDS_CHARS) : "";
    const status = `${answer.status} ${answer.statusText}`.trim();
    return `The server, or a proxy before it, lets no WebSocket in. It answers ${status}` +
      (words === "" ? "." : `: ${words}`);
  } catch {
    return UNREACHABLE;
  }
}
