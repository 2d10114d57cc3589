/**
 * What becomes of what a session has published: its commit, or the store's refusal.
 *
 * @module
 */

import type { Dialect } from "../../protocol/dialect.ts";
import type { Draft, LogEvent } from "../../protocol/messages.ts";
import { entered } from "./hello.ts";
import type { Session } from "../connection.ts";

const UNAVAILABLE = "The server cannot keep anything at the moment. Try again later.";

/** They are in the logs: lets a joiner in, notes ids, and spares a plain sender its own lines. */
export function kept(session: Session, events: readonly LogEvent[]): void {
  const { hub, record } = session;
  for (const event of events) {
    if (event.type === "join") {
      entered(session, event);
    } else if (event.type === "message" && event.id !== undefined && record !== null) {
      hub.sessions.note(record, event.id, event.seq);
    }
  }
  if (session.dialect?.echoes === false) passOver(session, session.dialect, events);
}

/** Leaves its own events out of what it reads; they follow on each other. */
function passOver(session: Session, dialect: Dialect, events: readonly LogEvent[]): void {
  const log = session.hub.room.log(dialect);
  let firstSeq = events[0]!.seq;
  for (const { type, seq } of events) {
    if (type !== "rename") continue;
    // The new name in the log is also the answer to who asked for it.
    if (seq > firstSeq) session.cursor.passOver(log.positionOf(firstSeq), log.positionOf(seq));
    firstSeq = seq + 1;
  }
  const endSeq = events.at(-1)!.seq + 1;
  if (endSeq > firstSeq) session.cursor.passOver(log.positionOf(firstSeq), log.positionOf(endSeq));
}

/** It was not kept, so it has not happened: undoes what went before it, and says so. */
export function notKept(session: Session, draft: Draft, error: unknown): void {
  const { hub, member, record } = session;
  hub.logger.debug("not kept", { ...session.who(), type: draft.type, error: String(error) });
  const id = draft.type === "message" ? draft.id : undefined;
  if (id !== undefined && record !== null) hub.sessions.forget(record, id);
  if (draft.type === "rename" && member !== null) hub.room.members.rename(member, draft.from);
  session.fail("unavailable", UNAVAILABLE, id);
  if (draft.type === "join") {
    session.vacate();
    session.close(null);
  }
}
