/**
 * Direct messages, and what else is for one person, from one of several servers to another: they
 * are in no log, so they go to the server of their recipient, which answers what became of them.
 *
 * @module
 */

import type { PrivateEvent } from "../../protocol/messages.ts";
import type { Member } from "../../room/room.ts";
import type { DirectOutcome } from "../order.ts";
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
 * Takes events for people who are here.
 *
 * @param server The name of this server.
 * @returns Stops it: when the server has another name.
 */
export function takeDirects(stream: BatchStream, server: string, state: State): () => void {
  return stream.onSignal(`to.${server}`, (data, reply) => {
    const outcome = take(data, state);
    // What cannot be read gets no answer: who asks does not learn what became of it.
    if (outcome !== null) reply?.(encoder.encode(outcome));
  });
}

function take(data: Uint8Array, { members }: State): DirectOutcome | null {
  try {
    const { place, event } = JSON.parse(decoder.decode(data)) as {
      readonly place: number;
      readonly event: PrivateEvent;
    };
    const recipient = members.at(place)?.recipient ?? null;
    if (recipient === null) return "away";
    return recipient.deliver(event) ? "delivered" : "full";
  } catch {
    return null;
  }
}
