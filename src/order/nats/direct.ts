/**
 * Direct messages, and what else is for one person, from one of several servers to another: they
 * are in no log, so they go to the server of their recipient, which answers what became of them.
 * What operators say to everybody goes to each server likewise.
 *
 * @module
 */

import type { PrivateEvent } from "../../protocol/messages.ts";
import type { Member } from "../../room/room.ts";
import type { DirectOutcome, OperatorWords } from "../order.ts";
import type { State } from "../state.ts";
import type { BatchStream } from "./stream.ts";

/** How long the other server may take. */
const ANSWER_MS = 5_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Gives an event to somebody at another server. Never rejects.
 *
 * @param member Who is there, as far as is known.
 */
export async function deliverElsewhere(
  stream: BatchStream,
  { owner, place }: Member,
  event: PrivateEvent,
): Promise<DirectOutcome> {
  const data = encoder.encode(JSON.stringify({ place, event }));
  try {
    const answer = decoder.decode(await stream.request(owner ?? "", data, ANSWER_MS));
    return answer === "delivered" || answer === "away" || answer === "full" ? answer : "unknown";
  } catch {
    return "unknown";
  }
}

/**
 * Gives another server what an operator says to everybody. Never rejects.
 *
 * @returns Whether it has told its people: one of before does not.
 */
export async function tellElsewhere(
  stream: BatchStream,
  server: string,
  words: OperatorWords,
): Promise<boolean> {
  try {
    const data = encoder.encode(JSON.stringify({ words }));
    return decoder.decode(await stream.request(server, data, ANSWER_MS)) === "delivered";
  } catch {
    return false;
  }
}

/** What is done with what comes from other servers. */
export interface Taking {
  /** Knows the people who are here. */
  readonly state: State;
  /** Shows words to everybody here. @returns False: nobody can be here yet. */
  readonly tell: (words: OperatorWords) => boolean;
}

/**
 * Takes events for people who are here.
 *
 * @param server The name of this server.
 * @returns Stops it: when the server has another name.
 */
export function takeDirects(stream: BatchStream, server: string, taking: Taking): () => void {
  return stream.onSignal(`to.${server}`, (data, reply) => {
    const outcome = take(data, taking);
    // What cannot be read gets no answer: who asks does not learn what became of it.
    if (outcome !== null) reply?.(encoder.encode(outcome));
  });
}

function take(data: Uint8Array, { state: { members }, tell }: Taking): DirectOutcome | null {
  try {
    const { place, event, words } = JSON.parse(decoder.decode(data)) as {
      readonly place: number;
      readonly event: PrivateEvent;
      readonly words?: OperatorWords;
    };
    if (words !== undefined) return tell(words) ? "delivered" : "away";
    const recipient = members.at(place)?.recipient ?? null;
    if (recipient === null) return "away";
    return recipient.deliver(event) ? "delivered" : "full";
  } catch {
    return null;
  }
}
