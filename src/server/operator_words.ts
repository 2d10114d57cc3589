/**
 * What operators say to everybody: `/announce`, and WALLOPS of IRC. It is in no log. Where several
 * servers hold the same rooms, each tells its own people.
 *
 * @module
 */

import type { OperatorWords } from "../order/order.ts";
import type { ClientConnection } from "./connection.ts";
import type { ServerContext } from "./context.ts";

/** Tells everybody, at all servers. Who says it hears of those that have not passed it on. */
export function tellEverybody(client: ClientConnection, words: OperatorWords): void {
  const { server } = client;
  tellHere(server, words);
  void server.elsewhere?.tellAll(words).then((missed) => {
    if (missed === 0 || client.leaving) return;
    const text = missed === 1
      ? "One other server has not told its people that."
      : `${missed} other servers have not told their people that.`;
    client.tell({ type: "notice", text });
  });
}

/** Tells everybody at this server. */
export function tellHere(
  server: Pick<ServerContext, "clients" | "irc">,
  { from, text }: OperatorWords,
): void {
  if (from !== null) return server.irc.tellOperatorWords(from, text);
  for (const client of server.clients()) {
    if (client.member !== null) client.deliver({ type: "notice", text });
  }
}
