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
import type { Room } from "../../room/room.ts";
import { directKey } from "../../store/store.ts";
import { isoOf } from "../../store/events.ts";
import type { DirectOutcome } from "../../order/order.ts";
import type { ClientConnection } from "../connection.ts";
import { deliver } from "../deliver.ts";
import { refuse } from "../refusals.ts";
import { repeat } from "../settled.ts";
import { roomOf } from "./about_room.ts";

const UNDELIVERED = "That message could not be delivered. Try again soon.";

const UNKNOWN = "The server was restarted before it knew whether this message arrived. " +
  "Ask before you send it again.";

const NO_ANSWER = "The server that its recipient is at does not answer, so nobody knows whether " +
  "this message arrived. Ask before you send it again.";

/** Says something to everyone in a room; `settled.ts` has what becomes of it. */
export function say(client: ClientConnection, request: Say): void {
  const room = client.ownRoom(request.room);
  if (room === undefined) return sayElsewhere(client, request);
  sayIn(client, room, request);
}

/**
 * Says something in a room, in which it is if not everybody may speak there.
 *
 * @param cuts See `Message.cuts`; default: none.
 */
export function sayIn(
  client: ClientConnection,
  room: Room,
  request: Say,
  cuts: readonly number[] = [],
): void {
  const { id, action, notice } = request;
  const text = acceptText(client, request.text, id, room.name);
  if (text === null) return;
  const proposal = { type: "say" as const, member: client.member!, room, text };
  if (!client.server.irc.bots.isEmpty && notice !== true) slowBots(client, room);
  const isOperator = room.modes.flags.isModerated && client.isOperator;
  const isBare = id === undefined && action !== true && notice !== true && !isOperator;
  // Plain clients give no ids, and this runs for every line of a flood.
  client.server.order.propose(
    isBare && cuts.length === 0 ? proposal : {
      ...proposal,
      ...(id === undefined ? {} : { id }),
      ...(action === true ? { action } : {}),
      ...(notice === true ? { notice } : {}),
      ...(isOperator ? { isOperator: true } : {}),
      // In a text that was cleaned they would be elsewhere.
      ...(cuts.length > 0 && text === request.text ? { cuts } : {}),
    },
    client,
  );
}

/** Has a program wait where it and another one answer only each other, and says so once. */
function slowBots(client: ClientConnection, room: Room): void {
  const { server, throttle } = client;
  const { irc, botRuns } = server;
  if (!irc.bots.has(client.member!)) return;
  if (!botRuns.spoke(room, throttle)) return;
  server.logger.info("slowed bots", { room: room.name, ...client.who() });
  const text = `${client.name} and another bot answer only each other in #${room.name}: ` +
    "they are slowed until a person speaks.";
  const notice = { type: "notice", room: room.name, text } as const;
  const { keeper } = room;
  for (const one of new Set([keeper, client.member])) {
    if (one !== null) void deliver(server, one, notice);
  }
}

/** Refuses, except for repeats: what was said before has been said. */
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
  function note(outcome: DirectOutcome): void {
    const { session } = member;
    if (id === undefined || session === null || outcome === "unknown") return;
    const delivered = outcome === "delivered";
    client.server.order.propose({ type: "delivery", session: session.hash, id, delivered }, null);
  }
  client.server.order.propose(proposal, {
    settled([verdict]) {
      if (verdict?.type === "refused") {
        if (isUnanswered(client, request)) return;
        if (verdict.why === "repeated") repeatDirect(client, request, text);
        return void refuse(client, verdict.why, { id });
      }
      const outcome = deliverDirect(client, request, text);
      if (outcome instanceof Promise) outcome.then(note);
      else note(outcome);
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

/** Delivers a direct message, and tells the sender what became of it. */
function deliverDirect(
  client: ClientConnection,
  request: SayDirect,
  text: string,
): DirectOutcome | Promise<DirectOutcome> {
  const { server } = client;
  const member = server.state.members.get(request.to.trim());
  if (member === undefined) {
    const shown = excerptIfNeeded(request.to);
    client.fail("no_such_person", `Nobody here is called ${shown}.`, request.id);
    return "away";
  }
  const said = { ...messageOf(client, request, text), to: member.name };
  // Who writes to itself is shown it as its sender.
  const outcome = member === client.member ? "delivered" : deliver(server, member, said);
  return outcome instanceof Promise
    ? outcome.then((known) => tellOutcome(client, said, known))
    : tellOutcome(client, said, outcome);
}

/** Where no error answers what is said as a notice. */
function isUnanswered(
  { door }: ClientConnection,
  { notice }: { readonly notice?: boolean },
): boolean {
  return notice === true && door?.leavesNotices === true;
}

/** Tells the sender. @returns The same. */
function tellOutcome(
  client: ClientConnection,
  said: DirectMessage,
  outcome: DirectOutcome,
): DirectOutcome {
  const { id, to } = said;
  if (outcome !== "delivered" && isUnanswered(client, said)) return outcome;
  switch (outcome) {
    case "delivered":
      client.reply(said);
      break;
    case "away":
      client.fail("no_such_person", `${to} is away just now. Try again soon.`, id);
      break;
    case "full":
      client.fail("unavailable", `${to}'s connection is too slow right now. Try again soon.`, id);
      break;
    case "unknown":
      client.fail("unknown_delivery", NO_ANSWER, id);
  }
  return outcome;
}

function messageOf(
  client: ClientConnection,
  { to, id, notice }: SayDirect,
  text: string,
): DirectMessage {
  return {
    type: "direct",
    at: isoOf(client.server.nowMs()),
    from: client.name,
    to: cleanLine(to),
    text,
    ...(id === undefined ? {} : { id }),
    ...(notice === true ? { notice } : {}),
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
