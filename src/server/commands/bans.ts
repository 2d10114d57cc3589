/**
 * `/ban`, `/unban` and `/bans`, and removing people from the server.
 *
 * @module
 */

import { addressBytes, type AddressRange, contains, rangeText } from "../../net/address_range.ts";
import { addressKey, nameKey } from "../../order/bans.ts";
import { MAX_REASON_CHARS } from "../../protocol/limits.ts";
import type { Bye } from "../../protocol/messages.ts";
import { nameKeys } from "../../protocol/look_alikes.ts";
import { MAX_RAW_NAME_UNITS } from "../../protocol/normalize.ts";
import { excerpt, excerptIfNeeded } from "../../protocol/quote.ts";
import { cleanLine } from "../../protocol/text.ts";
import type { Ban } from "../../store/store.ts";
import { readTarget } from "../admission/moderation.ts";
import type { ClientConnection } from "../connection.ts";
import { clientOf } from "../deliver.ts";
import { showDuration, showLeft } from "../durations.ts";
import type { Client, ServerContext } from "../context.ts";
import { acceptTimeAndReason, answerRefused, bannedBye, record, tell } from "./answers.ts";

/**
 * Bans on one page: a screen. With the longest names and reasons they fit into one line of json.
 */
const BANS_A_PAGE = 20;

/** `/ban`: bans a name, an address or a range, and removes the clients that it matches. */
export function ban(client: ClientConnection, rest: string): void {
  const { server } = client;
  const [text = "", ...words] = rest.split(/\s+/);
  const target = readTarget(text, (name) => server.state.members.get(name) !== undefined);
  if (target.kind === "problem") return client.fail("bad_request", target.problem);
  const range = target.kind === "addresses" ? target.range : null;
  if (range !== null && holdsOwn(client, range, "ban")) return;
  const accepted = acceptTimeAndReason(client, words);
  if (accepted === null) return;
  const { forMs, reason } = accepted;
  if (text.length > MAX_RAW_NAME_UNITS) {
    const problem = `Cannot keep ${excerpt(text)} out: it is too long for a name or an address.`;
    return client.fail("bad_request", problem);
  }
  if (range === null && isOwnName(client, text)) {
    const problem = `Cannot ban ${excerptIfNeeded(text)}: you would be kept out yourself.`;
    return client.fail("bad_request", problem);
  }
  const atMs = server.trustedMs();
  const entry: Ban = {
    ...(range === null
      ? { key: nameKey(text), shown: server.state.members.get(text)?.name ?? cleanLine(text) }
      : { key: addressKey(range), shown: rangeText(range) }),
    by: client.name,
    reason,
    atMs,
    untilMs: forMs === null ? null : atMs + forMs,
  };
  server.order.propose({ type: "ban", ban: entry }, {
    settled([verdict]) {
      // Nothing but the store can be in the way.
      if (verdict?.type === "refused") return answerRefused(client, verdict, () => {});
      record(client, "banned", { target: entry.shown, for: showDuration(forMs) });
      removeBanned(client, entry, { range, forMs });
    },
  });
}

/** Removes those who are banned from now on, and says so. */
function removeBanned(
  client: ClientConnection,
  { shown: target, reason }: Ban,
  { range, forMs }: { readonly range: AddressRange | null; readonly forMs: number | null },
): void {
  const { server } = client;
  const time = forMs === null ? "" : ` ${showDuration(forMs)}`;
  const farewell = bannedBye(time, reason);
  const removed = range !== null
    ? removeAddress(server, range, farewell)
    : removeName(server, target, farewell);
  const why = reason === "" ? "" : ` (${reason})`;
  const now = removed > 0 ? `${removed} removed now` : "nobody online matches";
  const shown = excerptIfNeeded(target);
  tell(client, `${shown} is banned ${showDuration(forMs)}${why}; ${now}.`);
}

/**
 * Whether a ban of a name keeps the client itself out: it holds for those that look like it, too.
 */
export function isOwnName({ member }: ClientConnection, name: string): boolean {
  return nameKeys(name).skeleton === member?.skeleton;
}

/**
 * Whether a range holds the client's own address; the client is told so. Who keeps that out cannot
 * come back to lift it.
 *
 * @param verb What is to be done with the range.
 */
