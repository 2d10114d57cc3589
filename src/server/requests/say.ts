/**
 * Saying something: to everybody, or to one person.
 *
 * @module
 */

import type { Direct } from "../../order/proposals.ts";
import { excerptIfNeeded } from "../../protocol/quote.ts";
import {
  type DirectMessage,
  type ErrorCode,
  type Say,
  type SayDirect,
} from "../../protocol/messages.ts";
import { cleanLine, cleanText, isEveryday, textProblem } from "../../protocol/text.ts";
import { DELIVERED_DIRECT, eventOf, UNDELIVERED_DIRECT } from "../../room/sessions.ts";
import { directKey } from "../../store/store.ts";
import { isoOf } from "../../store/events.ts";
import type { ClientConnection } from "../connection.ts";
import { refuse } from "../refusals.ts";
import { repeat } from "../settled.ts";
import { roomOf } from "./about_room.ts";

const UNDELIVERED = "That message could not be delivered. Try again soon.";

const UNKNOWN = "The server was restarted before it knew whether this message arrived. " +
  "Ask before you send it again.";

/** Says something to everyone in a room; `settled.ts` has what becomes of it. */
export function say(client: ClientConnection, request: Say): void {
  const { id, action } = request;
  const room = client.ownRoom(request.room);
  if (room === undefined) return sayElsewhere(client, request);
  const text = acceptText(client, request.text, id, room.name);
  if (text === null) return;
  const proposal = { type: "say" as const, member: client.member!, room, text };
  // Plain clients give no ids, and this runs for every line of a flood.
  client.server.order.propose(
    id === undefined && action !== true ? proposal : {
      ...proposal,
      ...(id === undefined ? {} : { id }),
      ...(action === true ? { action } : {}),
    },
    client,
  );
}

/** Nothing is said in a room that it is not in; but what it has said before has been said. */
function sayElsewhere(client: ClientConnection, request: Say): void {
  const { id, text } = request;
  const outcome = id === undefined ? undefined : client.session?.ids.get(id);
  if (outcome === undefined) return void roomOf(client, request.room, id);
  repeat(client, { ...request, text: cleanText(text) }, eventOf(outcome));
}

/**
 * Says something to one person, and shows the sender that it was said. The order takes note of the
 * id before, and of what became of it behind: what was said is in no log.
 */
export function direct(client: ClientConnection, request: SayDirect): void {
  const text = acceptText(client, request.text, request.id);
  if (text === null) return;
  const { id } = request;
  const member = client.member!;
  const proposal: Direct = { type: "direct", member, ...(id === undefined ? {} : { id }) };
  client.server.order.propose(proposal, {
    settled([verdict]) {
      if (verdict?.type === "refused") {
        if (verdict.why === "repeated") repeatDirect(client, request, text);
        return void refuse(client, verdict.why, { id });
      }
      const delivered = deliver(client, request, text);
      if (id === undefined) return;
      client.server.order.propose({ type: "delivery", member, id, delivered }, null);
    },
  });
}

/**
 * Answers for an id that has been used before: never by a second delivery. The first may be settled
 * in the same batch, so what became of it is looked up behind that.
 */
function repeatDirect(client: ClientConnection, request: SayDirect, text: string): void {
  const { session } = client;
  client.server.order.whenSettled(() => {
    const outcome = session?.ids.get(directKey(request.id!));
    if (outcome === DELIVERED_DIRECT) client.reply(messageOf(client, request, text));
    else if (outcome === UNDELIVERED_DIRECT) client.fail("unavailable", UNDELIVERED, request.id);
    else client.fail("unknown_delivery", UNKNOWN, request.id);
  });
}

/** Delivers a direct message; false when it could not be, and the sender was told why. */
function deliver(client: ClientConnection, request: SayDirect, text: string): boolean {
  const { id } = request;
  const member = client.server.state.members.get(request.to.trim());
  if (member === undefined) {
    const shown = excerptIfNeeded(request.to);
    client.fail("no_such_person", `Nobody here is called ${shown}.`, id);
    return false;
  }
  const { name, recipient } = member;
  const said = { ...messageOf(client, request, text), to: name };
  if (recipient === null) {
    client.fail("no_such_person", `${name} is away just now. Try again soon.`, id);
    return false;
  }
  if (recipient !== client && !recipient.deliver(said)) {
    client.fail("unavailable", `${name}'s connection is too slow right now. Try again soon.`, id);
    return false;
  }
  client.reply(said);
  return true;
}

function messageOf(client: ClientConnection, { to, id }: SayDirect, text: string): DirectMessage {
  return {
    type: "direct",
    at: isoOf(client.server.nowMs()),
    from: client.name,
    to: cleanLine(to),
    text,
    ...(id === undefined ? {} : { id }),
  };
}

/** The cleaned text, or null when it was refused. */
function acceptText(
  client: ClientConnection,
  raw: string,
  id: string | undefined,
  room?: string,
): string | null {
  const { maxTextChars } = client.server.limits;
  if (raw.length <= maxTextChars && isEveryday(raw)) return raw;
  const text = cleanText(raw);
  const problem = textProblem(text, maxTextChars);
  if (problem === null) return text;
  client.fail(problem.code as ErrorCode, problem.text, id, room);
  return null;
}
