/**
 * Showing people the door, and speaking to all of them, for operators.
 *
 * @module
 */

import { addressBytes, type AddressRange, contains } from "../../net/address_range.ts";
import type { Client, ServerContext } from "../context.ts";

/** Why somebody is removed; after `banned` a client does not try to come back. */
export type RemovalReason = "kicked" | "banned";

/**
 * Removes somebody from the room, also one whose place is only held.
 *
 * @param text What the removed one is told.
 * @returns The name, or null when nobody has it.
 */
export function remove(
  server: ServerContext,
  name: string,
  reason: RemovalReason,
  text: string,
): string | null {
  const member = server.state.members.get(name);
  if (member === undefined) return null;
  for (const client of server.clients()) {
    if (client.member !== member) continue;
    show(client, reason, text);
    return member.name;
  }
  server.grace.remove(member);
  return member.name;
}

/**
 * Removes every connection from a banned range of addresses.
 *
 * @param text What the removed ones are told.
 * @returns How many.
 */
export function removeAddress(server: ServerContext, range: AddressRange, text: string): number {
  const banned = [...server.clients()].filter(({ address }) => {
    const bytes = addressBytes(address);
    return bytes !== undefined && contains(range, bytes);
  });
  for (const client of banned) show(client, "banned", text);
  return banned.length;
}

/** Tells everybody in the room something in the server's name. */
export function announce(server: ServerContext, text: string): void {
  for (const client of server.clients()) {
    if (client.member !== null) client.deliver({ type: "notice", text });
  }
}

function show(client: Client, reason: RemovalReason, text: string): void {
  client.leave("kicked");
  client.close({ type: "bye", reason, text });
}
