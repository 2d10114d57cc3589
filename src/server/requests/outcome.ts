/**
 * What becomes of what a session has published: its commit, or the store's refusal.
 *
 * @module
 */

import type { Dialect } from "../../protocol/dialect.ts";
import type { Draft, LogEvent } from "../../protocol/messages.ts";
import { entered } from "./hello.ts";
import type { ClientConnection } from "../connection.ts";

const UNAVAILABLE = "The server cannot keep anything at the moment. Try again later.";

/** They are in the logs: lets a joiner in, notes ids, and spares a plain sender its own lines. */
export function committed(client: ClientConnection, events: readonly LogEvent[]): void {
  const { server, session } = client;
  for (const event of events) {
    if (event.type === "join") {
      entered(client, event);
    } else if (event.type === "message" && event.id !== undefined && session !== null) {
      server.sessions.note(session, event.id, event.seq);
    }
  }
  if (client.dialect?.echoes === false) passOver(client, client.dialect, events);
}

/** Leaves its own events out of what it reads; they follow on each other. */
function passOver(client: ClientConnection, dialect: Dialect, events: readonly LogEvent[]): void {
  const log = client.server.room.log(dialect);
  let firstSeq = events[0]!.seq;
  for (const { type, seq } of events) {
    if (type !== "rename") continue;
    // The new name in the log is also the answer to who asked for it.
    if (seq > firstSeq) client.cursor.passOver(log.positionOf(firstSeq), log.positionOf(seq));
    firstSeq = seq + 1;
  }
  const endSeq = events.at(-1)!.seq + 1;
  if (endSeq > firstSeq) client.cursor.passOver(log.positionOf(firstSeq), log.positionOf(endSeq));
}

/** It was not kept, so it has not happened: undoes what went before it, and says so. */
export function rejected(client: ClientConnection, draft: Draft, error: unknown): void {
  const { server, member, session } = client;
  server.logger.debug("not kept", { ...client.who(), type: draft.type, error: String(error) });
  const id = draft.type === "message" ? draft.id : undefined;
  if (id !== undefined && session !== null) server.sessions.forget(session, id);
  if (draft.type === "rename" && member !== null) server.room.members.rename(member, draft.from);
  client.fail("unavailable", UNAVAILABLE, id);
  if (draft.type === "join") {
    client.vacate();
    client.close(null);
  }
}
