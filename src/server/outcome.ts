/**
 * What becomes of what a session has published: its commit, or the store's refusal.
 *
 * @module
 */

import type { Draft, LogEvent } from "../protocol/messages.ts";
import { entered } from "./hello.ts";
import type { Session } from "./session.ts";

const UNAVAILABLE = "The server cannot keep anything at the moment. Try again later.";

/** It is in the logs: lets a joiner in, notes ids, and spares a plain sender its own lines. */
export function kept(session: Session, event: LogEvent): void {
  const { hub, record, dialect } = session;
  if (event.type === "join") {
    entered(session, event);
  } else if (event.type === "message" && event.id !== undefined && record !== null) {
    hub.sessions.note(record, event.id, event.seq);
  }
  // The new name in the log is also the answer to who asked for it.
  if (dialect?.echoes === false && event.type !== "rename") {
    const log = hub.room.log(dialect);
    session.cursor.passOver(log.positionOf(event.seq), log.positionOf(event.seq + 1));
  }
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
