/**
 * From a proposal to what it changes: the only place where names, places, sessions, mutes and bans
 * change, and where a message id that was used before is refused. Deterministic: the same
 * proposals in the same batches, with the same times, make the same state and the same verdicts on
 * every server. No clock, no chance, no I/O.
 *
 * Each change leaves behind how to undo it, until the batch is committed.
 *
 * @module
 */

import type { Draft } from "../protocol/messages.ts";
import type { Member, Session } from "../room/members.ts";
import { DELIVERED_DIRECT, SETTLED_DIRECT, UNDELIVERED_DIRECT } from "../room/sessions.ts";
import { directKey, type Entry, LOBBY, type Note } from "../store/store.ts";
import type {
  Delivery,
  Direct,
  Done,
  Join,
  Joined,
  Leave,
  Mute,
  PlaceBan,
  Proposal,
  Refusal,
  Refused,
  Rename,
  Resume,
  Say,
  Unban,
  Unmute,
} from "./order.ts";
import type { State } from "./state.ts";

/** A proposal that becomes an event once it is stored. */
export interface Accepted extends Entry {
  /** Who came in by it; null when it is no join. */
  readonly joined: Member | null;
}

/** What a proposal comes to, if its batch is committed. */
export type Outcome = Accepted | Joined | Done | Refused;

/** When and where a batch is. */
export interface Batch {
  /** Its time, in milliseconds since 1970: what expires is compared with it. */
  readonly atMs: number;
  /** `seq` of its first event. */
  readonly firstSeq: number;
}

/** Folds proposals into a state, one batch after the other. */
export class Reducer {
  readonly #state: State;
  /** What undoes the batch, backwards. */
  readonly #undo: (() => void)[] = [];
  #notes: Note[] = [];
  #atMs = 0;
  #nextSeq = 0;

  /**
   * Begins with no batch.
   *
   * @param state Changed by nobody else.
   */
  constructor(state: State) {
    this.#state = state;
  }

  /** Begins a batch. The one before is committed or undone. */
  begin({ atMs, firstSeq }: Batch): void {
    this.#atMs = atMs;
    this.#nextSeq = firstSeq;
    this.#notes = [];
  }

  /** What of the batch is to be stored beside its events. */
  get notes(): readonly Note[] {
    return this.#notes;
  }

  /** Folds a proposal of the batch. */
  reduce(proposal: Proposal): Outcome {
    switch (proposal.type) {
      case "say":
        return this.#say(proposal);
      case "direct":
        return this.#direct(proposal);
      case "delivery":
        return this.#delivery(proposal);
      case "join":
        return this.#join(proposal);
      case "resume":
        return this.#resume(proposal);
      case "leave":
        return this.#leave(proposal);
      case "rename":
        return this.#rename(proposal);
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
    this.#undo.length = 0;
    this.#state.sessions.trim(this.#atMs);
    this.#state.mutes.trim();
  }

  /** Undoes all changes of the batch: the state is as it was before {@linkcode begin}. */
  undo(): void {
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) undo();
  }

