/**
 * Why something is refused, in the same words wherever that is told. What is about rooms stands in
 * `room_words.ts`.
 *
 * Who comes back without its session (a closed tab, a killed client, `nc`) finds its own name held
 * by the connection that it has just lost: that one is free again when nobody takes up its place.
 *
 * @module
 */

import type { Refusal } from "../order/order.ts";
import type { Ban } from "../store/store.ts";
import type { ErrorCode, ErrorEvent } from "../protocol/messages.ts";
import { suggestName } from "../protocol/names.ts";
import type { Member } from "../room/room.ts";
import type { Client, ServerContext } from "./context.ts";
import { showLeft } from "./durations.ts";
import type { ClientOutput } from "./output.ts";

/** Names and passwords that one connection may try. */
const MAX_HELLO_TRIES = 5;

/** What is said to somebody who is muted, and for how long it is. */
export function mutedText({ server, member }: Pick<ClientOutput, "server" | "member">): string {
  return `An operator has muted you${forHowLong(member?.mute?.untilMs, server)}: you cannot send ` +
    "messages, make rooms, invite people, set topics, give reasons or rename yourself.";
}

/**
 * For how long something holds: ` for 2h`; empty: until an operator lifts it.
 *
 * @param untilMs When it ends, in milliseconds since 1970; null or undefined: never by itself.
 */
export function forHowLong(
  untilMs: number | null | undefined,
  { trustedMs }: Pick<ServerContext, "trustedMs">,
): string {
  const end = untilMs ?? Infinity;
  return end === Infinity ? "" : ` ${showLeft(end - trustedMs())}`;
}

const UNAVAILABLE = "The server cannot keep anything at the moment. Try again later.";

/**
 * Answers for a refusal whose words are the same whatever was asked for.
 *
 * @param about The id of the request, and the name of its room, where it has them.
 * @returns False, and nothing is answered: there are no such words.
 */
export function refuse(
  client: ClientOutput,
  why: Refusal,
  { id, room }: { readonly id?: string | undefined; readonly room?: string | undefined } = {},
): boolean {
  if (why === "unavailable") client.fail("unavailable", UNAVAILABLE, id, room);
  else if (why !== "muted") return false;
  else client.fail("not_allowed", mutedText(client), id, room, { isSpeech: true });
  return true;
}

/**
 * Answers a hello that may not come in, for the last time after {@linkcode MAX_HELLO_TRIES}.
 *
 * @param problem What is wrong.
 * @param advice What to do, while there are tries left.
 * @param more Fields for programs.
 */
export function refuseHello(
  client: ClientOutput & Pick<Client, "close"> & { refusedHellos: number },
  code: ErrorCode,
  problem: string,
  advice: string,
  more: Pick<ErrorEvent, "freeInMs" | "details"> = {},
): void {
  client.server.logger.info("refused", { ...client.who(), why: code });
  const isLast = ++client.refusedHellos >= MAX_HELLO_TRIES;
  const text = `${problem} ${isLast ? "Connect again to try again." : advice}`;
  client.reply({ type: "error", code, text, ...more });
  if (isLast) client.close(null);
}

/** What is said to somebody who asks for a name that is banned, and for how long it is. */
export function bannedName(name: string, server: ServerContext): string {
  const ban = server.moderation.ofName(name);
  return `The name ${name} is banned from this server${forHowLong(ban?.untilMs, server)}.`;
}

/** What is said to somebody who is banned, and for how long it is. */
export function bannedText(ban: Ban | undefined, server: ServerContext): string {
  return `You are banned from this server${forHowLong(ban?.untilMs, server)}. Ask its operators.`;
}

/** What is wrong with a name, and what to do. */
export interface TakenName {
  /** One sentence. */
  readonly problem: string;
  /** One sentence. */
  readonly advice: string;
  /** Milliseconds until it is free, unless its owner comes back; undefined: that is not known. */
  readonly freeInMs: number | undefined;
}

/**
 * Looks at a name that is taken.
 *
 * @param name A name that `parseName` has accepted.
 * @param except Who wants it instead of the own one.
 */
export function takenName(
  { state, grace }: Pick<ServerContext, "state" | "grace">,
  name: string,
  except?: Member,
): TakenName {
  const { members } = state;
  const free = suggestName(name, (candidate) => members.isFree(candidate, except));
  const freeInMs = grace.freeInMs(members.holders(name, except));
  if (freeInMs === undefined) {
    const advice = `Try another one, such as ${free}.`;
    return { problem: `The name ${name} is taken.`, advice, freeInMs };
  }
  const taken = `The name ${name} is taken by a lost connection`;
  return {
    problem: `${taken}, and will be free in ${Math.ceil(freeInMs / 1000)} s.`,
    advice: `Wait for it, or try another one, such as ${free}.`,
    freeInMs,
  };
}
