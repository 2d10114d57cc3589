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
import type { ClientConnection } from "../connection.ts";

/** Tokens that a look into the store costs: it keeps everybody waiting for as long as it takes. */
export const STORE_COST = 20;

/** Does what a client asks for. */
export function act(client: ClientConnection, request: Request): void | Promise<void> {
  if (request.type === "hello") return hello(client, request);
  if (request.type === "quit") return quit(client);
  if (client.member === null) {
    client.fail("bad_request", `Say hello first: the first line was a ${request.type}.`);
    client.close(null);
    return;
  }
  switch (request.type) {
    case "say":
      return say(client, request);
    case "direct":
      return direct(client, request);
    case "rename":
      return rename(client, request.name);
    case "who":
      return who(client, request.after);
    case "history":
      return history(client, request);
    case "search":
      return search(client, request);
    case "command":
      return runCommand(client, request.line);
    case "ping":
      return client.reply({
        type: "pong",
        ...(request.id === undefined ? {} : { id: request.id }),
      });
  }
}

/** Says something to everybody. An id that has been published already is not published again. */
export function say(client: ClientConnection, request: Say): void {
  const text = acceptText(client, request.text, request.id);
  if (text === null || isMuted(client, request.id) || isRepeated(client, request, text)) return;
  const { session } = client;
  if (request.id !== undefined && session !== null) {
    client.server.sessions.note(session, request.id, PENDING_ID);
  }
  const said = { type: "message" as const, from: client.name, text };
  // Plain clients give no ids, and this runs for every line of a flood.
  const draft = request.id === undefined && request.action !== true ? said : {
    ...said,
    ...(request.id === undefined ? {} : { id: request.id }),
    ...(request.action === true ? { action: true as const } : {}),
  };
  client.server.room.publish(draft, client);
}

/** Says something to one person, and shows the sender that it was said. */
export function direct(client: ClientConnection, request: SayDirect): void {
  const { server } = client;
  const text = acceptText(client, request.text, request.id);
  if (text === null || isMuted(client, request.id)) return;
  const said = {
    type: "direct" as const,
    at: server.room.timestamp(),
    from: client.name,
    to: cleanLine(request.to),
    text,
    ...(request.id === undefined ? {} : { id: request.id }),
  };
  const member = server.room.members.get(request.to.trim());
  const known = request.id === undefined ? undefined : client.session?.ids.get(request.id);
  if (known !== undefined) return client.reply(said);
  if (member === undefined) {
    const shown = excerptIfNeeded(request.to);
    client.fail("no_such_person", `Nobody called ${shown} is here.`, request.id);
    return;
  }
  const event = { ...said, to: member.name };
  if (member.recipient === null) {
    client.fail("no_such_person", `${member.name} is away just now. Try again soon.`, request.id);
  } else if (member.recipient !== client && !member.recipient.deliver(event)) {
    client.fail("unavailable", `${member.name} has too much unread. Try again soon.`, request.id);
  } else {
    if (request.id !== undefined && client.session !== null) {
      server.sessions.note(client.session, request.id, DIRECT_ID);
    }
    client.reply(event);
  }
}

/** Takes another name. */
export function rename(client: ClientConnection, wish: string): void {
  const { room, logger } = client.server;
  const member = client.member!;
  const parsed = parseName(wish);
  if ("problem" in parsed) return client.fail("name_invalid", parsed.problem);
  const from = member.name;
  if (parsed.name === from) {
    client.reply({ type: "notice", text: `You are ${from} already.` });
    return;
  }
  if (client.server.moderation.ofName(parsed.name) !== undefined) {
    client.fail("not_allowed", `The name ${parsed.name} is kept out of this room.`);
    return;
  }
  if (!mayRename(client)) return;
  if (!room.members.rename(member, parsed.name)) {
    const free = suggestName(parsed.name, (name) => room.members.isFree(name, member));
    client.fail(
      "name_taken",
      `The name ${parsed.name} is taken. Try another one, such as ${free}.`,
    );
    return;
  }
  client.server.moderation.renamed(from, parsed.name);
  logger.info("renamed", { ...client.who(), from });
  room.publish({ type: "rename", from, to: parsed.name }, client);
}

