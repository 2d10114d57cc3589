/**
 * Direct messages, and what else is for one person, from one of several servers to another: they
 * are in no log, so they go to the server of their recipient, which answers what became of them.
 *
 * @module
 */

import type { PrivateEvent } from "../../protocol/messages.ts";
import type { Member } from "../../room/room.ts";
import type { State } from "../state.ts";
import type { BatchStream } from "./stream.ts";

/** How long the other server may take. */
const ANSWER_MS = 5_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** `unknown`: no answer came; it may have arrived. */
export type DirectOutcome = "delivered" | "away" | "full" | "unknown";

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
 * @param server The name of this server: to be called again when it has another one.
 */
export function takeDirects(stream: BatchStream, server: string, { members }: State): void {
  stream.onSignal(`to.${server}`, (data, reply) => {
    const { place, event } = JSON.parse(decoder.decode(data)) as {
      readonly place: number;
      readonly event: PrivateEvent;
    };
    const recipient = members.at(place)?.recipient ?? null;
    const outcome: DirectOutcome = recipient === null
      ? "away"
      : recipient.deliver(event)
      ? "delivered"
      : "full";
    reply?.(encoder.encode(outcome));
  });
}
