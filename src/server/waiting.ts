/**
 * Direct messages that wait: whom they can wait for, and giving them to who comes back.
 *
 * A client that names the last number it has seen is given those after it, and they are kept until
 * it has named theirs: it misses none, and sees none twice. What any other client is given is given
 * up first: that it sees once at most.
 *
 * @module
 */

import { WAITING_RULES } from "../order/state.ts";
import { nameKeys } from "../protocol/look_alikes.ts";
import { foldedName } from "../protocol/normalize.ts";
import { fresh, hasMail } from "../room/mailboxes.ts";
import type { Session } from "../room/room.ts";
import { isoOf } from "../store/events.ts";
import type { WaitingDirect } from "../store/stored_sessions.ts";
import type { ClientConnection } from "./connection.ts";
import type { ServerContext } from "./context.ts";
import { clientOf, isAway } from "./deliver.ts";

/**
 * For whom a message to a name can wait: who has that name and is away, or had it last and left
 * without saying so. Who has it and is here comes before all others.
 *
 * @param name In any case and width.
 * @returns null: for nobody.
 */
export function absentee(server: ServerContext, name: string): Session | null {
  const { members, sessions, bans, rules } = server.state;
  if (rules < WAITING_RULES) return null;
  const member = members.get(name);
  if (member !== undefined) return isAway(server, member) ? member.session : null;
  const session = sessions.mailboxes.gone(foldedName(name));
  if (session === undefined || session.goneAs === null) return null;
  const nowMs = server.trustedMs();
  // Who may not come back is not waited for.
  if (bans.ofName(nameKeys(session.goneAs.name), nowMs) !== undefined) return null;
  return sessions.known(session.hash, nowMs) ?? null;
}

/**
 * A client is in: gives it what waits for its session.
 *
 * @param seen Number of the last one that it has seen; undefined: it does not know of numbers.
 */
export function takeUp(client: ClientConnection, seen: number | undefined): void {
  const { session } = client;
  if (session === null) return;
  // Where the database has gone back, the number stands for nothing.
  const isKnown = seen !== undefined && seen <= (session.mailbox?.last ?? 0);
  client.givenDirect = seen === undefined ? null : isKnown ? seen : 0;
  if (isKnown) confirm(client, seen);
  giveWaiting(client);
}

/** A client has seen what it was given up to a number. */
export function confirm(client: ClientConnection, seen: number): void {
  const { session, givenDirect, server } = client;
  if (session === null || givenDirect === null) return;
  const upTo = Math.min(seen, givenDirect);
  if (!session.mailbox?.messages.some(({ n }) => n <= upTo)) return;
  server.order.propose({ type: "seen", session: session.hash, upTo }, null);
}

/** One more message waits for a session, which may be here by now. */
export function giveTo(server: ServerContext, hash: string): void {
  const member = server.state.sessions.get(hash)?.member;
  const client = member === null || member === undefined ? null : clientOf(member);
  if (client !== null) giveWaiting(client);
}

function giveWaiting(client: ClientConnection): void {
  const { session, server } = client;
  if (session === null || !hasMail(session)) return;
  const messages = fresh(session.mailbox, server.trustedMs());
  if (client.givenDirect !== null) {
    for (const message of messages) {
      if (message.n <= client.givenDirect) continue;
      client.givenDirect = message.n;
      tell(client, message);
    }
    return;
  }
  const upTo = messages.at(-1)?.n;
  if (upTo === undefined) return;
  server.order.propose({ type: "seen", session: session.hash, upTo }, {
    settled([verdict]) {
      if (verdict?.type !== "done") return;
      // Another connection of the session may read by now.
      const reader = session.member === null ? null : clientOf(session.member);
      for (const message of verdict.seen ?? []) tell(reader ?? client, message);
    },
  });
}

/** Its recipient is called now as it is called now. */
function tell(client: ClientConnection, { n, atMs, from, text, id, notice }: WaitingDirect): void {
  client.aside(() =>
    client.tell({
      type: "direct",
      at: isoOf(atMs),
      from,
      to: client.name,
      text,
      ...(id === undefined ? {} : { id }),
      ...(notice === undefined ? {} : { notice }),
      n,
    })
  );
}
