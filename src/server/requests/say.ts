/**
 * Saying something to everybody in a room.
 *
 * @module
 */

import type { ErrorCode, Say } from "../../protocol/messages.ts";
import { cleanText, isEveryday, textProblem } from "../../protocol/text.ts";
import { eventOf } from "../../room/sessions.ts";
import type { Room } from "../../room/room.ts";
import type { ClientConnection } from "../connection.ts";
import { deliver } from "../deliver.ts";
import { repeat } from "../settled.ts";
import { SlowedSpeech } from "../slowed_speech.ts";
import { roomOf } from "./about_room.ts";

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
  const { bots } = client.server;
  const text = acceptText(client, request.text, request.id, room.name);
  if (text === null) return;
  if (bots.isEmpty || request.notice === true || !bots.has(client.member!)) {
    return propose(client, room, request, text, cuts);
  }
  const speech = client.throttle.speech ??= newSpeech(client);
  speech.say(room, BYTES_A_CHAR * text.length, () => {
    if (client.member === null) return;
    slowBots(client, room, speech);
    propose(client, room, request, text, cuts);
  });
}

/** Called for every line of a flood: so no object for its arguments. */
function propose(
  client: ClientConnection,
  room: Room,
  request: Say,
  text: string,
  cuts: readonly number[],
): void {
  const { id, action, notice } = request;
  const proposal = { type: "say" as const, member: client.member!, room, text };
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

/** Bytes that a character (UTF-16 code unit) of a text takes. */
const BYTES_A_CHAR = 2;

function newSpeech(client: ClientConnection): SlowedSpeech {
  const { account, server, throttle } = client;
  return new SlowedSpeech({
    clock: server.clock,
    turn: () => server.turns.next(account.address),
    addWaiting: (bytes) => client.addWaiting(bytes),
    holdNext: (begin) => throttle.holdNext(begin),
  });
}

/** Has a program wait where it and another one answer only each other, and says so once. */
function slowBots(client: ClientConnection, room: Room, speech: SlowedSpeech): void {
  const { server } = client;
  if (!server.botRuns.spoke(room, client.name, speech)) return;
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

/** The cleaned text, or null when it was refused. */
export function acceptText(
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
