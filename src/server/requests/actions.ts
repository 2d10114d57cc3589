/**
 * What somebody in the room can do. Every dialect and every slash command ends here.
 *
 * @module
 */

import type {
  ErrorCode,
  HistoryRequest,
  Message,
  Request,
  Say,
  SayDirect,
  Search,
} from "../../protocol/messages.ts";
import { excerptIfNeeded } from "../../protocol/excerpt.ts";
import { DEFAULT_HISTORY, MAX_MEMBERS_PAGE } from "../../protocol/limits.ts";
import { parseName, suggestName } from "../../protocol/names.ts";
import { fitsInto, namesThatFit } from "../../protocol/paging.ts";
import { cleanLine, cleanText, isEveryday, textProblem } from "../../protocol/text.ts";
import { DIRECT_ID, PENDING_ID } from "../../room/sessions.ts";
import { type Lookup, StoreUnavailable } from "../../store/store.ts";
import { runCommand } from "../commands/commands.ts";
import { hello } from "./hello.ts";
import type { Session } from "../connection.ts";

/** Tokens that a look into the store costs: it keeps everybody waiting for as long as it takes. */
export const STORE_COST = 20;

/** Does what a client asks for. */
export function act(session: Session, request: Request): void | Promise<void> {
  if (request.type === "hello") return hello(session, request);
  if (request.type === "quit") return quit(session);
  if (session.member === null) {
    session.fail("bad_request", `Say hello first: the first line was a ${request.type}.`);
    session.close(null);
    return;
  }
  switch (request.type) {
    case "say":
      return say(session, request);
    case "direct":
      return direct(session, request);
    case "rename":
      return rename(session, request.name);
    case "who":
      return who(session, request.after);
    case "history":
      return history(session, request);
    case "search":
      return search(session, request);
    case "command":
      return runCommand(session, request.line);
    case "ping":
      return session.reply({
        type: "pong",
        ...(request.id === undefined ? {} : { id: request.id }),
      });
  }
}

/** Says something to everybody. An id that has been published already is not published again. */
export function say(session: Session, request: Say): void {
  const text = acceptText(session, request.text, request.id);
  if (text === null || isMuted(session, request.id) || isRepeated(session, request, text)) return;
  const { record } = session;
  if (request.id !== undefined && record !== null) {
    session.hub.sessions.note(record, request.id, PENDING_ID);
  }
  const said = { type: "message" as const, from: session.name, text };
  // Plain clients give no ids, and this runs for every line of a flood.
  const draft = request.id === undefined && request.action !== true ? said : {
    ...said,
    ...(request.id === undefined ? {} : { id: request.id }),
    ...(request.action === true ? { action: true as const } : {}),
  };
  session.hub.room.publish(draft, session);
}

/** Says something to one person, and shows the sender that it was said. */
export function direct(session: Session, request: SayDirect): void {
  const { hub } = session;
  const text = acceptText(session, request.text, request.id);
  if (text === null || isMuted(session, request.id)) return;
  const said = {
    type: "direct" as const,
    at: hub.room.timestamp(),
    from: session.name,
    to: cleanLine(request.to),
    text,
    ...(request.id === undefined ? {} : { id: request.id }),
  };
  const member = hub.room.members.get(request.to.trim());
  const known = request.id === undefined ? undefined : session.record?.ids.get(request.id);
  if (known !== undefined) return session.reply(said);
  if (member === undefined) {
    const shown = excerptIfNeeded(request.to);
    session.fail("no_such_person", `Nobody called ${shown} is here.`, request.id);
    return;
  }
  const event = { ...said, to: member.name };
  if (member.occupant === null) {
    session.fail("no_such_person", `${member.name} is away just now. Try again soon.`, request.id);
  } else if (member.occupant !== session && !member.occupant.deliver(event)) {
    session.fail("unavailable", `${member.name} has too much unread. Try again soon.`, request.id);
  } else {
    if (request.id !== undefined && session.record !== null) {
      hub.sessions.note(session.record, request.id, DIRECT_ID);
    }
    session.reply(event);
  }
}

/** Takes another name. */
export function rename(session: Session, wish: string): void {
  const { room, logger } = session.hub;
  const member = session.member!;
  const parsed = parseName(wish);
  if ("problem" in parsed) return session.fail("name_invalid", parsed.problem);
  const from = member.name;
  if (parsed.name === from) {
    session.reply({ type: "notice", text: `You are ${from} already.` });
    return;
  }
  if (session.hub.moderation.ofName(parsed.name) !== undefined) {
    session.fail("not_allowed", `The name ${parsed.name} is kept out of this room.`);
    return;
  }
  if (!mayRename(session)) return;
  if (!room.members.rename(member, parsed.name)) {
    const free = suggestName(parsed.name, (name) => room.members.isFree(name, member));
    session.fail(
      "name_taken",
      `The name ${parsed.name} is taken. Try another one, such as ${free}.`,
    );
    return;
  }
  session.hub.moderation.renamed(from, parsed.name);
  logger.info("renamed", { ...session.who(), from });
  room.publish({ type: "rename", from, to: parsed.name }, session);
}

