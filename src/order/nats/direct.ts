/**
 * Direct messages from one of several servers to another: they are in no log, so they go to the
 * server of their recipient, who answers what became of them.
 *
 * @module
 */

import type { DirectMessage } from "../../protocol/messages.ts";
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
 * Delivers a direct message to somebody at another server. Never rejects.
 *
 * @param member Who is there, as far as is known.
 */
export async function deliverElsewhere(
  stream: BatchStream,
  { owner, place }: Member,
  message: DirectMessage,
): Promise<DirectOutcome> {
  const data = encoder.encode(JSON.stringify({ place, message }));
  try {
    const answer = decoder.decode(await stream.request(owner ?? "", data, ANSWER_MS));
    return answer === "delivered" || answer === "away" || answer === "full" ? answer : "unknown";
  } catch {
    return "unknown";
  }
}

/**
 * Takes direct messages for people who are here.
 *
 * @param server The name of this server: to be called again when it has another one.
 */
export function takeDirects(stream: BatchStream, server: string, { members }: State): void {
  stream.onSignal(`to.${server}`, (data, reply) => {
    const { place, message } = JSON.parse(decoder.decode(data)) as {
      readonly place: number;
      readonly message: DirectMessage;
    };
    const recipient = members.at(place)?.recipient ?? null;
    const outcome: DirectOutcome = recipient === null
      ? "away"
      : recipient.deliver(message)
      ? "delivered"
      : "full";
    reply?.(encoder.encode(outcome));
  });
}
