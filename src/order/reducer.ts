/**
 * From a proposal to what it changes: the only place where names, places, rooms, sessions, mutes
 * and bans change, and where a message id that was used before is refused. Deterministic: the same
 * proposals in the same batches, with the same times, make the same state and the same verdicts on
 * every server. No clock, no chance, no I/O. What is about messages stands in `message_rules.ts`,
 * what is about rooms in `room_rules.ts`.
 *
 * Each change leaves behind how to undo it, until the batch is committed.
 *
 * @module
 */

import type { Member, Room, Session } from "../room/room.ts";
import type { Note } from "../store/store.ts";
import { Batch, type BatchTime, done, type Parted, refused } from "./batch.ts";
import type { Done, Entered, Joined, Refused, Verdict } from "./order.ts";
import type {
  Enter,
  Join,
  Leave,
  MuteMember,
  PlaceBan,
  Proposal,
  Rename,
  Resume,
  Unban,
  Unmute,
} from "./proposals.ts";
import { MessageRules } from "./message_rules.ts";
import { RoomRules } from "./room_rules.ts";
import { isMuted, spoken, type State } from "./state.ts";

/** Folds proposals into a state, one batch after the other. */
export class Reducer {
  readonly #state: State;
  readonly #batch = new Batch();
  readonly #messages: MessageRules;
  readonly #rooms: RoomRules;

  /**
   * Begins with no batch.
   *
   * @param state Changed by nobody else.
   */
  constructor(state: State) {
    this.#state = state;
    this.#messages = new MessageRules(state, this.#batch);
    this.#rooms = new RoomRules(state, this.#batch);
  }

  /** Begins a batch. The one before is committed or undone. */
  begin(time: BatchTime): void {
    this.#batch.begin(time);
  }

  /** What of the batch is to be stored beside its events. */
  get notes(): readonly Note[] {
    return this.#batch.notes;
  }

  /** Who has come out of a room in the batch, and stays on the server. */
  get parted(): readonly Parted[] {
    return this.#batch.parted;
  }

  /** Rooms that are gone by the batch. */
  get gone(): readonly Room[] {
    return this.#batch.gone;
  }

  /** Folds a proposal of the batch. Its verdict holds once the batch is committed. */
  reduce(proposal: Proposal): Verdict {
    switch (proposal.type) {
      case "say":
        return this.#messages.say(proposal);
      case "direct":
        return this.#messages.direct(proposal);
      case "delivery":
        return this.#messages.delivery(proposal);
      case "join":
        return this.#join(proposal);
      case "resume":
        return this.#resume(proposal);
      case "leave":
        return this.#leave(proposal);
      case "rename":
        return this.#rename(proposal);
      case "enter":
        return this.#enter(proposal);
      case "part":
        return this.#rooms.part(proposal);
      case "topic":
        return this.#rooms.topic(proposal);
      case "key":
        return this.#rooms.key(proposal);
      case "unlist":
        return this.#rooms.unlist(proposal);
      case "keeper":
        return this.#rooms.keeper(proposal);
      case "close":
        return this.#rooms.close(proposal);
      case "flags":
        return this.#rooms.flags(proposal);
      case "rank":
        return this.#rooms.rank(proposal);
      case "ban-name":
        return this.#rooms.banName(proposal);
      case "invite":
        return this.#rooms.invite(proposal);
      case "open":
        return this.#rooms.open(proposal);
      case "mute":
        return this.#mute(proposal);
      case "unmute":
        return this.#unmute(proposal);
      case "ban":
        return this.#ban(proposal);
      case "unban":
        return this.#unban(proposal);
    }
  }

  /** The batch holds: nothing of it is undone any more, and what is over a bound is forgotten. */
  commit(): void {
    this.#batch.commit();
    this.#state.sessions.trim(this.#batch.atMs);
    this.#state.mutes.trim();
  }

  /** Undoes all changes of the batch: the state is as it was before {@linkcode begin}. */
  undo(): void {
    this.#batch.undo();
  }

