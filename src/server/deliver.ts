/**
 * Where somebody's connection is, and giving it an event of its own there.
 *
 * @module
 */

import type { DirectOutcome } from "../order/order.ts";
import type { PrivateEvent } from "../protocol/messages.ts";
import type { Member } from "../room/room.ts";
import { ClientConnection } from "./connection.ts";
import type { ServerContext } from "./context.ts";

/** The connection that reads for somebody here; null: none does. */
export function clientOf({ recipient }: Member): ClientConnection | null {
  return recipient instanceof ClientConnection ? recipient : null;
}

/** Whether nobody reads for somebody now: the connection is lost, and the place is kept. */
export function isAway({ elsewhere }: ServerContext, member: Member): boolean {
  return member.recipient === null && elsewhere?.has(member) !== true;
}

/**
 * Gives somebody an event, behind all that has been published.
 *
 * @returns What became of it; a promise, which never rejects, where it goes to another server.
 */
export function deliver(
  { elsewhere }: ServerContext,
  member: Member,
  event: PrivateEvent,
): DirectOutcome | Promise<DirectOutcome> {
  if (elsewhere?.has(member)) return elsewhere.deliver(member, event);
  if (member.recipient === null) return "away";
  return member.recipient.deliver(event) ? "delivered" : "full";
}
