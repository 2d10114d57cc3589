/**
 * What the commands of operators share: answers, the log of who did what, and reasons.
 *
 * @module
 */

import type { Refused } from "../../order/order.ts";
import { excerpt, excerptIfNeeded } from "../../protocol/quote.ts";
import { cleanLine, reasonProblem } from "../../protocol/text.ts";
import type { ClientConnection } from "../connection.ts";
import { refuse } from "../refusals.ts";

/** Answers for what the order has refused: because of the store, or because it is not so. */
export function answerRefused(
  client: ClientConnection,
  { why }: Refused,
  isNotSo: () => void,
): void {
  if (!refuse(client, why)) isNotSo();
}

/** Logs what an operator did. */
export function record(
  client: ClientConnection,
  act: string,
  fields: Record<string, string>,
): void {
  client.server.logger.warn(act, { by: client.name, address: client.label, ...fields });
}

/** Answers a duration that is none. */
export function badDuration(client: ClientConnection, text: string): void {
  client.fail(
    "bad_request",
    `Cannot do that for ${excerpt(text)}: it must be like 30m, 12h or 7d.`,
  );
}

/** Answers an operator. */
export function tell(client: ClientConnection, text: string): void {
  client.reply({ type: "notice", text });
}

/** Answers that nobody has that name. */
export function nobody(client: ClientConnection, name: string): void {
  client.fail("no_such_person", `Nobody here is called ${excerptIfNeeded(name)}.`);
}

/** The reason that these words are; null when it was refused. */
export function acceptReason(client: ClientConnection, words: readonly string[]): string | null {
  const reason = cleanLine(words.join(" "));
  const problem = reasonProblem(reason);
  if (problem === null) return reason;
  client.fail("bad_request", problem);
  return null;
}

/** What the one concerned is told: what happened, and why. */
export function explain(what: string, reason: string): string {
  return reason === "" ? `${what} by an operator.` : `${what} by an operator: ${reason}`;
}
