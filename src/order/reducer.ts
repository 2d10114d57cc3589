/**
 * From a proposal to what it changes: the only place where names, places, rooms, sessions, mutes
 * and bans change, and where a message id that was used before is refused. Deterministic: the same
 * proposals in the same batches, with the same times, make the same state and the same verdicts on
 * every server. No clock, no chance, no I/O. What people say stands here, who comes and goes in
 * `people_rules.ts`, what they say of themselves in `profile_rules.ts`, what is about rooms in
 * `room_rules.ts`, what keepers change in `keeper_rules.ts`, direct messages in `direct_rules.ts`,
 * what operators do in `moderation_rules.ts`.
 *
 * Each change leaves behind how to undo it, until the batch is committed.
 *
 * @module
 */

import { keepOutKeys, type Member, type Room } from "../room/room.ts";
import { eventOf, outcomeOf } from "../room/sessions.ts";
import type { Note } from "../store/store.ts";
import { Batch, type BatchTime, done, type Parted, refused } from "./batch.ts";
import { DirectRules, noteId } from "./direct_rules.ts";
import { KeeperRules } from "./keeper_rules.ts";
import { ModerationRules } from "./moderation_rules.ts";
import type { Done, Entered, Happened, Refused, Verdict } from "./order.ts";
import { PeopleRules } from "./people_rules.ts";
import { ProfileRules } from "./profile_rules.ts";
import type { Proposal, Say, TakeUpRules } from "./proposals.ts";
import type { Enter } from "./room_proposals.ts";
import { RoomRules } from "./room_rules.ts";
import { EXPIRY_RULES, isMuted, type State } from "./state.ts";

/** Folds proposals into a state, one batch after the other. */
export class Reducer {
  readonly #state: State;
  readonly #batch = new Batch();
  readonly #people: PeopleRules;
  readonly #profiles: ProfileRules;
  readonly #rooms: RoomRules;
  readonly #keepers: KeeperRules;
  readonly #moderation: ModerationRules;
  readonly #directs: DirectRules;

  /**
   * Begins with no batch.
   *
   * @param state Changed by nobody else.
   */
  constructor(state: State) {
    this.#state = state;
    this.#keepers = new KeeperRules(state, this.#batch);
    this.#rooms = new RoomRules(state, this.#batch, this.#keepers);
    this.#profiles = new ProfileRules(state, this.#batch);
    this.#people = new PeopleRules(state, this.#batch, {
      rooms: this.#rooms,
      profiles: this.#profiles,
    });
    this.#moderation = new ModerationRules(state, this.#batch);
    this.#directs = new DirectRules(state, this.#batch);
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
        return this.#people.join(proposal);
      case "resume":
        return this.#people.resume(proposal);
      case "leave":
        return this.#people.leave(proposal);
      case "rename":
        return this.#people.rename(proposal);
      case "describe":
        return this.#profiles.describe(proposal);
      case "enter":
        return this.#enter(proposal);
      case "part":
        return this.#rooms.part(proposal);
      case "topic":
        return this.#keepers.topic(proposal);
      case "key":
        return this.#keepers.key(proposal);
      case "unlist":
        return this.#keepers.unlist(proposal);
      case "keeper":
        return this.#keepers.keeper(proposal);
      case "close":
        return this.#keepers.close(proposal);
      case "flags":
        return this.#keepers.flags(proposal);
      case "rank":
        return this.#keepers.rank(proposal);
      case "ban-name":
        return this.#keepers.banName(proposal);
      case "invite":
        return this.#keepers.invite(proposal);
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
        return this.#people.dead(proposal);
      case "rules":
        return this.#takeUpRules(proposal);
    }
  }

  /** The batch holds: nothing of it is undone any more, and what is over a bound is forgotten. */
  commit(): void {
    this.#batch.commit();
    const { rules, sessions, mutes, members, rooms } = this.#state;
    const { atMs } = this.#batch;
    rooms.trim();
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
    if (!member.rooms.has(room) && !this.#isOpenTo(room, member)) {
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

  /** Whether somebody outside a room may speak there, as long as there is that room. */
  #isOpenTo(room: Room, member: Member): boolean {
    const { modes } = room;
    if (!modes.flags.isOpenToAll || modes.keepsOut(member) || !this.#state.isThere(room)) {
      return false;
    }
    return room.keptOutUntil(keepOutKeys(member), this.#batch.atMs) === null;
  }

  #enter(proposal: Enter): Entered | Refused {
    const { member, wish } = proposal;
    if (!this.#state.members.has(member)) return refused("gone", proposal);
    return this.#rooms.enter(member, wish, proposal);
  }

  #takeUpRules(proposal: TakeUpRules): Done | Refused {
    const { rules } = this.#state;
    if (proposal.version <= rules) return refused("gone", proposal);
    this.#state.rules = proposal.version;
    this.#batch.onUndo(() => this.#state.rules = rules);
    return done(proposal);
  }
}

/** Whether somebody may speak where few may. */
function maySpeak(room: Room, member: Member): boolean {
  return room.isKeptBy(member) || room.modes.ranks.voice.has(member);
}