  #join(proposal: Join): Joined | Refused {
    const { members, sessions, mutes, bans } = this.#state;
    const { atMs } = this.#batch;
    const { name, session: hash, address } = proposal;
    const known = hash === null ? null : sessions.get(hash) ?? null;
    // Another connection of the session has come in first.
    if (known !== null && known.member !== null) return this.#takePlace(known.member, proposal);
    const ban = bans.ofName(name, atMs) ?? bans.ofAddress(address, atMs);
    if (ban !== undefined) return refused("banned", proposal);
    if (!members.isFree(name)) return refused("name_taken", proposal);
    let session = known;
    if (hash !== null && session === null) {
      const opened = session = sessions.open(hash, atMs);
      this.#batch.onUndo(() => sessions.drop(opened));
    }
    const member = members.add(name, session, address)!;
    member.mute = mutes.ofNewcomer(hash, address, atMs);
    this.#batch.onUndo(() => members.remove(member));
    if (session !== null) this.#place(session, member);
    const rooms = proposal.rooms.map((wish) => this.#rooms.enter(member, wish, proposal));
    return { type: "joined", proposal, member, resumed: false, rooms, left: [] };
  }

  #resume(proposal: Resume): Joined | Refused {
    const member = this.#state.sessions.get(proposal.session)?.member ?? null;
    return member === null ? refused("gone", proposal) : this.#takePlace(member, proposal);
  }

  /** Gives a place to another connection of the same session. */
  #takePlace(member: Member, proposal: Join | Resume): Joined {
    const { epoch, session } = member;
    member.epoch++;
    this.#batch.onUndo(() => member.epoch = epoch);
    this.#place(session!, member);
    const { rooms, left } = this.#rooms.resume(member, proposal.rooms, proposal);
    return { type: "joined", proposal, member, resumed: true, rooms, left };
  }

  #enter(proposal: Enter): Entered | Refused {
    const { member, wish } = proposal;
    if (!this.#state.members.has(member)) return refused("gone", proposal);
    return this.#rooms.enter(member, wish, proposal);
  }

  /** A session has a place from now on, or none any more; it is heard of. */
  #place(session: Session, member: Member | null): void {
    const { seenMs, member: before } = session;
    this.#state.sessions.seen(session, this.#batch.atMs);
    session.member = member;
    this.#batch.onUndo(() => {
      session.seenMs = seenMs;
      session.member = before;
    });
  }

  #leave(proposal: Leave): Done | Refused {
    const { members } = this.#state;
    const { member, reason, epoch = member.epoch } = proposal;
    if (!members.has(member) || epoch !== member.epoch) return refused("gone", proposal);
    const { session } = member;
    const text = spoken(member, proposal.text, this.#batch.atMs);
    const how = text === undefined ? { reason } : { reason, text };
    const events = this.#rooms.leaveAll(member, how, proposal);
    members.remove(member);
    this.#batch.onUndo(() => members.restore(member));
    // Its 24 hours begin now, however long it was here.
    if (session?.member === member) this.#place(session, null);
    return done(proposal, events);
  }

  #rename(proposal: Rename): Done | Refused {
    const { members, bans } = this.#state;
    const { member, to } = proposal;
    if (!members.has(member)) return refused("gone", proposal);
    // A new name is shown to everybody: it is speech, too.
    if (isMuted(member, this.#batch.atMs)) return refused("muted", proposal);
    if (bans.ofName(to, this.#batch.atMs) !== undefined) return refused("banned", proposal);
    const from = member.name;
    // Asked for twice before the first was settled.
    if (from === to) return done(proposal);
    if (!members.rename(member, to)) return refused("name_taken", proposal);
    this.#batch.onUndo(() => members.rename(member, from));
    return { ...done(proposal, this.#rooms.renamed(member, from, proposal)), from };
  }

  #mute(proposal: MuteMember): Done | Refused {
    const { members, mutes } = this.#state;
    const { member, untilMs } = proposal;
    if (!members.has(member)) return refused("gone", proposal);
    this.#batch.onUndo(mutes.mute(member, untilMs, this.#batch.atMs));
    return done(proposal);
  }

  #unmute(proposal: Unmute): Done | Refused {
    const { members, mutes } = this.#state;
    const { name } = proposal;
    const undo = mutes.unmute(name, members.get(name)?.mute ?? null, this.#batch.atMs);
    if (undo === null) return refused("gone", proposal);
    this.#batch.onUndo(undo);
    return done(proposal);
  }

  #ban(proposal: PlaceBan): Done {
    const { ban } = proposal;
    this.#batch.onUndo(this.#state.bans.set(ban.key, ban));
    this.#batch.notes.push({ type: "ban", ban });
    return done(proposal);
  }

  #unban(proposal: Unban): Done | Refused {
    const { bans } = this.#state;
    const key = bans.find(proposal.keys, { nowMs: this.#batch.atMs, ranOut: proposal.ranOut });
    if (key === undefined) return refused("gone", proposal);
    this.#batch.onUndo(bans.set(key, undefined));
    this.#batch.notes.push({ type: "unban", key });
    return done(proposal);
  }
}
