/**
 * Looking for words in what was said.
 *
 * @module
 */

import { DEFAULT_HISTORY } from "../../protocol/limits.ts";
import { inRoom, LOBBY, type Search } from "../../protocol/messages.ts";
import type { ClientConnection } from "../connection.ts";
import { lookUp } from "./look_up.ts";

/** Answers with the newest messages that hold all words of the query. */
export async function search(client: ClientConnection, request: Search): Promise<void> {
  const { store } = client.server.room;
  const limit = request.limit ?? DEFAULT_HISTORY;
  const fits = client.dialect!.fits("results");
  const page = await lookUp(client, () => store.search(request.query, limit, fits));
  if (page === null) return;
  client.reply({ type: "results", room: LOBBY, ...page, events: inRoom(page.events, LOBBY) });
  if (store.windowOnly) {
    const text = "This server keeps no database: only the newest messages were searched.";
    client.reply({ type: "notice", text });
  }
}
