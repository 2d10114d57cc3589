/**
 * The part of the reducer (`reducer.ts`) that is about messages: who may say something, and which
 * ids are used up by that.
 *
 * @module
 */

import type { Member, Room, Session } from "../room/room.ts";
import {
  DELIVERED_DIRECT,
  eventOf,
  outcomeOf,
  SETTLED_DIRECT,
  UNDELIVERED_DIRECT,
} from "../room/sessions.ts";
import { directKey } from "../store/store.ts";
import { type Batch, done, refused } from "./batch.ts";
import type { Done, Happened, Refused } from "./order.ts";
import type { Delivery, Direct, Say } from "./proposals.ts";
import { isMuted, type State } from "./state.ts";

/** Whether people outside a room may speak there, as long as there is that room. */
function isOpenTo({ isGone, modes }: Room): boolean {
  return modes.flags.isOpenToAll && !isGone;
}

/** Whether somebody may speak where few may. */
function maySpeak(room: Room, member: Member): boolean {
  return room.isKeptBy(member) || room.modes.ranks.voice.has(member);
}

/** Folds proposals that are about messages. */
export class MessageRules {
  readonly #state: State;
  readonly #batch: Batch;

  /**
   * Folds nothing yet.
   *
   * @param batch Gets the events, and what undoes them.
   */
  constructor(state: State, batch: Batch) {
    this.#state = state;
    this.#batch = batch;
  }

  /** Says something in a room. */
  say(proposal: Say): Happened | Refused {
    const { member, room, text, id, action, notice, cuts } = proposal;
    const { atMs } = this.#batch;
    if (!this.#state.members.has(member)) return refused("gone", proposal);
    const { session } = member;
    // First of all: what has been said is said, also by somebody who is muted or elsewhere by now.
    const known = id === undefined ? undefined : session?.ids.get(id);
    if (known !== undefined) return refused("repeated", proposal, { repeats: eventOf(known) });
    const { flags } = room.modes;
    if (!member.rooms.has(room) && !isOpenTo(room)) {
      return refused("not_in_room", proposal, { room });
    }
    if (flags.isModerated && !proposal.isOperator && !maySpeak(room, member)) {
      return refused("moderated", proposal, { room });
    }
    if (isMuted(member, this.#batch.atMs)) return refused("muted", proposal);
    if (id !== undefined && session !== null) {
      this.#note(session, id, outcomeOf(room.id, room.nextSeq));
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

  /** Uses up an id for a direct message. */
  direct(proposal: Direct): Done | Refused {
    const { member, id } = proposal;
    if (!this.#state.members.has(member)) return refused("gone", proposal);
    const { name, session } = member;
    const known = id === undefined ? undefined : session?.ids.get(directKey(id));
    if (known !== undefined && known !== UNDELIVERED_DIRECT) return refused("repeated", proposal);
    if (isMuted(member, this.#batch.atMs)) return refused("muted", proposal);
    if (id !== undefined && session !== null) {
      this.#note(session, directKey(id), SETTLED_DIRECT);
      this.#batch.notes.push({ type: "direct", session: session.hash, id, name });
    }
    return done(proposal);
  }

  /** Notes what became of a direct message. */
  delivery(proposal: Delivery): Done | Refused {
    const { member: { session }, id, delivered } = proposal;
    const key = directKey(id);
    if (session?.ids.get(key) !== SETTLED_DIRECT) return refused("gone", proposal);
    this.#note(session, key, delivered ? DELIVERED_DIRECT : UNDELIVERED_DIRECT);
    if (!delivered) this.#batch.notes.push({ type: "undelivered", session: session.hash, id });
    return done(proposal);
  }

  #note(session: Session, id: string, seq: number): void {
    const { sessions } = this.#state;
    const before = session.ids.get(id);
    sessions.note(session, id, seq);
    this.#batch.onUndo(() => {
      if (before === undefined) sessions.forget(session, id);
      else sessions.note(session, id, before);
    });
  }
}
