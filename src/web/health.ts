/**
 * What programs ask that watch over a server, on the page's port and on that of the metrics:
 *
 * ```text
 * GET /healthz   ok: the server answers. It is to be restarted where it does not
 * GET /readyz    ok, or 503 with the reason: nobody should be sent to it now
 * ```
 *
 * @module
 */

import { type Answer, textAnswer } from "./http.ts";

/**
 * Answers under any host name: it tells nothing that somebody could not find out by joining.
 *
 * @param path That was asked for.
 * @param whyNot Why nobody should be sent here; null: they may be. Default: they may.
 * @returns Undefined for all other paths.
 */
export function healthAnswer(
  path: string,
  whyNot: () => string | null = () => null,
): Answer | undefined {
  if (path === "/healthz") return textAnswer(200, "ok");
  if (path !== "/readyz") return undefined;
  const why = whyNot();
  return why === null ? textAnswer(200, "ok") : textAnswer(503, `not ready: ${why}`);
}
