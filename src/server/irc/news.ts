/**
 * What has become of proposals, as clients of IRC are told of it beside the logs: who comes and
 * goes for those who watch, what changes about a room, who is invited. Each server tells its own
 * clients, whichever server proposed it.
 *
 * @module
 */

import type { Done, Entered, Happened, Joined, Verdict } from "../../order/order.ts";
import type { Describe, Proposal } from "../../order/proposals.ts";
import type { ByKeeper, Invite } from "../../order/room_proposals.ts";
import { channelOf } from "../../protocol/irc/render.ts";
import type { Member, Room } from "../../room/room.ts";
import { HeardLine } from "./heard_line.ts";
import { type ModeChange, modeChangesOf, modeWords } from "./mode_letters.ts";
import type { IrcNetwork } from "./network.ts";

/** Changes of one room by one member that follow on each other: they are told in one line. */
interface Changes {
  readonly room: Room;
  readonly by: Member;
  readonly all: ModeChange[];
}

/** Tells clients of IRC what has happened. */
export class IrcNews {
  readonly #network: IrcNetwork;
  readonly #nowMs: () => number;

  /**
   * Nothing has happened.
   *
   * @param nowMs The time that people read, in milliseconds since 1970.
   */
  constructor(network: IrcNetwork, nowMs: () => number) {
    this.#network = network;
    this.#nowMs = nowMs;
  }

  /** Takes verdicts, before anybody is shown them. */
  settled(verdicts: readonly Verdict[]): void {
    const network = this.#network;
    let changes: Changes | null = null;
    for (const verdict of verdicts) {
      if (verdict.type === "refused") continue;
      if (verdict.type !== "happened") changes = this.#noEvent(verdict, changes);
      // This is the way of every line, also where nobody speaks IRC.
      if (!network.hasGuests) continue;
      const happened = eventsOf(verdict);
      const actor = happened.length === 0 ? null : actorOf(verdict.proposal);
      if (actor !== null) network.guestOf(actor)?.acted(happened);
    }
    if (changes !== null) this.#tellChanges(changes);
    network.tellSome();
  }

  /**
   * Takes what is more than one event, or none.
   *
   * @param changes Not told yet.
   * @returns The same, with those of this verdict, or those alone.
   */
  #noEvent(verdict: Done | Entered | Joined, changes: Changes | null): Changes | null {
    if (verdict.type === "entered") this.#entered(verdict);
    else if (verdict.type === "joined") this.#joined(verdict);
    else {
      const all = this.#network.hasGuests ? modeChangesOf(verdict) : [];
      if (all.length > 0) {
        const { room, by } = verdict.proposal as Proposal & ByKeeper & { readonly room: Room };
        if (changes?.room === room && changes.by === by) changes.all.push(...all);
        else {
          if (changes !== null) this.#tellChanges(changes);
          return { room, by, all: [...all] };
        }
      }
      this.#done(verdict);
    }
    return changes;
  }

  #joined({ member, resumed }: Joined): void {
    if (!resumed) this.#network.watches.note(member, true);
    this.#network.notePeople();
  }

  #done({ proposal, from, events, left = [], wasSo = false }: Done): void {
    if (proposal.type === "leave") this.#left(proposal.member);
    for (const member of left) this.#left(member);
    if (proposal.type === "rename" && from !== undefined) this.#renamed(proposal.member, from);
    if (proposal.type === "describe") this.#described(proposal, wasSo);
    if (proposal.type === "invite") this.#invited(proposal);
    if (events.length < 2 || !this.#network.hasGuests) return;
    // One thing has happened in several rooms; of a dead server, to several people.
    const isOfMany = proposal.type === "dead";
    const groups = Map.groupBy(events, ({ draft }) => isOfMany && "name" in draft && draft.name);
    for (const group of groups.values()) this.#network.seeOnce(group);
  }

  #left(member: Member): void {
    this.#network.watches.note(member, false);
    this.#remember(member, member.name, member.fold);
  }

  #renamed(member: Member, from: string): void {
    const fold = this.#network.watches.renamed(member, from);
    this.#remember(member, from, fold);
  }

  #remember(member: Member, name: string, fold: string): void {
    const user = this.#network.userOf(member);
    const realname = member.profile?.realname ?? name;
    this.#network.pastNames.add({ name, fold, user, realname, untilMs: this.#nowMs() });
  }

  /** News is told to those who have asked for that, and a real name to itself in any case. */
  #described({ member, says: { away, realname } }: Describe, wasSo: boolean): void {
    const network = this.#network;
    if (away !== undefined && !wasSo) {
      const line = new HeardLine(member.name, "AWAY", away === null ? {} : { text: away });
      for (const one of network.listenersOf(member, "away-notify")) one.hear(line);
    }
    if (realname === undefined || realname === null) return;
    const line = new HeardLine(member.name, "SETNAME", { text: realname });
    if (!wasSo) { for (const one of network.listenersOf(member, "setname")) one.hear(line); }
    const own = network.guestOf(member)?.person;
    if (own?.caps.has("setname")) own.hear(line);
  }

  #entered({ proposal, room, joined }: Entered): void {
    if (joined === null || proposal.type !== "enter") return;
    this.#network.tellAway(proposal.member, room);
  }

  /**
   * Who is invited hears of it in the way of its dialect; of the others those who asked for that.
   */
  #invited({ by: { name: from }, room, member }: Invite): void {
    const words = [member.name, channelOf(room.name)];
    const guest = this.#network.guestOf(member);
    if (guest !== undefined) guest.person.hear(new HeardLine(from, "INVITE", { words }));
    else {
      const text = `${from} invites you to #${room.name}.`;
      member.recipient?.deliver({ type: "notice", from, text });
    }
    this.#network.tell(room, { from, command: "INVITE", words, needs: "invite-notify" }, member);
  }

  #tellChanges({ room, by, all }: Changes): void {
    const words = [channelOf(room.name), ...modeWords(all)];
    this.#network.tell(room, { from: by.name, command: "MODE", words });
    // An operator need not be in the room.
    if (by.rooms.has(room)) return;
    this.#network.guestOf(by)?.person.hear(new HeardLine(by.name, "MODE", { words }));
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