/** Tells who is here, a page at a time. */
export function who(client: ClientConnection, after?: string): void {
  const { members } = client.server.room;
  const page = members.page(after, MAX_MEMBERS_PAGE);
  const names = namesThatFit(page.names);
  const more = page.more || names.length < page.names.length;
  client.reply({ type: "members", names, count: members.size, more });
}

/** Answers with a page of the past. */
export async function history(client: ClientConnection, request: HistoryRequest): Promise<void> {
  const { store } = client.server.room;
  const { before = Infinity, limit = DEFAULT_HISTORY } = request;
  const page = await lookUp(client, () => store.page(before, limit, fitsInto()));
  if (page !== null) client.reply({ type: "history", ...page });
}

/** Looks for words in what was said. */
export async function search(client: ClientConnection, request: Search): Promise<void> {
  const { store } = client.server.room;
  const limit = request.limit ?? DEFAULT_HISTORY;
  const page = await lookUp(client, () => store.search(request.query, limit, fitsInto()));
  if (page === null) return;
  client.reply({ type: "results", ...page });
  if (store.windowOnly) {
    client.reply({
      type: "notice",
      text: "This server keeps no database: only the newest messages were searched.",
    });
  }
}

/** Leaves for good. */
export function quit(client: ClientConnection): void {
  client.leave("quit");
  client.close(
    client.dialect?.name === "json" ? { type: "bye", reason: "quit", text: "Goodbye." } : null,
  );
}

/**
 * Looks into the store in steps, when that is paid for and it is this one's turn.
 *
 * @returns Null when it cannot be read now, which the client has been told, or it is leaving.
 */
export async function lookUp<T>(
  client: ClientConnection,
  look: () => Lookup<T>,
): Promise<T | null> {
  const wait = client.throttle.pay(STORE_COST);
  if (wait !== null) await wait;
  if (client.leaving) return null;
  return await lookUpPaid(client, look);
}

/** The same for what has been paid for. */
export async function lookUpPaid<T>(
  client: ClientConnection,
  look: () => Lookup<T>,
): Promise<T | null> {
  try {
    return await client.server.lookups.run(client.account.address, look);
  } catch (error) {
    return unreadable(client, error);
  }
}

/** Reads a row that its line has paid for, or tells that it cannot be read and returns null. */
function readNow<T>(client: ClientConnection, look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    return unreadable(client, error);
  }
}

function unreadable(client: ClientConnection, error: unknown): null {
  if (!(error instanceof StoreUnavailable)) throw error;
  client.server.logger.error("store fails", { error: error.message });
  client.fail("unavailable", "The server cannot look into the past at the moment.");
  return null;
}

/** The cleaned text, or null when it was refused. */
function acceptText(client: ClientConnection, raw: string, id: string | undefined): string | null {
  const { maxTextChars } = client.server.limits;
  if (raw.length <= maxTextChars && isEveryday(raw)) return raw;
  const text = cleanText(raw);
  const problem = textProblem(text, maxTextChars);
  if (problem === null) return text;
  client.fail(problem.code as ErrorCode, problem.text, id);
  return null;
}

function isMuted(client: ClientConnection, id: string | undefined): boolean {
  if (!client.server.moderation.isMuted(client.name)) return false;
  client.fail("not_allowed", "An operator has muted you: nobody hears you.", id);
  return true;
}

/** Takes note of a rename, unless there were too many in the last minute. */
function mayRename(client: ClientConnection): boolean {
  const { limits, clock } = client.server;
  const most = limits.renamesPerMinute;
  if (client.throttle.allowance.rename(most, clock.now())) return true;
  client.fail("not_allowed", `You took ${most} names within a minute. Wait a little.`);
  return false;
}

/** Answers for an id that is known; the one that is pending is answered by its own echo. */
function isRepeated(client: ClientConnection, request: Say, text: string): boolean {
  const { id } = request;
  const seq = id === undefined ? undefined : client.session?.ids.get(id);
  if (id === undefined || seq === undefined) return false;
  if (seq === PENDING_ID || seq === DIRECT_ID) return true;
  const { room } = client.server;
  const original = readNow(client, () => room.store.before(seq + 1, 1).events[0]);
  if (original === null) return true;
  // Beyond what the store keeps, the sender's own copy has to do.
  const echo: Message = {
    type: "message",
    seq,
    at: room.timestamp(),
    from: client.name,
    text,
    id,
  };
  client.replyLogged(original?.seq === seq ? original : echo);
  return true;
}
