/**
 * The slash commands of operators. Each act is logged with who did it.
 *
 * @module
 */

import { addressBytes, type AddressRange, contains, rangeText } from "../../net/address_range.ts";
import { excerpt, excerptIfNeeded } from "../../protocol/excerpt.ts";
import { MAX_REASON_CHARS } from "../../protocol/limits.ts";
import { MAX_RAW_NAME_UNITS } from "../../protocol/names.ts";
import { cleanLine, cleanText, reasonProblem, textProblem } from "../../protocol/text.ts";
import { type Ban, StoreUnavailable } from "../../store/store.ts";
import { addressKey } from "../admission/address_bans.ts";
import { readTarget } from "../admission/ban_target.ts";
import type { Refused } from "../../order/order.ts";
import type { CommandSpec } from "./command.ts";
import { parseDuration, showDuration } from "./durations.ts";
import { nameKey } from "../admission/moderation.ts";
import { announce, remove, removeAddress } from "./removal.ts";
import type { ClientConnection } from "../connection.ts";
import { UNAVAILABLE } from "../settled.ts";
import { showTop } from "./top.ts";

/** Bans on one page: a screen. With the longest names and reasons they fit into one line of json. */
const BANS_A_PAGE = 20;

/** The commands of operators, in the order of the help. */
export const OPERATOR_COMMANDS: readonly CommandSpec[] = [
  {
    name: "kick",
    args: "NAME [REASON]",
    help: "removes somebody, who may come back",
    needs: 1,
    run: kick,
  },
  {
    name: "ban",
    args: "NAME|ADDRESS[/BITS] [DURATION] [REASON]",
    help: "keeps a name, an address or a range of them out, for 30m, 12h, 7d or for good",
    needs: 1,
    run: ban,
  },
  { name: "unban", args: "NAME|ADDRESS[/BITS]", help: "lets it in again", needs: 1, run: unban },
  {
    name: "bans",
    args: "[PAGE]",
    help: "lists who is kept out, newest first",
    needs: 0,
    run: bans,
  },
  {
    name: "mute",
    args: "NAME [DURATION]",
    help: "lets nobody hear somebody",
    needs: 1,
    run: mute,
  },
  { name: "unmute", args: "NAME", help: "lets everybody hear them again", needs: 1, run: unmute },
  {
    name: "announce",
    args: "TEXT",
    help: "tells everybody something in the server's name",
    needs: 1,
    run(client, raw) {
      const text = cleanText(raw);
      const problem = textProblem(text, client.server.limits.maxTextChars);
      if (problem !== null) return client.fail(problem.code, problem.text);
      record(client, "announced", {});
      announce(client.server, `Announcement: ${text}`);
    },
  },
  { name: "top", args: "", help: "shows every client, the slowest first", needs: 0, run: showTop },
];

function kick(client: ClientConnection, rest: string): void {
  const [target = "", ...words] = rest.split(/\s+/);
  const reason = acceptReason(client, words);
  if (reason === null) return;
  const name = remove(client.server, target, "kicked", explain("You were removed", reason));
  if (name === null) return nobody(client, target);
  record(client, "kicked", { target: name });
  tell(client, `${name} was removed.`);
}

function ban(client: ClientConnection, rest: string): void {
  const { server } = client;
  const [text = "", ...words] = rest.split(/\s+/);
  const target = readTarget(text, (name) => server.state.members.get(name) !== undefined);
  if (target.kind === "problem") return client.fail("bad_request", target.problem);
  const range = target.kind === "addresses" ? target.range : null;
  if (range !== null && holdsOwn(client, range)) return;
  const forMs = parseDuration(words[0] ?? "");
  if (forMs === null && /^\d/.test(words[0] ?? "")) return badDuration(client, words[0]!);
  const reason = acceptReason(client, words.slice(forMs === null ? 0 : 1));
  if (reason === null) return;
  if (text.length > MAX_RAW_NAME_UNITS) {
    const problem = `Cannot keep ${excerpt(text)} out: it is too long for a name or an address.`;
    return client.fail("bad_request", problem);
  }
  const atMs = server.clock.date().getTime();
  const entry: Ban = {
    ...(range === null
      ? { key: nameKey(text), shown: server.state.members.get(text)?.name ?? cleanLine(text) }
      : { key: addressKey(range), shown: rangeText(range) }),
    by: client.name,
    reason,
    atMs,
    untilMs: forMs === null ? null : atMs + forMs,
  };
  if (!keep(client, () => server.moderation.ban(entry))) return;
  record(client, "banned", { target: entry.shown, for: showDuration(forMs) });
  const farewell = explain("You are kept out of this room", reason);
  const removed = range !== null
    ? removeAddress(server, range, farewell)
    : remove(server, entry.shown, "banned", farewell) === null
    ? 0
    : 1;
  const why = reason === "" ? "" : ` (${reason})`;
  const now = removed > 0 ? `${removed} removed now` : "nobody of that is here now";
  const shown = excerptIfNeeded(entry.shown);
  tell(client, `${shown} is kept out ${showDuration(forMs)}${why}; ${now}.`);
}

/** Who keeps their own address out cannot come back to lift that. */
function holdsOwn(client: ClientConnection, range: AddressRange): boolean {
  const own = addressBytes(client.address);
  if (own === undefined || !contains(range, own)) return false;
  const shown = rangeText(range);
  client.fail(
    "bad_request",
    `Cannot ban ${shown}: your own address, ${client.address}, is in it, and you would be kept ` +
      "out, too. Ban a smaller range, or a name.",
  );
  return true;
}

