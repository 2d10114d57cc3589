/**
 * What one client of IRC is told of the people on the server, whichever way they are here.
 *
 * @module
 */

import type { Member, Room } from "../../room/room.ts";
import type { Client } from "../context.ts";
import type { IrcClient } from "./irc_client.ts";
import { isSeenBy } from "./names.ts";

/** The host of everybody: addresses are never shown. */
export const HOST = "chat";

/** The people on the server, as they are when it is made. */
export class People {
  readonly #irc: IrcClient;
  readonly #clients = new Map<Member, Client>();

  /** As this client may see them. */
  constructor(irc: IrcClient) {
    this.#irc = irc;
    for (const client of irc.connection.server.clients()) {
      if (client.member !== null) this.#clients.set(client.member, client);
    }
  }

  /** Whether somebody may use the commands of operators. */
  isOperator(member: Member): boolean {
    return this.#clients.get(member)?.isOperator === true;
  }

  /** Why somebody is away; null: it is here, or has not said so. */
  away(member: Member): string | null {
    return this.#irc.network.personOf(member)?.away ?? null;
  }

  /**
   * How long somebody has said nothing, and since when it is connected.
   *
   * @returns Seconds, and seconds since 1970. Null: nobody can tell. Other dialects give signs of
   * life where nobody types.
   */
  times(member: Member): { readonly idle: number; readonly signon: number } | null {
    const client = this.#clients.get(member);
    const person = this.#irc.network.personOf(member);
    if (client === undefined || person === undefined) return null;
    const { clock, nowMs } = this.#irc.connection.server;
    const now = clock.now();
    return {
      idle: Math.floor((now - person.spokeAt) / 1_000),
      signon: Math.floor((nowMs() - (now - client.startedAt)) / 1_000),
    };
  }

  /**
   * The flags of somebody in WHO: `H` or `G` (away), `*` operator, what stands before its name in a
   * channel, `B` bot.
   *
   * @param prefix Of the channel; empty: none.
   */
  flags(member: Member, prefix: string): string {
    const isBot = this.#irc.network.bots.has(member);
    return (this.away(member) === null ? "H" : "G") + (this.isOperator(member) ? "*" : "") +
      prefix + (isBot ? "B" : "");
  }
}

/** Whether somebody may be found unnamed: it is this client, or shares a room with it. */
export function isFoundBy(irc: IrcClient, member: Member): boolean {
  const { member: own, isOperator } = irc.connection;
  if (isOperator || own === null || member === own) return true;
  return [...own.rooms].some((room) => member.rooms.has(room));
}

/** The rooms of somebody that a client may know of. */
export function roomsSeenBy(irc: IrcClient, member: Member): Room[] {
  return [...member.rooms].filter((room) => isSeenBy(irc, room));
}