export function holdsOwn(
  client: ClientConnection,
  range: AddressRange,
  verb: "ban" | "mute",
): boolean {
  const own = addressBytes(client.address);
  if (own === undefined || !contains(range, own)) return false;
  const shown = rangeText(range);
  client.fail(
    "bad_request",
    `Cannot ${verb} ${shown}: your own address, ${client.address}, is in it, and you would be ` +
      (verb === "ban" ? "kept out, too. Ban" : "muted, too. Mute") + " a smaller range, or a name.",
  );
  return true;
}

/** `/unban`. */
export function unban(client: ClientConnection, text: string): void {
  const { moderation, order } = client.server;
  const target = readTarget(text, () => true);
  // As a name, too: older versions took ranges for names, and kept them.
  const keys = [nameKey(text)];
  if (target.kind === "addresses") keys.unshift(addressKey(target.range));
  order.propose({ type: "unban", keys }, {
    settled([verdict]) {
      if (verdict?.type === "refused") {
        const notBanned = () => client.fail("bad_request", whyNotLifted(client, text));
        return answerRefused(client, verdict, notBanned);
      }
      const shown = target.kind === "addresses" ? rangeText(target.range) : excerptIfNeeded(text);
      record(client, "unbanned", { target: shown });
      const wider = moderation.ofAddress(text)?.shown;
      const news = wider === undefined
        ? "may come in again"
        : `is still banned, as part of ${wider}`;
      tell(client, `${shown} ${news}.`);
    },
  });
}

function whyNotLifted({ server }: ClientConnection, text: string): string {
  const target = readTarget(text, () => true);
  if (target.kind === "problem") return target.problem;
  const wider = server.moderation.ofAddress(text)?.shown;
  return wider === undefined
    ? `${excerpt(text)} is not banned. /bans lists who is.`
    : `${
      excerptIfNeeded(text)
    } is not banned by itself, but ${wider} is. To let all of that in: /unban ${wider}`;
}

/** `/bans`: one page of them, with those that are being settled. */
export function bans(client: ClientConnection, rest: string): void {
  client.server.order.whenSettled(() => showBans(client, rest));
}

function showBans(client: ClientConnection, rest: string): void {
  const list = client.server.moderation.bans().reverse();
  if (list.length === 0) return tell(client, "Nobody is banned.");
  const pages = Math.ceil(list.length / BANS_A_PAGE);
  const page = rest === "" ? 1 : Number(rest);
  if (!Number.isInteger(page) || page < 1 || page > pages) {
    const problem = `There is no page ${excerpt(rest)}: it must be a number from 1 to ${pages}.`;
    return client.fail("bad_request", problem);
  }
  const nowMs = client.server.trustedMs();
  const lines = list.slice((page - 1) * BANS_A_PAGE, page * BANS_A_PAGE)
    .map((ban) => describe(ban, nowMs));
  if (page < pages) {
    lines.push(`Page ${page} of ${pages}, ${list.length} in all: /bans ${page + 1} goes on.`);
  }
  tell(client, lines.join("\n"));
}

/** One line of `/bans`. Databases may hold longer names and reasons than are taken now. */
function describe({ shown, by, reason, untilMs }: Ban, nowMs: number): string {
  const left = showLeft(untilMs === null ? null : untilMs - nowMs);
  const start = [...cleanLine(reason.slice(0, 2 * MAX_REASON_CHARS))].slice(0, MAX_REASON_CHARS);
  const why = start.join("");
  return `${excerptIfNeeded(shown)} ${left}, by ${excerptIfNeeded(by)}${
    why === "" ? "" : `: ${why}`
  }`;
}

/**
 * Removes somebody from the server, also one whose place is only held.
 *
 * @param bye What the removed one is told: after `banned` and `kicked` a client does not try to
 * come back.
 * @returns How many: 0 when nobody has the name, else 1.
 */
export function removeName(server: ServerContext, name: string, bye: Bye): number {
  const member = server.state.members.get(name);
  if (member === undefined) return 0;
  const client = clientOf(member);
  if (client === null) server.grace.remove(member);
  else remove(client, bye);
  return 1;
}

/**
 * Removes every connection from a banned range of addresses.
 *
 * @param bye What the removed ones are told.
 * @returns How many.
 */
function removeAddress(server: ServerContext, range: AddressRange, bye: Bye): number {
  const banned = [...server.clients()].filter(({ address }) => {
    const bytes = addressBytes(address);
    return bytes !== undefined && contains(range, bytes);
  });
  for (const client of banned) remove(client, bye);
  return banned.length;
}

function remove(client: Client, bye: Bye): void {
  client.leave("kicked");
  client.close(bye);
}
