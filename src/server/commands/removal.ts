/**
 * Showing people the door, and speaking to all of them, for operators.
 *
 * @module
 */

import { addressBytes, type AddressRange, contains } from "../../net/address_range.ts";
import type { Hub } from "../context.ts";
import type { Session } from "../connection.ts";

/** Why somebody is removed; after `banned` a client does not try to come back. */
export type RemovalReason = "kicked" | "banned";

/**
 * Removes somebody from the room, also one whose place is only held.
 *
 * @param text What the removed one is told.
 * @returns The name, or null when nobody has it.
 */
export function remove(
  hub: Hub,
  name: string,
  reason: RemovalReason,
  text: string,
): string | null {
  const member = hub.room.members.get(name);
  if (member === undefined) return null;
  for (const session of hub.clients()) {
    if (session.member !== member) continue;
    show(session, reason, text);
    return member.name;
  }
  hub.places.remove(member);
  return member.name;
}

/**
 * Removes every connection from a banned range of addresses.
 *
 * @param text What the removed ones are told.
 * @returns How many.
 */
export function removeAddress(hub: Hub, range: AddressRange, text: string): number {
  const sessions = [...hub.clients()].filter(({ address }) => {
    const bytes = addressBytes(address);
    return bytes !== undefined && contains(range, bytes);
  });
  for (const session of sessions) show(session, "banned", text);
  return sessions.length;
}

/** Tells everybody in the room something in the server's name. */
export function announce(hub: Hub, text: string): void {
  for (const session of hub.clients()) {
    if (session.member !== null) session.deliver({ type: "notice", text });
  }
}

function show(session: Session, reason: RemovalReason, text: string): void {
  session.leave("kicked");
  session.close({ type: "bye", reason, text });
}