  #say(proposal: Say): Outcome {
    const { member, text, id, action } = proposal;
    if (!this.#state.members.has(member)) return refused("gone", proposal);
    const { session } = member;
    // First of all: what has been said is said, also by somebody who is muted by now.
    const seq = id === undefined ? undefined : session?.ids.get(id);
    if (seq !== undefined) return refused("repeated", proposal, seq);
    if (this.#isMuted(member)) return refused("muted", proposal);
    if (id !== undefined && session !== null) this.#note(session, id, this.#nextSeq);
    const message = { type: "message", from: member.name, text } as const;
    // Plain clients give no ids, and this runs for every line of a flood.
    if (id === undefined && action === undefined) return this.#accept(message, member);
    return this.#accept({
      ...message,
      ...(id === undefined ? {} : { id }),
      ...(action === undefined ? {} : { action }),
    }, member);
  }

  #direct(proposal: Direct): Outcome {
    const { member, id } = proposal;
    if (!this.#state.members.has(member)) return refused("gone", proposal);
    const { name, session } = member;
    const known = id === undefined ? undefined : session?.ids.get(directKey(id));
    if (known !== undefined && known !== UNDELIVERED_DIRECT) return refused("repeated", proposal);
    if (this.#isMuted(member)) return refused("muted", proposal);
    if (id !== undefined && session !== null) {
      this.#note(session, directKey(id), SETTLED_DIRECT);
      this.#notes.push({ type: "direct", session: session.hash, id, name });
    }
    return { type: "done", proposal };
  }

  #delivery(proposal: Delivery): Outcome {
    const { member: { session }, id, delivered } = proposal;
    const key = directKey(id);
    if (session?.ids.get(key) !== SETTLED_DIRECT) return refused("gone", proposal);
    this.#note(session, key, delivered ? DELIVERED_DIRECT : UNDELIVERED_DIRECT);
    if (!delivered) this.#notes.push({ type: "undelivered", session: session.hash, id });
    return { type: "done", proposal };
  }

  #join(proposal: Join): Outcome {
    const { members, sessions, mutes, bans } = this.#state;
    const { name, session: hash, address } = proposal;
    const known = hash === null ? null : sessions.get(hash) ?? null;
    // Another connection of the session has come in first.
    if (known !== null && known.member !== null) return this.#takePlace(known, known.member);
    const ban = bans.ofName(name, this.#atMs) ?? bans.ofAddress(address, this.#atMs);
    if (ban !== undefined) return refused("banned", proposal);
    if (!members.isFree(name)) return refused("name_taken", proposal);
    let session = known;
    if (hash !== null && session === null) {
      const opened = session = sessions.open(hash, this.#atMs);
      this.#undo.push(() => sessions.drop(opened));
    }
    const member = members.add(name, session, address)!;
    member.mute = mutes.ofNewcomer(hash, address, this.#atMs);
    this.#undo.push(() => members.remove(member));
    if (session !== null) this.#place(session, member);
    return this.#accept({ type: "join", name }, member, member);
  }

  #resume(proposal: Resume): Outcome {
    const session = this.#state.sessions.get(proposal.session);
    if (session === undefined || session.member === null) return refused("gone", proposal);
    return this.#takePlace(session, session.member);
  }

  /** Gives a place to another connection of the same session. */
  #takePlace(session: Session, member: Member): Outcome {
    const { epoch } = member;
    member.epoch++;
    this.#undo.push(() => member.epoch = epoch);
    this.#place(session, member);
    return { type: "joined", member, event: null };
  }

  /** A session has a place from now on, or none any more; it is heard of. */
  #place(session: Session, member: Member | null): void {
    const { seenMs, member: before } = session;
    this.#state.sessions.seen(session, this.#atMs);
    session.member = member;
    this.#undo.push(() => {
      session.seenMs = seenMs;
      session.member = before;
    });
  }

  #leave(proposal: Leave): Outcome {
    const { members } = this.#state;
    const { member, reason, epoch = member.epoch } = proposal;
    if (!members.has(member) || epoch !== member.epoch) return refused("gone", proposal);
    const { session } = member;
    members.remove(member);
    this.#undo.push(() => members.restore(member));
    // Its 24 hours begin now, however long it was here.
    if (session?.member === member) this.#place(session, null);
    return this.#accept({ type: "leave", name: member.name, reason }, member);
  }

  #rename(proposal: Rename): Outcome {
    const { members, bans } = this.#state;
    const { member, to } = proposal;
    if (!members.has(member)) return refused("gone", proposal);
    // A new name is shown to everybody: it is speech, too.
    if (this.#isMuted(member)) return refused("muted", proposal);
    if (bans.ofName(to, this.#atMs) !== undefined) return refused("banned", proposal);
    const from = member.name;
    if (!members.rename(member, to)) return refused("name_taken", proposal);
    this.#undo.push(() => members.rename(member, from));
    return this.#accept({ type: "rename", from, to }, member);
  }

  #mute(proposal: Mute): Outcome {
    const { members, mutes } = this.#state;
    const { member, untilMs } = proposal;
    if (!members.has(member)) return refused("gone", proposal);
    this.#undo.push(mutes.mute(member, untilMs, this.#atMs));
    return { type: "done", proposal };
  }

  #unmute(proposal: Unmute): Outcome {
    const { members, mutes } = this.#state;
    const { name } = proposal;
    const undo = mutes.unmute(name, members.get(name)?.mute ?? null, this.#atMs);
    if (undo === null) return refused("gone", proposal);
    this.#undo.push(undo);
    return { type: "done", proposal };
  }

  #ban(proposal: PlaceBan): Outcome {
    const { ban } = proposal;
    this.#undo.push(this.#state.bans.set(ban.key, ban));
    this.#notes.push({ type: "ban", ban });
    return { type: "done", proposal };
  }

  #unban(proposal: Unban): Outcome {
    const { bans } = this.#state;
    const key = bans.find(proposal.keys, { nowMs: this.#atMs, ranOut: proposal.ranOut });
    if (key === undefined) return refused("gone", proposal);
    this.#undo.push(bans.set(key, undefined));
    this.#notes.push({ type: "unban", key });
    return { type: "done", proposal };
  }

  #isMuted({ mute }: Member): boolean {
    return mute !== null && mute.untilMs > this.#atMs;
  }

  #note(session: Session, id: string, seq: number): void {
    const { sessions } = this.#state;
    const before = session.ids.get(id);
    sessions.note(session, id, seq);
    this.#undo.push(() => {
      if (before === undefined) sessions.forget(session, id);
      else sessions.note(session, id, before);
    });
  }

  #accept(draft: Draft, member: Member, joined: Member | null = null): Accepted {
    this.#nextSeq++;
    return { room: LOBBY, draft, session: member.session?.hash, joined };
  }
}

function refused(why: Refusal, proposal: Proposal, seq = 0): Refused {
  return { type: "refused", why, proposal, seq };
}
