/**
 * The part of the reducer (`reducer.ts`) that is about people: who comes in under which name, takes
 * up a place, and goes.
 *
 * @module
 */

import type { LeaveReason } from "../protocol/messages.ts";
import { nameKeys } from "../protocol/look_alikes.ts";
import type { Member, Session } from "../room/room.ts";
import { type Batch, done, refused, unchanged } from "./batch.ts";
import type { Done, Happened, Joined, Refused } from "./order.ts";
import type { ProfileRules } from "./profile_rules.ts";
import type { Join, Leave, Proposal, Rename, Resume, ServerDead } from "./proposals.ts";
import type { LeaveDetails } from "./room_changes.ts";
import type { RoomRules } from "./room_rules.ts";
import { isMuted, spoken, type State, WAITING_RULES } from "./state.ts";

/** Folds what people do besides talking. */
export class PeopleRules {
  readonly #state: State;
  readonly #batch: Batch;
  readonly #rooms: RoomRules;
  readonly #profiles: ProfileRules;

  /**
   * Folds nothing yet.
   *
   * @param batch Gets the events, and what undoes them.
   * @param rules `rooms` let people in and out; `profiles` take what they say of themselves.
   */
  constructor(
    state: State,
    batch: Batch,
    rules: { readonly rooms: RoomRules; readonly profiles: ProfileRules },
  ) {
    this.#state = state;
    this.#batch = batch;
    this.#rooms = rules.rooms;
    this.#profiles = rules.profiles;
  }

  /** Somebody comes in. */
  join(proposal: Join): Joined | Refused {
    const { members, sessions, mutes, bans } = this.#state;
    const { atMs } = this.#batch;
    const { name, session: hash, address } = proposal;
    const known = hash === null ? null : sessions.get(hash) ?? null;
    // Another connection of the session has come in first.
    if (known !== null && known.member !== null) {
      if (proposal.isAgain) return refused("gone", proposal);
      return this.#takePlace(known.member, proposal);
    }
    const { keys = nameKeys(name) } = proposal;
    const ban = bans.ofName(keys, atMs) ?? bans.ofAddress(address, atMs);
    if (ban !== undefined) return refused("banned", proposal);
    if (!members.isFree(keys)) return refused("name_taken", proposal);
    let session = known;
    if (hash !== null && session === null) {
      const opened = session = sessions.open(hash, atMs);
      this.#batch.onUndo(() => sessions.drop(opened));
    }
    const member = members.add(name, session, { address, keys })!;
    member.owner = proposal.owner ?? null;
    member.mute = mutes.ofNewcomer(hash, address, atMs);
    this.#batch.onUndo(() => members.takeBack(member));
    this.#profiles.came(member, proposal);
    if (session !== null) this.#place(session, member);
    const rooms = proposal.rooms.map((wish) => this.#rooms.enter(member, wish, proposal));
    return { type: "joined", proposal, member, resumed: false, rooms, left: [] };
  }

  /** A session takes up its place. */
  resume(proposal: Resume): Joined | Refused {
    const member = this.#state.sessions.get(proposal.session)?.member ?? null;
    return member === null ? refused("gone", proposal) : this.#takePlace(member, proposal);
  }

  /** Gives a place to another connection of the same session. */
  #takePlace(member: Member, proposal: Join | Resume): Joined {
    const { epoch, owner, session } = member;
    member.epoch++;
    member.owner = proposal.owner ?? null;
    this.#batch.onUndo(() => Object.assign(member, { epoch, owner }));
    this.#place(session!, member);
    this.#profiles.came(member, proposal);
    const { rooms, left } = this.#rooms.resume(member, proposal.rooms, proposal);
    return { type: "joined", proposal, member, resumed: true, rooms, left };
  }

  /** A session has a place from now on, or none any more; it is heard of. */
  #place(session: Session, member: Member | null): void {
    const { sessions } = this.#state;
    const { seenMs, member: before } = session;
    sessions.seen(session, this.#batch.atMs);
    session.member = member;
    this.#batch.onUndo(() => {
      session.seenMs = seenMs;
      session.member = before;
    });
    if (member !== null) this.#batch.onUndo(sessions.mailboxes.back(session));
  }

  /** Somebody goes. */
  leave(proposal: Leave): Done | Refused {
    const { members } = this.#state;
    const { member, reason, epoch = member.epoch } = proposal;
    if (!members.has(member) || epoch !== member.epoch) return refused("gone", proposal);
    const text = spoken(member, proposal.text, this.#batch.atMs);
    const how = text === undefined ? { reason } : { reason, text };
    return done(proposal, this.#letGo(member, how, proposal));
  }

  #letGo(member: Member, how: LeaveDetails, proposal: Proposal): Happened[] {
    const { members } = this.#state;
    const { session } = member;
    const events = this.#rooms.leaveAll(member, how, proposal);
    members.remove(member);
    this.#batch.onUndo(() => members.restore(member));
    // Its 24 hours begin now, however long it was here.
    if (session?.member === member) {
      const mayComeBack = isByAccident(how.reason);
      this.#goneFrom(session, member, mayComeBack);
      if (events.length === 0) {
        const { name } = member;
        this.#batch.notes.push({ type: "left", session: session.hash, name, mayComeBack });
      }
    }
    return events;
  }

  /** A session has no place any more. For whom may come back, direct messages wait. */
  #goneFrom(session: Session, member: Member, mayComeBack: boolean): void {
    const { rules, sessions: { mailboxes } } = this.#state;
    this.#place(session, null);
    if (rules < WAITING_RULES || !mayComeBack) return;
    const { name, fold } = member;
    this.#batch.onUndo(mailboxes.left(session, { name, fold }));
  }

  /** Lets all people of a server go, unless something of it came meanwhile. */
  dead(proposal: ServerDead): Done | Refused {
    const { members, servers } = this.#state;
    const undo = servers.bury(proposal.server, proposal.last, this.#batch.atMs);
    if (undo === null) return refused("gone", proposal);
    this.#batch.onUndo(undo);
    const its = members.all().filter(({ owner }) => owner === proposal.server);
    // Whatever was undone on this server, the order is the same on all.
    its.sort((a, b) => a.place - b.place);
    const events = its.flatMap((member) => this.#letGo(member, { reason: "lost" }, proposal));
    return { ...done(proposal, events), left: its };
  }

  /** Somebody takes another name. */
  rename(proposal: Rename): Done | Refused {
    const { members, bans } = this.#state;
    const { member, to, keys = nameKeys(to) } = proposal;
    if (!members.has(member)) return refused("gone", proposal);
    const { name: from, fold, skeleton } = member;
    // Asked for twice before the first was settled.
    if (from === to) return unchanged(proposal);
    // A new name is shown to everybody: it is speech, too.
    if (isMuted(member, this.#batch.atMs)) return refused("muted", proposal);
    if (bans.ofName(keys, this.#batch.atMs) !== undefined) return refused("banned", proposal);
    const room = [...member.rooms].find(({ modes }) => modes.keepsOut(keys));
    if (room !== undefined) return refused("name_banned", proposal, { room });
    if (!members.rename(member, to, keys)) return refused("name_taken", proposal);
    this.#batch.onUndo(() => members.rename(member, from, { fold, skeleton }));
    return { ...done(proposal, this.#rooms.renamed(member, from, proposal)), from };
  }
}

/** Whether somebody has left without saying so, and may come back. */
function isByAccident(reason: LeaveReason): boolean {
  return reason === "lost" || reason === "timeout" || reason === "shutdown";
}
