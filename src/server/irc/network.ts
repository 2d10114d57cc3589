/**
 * What all clients of IRC share: the name of the server, who of them is here and who was, whom they
 * watch, and the formats of the logs that they read.
 *
 * @module
 */

import type { Clock } from "../../clock.ts";
import type { Happened } from "../../order/order.ts";
import type { LogFormat } from "../../protocol/dialect.ts";
import type { Capabilities } from "../../protocol/irc/capabilities.ts";
import { ircFormat } from "../../protocol/irc/render.ts";
import type { Member, Room } from "../../room/room.ts";
import type { Writer } from "../../room/writer.ts";
import type { Bots } from "../bots.ts";
import type { Guest, News, Person } from "./guests.ts";
import { Memories } from "./memories.ts";
import { HeardLine } from "./heard_line.ts";
import { Hearers } from "./hearers.ts";
import { RoomNews } from "./room_news.ts";
import { Watches } from "./watches.ts";
import { PastNames } from "./whowas_names.ts";

/** What an {@linkcode IrcNetwork} works with. */
export interface IrcNetworkOptions {
  /** What the server calls itself: no spaces, with a dot where it is the name of a machine. */
  readonly serverName: string;
  /** When the server was started. */
  readonly startedAt: Date;
  /** Who is a program. */
  readonly bots: Pick<Bots, "hasName">;
  /** What is told later waits by it. */
  readonly clock: Pick<Clock, "after">;
  /** Who is here. */
  readonly members: {
    get(name: string): Member | undefined;
    all(): readonly Member[];
    readonly size: number;
  };
}

/** The user of everybody who is not here by IRC. */
const NO_USER = "u";

/** All that clients of IRC have in common. */
export class IrcNetwork {
  /** See {@linkcode IrcNetworkOptions}. */
  readonly serverName: string;
  /** See {@linkcode IrcNetworkOptions}. */
  readonly startedAt: Date;
  /** Who watches whom. */
  readonly watches: Watches;
  /** To whom something of others is still to be written. */
  readonly hearers: Hearers<Writer>;
  /** Names that people had. */
  readonly pastNames: PastNames = new PastNames();
  /** What is remembered of those who have gone. */
  readonly memories: Memories = new Memories();
  readonly #options: IrcNetworkOptions;
  readonly #roomNews = new RoomNews();
  readonly #guests = new Map<Member, Guest>();
  readonly #formats = new Map<string, LogFormat>();
  #mostPeople = 0;

  /** Nobody is here. */
  constructor(options: IrcNetworkOptions) {
    this.#options = options;
    this.watches = new Watches(options.clock);
    this.hearers = new Hearers(options.clock, (writer) => writer.wake());
    this.serverName = options.serverName;
    this.startedAt = options.startedAt;
  }

  /** So many people were on the server at most. */
  get mostPeople(): number {
    return Math.max(this.#mostPeople, this.#options.members.size);
  }

  /** Takes note of how many are on the server. */
  notePeople(): void {
    this.#mostPeople = this.mostPeople;
  }

  /** Somebody is here by IRC. */
  get hasGuests(): boolean {
    return this.#guests.size > 0;
  }

  /** A client of IRC reads for a member from now on. */
  add(member: Member, guest: Guest): void {
    this.#guests.set(member, guest);
  }

  /** Removes the guest, unless replaced. */
  delete(member: Member, guest: Guest): void {
    if (this.#guests.get(member) === guest) this.#guests.delete(member);
  }

  /** Somebody is in again under the same name, after a fault: it is what it was. */
  moved(now: Member): void {
    for (const room of now.rooms) this.tellAway(now, room);
    this.tellSome();
  }

  /** The guest who reads for a member; undefined: it is not here by IRC. */
  guestOf(member: Member): Guest | undefined {
    return this.#guests.get(member);
  }

  /** Why somebody is away; null: it is here, or has not said so. */
  awayOf({ profile }: Member): string | null {
    return profile?.away ?? null;
  }

  /** The first word of somebody's USER, or what stands for it. */
  userOf({ profile }: Member): string {
    return profile?.user ?? NO_USER;
  }

  /** What somebody calls itself: its name, if it has not said that. */
  realnameOf({ name, profile }: Member): string {
    return profile?.realname ?? name;
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
      const { members, bots } = this.#options;
      const realnameOf = (name: string) => {
        const member = members.get(name);
        return member === undefined ? name : this.realnameOf(member);
      };
      const isBot = (name: string) => bots.hasName(name);
      format = ircFormat({ time, msgid, extendedJoin, multiline, realnameOf, isBot });
      this.#formats.set(key, format);
    }
    return format;
  }

  /**
   * Tells those of a room of something, with {@linkcode tellSome}.
   *
   * @param except Who is not told.
   */
  tell(room: Room, news: News, except?: Member): void {
    this.#roomNews.add(room, news, except);
  }

  /** Writes to some of those who are to hear something, and soon to the others. */
  tellSome(): void {
    this.#roomNews.give((member) => this.#guests.get(member)?.person);
    this.watches.tellSome();
    this.hearers.tellSome();
  }

  /** Tells those who want to hear what operators say. */
  tellOperatorWords(from: string, text: string): void {
    const line = new HeardLine(from, "WALLOPS", { text });
    for (const { person } of this.#guests.values()) if (person.hearsOperators) person.hear(line);
    this.tellSome();
  }

  /**
   * Those who are to hear of a change of somebody that is in no log: who shares a room and has
   * asked for that, and who watches it and has asked for that, too; each once, and not itself.
   */
  listenersOf(member: Member, cap: "away-notify" | "setname"): Set<Person> {
    const all = new Set<Person>();
    const rooms = [...member.rooms];
    for (const other of rooms.flatMap((room) => [...room.members])) {
      const person = other === member ? undefined : this.#guests.get(other)?.person;
      if (person?.caps.has(cap)) all.add(person);
    }
    for (const watcher of this.watches.of(member.fold)) {
      if (watcher.caps.has("extended-monitor") && watcher.caps.has(cap)) all.add(watcher);
    }
    const own = this.#guests.get(member)?.person;
    if (own !== undefined) all.delete(own);
    return all;
  }

  /** What clients read of several rooms is one and the same: each is shown it once. */
  seeOnce(events: readonly Happened[]): void {
    if (events.length < 2) return;
    const places = new Map(
      events.map(({ inRoom, event: { seq } }, index) => [inRoom, { index, seq }]),
    );
    for (const guest of this.#guests.values()) guest.seeOnce(places);
  }

  /** Tells the people of a room that somebody who comes in is away, where it is. */
  tellAway(member: Member, room: Room): void {
    const text = this.awayOf(member);
    if (text === null) return;
    const { name: from } = member;
    this.tell(room, { from, command: "AWAY", words: [], text, needs: "away-notify" }, member);
  }
}
