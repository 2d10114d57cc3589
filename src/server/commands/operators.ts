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
import type { CommandSpec } from "./commands.ts";
import { parseDuration, showDuration } from "./durations.ts";
import { nameKey } from "../admission/moderation.ts";
import { announce, remove, removeAddress } from "./removal.ts";
import type { Session } from "../connection.ts";
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
    run(session, raw) {
      const text = cleanText(raw);
      const problem = textProblem(text, session.hub.limits.maxTextChars);
      if (problem !== null) return session.fail(problem.code, problem.text);
      record(session, "announced", {});
      announce(session.hub, `Announcement: ${text}`);
    },
  },
  { name: "top", args: "", help: "shows every client, the slowest first", needs: 0, run: showTop },
];

function kick(session: Session, rest: string): void {
  const [target = "", ...words] = rest.split(/\s+/);
  const reason = acceptReason(session, words);
  if (reason === null) return;
  const name = remove(session.hub, target, "kicked", explain("You were removed", reason));
  if (name === null) return nobody(session, target);
  record(session, "kicked", { target: name });
  tell(session, `${name} was removed.`);
}

function ban(session: Session, rest: string): void {
  const { hub } = session;
  const [text = "", ...words] = rest.split(/\s+/);
  const target = readTarget(text, (name) => hub.room.members.get(name) !== undefined);
  if (target.kind === "problem") return session.fail("bad_request", target.problem);
  const range = target.kind === "addresses" ? target.range : null;
  if (range !== null && holdsOwn(session, range)) return;
  const forMs = parseDuration(words[0] ?? "");
  if (forMs === null && /^\d/.test(words[0] ?? "")) return badDuration(session, words[0]!);
  const reason = acceptReason(session, words.slice(forMs === null ? 0 : 1));
  if (reason === null) return;
  if (text.length > MAX_RAW_NAME_UNITS) {
    const problem = `Cannot keep ${excerpt(text)} out: it is too long for a name or an address.`;
    return session.fail("bad_request", problem);
  }
  const atMs = hub.clock.date().getTime();
  const entry: Ban = {
    ...(range === null
      ? { key: nameKey(text), shown: hub.room.members.get(text)?.name ?? cleanLine(text) }
      : { key: addressKey(range), shown: rangeText(range) }),
    by: session.name,
    reason,
    atMs,
    untilMs: forMs === null ? null : atMs + forMs,
  };
  if (!keep(session, () => hub.moderation.ban(entry))) return;
  record(session, "banned", { target: entry.shown, for: showDuration(forMs) });
  const farewell = explain("You are kept out of this room", reason);
  const removed = range !== null
    ? removeAddress(hub, range, farewell)
    : remove(hub, entry.shown, "banned", farewell) === null
    ? 0
    : 1;
  const why = reason === "" ? "" : ` (${reason})`;
  const now = removed > 0 ? `${removed} removed now` : "nobody of that is here now";
  const shown = excerptIfNeeded(entry.shown);
  tell(session, `${shown} is kept out ${showDuration(forMs)}${why}; ${now}.`);
}

/** Who keeps their own address out cannot come back to lift that. */
function holdsOwn(session: Session, range: AddressRange): boolean {
  const own = addressBytes(session.address);
  if (own === undefined || !contains(range, own)) return false;
  const shown = rangeText(range);
  session.fail(
    "bad_request",
    `Cannot ban ${shown}: your own address, ${session.address}, is in it, and you would be kept ` +
      "out, too. Ban a smaller range, or a name.",
  );
  return true;
}

