/**
 * From a proposal to what it changes: the only place where names, places, rooms, sessions, mutes
 * and bans change, and where a message id that was used before is refused. Deterministic: the same
 * proposals in the same batches, with the same times, make the same state and the same verdicts on
 * every server. No clock, no chance, no I/O. People and what they say stand here, what is about
 * rooms in `room_rules.ts` and `room_settings.ts`, direct messages in `direct_rules.ts`, what people
 * say of themselves in `profile_rules.ts`, what operators do in `moderation_rules.ts`.
 *
 * Each change leaves behind how to undo it, until the batch is committed.
 *
 * @module
 */

import type { LeaveReason } from "../protocol/messages.ts";
import { nameKeys } from "../protocol/names.ts";
import { keepOutKeys, type Member, type Room, type Session } from "../room/room.ts";
import { eventOf, outcomeOf } from "../room/sessions.ts";
import type { Note } from "../store/store.ts";
import { Batch, type BatchTime, done, type Parted, refused, unchanged } from "./batch.ts";
import type { Done, Entered, Happened, Joined, Refused, Verdict } from "./order.ts";
import type {
  Enter,
  Join,
  Leave,
  Proposal,
  Rename,
  Resume,
  Say,
  ServerDead,
  TakeUpRules,
} from "./proposals.ts";
import { DirectRules, noteId } from "./direct_rules.ts";
import { ModerationRules } from "./moderation_rules.ts";
import type { LeaveDetails } from "./room_changes.ts";
import { ProfileRules } from "./profile_rules.ts";
import { RoomRules } from "./room_rules.ts";
import { RoomSettings } from "./room_settings.ts";
import { EXPIRY_RULES, isMuted, spoken, type State, WAITING_RULES } from "./state.ts";

/** Folds proposals into a state, one batch after the other. */
export class Reducer {
  readonly #state: State;
  readonly #batch = new Batch();
  readonly #rooms: RoomRules;
  readonly #settings: RoomSettings;
  readonly #moderation: ModerationRules;
  readonly #directs: DirectRules;
  readonly #profiles: ProfileRules;

