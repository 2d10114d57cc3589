/**
 * The slash commands of operators. Each act is logged with who did it.
 *
 * @module
 */

import { isIP } from "node:net";
import { type Ban, StoreUnavailable } from "../room/store.ts";
import type { CommandSpec } from "./commands.ts";
import { parseDuration, showDuration } from "./durations.ts";
import { addressKey, nameKey } from "./moderation.ts";
import { announce, remove, removeAddress } from "./removal.ts";
import type { Session } from "./session.ts";
import { showTop } from "./top.ts";

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
    args: "NAME|ADDRESS [DURATION] [REASON]",
    help: "keeps a name or an address out, for 30m, 12h, 7d or for good",
    needs: 1,
    run: ban,
  },
  { name: "unban", args: "NAME|ADDRESS", help: "lets it in again", needs: 1, run: unban },
  { name: "bans", args: "", help: "lists who is kept out", needs: 0, run: bans },
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
    run(session, text) {
      record(session, "announced", {});
      announce(session.hub, `Announcement: ${text}`);
    },
  },
  { name: "top", args: "", help: "shows every client, the slowest first", needs: 0, run: showTop },
];

function kick(session: Session, rest: string): void {
  const [target = "", ...reason] = rest.split(/\s+/);
  const name = remove(session.hub, target, "kicked", explain("You were removed", reason.join(" ")));
  if (name === null) return nobody(session, target);
  record(session, "kicked", { target: name });
  tell(session, `${name} was removed.`);
}

function ban(session: Session, rest: string): void {
  const { hub } = session;
  const [target = "", ...words] = rest.split(/\s+/);
  const forMs = parseDuration(words[0] ?? "");
  if (forMs === null && /^\d/.test(words[0] ?? "")) return badDuration(session, words[0]!);
  const reason = words.slice(forMs === null ? 0 : 1).join(" ");
  const atMs = hub.clock.date().getTime();
  const isAddress = isIP(target) !== 0;
  const entry: Ban = {
    key: isAddress ? addressKey(target) : nameKey(target),
    shown: isAddress ? target : hub.room.members.get(target)?.name ?? target,
    by: session.name,
    reason,
    atMs,
    untilMs: forMs === null ? null : atMs + forMs,
  };
  if (!keep(session, () => hub.moderation.ban(entry))) return;
  record(session, "banned", { target: entry.shown, for: showDuration(forMs) });
  const text = explain("You are kept out of this room", reason);
  const removed = isAddress
    ? removeAddress(hub, entry.key, text)
    : remove(hub, target, "banned", text) === null
    ? 0
    : 1;
  const why = reason === "" ? "" : ` (${reason})`;
  const now = removed > 0 ? `${removed} removed now` : "nobody of that is here now";
  tell(session, `${entry.shown} is kept out ${showDuration(forMs)}${why}; ${now}.`);
}

function unban(session: Session, target: string): void {
  const { moderation } = session.hub;
  const key = isIP(target) !== 0 ? addressKey(target) : nameKey(target);
  let lifted = false;
  if (!keep(session, () => lifted = moderation.lift(key))) return;
  if (!lifted) {
    session.fail("bad_request", `${target} is not kept out. /bans lists who is.`);
    return;
  }
  record(session, "unbanned", { target });
  tell(session, `${target} may come in again.`);
}

function bans(session: Session): void {
  const list = session.hub.moderation.bans();
  const nowMs = session.hub.clock.date().getTime();
  const lines = list.map(({ shown, by, reason, untilMs }) => {
    const left = showDuration(untilMs === null ? null : untilMs - nowMs);
    return `${shown} ${left}, by ${by}${reason === "" ? "" : `: ${reason}`}`;
  });
  tell(session, lines.length === 0 ? "Nobody is kept out." : lines.join("\n"));
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
    session.fail("bad_request", `${target} is not muted.`);
    return;
  }
  record(session, "unmuted", { target });
  tell(session, `Everybody hears ${target} again.`);
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
  const value = JSON.stringify(text.slice(0, 20));
  session.fail("bad_request", `Cannot do that for ${value}: it must be like 30m, 12h or 7d.`);
}

function tell(session: Session, text: string): void {
  session.reply({ type: "notice", text });
}

function nobody(session: Session, name: string): void {
  session.fail("no_such_person", `Nobody called ${name} is here.`);
}

function explain(what: string, reason: string): string {
  return reason === "" ? `${what} by an operator.` : `${what} by an operator: ${reason}`;
}
