/**
 * What becomes of what a client has proposed: it is told of what was refused, and a plain client is
 * not shown its own lines.
 *
 * @module
 */

import type { Done, Happened, Refused, Verdict } from "../order/order.ts";
import type { Say } from "../order/proposals.ts";
import type { Message } from "../protocol/messages.ts";
import { isoOf } from "../store/events.ts";
import { StoreUnavailable } from "../store/store.ts";
import type { ClientOutput } from "./output.ts";
import { bannedName, refuse, takenName } from "./refusals.ts";
import { moderatedText, notInRoom } from "./room_words.ts";

/**
 * What is said where an id was used in a room that was closed so long ago that its name is not
 * known.
 */
const GONE_ROOM =
  "A message with this id was said before, in a room that is closed now: give each its own id.";

/**
 * Takes note of verdicts.
 *
 * @param verdicts Of proposals of this client that follow on each other.
 */
export function settled(client: ClientOutput, verdicts: readonly Verdict[]): void {
  const own: Happened[] = [];
  for (const verdict of verdicts) {
    if (verdict.type === "refused") answer(client, verdict, own);
    else if (verdict.type === "happened") own.push(verdict);
    else if (verdict.type === "done" && verdict.proposal.type === "rename") {
      renamed(client, verdict);
    }
  }
  if (own.length > 0 && client.dialect?.echoes("message") === false) {
    passOver(client, own);
  }
}

/** Where it is in no room, no event says that it has the name. */
function renamed(client: ClientOutput, { proposal, events, from, wasSo = false }: Done): void {
  if (!wasSo) {
    client.server.logger.info("renamed", {
      ...client.who(),
      ...(from === undefined ? {} : { from }),
    });
  }
  if (client.door !== null) return client.door.renamed(events.length > 0);
  if (events.length > 0 || proposal.type !== "rename") return;
  const text = `You are ${proposal.to} ${wasSo ? "already" : "now"}.`;
  client.reply({ type: "notice", text });
}

/** Leaves its own messages out of what it reads, those that follow on each other together. */
function passOver(client: ClientOutput, own: readonly Happened[]): void {
  for (let first = 0, end = 0; first < own.length; first = end) {
    const { inRoom, event: { seq } } = own[first]!;
    while (own[end]?.inRoom === inRoom && own[end]!.event.seq === seq + end - first) end++;
    client.writer.cursorOf(inRoom)?.passOver(seq, seq + end - first);
  }
}

function answer(client: ClientOutput, refused: Refused, own: readonly Happened[]): void {
  const { why, proposal, repeats } = refused;
  client.server.logger.debug("refused", { ...client.who(), type: proposal.type, why });
  const isNotice = proposal.type === "say" && proposal.notice === true;
  if (isNotice && client.door?.leavesNotices === true) return;
  const id = proposal.type === "say" ? proposal.id : undefined;
  const room = proposal.type === "say" ? proposal.room.name : undefined;
  switch (why) {
    case "not_in_room": {
      const { code, text } = notInRoom(room ?? null);
      return client.fail(code, text, id, room);
    }
    case "banned":
      if (proposal.type === "rename") {
        client.fail("not_allowed", bannedName(proposal.to, client.server));
      }
      return;
    case "name_banned":
      if (proposal.type !== "rename" || refused.room === undefined) return;
      return client.fail(
        "not_allowed",
        `The name ${proposal.to} is banned from #${refused.room.name}.`,
      );
    case "moderated":
      return client.fail("not_allowed", moderatedText(room ?? ""), id, room, { isSpeech: true });
    case "name_taken": {
      if (proposal.type !== "rename") return;
      const { to: name, member } = proposal;
      const { problem, advice } = takenName(client.server, name, member);
      return client.fail("name_taken", `${problem} ${advice}`, undefined, undefined, { name });
    }
    case "repeated":
      if (proposal.type !== "say" || repeats === undefined) return;
      // One of these events is the answer already.
      if (own.some((one) => one.inRoom.id === repeats.room && one.event.seq === repeats.seq)) {
        return;
      }
      return repeat(client, proposal, repeats);
    default:
      refuse(client, why, { id, room });
  }
}

/**
 * Answers for an id that has been used before: with the event that it became, in the room in which
 * that was, whichever is named now.
 *
 * @param said What was said, again.
 */
export function repeat(
  client: ClientOutput,
  { text, id, action }: Pick<Say, "text" | "id" | "action">,
  { room: number, seq }: NonNullable<Refused["repeats"]>,
): void {
  const { rooms } = client.server;
  const name = rooms.nameOf(number);
  if (name === undefined) return client.fail("bad_request", GONE_ROOM, id);
  try {
    const original = rooms.byId(number)?.store.newestBefore(seq + 1);
    // Beyond what the store keeps, and where the room is closed, the sender's own copy has to do.
    const isIt = original?.type === "message" && original.seq === seq && original.id === id;
    const at = isoOf(client.server.nowMs());
    const copy = { type: "message", seq, at, from: client.name, text, id: id! } as const;
    const again: Message = action === undefined ? copy : { ...copy, action };
    client.replyLogged(isIt ? original : again, name);
  } catch (error) {
    unreadable(client, error);
  }
}

/**
 * Answers that the store cannot be read now.
 *
 * @param answer Tells the client so; default: with an error.
 * @throws {unknown} The error itself, when it says anything else.
 */
export function unreadable(
  client: ClientOutput,
  error: unknown,
  answer: () => void = () =>
    client.fail("unavailable", "The server cannot look into the past at the moment."),
): void {
  if (!(error instanceof StoreUnavailable)) throw error;
  client.server.logger.error("store fails", { error: error.message });
  answer();
}