/** Tells who is here, a page at a time. */
export function who(session: Session, after?: string): void {
  const { members } = session.hub.room;
  const page = members.page(after, MAX_MEMBERS_PAGE);
  const names = namesThatFit(page.names);
  const more = page.more || names.length < page.names.length;
  session.reply({ type: "members", names, count: members.size, more });
}

/** Answers with a page of the past. */
export async function history(session: Session, request: HistoryRequest): Promise<void> {
  const { store } = session.hub.room;
  const { before = Infinity, limit = DEFAULT_HISTORY } = request;
  const page = await lookUp(session, () => store.page(before, limit, fitsInto()));
  if (page !== null) session.reply({ type: "history", ...page });
}

/** Looks for words in what was said. */
export async function search(session: Session, request: Search): Promise<void> {
  const { store } = session.hub.room;
  const limit = request.limit ?? DEFAULT_HISTORY;
  const page = await lookUp(session, () => store.search(request.query, limit, fitsInto()));
  if (page === null) return;
  session.reply({ type: "results", ...page });
  if (store.windowOnly) {
    session.reply({
      type: "notice",
      text: "This server keeps no database: only the newest messages were searched.",
    });
  }
}

/** Leaves for good. */
export function quit(session: Session): void {
  session.leave("quit");
  session.close(
    session.dialect?.name === "json" ? { type: "bye", reason: "quit", text: "Goodbye." } : null,
  );
}

/**
 * Looks into the store in steps, when that is paid for and it is this one's turn.
 *
 * @returns Null when it cannot be read now, which the client has been told, or it is leaving.
 */
export async function lookUp<T>(session: Session, look: () => Lookup<T>): Promise<T | null> {
  const wait = session.throttle.pay(STORE_COST);
  if (wait !== null) await wait;
  if (session.leaving) return null;
  return await lookUpPaid(session, look);
}

/** The same for what has been paid for. */
export async function lookUpPaid<T>(session: Session, look: () => Lookup<T>): Promise<T | null> {
  try {
    return await session.hub.lookups.run(session.account.address, look);
  } catch (error) {
    return unreadable(session, error);
  }
}

/** Reads a row that its line has paid for, or tells that it cannot be read and returns null. */
function readNow<T>(session: Session, look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    return unreadable(session, error);
  }
}

function unreadable(session: Session, error: unknown): null {
  if (!(error instanceof StoreUnavailable)) throw error;
  session.hub.logger.error("store fails", { error: error.message });
  session.fail("unavailable", "The server cannot look into the past at the moment.");
  return null;
}

/** The cleaned text, or null when it was refused. */
function acceptText(session: Session, raw: string, id: string | undefined): string | null {
  const { maxTextChars } = session.hub.limits;
  if (raw.length <= maxTextChars && isEveryday(raw)) return raw;
  const text = cleanText(raw);
  const problem = textProblem(text, maxTextChars);
  if (problem === null) return text;
  session.fail(problem.code as ErrorCode, problem.text, id);
  return null;
}

function isMuted(session: Session, id: string | undefined): boolean {
  if (!session.hub.moderation.isMuted(session.name)) return false;
  session.fail("not_allowed", "An operator has muted you: nobody hears you.", id);
  return true;
}

/** Takes note of a rename, unless there were too many in the last minute. */
function mayRename(session: Session): boolean {
  const { limits, clock } = session.hub;
  const most = limits.renamesPerMinute;
  if (session.throttle.allowance.rename(most, clock.now())) return true;
  session.fail("not_allowed", `You took ${most} names within a minute. Wait a little.`);
  return false;
}

/** Answers for an id that is known; the one that is pending is answered by its own echo. */
function isRepeated(session: Session, request: Say, text: string): boolean {
  const { id } = request;
  const seq = id === undefined ? undefined : session.record?.ids.get(id);
  if (id === undefined || seq === undefined) return false;
  if (seq === PENDING_ID || seq === DIRECT_ID) return true;
  const { room } = session.hub;
  const original = readNow(session, () => room.store.before(seq + 1, 1).events[0]);
  if (original === null) return true;
  // Beyond what the store keeps, the sender's own copy has to do.
  const echo: Message = {
    type: "message",
    seq,
    at: room.timestamp(),
    from: session.name,
    text,
    id,
  };
  session.replyLogged(original?.seq === seq ? original : echo);
  return true;
}