function unban(session: Session, text: string): void {
  const { moderation } = session.hub;
  const target = readTarget(text, () => true);
  // As a name, too: older versions took ranges for names, and kept them.
  const keys = [nameKey(text)];
  if (target.kind === "addresses") keys.unshift(addressKey(target.range));
  let lifted = false;
  if (!keep(session, () => lifted = keys.some((key) => moderation.lift(key)))) return;
  if (!lifted) return session.fail("bad_request", whyNotLifted(session, text));
  const shown = target.kind === "addresses" ? rangeText(target.range) : excerptIfNeeded(text);
  record(session, "unbanned", { target: shown });
  const wider = moderation.ofAddress(text)?.shown;
  const news = wider === undefined ? "may come in again" : `is still kept out, as part of ${wider}`;
  tell(session, `${shown} ${news}.`);
}

function whyNotLifted({ hub }: Session, text: string): string {
  const target = readTarget(text, () => true);
  if (target.kind === "problem") return target.problem;
  const wider = hub.moderation.ofAddress(text)?.shown;
  return wider === undefined
    ? `${excerpt(text)} is not kept out. /bans lists who is.`
    : `${
      excerptIfNeeded(text)
    } is not kept out by itself, but ${wider} is. To let all of that in: /unban ${wider}`;
}

function bans(session: Session, rest: string): void {
  const list = session.hub.moderation.bans().reverse();
  if (list.length === 0) return tell(session, "Nobody is kept out.");
  const pages = Math.ceil(list.length / BANS_A_PAGE);
  const page = rest === "" ? 1 : Number(rest);
  if (!Number.isInteger(page) || page < 1 || page > pages) {
    const problem = `There is no page ${excerpt(rest)}: it must be a number from 1 to ${pages}.`;
    return session.fail("bad_request", problem);
  }
  const nowMs = session.hub.clock.date().getTime();
  const lines = list.slice((page - 1) * BANS_A_PAGE, page * BANS_A_PAGE)
    .map((ban) => describe(ban, nowMs));
  if (page < pages) {
    lines.push(`Page ${page} of ${pages}, ${list.length} in all: /bans ${page + 1} goes on.`);
  }
  tell(session, lines.join("\n"));
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

function mute(session: Session, rest: string): void {
  const [target = "", duration = ""] = rest.split(/\s+/);
  const forMs = parseDuration(duration);
  if (duration !== "" && forMs === null) {
    return badDuration(session, duration);
  }
  const member = session.hub.room.members.get(target);
  if (member === undefined) return nobody(session, target);
  session.hub.moderation.mute(member.name, forMs ?? Infinity);
  record(session, "muted", { target: member.name, for: showDuration(forMs) });
  tell(session, `Nobody hears ${member.name} ${showDuration(forMs)}.`);
}

function unmute(session: Session, target: string): void {
  if (!session.hub.moderation.unmute(target)) {
    session.fail("bad_request", `${excerptIfNeeded(target)} is not muted.`);
    return;
  }
  record(session, "unmuted", { target });
  tell(session, `Everybody hears ${excerptIfNeeded(target)} again.`);
}

/** Does something that the store has to keep, or says that it could not. */
function keep(session: Session, act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    session.fail("unavailable", "The database cannot keep that at the moment. Try again later.");
    return false;
  }
}

function record(session: Session, act: string, fields: Record<string, string>): void {
  session.hub.logger.warn(act, { by: session.name, address: session.label, ...fields });
}

function badDuration(session: Session, text: string): void {
  session.fail(
    "bad_request",
    `Cannot do that for ${excerpt(text)}: it must be like 30m, 12h or 7d.`,
  );
}

function tell(session: Session, text: string): void {
  session.reply({ type: "notice", text });
}

function nobody(session: Session, name: string): void {
  session.fail("no_such_person", `Nobody called ${excerptIfNeeded(name)} is here.`);
}

/** The reason that these words are; null when it was refused. */
function acceptReason(session: Session, words: readonly string[]): string | null {
  const reason = cleanLine(words.join(" "));
  const problem = reasonProblem(reason);
  if (problem === null) return reason;
  session.fail("bad_request", problem);
  return null;
}

function explain(what: string, reason: string): string {
  return reason === "" ? `${what} by an operator.` : `${what} by an operator: ${reason}`;
}
