/**
 * One batch of proposals on its way through the reducer: when it is, what it does beside its
 * events, and how to undo it.
 *
 * @module
 */

import type { Draft, LogEvent } from "../protocol/messages.ts";
import type { Member, Parting, Room } from "../room/room.ts";
import type { Note } from "../store/store.ts";
import type { Done, Happened, Refusal, Refused } from "./order.ts";
import type { Proposal } from "./proposals.ts";

/** Time of a batch. */
export interface BatchTime {
  /** What expires is compared with it: milliseconds since 1970. */
  readonly atMs: number;
  /** Timestamp of its events: ISO 8601 in UTC. */
  readonly at: string;
}

/** Somebody has come out of a room. */
export interface Parted {
  /** Who. */
  readonly member: Member;
  /** How. */
  readonly parting: Parting;
}

/** The batch that is being reduced. One object serves all, one after the other. */
export class Batch {
  /** See {@linkcode BatchTime}. */
  atMs = 0;
  /** See {@linkcode BatchTime}. */
  at = "";
  /** What is to be stored beside its events. */
  notes: Note[] = [];
  /** Who has come out of a room and stays on the server. */
  parted: Parted[] = [];
  /** Rooms that are gone by it. */
  gone: Room[] = [];
  /** What undoes it, backwards. */
  readonly #undo: (() => void)[] = [];
  /** Rooms with events of the batch, each with the `seq` of the first of them. */
  readonly #firstSeqs = new Map<Room, number>();
  #newestRoom: Room | null = null;

  /** Begins anew. The one before is committed or undone. */
  begin({ atMs, at }: BatchTime): void {
    this.atMs = atMs;
    this.at = at;
    // Nearly always empty, and there are many batches.
    if (this.notes.length > 0) this.notes = [];
    if (this.parted.length > 0) this.parted = [];
    if (this.gone.length > 0) this.gone = [];
  }

  /** Notes how a change is undone. */
  onUndo(undo: () => void): void {
    this.#undo.push(undo);
  }

  /**
   * Takes an event for the log of a room.
   *
   * @param member From whom it comes.
   */
  accept(room: Room, draft: Draft, member: Member, proposal: Proposal): Happened {
    // Nearly always the same as the one before.
    if (room !== this.#newestRoom) {
      this.#newestRoom = room;
      if (!this.#firstSeqs.has(room)) this.#firstSeqs.set(room, room.nextSeq);
    }
    room.nextSeq++;
    return {
      type: "happened",
      proposal,
      inRoom: room,
      room: room.id,
      draft,
      session: member.session?.hash,
      // The commit puts the whole event in its place.
      event: draft as LogEvent,
    };
  }

  /** It holds: nothing of it is undone any more. */
  commit(): void {
    for (const room of this.gone) room.isGone = true;
    this.#end();
  }

  #end(): void {
    this.#undo.length = 0;
    this.#firstSeqs.clear();
    this.#newestRoom = null;
  }

  /** Undoes all its changes. */
  undo(): void {
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) undo();
    for (const [room, seq] of this.#firstSeqs) room.nextSeq = seq;
    this.gone = [];
    this.#end();
  }
}

/** What was proposed does not happen. */
export function refused(
  why: Refusal,
  proposal: Proposal,
  more: Omit<Refused, "type" | "why" | "proposal"> = {},
): Refused {
  return { type: "refused", why, proposal, ...more };
}

/** What was proposed was so before: nothing changes. */
export function unchanged(proposal: Proposal): Done {
  return { ...done(proposal), wasSo: true };
}

/** What was proposed happens. */
export function done(proposal: Proposal, events: readonly Happened[] = []): Done {
  return { type: "done", proposal, events };
}
