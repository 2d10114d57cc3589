/**
 * What all clients of IRC share: the name of the server, who of them is here and who was, whom they
 * watch, and the formats of the logs that they read.
 *
 * @module
 */

import type { Done, Entered, Happened, Joined, Verdict } from "../../order/order.ts";
import type { Proposal } from "../../order/proposals.ts";
import type { LogFormat } from "../../protocol/dialect.ts";
import type { Capabilities } from "../../protocol/irc/capabilities.ts";
import { channelOf, ircFormat } from "../../protocol/irc/render.ts";
import type { Member, Room } from "../../room/room.ts";
import type { Guest, News, Person, RoomChange } from "./guests.ts";
import { Memories } from "./memories.ts";
import { PastNames } from "./past_names.ts";
import { type Listener, Watches } from "./watches.ts";

/** What is no message, and no refusal. */
type Moved = Done | Entered | Joined;

/** What an {@linkcode IrcNetwork} works with. */
export interface IrcNetworkOptions {
  /** What the server calls itself: no spaces, with a dot where it is the name of a machine. */
  readonly serverName: string;
  /** When the server was started. */
  readonly startedAt: Date;
  /** Who is here. */
  readonly members: { get(name: string): Member | undefined; readonly size: number };
  /** The time that people read, in milliseconds since 1970. */
  readonly nowMs: () => number;
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
  readonly watches: Watches = new Watches();
  /** Names that people had. */
  readonly pastNames: PastNames = new PastNames();
  /** What is remembered of those who have gone. */
  readonly memories: Memories = new Memories();
  /** Who is a program: said with MODE +B, or in the hello of json. */
  readonly bots: Set<Member> = new Set();
  readonly #options: IrcNetworkOptions;
  readonly #guests = new Map<Member, Guest>();
  /** Also of those whose connection is lost and whose place is not. */
  readonly #people = new WeakMap<Member, Person>();
  readonly #formats = new Map<string, LogFormat>();
  #mostPeople = 0;

  /** Nobody is here. */
  constructor(options: IrcNetworkOptions) {
    this.#options = options;
    this.serverName = options.serverName;
    this.startedAt = options.startedAt;
  }

