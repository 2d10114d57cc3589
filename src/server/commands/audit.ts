/**
 * `/audit`: what operators and keepers have done at this server, a page at a time.
 *
 * @module
 */

import { excerpt, excerptIfNeeded } from "../../protocol/quote.ts";
import { StoreUnavailable } from "../../store/store.ts";
import { type Act, MAX_ACTS } from "../../store/audit.ts";
import type { ClientConnection } from "../connection.ts";
import { unreadable } from "../settled.ts";
import { tell } from "./answers.ts";

/** Acts on one page: a screen. With the longest names they fit into one line of json. */
const ACTS_A_PAGE = 20;

/** The last page that there may be: of operators' acts and of keepers'. */
const MAX_PAGE: number = 2 * MAX_ACTS / ACTS_A_PAGE;

/** Lists a page. */
export function audit(client: ClientConnection, rest: string): void {
  const page = rest === "" ? 1 : Number(rest);
  if (!Number.isInteger(page) || page < 1 || page > MAX_PAGE) {
    const problem = `it must be a number from 1 to ${MAX_PAGE}`;
    return client.fail("bad_request", `Cannot show page ${excerpt(rest)}: ${problem}.`);
  }
  try {
    const { acts, more } = client.server.audit.page((page - 1) * ACTS_A_PAGE, ACTS_A_PAGE);
    if (acts.length === 0) {
      return tell(client, page === 1 ? "Nothing was done yet." : `There is no page ${page}.`);
    }
    const next = more ? [`/audit ${page + 1} shows older ones.`] : [];
    tell(client, [...acts.map(describe), ...next].join("\n"));
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    unreadable(client, error);
  }
}

/** One line: when in UTC, who, what, to whom, and the rest. */
function describe({ atMs, by, act, target, details }: Act): string {
  const at = `${new Date(atMs).toISOString().slice(0, 16).replace("T", " ")}Z`;
  const rest = [act, ...(target === "" ? [] : [excerptIfNeeded(target)]), details];
  return [at, excerptIfNeeded(by), ...rest].filter((part) => part !== "").join(" ");
}