  /**
   * Begins with no batch.
   *
   * @param state Changed by nobody else.
   */
  constructor(state: State) {
    this.#state = state;
    this.#rooms = new RoomRules(state, this.#batch);
    this.#settings = new RoomSettings(state, this.#batch);
    this.#moderation = new ModerationRules(state, this.#batch);
    this.#directs = new DirectRules(state, this.#batch);
    this.#profiles = new ProfileRules(state, this.#batch);
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
        return this.#say(proposal);
      case "direct":
        return this.#directs.direct(proposal);
      case "delivery":
        return this.#directs.delivery(proposal);
      case "wait":
        return this.#directs.wait(proposal);
      case "seen":
        return this.#directs.seen(proposal);
      case "join":
        return this.#join(proposal);
      case "resume":
        return this.#resume(proposal);
      case "leave":
        return this.#leave(proposal);
      case "rename":
        return this.#rename(proposal);
      case "describe":
        return this.#profiles.describe(proposal);
      case "enter":
        return this.#enter(proposal);
      case "part":
        return this.#rooms.part(proposal);
      case "topic":
        return this.#rooms.topic(proposal);
      case "key":
        return this.#settings.key(proposal);
      case "unlist":
        return this.#settings.unlist(proposal);
      case "keeper":
        return this.#rooms.keeper(proposal);
      case "close":
        return this.#rooms.close(proposal);
      case "flags":
        return this.#settings.flags(proposal);
      case "rank":
        return this.#settings.rank(proposal);
      case "ban-name":
        return this.#settings.banName(proposal);
      case "invite":
        return this.#rooms.invite(proposal);
      case "open":
        return this.#rooms.open(proposal);
      case "erase":
        return this.#moderation.erase(proposal);
      case "mute":
        return this.#moderation.mute(proposal);
      case "mute-range":
        return this.#moderation.muteRange(proposal);
      case "unmute":
        return this.#moderation.unmute(proposal);
      case "ban":
        return this.#moderation.ban(proposal);
      case "unban":
        return this.#moderation.unban(proposal);
      case "dead":
        return this.#dead(proposal);
      case "rules":
        return this.#takeUpRules(proposal);
    }
  }

  /** The batch holds: nothing of it is undone any more, and what is over a bound is forgotten. */
  commit(): void {
    this.#batch.commit();
    const { rules, sessions, mutes, members } = this.#state;
    const { atMs } = this.#batch;
    sessions.trim(atMs);
    if (rules >= EXPIRY_RULES) sessions.mailboxes.expire(atMs);
    mutes.trim(members);
  }

  /** Undoes all changes of the batch: the state is as it was before {@linkcode begin}. */
  undo(): void {
    this.#batch.undo();
  }

  #say(proposal: Say): Happened | Refused {
    const { member, room, text, id, action, notice, cuts } = proposal;
    const { atMs } = this.#batch;
    if (!this.#state.members.has(member)) return refused("gone", proposal);
    const { session } = member;
    // First of all: what has been said is said, also by somebody who is muted or elsewhere by now.
    const known = id === undefined ? undefined : session?.ids.get(id);
    if (known !== undefined) return refused("repeated", proposal, { repeats: eventOf(known) });
    if (!member.rooms.has(room) && !isOpenTo(room, member, atMs)) {
      return refused("not_in_room", proposal, { room });
    }
    if (room.modes.flags.isModerated && !proposal.isOperator && !maySpeak(room, member)) {
      return refused("moderated", proposal, { room });
    }
    if (isMuted(member, atMs)) return refused("muted", proposal);
    if (id !== undefined && session !== null) {
      noteId(this.#state.sessions, this.#batch, session, id, outcomeOf(room.id, room.nextSeq));
    }
    if (room.lastMessageMs !== atMs) {
      const { lastMessageMs } = room;
      room.lastMessageMs = atMs;
      this.#batch.onUndo(() => room.lastMessageMs = lastMessageMs);
    }
    const message = { type: "message", from: member.name, text } as const;
    // Plain clients give no ids, and this runs for every line of a flood.
    if (id === undefined && action === undefined && notice === undefined && cuts === undefined) {
      return this.#batch.accept(room, message, member, proposal);
    }
    const draft = {
      ...message,
      ...(id === undefined ? {} : { id }),
      ...(action === undefined ? {} : { action }),
      ...(notice === undefined ? {} : { notice }),
      ...(cuts === undefined ? {} : { cuts }),
    };
    return this.#batch.accept(room, draft, member, proposal);
  }

  #join(proposal: Join): Joined | Refused {
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

  #resume(proposal: Resume): Joined | Refused {
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

  #enter(proposal: Enter): Entered | Refused {
    const { member, wish } = proposal;
    if (!this.#state.members.has(member)) return refused("gone", proposal);
    return this.#rooms.enter(member, wish, proposal);
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

  #leave(proposal: Leave): Done | Refused {
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
    if (session?.member === member) this.#goneFrom(session, member, how.reason);
    return events;
  }

  /** A session has no place any more. For whom may come back, direct messages wait. */
  #goneFrom(session: Session, member: Member, reason: LeaveReason): void {
    const { rules, sessions: { mailboxes } } = this.#state;
    this.#place(session, null);
    const mayComeBack = reason === "lost" || reason === "timeout" || reason === "shutdown";
    if (rules < WAITING_RULES || !mayComeBack) return;
    const { name, fold } = member;
    this.#batch.onUndo(mailboxes.left(session, { name, fold }));
  }

  /** Lets all people of a server go, unless something of it came meanwhile. */
  #dead(proposal: ServerDead): Done | Refused {
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

  #takeUpRules(proposal: TakeUpRules): Done | Refused {
    const { rules } = this.#state;
    if (proposal.version <= rules) return refused("gone", proposal);
    this.#state.rules = proposal.version;
    this.#batch.onUndo(() => this.#state.rules = rules);
    return done(proposal);
  }

  #rename(proposal: Rename): Done | Refused {
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

/** Whether somebody outside a room may speak there, as long as there is that room. */
function isOpenTo(room: Room, member: Member, nowMs: number): boolean {
  const { isGone, modes } = room;
  if (isGone || !modes.flags.isOpenToAll || modes.keepsOut(member)) return false;
  return room.keptOutUntil(keepOutKeys(member), nowMs) === null;
}

/** Whether somebody may speak where few may. */
function maySpeak(room: Room, member: Member): boolean {
  return room.isKeptBy(member) || room.modes.ranks.voice.has(member);
}