  /** So many people were on the server at most. */
  get mostPeople(): number {
    return Math.max(this.#mostPeople, this.#options.members.size);
  }

  /** A client of IRC reads for a member from now on. */
  add(member: Member, guest: Guest): void {
    this.#guests.set(member, guest);
    this.#people.set(member, guest.person);
  }

  /** It does so no more; harmless where another one does by now. */
  delete(member: Member, guest: Guest): void {
    if (this.#guests.get(member) === guest) this.#guests.delete(member);
  }

  /** The guest who reads for a member; undefined: it is not here by IRC. */
  guestOf(member: Member): Guest | undefined {
    return this.#guests.get(member);
  }

  /** What somebody says of itself; undefined: it is not here by IRC. */
  personOf(member: Member): Person | undefined {
    return this.#people.get(member);
  }

  /** The first word of somebody's USER, or what stands for it. */
  userOf(member: Member): string {
    return this.personOf(member)?.user ?? NO_USER;
  }

  /** What somebody calls itself: its name, if it is not here by IRC. */
  realnameOf(member: Member): string {
    return this.personOf(member)?.realname ?? member.name;
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
      const { members } = this.#options;
      const realnameOf = (name: string) => {
        const member = members.get(name);
        return member === undefined ? name : this.realnameOf(member);
      };
      const isBot = (name: string) => this.isBot(name);
      format = ircFormat({ time, msgid, extendedJoin, multiline, realnameOf, isBot });
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
      const person = member === except ? undefined : this.#guests.get(member)?.person;
      const { from, command, needs, ...what } = news;
      if (person === undefined || (needs !== undefined && !person.caps.has(needs))) continue;
      person.hear(from, command, { ...what, room });
    }
  }

  /** Tells those of a room of a change that is no event of its log. */
  announce(room: Room, { by: from, modes, parameters }: RoomChange): void {
    this.tell(room, { from, command: "MODE", words: [channelOf(room.name), modes, ...parameters] });
  }

  /** Whether who has a name now is a program. */
  isBot(name: string): boolean {
    if (this.bots.size === 0) return false;
    const member = this.#options.members.get(name);
    return member !== undefined && this.bots.has(member);
  }

  /** Tells those who want to hear what operators say. */
  tellOperatorWords(from: string, text: string): void {
    for (const { person } of this.#guests.values()) {
      if (person.hearsOperators) person.hear(from, "WALLOPS", { text });
    }
  }

  /**
   * Those who are to hear of a change of somebody that is in no log: who shares a room and has
   * asked for that, and who watches it and has asked for that, too; each once, and not itself.
   */
  listenersOf(member: Member, cap: "away-notify" | "setname"): Set<Listener> {
    const all = new Set<Listener>();
    const rooms = [...member.rooms];
    for (const other of rooms.flatMap((room) => [...room.members])) {
      const person = other === member ? undefined : this.#guests.get(other)?.person;
      if (person?.caps.has(cap)) all.add(person);
    }
    for (const watcher of this.watches.of(member.fold)) {
      if (watcher.caps.has("extended-monitor") && watcher.caps.has(cap)) all.add(watcher);
    }
    const own = this.#people.get(member);
    if (own !== undefined) all.delete(own);
    return all;
  }

  /** What became of proposals, before anybody is shown it. */
  settled(verdicts: readonly Verdict[]): void {
    for (const verdict of verdicts) {
      if (verdict.type === "refused") continue;
      if (verdict.type !== "happened") this.#moved(verdict);
      // This is the way of every line, also where nobody speaks IRC.
      if (this.#guests.size === 0) continue;
      const happened = eventsOf(verdict);
      const actor = happened.length === 0 ? null : actorOf(verdict.proposal);
      if (actor !== null) this.#guests.get(actor)?.acted(happened);
    }
  }

  /** Takes note of who comes, goes, is called otherwise or comes into a room. */
  #moved(verdict: Moved): void {
    const { proposal } = verdict;
    if (verdict.type === "entered") return this.#entered(verdict.room, verdict);
    if (verdict.type === "joined") {
      if (!verdict.resumed) this.watches.tell(verdict.member, true);
      this.#mostPeople = this.mostPeople;
      return;
    }
    if (proposal.type === "leave") this.#left(proposal.member);
    if (proposal.type === "rename") this.#renamed(proposal.member, verdict.from);
    if (verdict.events.length < 2) return;
    // One thing has happened in several rooms.
    const places = verdict.events.map(({ inRoom, event }) => ({ room: inRoom, seq: event.seq }));
    for (const guest of this.#guests.values()) guest.seeOnce(places);
  }

  #left(member: Member): void {
    this.watches.tell(member, false);
    this.#remember(member, member.name);
    this.bots.delete(member);
  }

  #renamed(member: Member, from: string | undefined): void {
    if (from === undefined) return;
    this.watches.renamed(member, from);
    this.#remember(member, from);
  }

  #remember(member: Member, name: string): void {
    const [user, realname] = [this.userOf(member), this.personOf(member)?.realname ?? name];
    this.pastNames.add({ name, user, realname, untilMs: this.#options.nowMs() });
  }

  /** Who comes into a room and is away: its people are told. */
  #entered(room: Room, { proposal, joined }: Extract<Moved, { type: "entered" }>): void {
    if (joined === null || proposal.type !== "enter") return;
    const { member } = proposal;
    const away = this.personOf(member)?.away ?? null;
    if (away === null) return;
    for (const other of room.members) {
      const person = other === member ? undefined : this.#guests.get(other)?.person;
      if (person?.caps.has("away-notify")) person.hear(member.name, "AWAY", { text: away, room });
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
