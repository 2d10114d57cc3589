/**
 * What the commands of operators share: answers, the log of who did what, and reasons.
 *
 * @module
 */

import type { Refused } from "../../order/order.ts";
import type { Bye } from "../../protocol/messages.ts";
import { excerpt, excerptIfNeeded } from "../../protocol/quote.ts";
import { cleanLine, reasonProblem } from "../../protocol/text.ts";
import { StoreUnavailable } from "../../store/store.ts";
import type { ClientConnection } from "../connection.ts";
import { parseDuration } from "../durations.ts";
import { refuse } from "../refusals.ts";

/** Answers for what the order has refused: because of the store, or because it is not so. */
export function answerRefused(
  client: ClientConnection,
  { why }: Refused,
  isNotSo: () => void,
): void {
  if (!refuse(client, why)) isNotSo();
}

/**
 * Logs what an operator or a keeper did, and keeps it for `/audit`.
 *
 * @param fields To whom (`target`), where (`room`), and what else is to be known.
 */
export function record(
  client: ClientConnection,
  act: string,
  fields: Readonly<Record<string, string>>,
): void {
  client.server.logger.warn(act, { by: client.name, address: client.label, ...fields });
  keep(client, act, fields);
}

/** Keeps what somebody did for `/audit`. As {@linkcode record}, for what is logged otherwise. */
export function keep(
  client: ClientConnection,
  act: string,
  fields: Readonly<Record<string, string>> = {},
): void {
  const { server, name: by } = client;
  const { target = "", ...others } = fields;
  const details = Object.entries(others).map(([key, value]) => {
    return key === "room" ? `in #${value}` : key === "for" ? value : `${key} ${value}`;
  });
  try {
    const kept = { atMs: server.nowMs(), by, act, target, details: details.join(" ") };
    server.audit.add(kept, client.isOperator ? "operator" : "keeper");
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    // It has happened all the same, and stands in the log.
    server.logger.warn("not in the audit", { act, error: error.message });
  }
}

/**
 * Whether the rules in force have what is asked for; the client is told where not.
 *
 * @param version See `RULES`.
 */
export function knowsRules(client: ClientConnection, version: number): boolean {
  if (client.server.state.rules >= version) return true;
  const text =
    "Cannot do that yet: not all servers that hold these rooms know it. Update them first.";
  client.fail("unavailable", text);
  return false;
}

/** Answers a duration that is none. */
export function badDuration(client: ClientConnection, text: string): void {
  client.fail(
    "bad_request",
    `Cannot do that for ${excerpt(text)}: it must be like 30s, 30m, 12h or 7d.`,
  );
}

/** A word that is meant for a duration, which few reasons begin with. */
const LIKE_DURATION = /^\d+$|^\d.*\p{L}$/u;

/**
 * Reads the words behind a name: a duration, which may be left out, and a reason.
 *
 * @returns The duration in milliseconds, null without one; or null: something was refused, and the
 * client has been told so.
 */
export function acceptTimeAndReason(
  client: ClientConnection,
  words: readonly string[],
): { readonly forMs: number | null; readonly reason: string } | null {
  const [first = ""] = words;
  const forMs = parseDuration(first);
  if (forMs === null && LIKE_DURATION.test(first)) {
    badDuration(client, first);
    return null;
  }
  const reason = acceptReason(client, words.slice(forMs === null ? 0 : 1));
  return reason === null ? null : { forMs, reason };
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
function acceptReason(client: ClientConnection, words: readonly string[]): string | null {
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

/**
 * The last words to somebody who is banned while here.
 *
 * @param time For how long, behind a space; empty: until an operator lifts it.
 */
export function bannedBye(time: string, reason: string): Bye {
  const text = explain(`You are banned from this server${time}`, reason);
  return { type: "bye", reason: "banned", text };
}