function unban(client: ClientConnection, text: string): void {
  const { moderation } = client.server;
  const target = readTarget(text, () => true);
  // As a name, too: older versions took ranges for names, and kept them.
  const keys = [nameKey(text)];
  if (target.kind === "addresses") keys.unshift(addressKey(target.range));
  let lifted = false;
  if (!keep(client, () => lifted = keys.some((key) => moderation.lift(key)))) return;
  if (!lifted) return client.fail("bad_request", whyNotLifted(client, text));
  const shown = target.kind === "addresses" ? rangeText(target.range) : excerptIfNeeded(text);
  record(client, "unbanned", { target: shown });
  const wider = moderation.ofAddress(text)?.shown;
  const news = wider === undefined ? "may come in again" : `is still kept out, as part of ${wider}`;
  tell(client, `${shown} ${news}.`);
}

function whyNotLifted({ server }: ClientConnection, text: string): string {
  const target = readTarget(text, () => true);
  if (target.kind === "problem") return target.problem;
  const wider = server.moderation.ofAddress(text)?.shown;
  return wider === undefined
    ? `${excerpt(text)} is not kept out. /bans lists who is.`
    : `${
      excerptIfNeeded(text)
    } is not kept out by itself, but ${wider} is. To let all of that in: /unban ${wider}`;
}

function bans(client: ClientConnection, rest: string): void {
  const list = client.server.moderation.bans().reverse();
  if (list.length === 0) return tell(client, "Nobody is kept out.");
  const pages = Math.ceil(list.length / BANS_A_PAGE);
  const page = rest === "" ? 1 : Number(rest);
  if (!Number.isInteger(page) || page < 1 || page > pages) {
    const problem = `There is no page ${excerpt(rest)}: it must be a number from 1 to ${pages}.`;
    return client.fail("bad_request", problem);
  }
  const nowMs = client.server.clock.date().getTime();
  const lines = list.slice((page - 1) * BANS_A_PAGE, page * BANS_A_PAGE)
    .map((ban) => describe(ban, nowMs));
  if (page < pages) {
    lines.push(`Page ${page} of ${pages}, ${list.length} in all: /bans ${page + 1} goes on.`);
  }
  tell(client, lines.join("\n"));
}

/** One line of `/bans`. Databases may hold longer names and reasons than are taken now. */
function describe({ shown, by, reason, untilMs }: Ban, nowMs: number): string {
  const left = showDuration(untilMs === null ? null : untilMs - nowMs);
  const start = [...cleanLine(reason.slice(0, 2 * MAX_REASON_CHARS))].slice(0, MAX_REASON_CHARS);
  const why = start.join("");
  return `${excerptIfNeeded(shown)} ${left}, by ${excerptIfNeeded(by)}${
    why === "" ? "" : `: ${why}`
  }`;
}

function mute(client: ClientConnection, rest: string): void {
  const [target = "", duration = ""] = rest.split(/\s+/);
  const forMs = parseDuration(duration);
  if (duration !== "" && forMs === null) {
    return badDuration(client, duration);
  }
  const { state, order, nowMs } = client.server;
  const member = state.members.get(target);
  if (member === undefined) return nobody(client, target);
  const untilMs = nowMs() + (forMs ?? Infinity);
  order.propose({ type: "mute", member, untilMs }, {
    settled([verdict]) {
      if (verdict?.type === "refused") return refuse(client, verdict, () => nobody(client, target));
      record(client, "muted", { target: member.name, for: showDuration(forMs) });
      tell(client, `Nobody hears ${member.name} ${showDuration(forMs)}.`);
    },
  });
}

function unmute(client: ClientConnection, target: string): void {
  client.server.order.propose({ type: "unmute", name: target }, {
    settled([verdict]) {
      const shown = excerptIfNeeded(target);
      if (verdict?.type === "refused") {
        const notMuted = () => client.fail("bad_request", `${shown} is not muted.`);
        return refuse(client, verdict, notMuted);
      }
      record(client, "unmuted", { target });
      tell(client, `Everybody hears ${shown} again.`);
    },
  });
}

/** Answers for what the order has refused: because of the store, or because it is not so. */
function refuse(client: ClientConnection, { why }: Refused, isNotSo: () => void): void {
  if (why === "unavailable") client.fail("unavailable", UNAVAILABLE);
  else isNotSo();
}

/** Does something that the store has to keep, or says that it could not. */
function keep(client: ClientConnection, act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    client.fail("unavailable", "The database cannot keep that at the moment. Try again later.");
    return false;
  }
}

function record(client: ClientConnection, act: string, fields: Record<string, string>): void {
  client.server.logger.warn(act, { by: client.name, address: client.label, ...fields });
}

function badDuration(client: ClientConnection, text: string): void {
  client.fail(
    "bad_request",
    `Cannot do that for ${excerpt(text)}: it must be like 30m, 12h or 7d.`,
  );
}

function tell(client: ClientConnection, text: string): void {
  client.reply({ type: "notice", text });
}

function nobody(client: ClientConnection, name: string): void {
  client.fail("no_such_person", `Nobody called ${excerptIfNeeded(name)} is here.`);
}

/** The reason that these words are; null when it was refused. */
function acceptReason(client: ClientConnection, words: readonly string[]): string | null {
  const reason = cleanLine(words.join(" "));
  const problem = reasonProblem(reason);
  if (problem === null) return reason;
  client.fail("bad_request", problem);
  return null;
}

function explain(what: string, reason: string): string {
  return reason === "" ? `${what} by an operator.` : `${what} by an operator: ${reason}`;
}
