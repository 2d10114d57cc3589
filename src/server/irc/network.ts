/**
 * What all clients of IRC share: the name of the server, who of them is here, and the formats of
 * the logs that they read.
 *
 * @module
 */

import type { Happened, Verdict } from "../../order/order.ts";
import type { Proposal } from "../../order/proposals.ts";
import type { LogFormat } from "../../protocol/dialect.ts";
import type { Capabilities, CapabilityName } from "../../protocol/irc/capabilities.ts";
import { channelOf, ircFormat } from "../../protocol/irc/render.ts";
import type { Member, Room } from "../../room/room.ts";

/** A client of IRC that is on the server, as the others see it. */
export interface Guest {
  /** What it calls itself. */
  readonly realname: string;
  /** Is told of something, behind everything that has been published so far. */
  hear(news: News): void;
  /** What it reads of these rooms at these places is one and the same: it is shown that once. */
  seeOnce(places: readonly Place[]): void;
  /** What it has done has happened, in the logs of one or more rooms; its coming is not here. */
  acted(happened: readonly Happened[]): void;
}

/** What somebody does that is in no log, as a line of IRC. */
export interface News {
  /** Who does. */
  readonly from: string;
  /** The command of the line, its words and its text. */
  readonly command: string;
  /** The words behind it. */
  readonly words: readonly string[];
  /** The last parameter; default: there is none. */
  readonly text?: string;
  /** In whose stream it stands; default: behind all that is read. */
  readonly room?: Room;
  /** Only those are told who have asked for this; default: all. */
  readonly needs?: CapabilityName;
}

/** What has changed about a room beside its log, in the letters of IRC, which has one for each. */
export interface RoomChange {
  /** Who has changed it. */
  readonly by: string;
  /** `+k`, `-o+o` and so on. */
  readonly modes: string;
  /** The parameters of the modes. */
  readonly parameters: readonly string[];
}

/** An event of a room. */
export interface Place {
  /** Which room. */
  readonly room: Room;
  /** `seq` of the event. */
  readonly seq: number;
}

/** All that clients of IRC have in common. */
export class IrcNetwork {
  /** What the server calls itself: no spaces, with a dot where it is the name of a machine. */
  readonly serverName: string;
  /** When the server was started. */
  readonly startedAt: Date;
  /** So many people were on the server at most when somebody asked. */
  mostPeople = 0;
  readonly #guests = new Map<Member, Guest>();
  readonly #formats = new Map<string, LogFormat>();
  readonly #memberOf: (name: string) => Member | undefined;

  /**
   * Nobody is here.
   *
   * @param memberOf Finds who has a name.
   */
  constructor(
    serverName: string,
    startedAt: Date,
    memberOf: (name: string) => Member | undefined,
  ) {
    this.serverName = serverName;
    this.startedAt = startedAt;
    this.#memberOf = memberOf;
  }

  /** A client of IRC reads for a member from now on. */
  add(member: Member, guest: Guest): void {
    this.#guests.set(member, guest);
  }

  /** It does so no more; harmless where another one does by now. */
  delete(member: Member, guest: Guest): void {
    if (this.#guests.get(member) === guest) this.#guests.delete(member);
  }

  /** The guest who reads for a member; undefined: it is not here by IRC. */
  guestOf(member: Member): Guest | undefined {
    return this.#guests.get(member);
  }

  /** What somebody calls itself: its name, if it is not here by IRC. */
  realnameOf(name: string): string {
    const member = this.#memberOf(name);
    return (member === undefined ? undefined : this.guestOf(member)?.realname) ?? name;
  }

  /** How logs are written for a client with these capabilities. Made once for all that want it. */
  format(caps: Capabilities): LogFormat {
    const time = caps.has("server-time");
    const msgid = caps.has("message-tags");
    const extendedJoin = caps.has("extended-join");
    const multiline = caps.has("draft/multiline") && caps.has("batch");
    const key = [time, msgid, extendedJoin, multiline].join();
    let format = this.#formats.get(key);
    if (format === undefined) {
      const realnameOf = (name: string) => this.realnameOf(name);
      format = ircFormat({ time, msgid, extendedJoin, multiline, realnameOf });
      this.#formats.set(key, format);
    }
    return format;
  }

  /**
   * Tells those of a room of something.
   *
   * @param except Who is not told.
   */
  tell(room: Room, news: News, except?: Member): void {
    for (const member of room.members) {
      if (member !== except) this.#guests.get(member)?.hear({ ...news, room });
    }
  }

  /** Tells those of a room of a change that is no event of its log. */
  announce(room: Room, { by: from, modes, parameters }: RoomChange): void {
    this.tell(room, { from, command: "MODE", words: [channelOf(room.name), modes, ...parameters] });
  }

  /** What became of proposals, before anybody is shown it. */
  settled(verdicts: readonly Verdict[]): void {
    if (this.#guests.size === 0) return;
    for (const verdict of verdicts) {
      const happened = eventsOf(verdict);
      if (happened.length === 0) continue;
      if (happened.length > 1) {
        // One thing has happened in several rooms: a rename, or that somebody left.
        const places = happened.map(({ inRoom, event }) => ({ room: inRoom, seq: event.seq }));
        for (const guest of this.#guests.values()) guest.seeOnce(places);
      }
      const actor = actorOf(verdict.proposal);
      if (actor !== null) this.#guests.get(actor)?.acted(happened);
    }
  }
}

function eventsOf(verdict: Verdict): readonly Happened[] {
  if (verdict.type === "happened") return [verdict];
  return verdict.type === "done" ? verdict.events : [];
}

/** Who does what is proposed; null: nobody does. */
function actorOf(proposal: Proposal): Member | null {
  if ("by" in proposal) return proposal.by;
  if ("kick" in proposal) return proposal.kick?.by ?? proposal.member;
  return "member" in proposal ? proposal.member : null;
}
