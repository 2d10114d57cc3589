/**
 * The part of the reducer (`reducer.ts`) that is about direct messages: which ids they have used,
 * and which of them wait for somebody who is away.
 *
 * @module
 */

import {
  DELIVERED_DIRECT,
  type Sessions,
  SETTLED_DIRECT,
  UNDELIVERED_DIRECT,
} from "../room/sessions.ts";
import type { Session } from "../room/room.ts";
import { directKey, WAITING_DIRECT } from "../store/stored_sessions.ts";
import { type Batch, done, refused } from "./batch.ts";
import type { Done, Refused } from "./order.ts";
import type { Delivery, Direct, Seen, Wait } from "./proposals.ts";
import { isMuted, type State } from "./state.ts";

/** Folds what is for one person alone. */
export class DirectRules {
  readonly #state: State;
  readonly #batch: Batch;

  /**
   * Folds nothing yet.
   *
   * @param batch Gets the notes, and what undoes them.
   */
  constructor(state: State, batch: Batch) {
    this.#state = state;
    this.#batch = batch;
  }

  /** Uses up an id for a direct message. */
  direct(proposal: Direct): Done | Refused {
    const { member, id } = proposal;
    const refusal = this.#refusal(proposal);
    if (refusal !== null) return refusal;
    const { name, session } = member;
    if (id !== undefined && session !== null) {
      noteId(this.#state.sessions, this.#batch, session, directKey(id), SETTLED_DIRECT);
      this.#batch.notes.push({ type: "direct", session: session.hash, id, name });
    }
    return done(proposal);
  }

  /** Notes what became of a direct message. */
  delivery(proposal: Delivery): Done | Refused {
    const { id, delivered } = proposal;
    const { sessions } = this.#state;
    const session = sessions.get(proposal.session);
    const key = directKey(id);
    if (session?.ids.get(key) !== SETTLED_DIRECT) return refused("gone", proposal);
    const outcome = delivered ? DELIVERED_DIRECT : UNDELIVERED_DIRECT;
    noteId(sessions, this.#batch, session, key, outcome);
    if (!delivered) this.#batch.notes.push({ type: "undelivered", session: session.hash, id });
    return done(proposal);
  }

  /** Keeps a direct message for a session, and uses up its id. */
  wait(proposal: Wait): Done | Refused {
    const { member, to: hash, text, id, notice } = proposal;
    const { sessions } = this.#state;
    const { atMs } = this.#batch;
    const refusal = this.#refusal(proposal);
    if (refusal !== null) return refusal;
    const recipient = sessions.known(hash, atMs);
    const to = recipient?.member?.name ?? recipient?.goneAs?.name;
    // Who has said goodbye meanwhile is not waited for.
    if (recipient === undefined || to === undefined) return refused("nobody", proposal);
    const said = {
      atMs,
      from: member.name,
      to,
      text,
      ...(id === undefined ? {} : { id }),
      ...(notice === undefined ? {} : { notice }),
    };
    const why = sessions.mailboxes.refusal(recipient, said);
    if (why !== null) return refused(why, proposal);
    const { message, undo } = sessions.mailboxes.add(recipient, said);
    this.#batch.onUndo(undo);
    const { session } = member;
    if (id !== undefined && session !== null) {
      noteId(sessions, this.#batch, session, directKey(id), WAITING_DIRECT);
    }
    this.#batch.notes.push({ type: "wait", session: hash, message, sender: session?.hash ?? null });
    return done(proposal);
  }

  /** Forgets what a session has been given. */
  seen(proposal: Seen): Done | Refused {
    const { upTo } = proposal;
    const { sessions } = this.#state;
    const session = sessions.get(proposal.session);
    const seen = session === undefined ? null : sessions.mailboxes.seen(session, upTo);
    if (seen === null) return refused("gone", proposal);
    this.#batch.onUndo(seen.undo);
    this.#batch.notes.push({ type: "seen", session: proposal.session, upTo });
    return { ...done(proposal), seen: seen.messages };
  }

  /** Why somebody cannot say anything to one person, or not with this id; null: it can. */
  #refusal(proposal: Direct | Wait): Refused | null {
    const { member, id } = proposal;
    if (!this.#state.members.has(member)) return refused("gone", proposal);
    const known = id === undefined ? undefined : member.session?.ids.get(directKey(id));
    if (known !== undefined && known !== UNDELIVERED_DIRECT) return refused("repeated", proposal);
    return isMuted(member, this.#batch.atMs) ? refused("muted", proposal) : null;
  }
}

/** Notes what became of an id of a session: see `Sessions.note`. */
export function noteId(
  sessions: Sessions,
  batch: Batch,
  session: Session,
  id: string,
  outcome: number,
): void {
  const before = session.ids.get(id);
  sessions.note(session, id, outcome);
  batch.onUndo(() => {
    if (before === undefined) sessions.forget(session, id);
    else sessions.note(session, id, before);
  });
}
