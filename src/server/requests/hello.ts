/**
 * Coming in: a hello becomes a member of the room, or takes up the place that it had.
 *
 * A new member is announced by its join, and is let in when that has been committed: only then is it
 * known where in the log it begins. A place that is taken up again needs no event, so nobody sees
 * that it was ever lost.
 *
 * @module
 */

import type { Hello, LogEvent, Welcome } from "../../protocol/messages.ts";
import { PROTOCOL } from "../../protocol/messages.ts";
import { MAX_MEMBERS_PAGE } from "../../protocol/limits.ts";
import { parseName, suggestName } from "../../protocol/names.ts";
import { namesThatFit } from "../../protocol/paging.ts";
import type { Member } from "../../room/members.ts";
import type { Session } from "../../room/sessions.ts";
import type { Allowance } from "../admission/allowance.ts";
import { passGate } from "../admission/password.ts";
import type { ClientConnection } from "../connection.ts";

/** What somebody is told who is kept out. */
export const BANNED = "You are kept out of this room. Ask its operators.";

const encoder = new TextEncoder();

/**
 * Handles a hello.
 *
 * @param client Not joined yet; otherwise it is told so.
 */
export function hello(client: ClientConnection, request: Hello): void | Promise<void> {
  const { server, member } = client;
  if (member !== null) {
    client.fail("bad_request", `You are already here as ${member.name}: say hello only once.`);
    return;
  }
  if (request.protocol !== PROTOCOL) {
    client.fail(
      "unsupported_protocol",
      `This server speaks protocol ${PROTOCOL}, not ${request.protocol}. Update the older of the two.`,
    );
    client.close(null);
    return;
  }
  const known = request.session === undefined
    ? undefined
    : server.sessions.find(request.session, server.clock.date().getTime());
  // Whoever has a place has shown the password, and takes nobody else's place.
  if (known?.member) return resume(client, request, known);
  if (client.refusal !== null) {
    client.fail("full", client.refusal);
    client.close({ type: "bye", reason: "full", text: client.refusal });
    return;
  }
  if (server.password === null || client.hasPassed) return comeIn(client, request);
  return passGate(client, request, server.password, () => comeIn(client, request));
}

/** Comes in as somebody new; its session may be remembered. */
function comeIn(client: ClientConnection, request: Hello): void | Promise<void> {
  const problem = nameProblem(client, request.name);
  if (problem) return;
  const { joins } = client.account;
  const wait = joins === null ? null : client.throttle.payFrom(joins, 1);
  if (wait === null) return joinAnew(client, request);
  return wait.then(() => {
    if (!client.leaving) joinAnew(client, request);
  });
}

/** Whether a name cannot be had; then that is answered, before anything is paid for it. */
function nameProblem(client: ClientConnection, wish: string): boolean {
  const { members } = client.server.room;
  const parsed = parseName(wish);
  if ("problem" in parsed) {
    const free = suggestion(client, wish);
    client.refuse("name_invalid", parsed.problem, `Try another one, such as ${free}.`);
    return true;
  }
  if (keepOut(client, parsed.name)) return true;
  if (members.isFree(parsed.name)) return false;
  refuseTaken(client, parsed.name);
  return true;
}

function refuseTaken(client: ClientConnection, name: string): void {
  const { members } = client.server.room;
  const free = suggestName(name, (candidate) => members.isFree(candidate));
  client.refuse("name_taken", `The name ${name} is taken.`, `Try another one, such as ${free}.`);
}

/** Takes the place of a session up, from a connection that may still look alive. */
function resume(client: ClientConnection, request: Hello, session: Session): void {
  const { server } = client;
  const member = session.member!;
  // What is pending goes first, so that the place in the log is the one that the welcome tells.
  server.room.flush();
  member.recipient?.replaced();
  server.grace.resumed(session);
  client.throttle.allowance = allowanceOf(client, session);
  server.named(client);
  member.recipient = client;
  client.member = member;
  client.session = session;
  server.logger.info("resumed", client.who());
  letIn(client, request, { member, secret: request.session!, resumed: true, joinSeq: null });
}

/** Joins under a free name. Its session may be remembered, while its place is gone. */
function joinAnew(client: ClientConnection, request: Hello): void {
  const { server } = client;
  const { members } = server.room;
  const parsed = parseName(request.name);
  if ("problem" in parsed || keepOut(client, parsed.name)) return;
  let secret = request.session;
  // Looked for now: while it waited, another connection may have taken it up.
  let known = secret === undefined
    ? undefined
    : server.sessions.find(secret, server.clock.date().getTime());
  if (known?.member) return resume(client, request, known);
  const member = members.add(parsed.name, client);
  if (member === null) return refuseTaken(client, parsed.name);
  if (client.dialect?.name === "json") {
    if (known === undefined || secret === undefined) {
      const opened = server.sessions.open(server.clock.date().getTime());
      secret = opened.secret;
      known = opened.session;
    }
    known.member = member;
    client.session = known;
    client.throttle.allowance = allowanceOf(client, known);
  }
  client.member = member;
  server.named(client);
  server.logger.info("joined", client.who());
  // Its log must exist before the join is appended, or there would be nothing to begin in.
  server.room.log(client.dialect!);
  client.welcome = (event) =>
    letIn(client, request, { member, secret: secret ?? "", resumed: false, joinSeq: event.seq });
  server.room.publish({ type: "join", name: member.name }, client);
}

/**
 * Lets a session in whose join has been committed.
 *
 * @param event The join.
 */
export function entered(client: ClientConnection, event: LogEvent): void {
  client.welcome?.(event);
  client.welcome = null;
}

/** How a session comes in. */
interface Entrance {
  /** Who comes in; may have left again when its join is committed. */
  readonly member: Member;
  readonly secret: string;
  readonly resumed: boolean;
  /** `seq` of its own join; null when there is none. */
  readonly joinSeq: number | null;
}

/** GracePeriod the cursor and weaves the welcome in before the past that was asked for. */
function letIn(client: ClientConnection, request: Hello, entrance: Entrance): void {
  const { server, cursor } = client;
  const dialect = client.dialect!;
  const log = server.room.log(dialect);
  const lastSeq = (entrance.joinSeq ?? server.room.store.lastSeq + 1) - 1;
  const now = log.positionOf(lastSeq + 1);
  const history = request.history ?? server.history;
  const after = request.after !== undefined && request.after <= lastSeq ? request.after : null;
  const run = dialect.echoes ? null : server.room.recent.newest(history, log.firstSeq, lastSeq + 1);

  let firstSeq = lastSeq + 1;
  if (after !== null) firstSeq = after + 1;
  else if (dialect.echoes) firstSeq = Math.max(log.firstSeq, lastSeq + 1 - history);
  else if (run !== null) firstSeq = run.seq;
  const start = log.positionOf(firstSeq);

  const force = { force: true };
  cursor.follow(log, start);
  cursor.insert(client.encode(welcome(client, entrance, lastSeq)), start, force);
  if (firstSeq < log.firstSeq) {
    const lagged = { type: "lagged", from: firstSeq, to: log.firstSeq - 1 } as const;
    cursor.insert(client.encode(lagged), start, force);
  }
  if (run !== null && start < now) {
    const heading = dialect.renderHistoryStart(run.count, run.from, run.to);
    cursor.insert(encoder.encode(heading), start, force);
    cursor.insert(encoder.encode(dialect.renderHistoryEnd()), now, force);
  }
  server.room.attach(cursor);
  cursor.wake();
}

function welcome(client: ClientConnection, entrance: Entrance, seq: number): Welcome {
  const { server } = client;
  const { members, store } = server.room;
  const { member } = entrance;
  return {
    type: "welcome",
    protocol: PROTOCOL,
    name: member.name,
    session: entrance.secret,
    log: store.logId,
    seq,
    members: namesThatFit(members.names(MAX_MEMBERS_PAGE, member)),
    count: members.size,
    resumed: entrance.resumed,
    ...(server.motd === undefined ? {} : { motd: server.motd }),
  };
}

/** A name that is allowed and free, as near to the wish as possible. */
function suggestion(client: ClientConnection, wish: string): string {
  const { members } = client.server.room;
  const parsed = parseName(wish.replace(/[^\p{L}\p{Nd}]/gu, "").slice(0, 24));
  const name = "name" in parsed ? parsed.name : "guest";
  return members.isFree(name) ? name : suggestName(name, (candidate) => members.isFree(candidate));
}

/** What each session may still do, as long as it is remembered. */
const allowances = new WeakMap<Session, Allowance>();

/** The allowance of a session: that of the connection with which it began. */
function allowanceOf(client: ClientConnection, session: Session): Allowance {
  const known = allowances.get(session) ?? client.throttle.allowance;
  allowances.set(session, known);
  return known;
}

/** Ends the connection of whoever comes under a name that is banned. */
function keepOut(client: ClientConnection, name: string): boolean {
  const ban = client.server.moderation.ofName(name);
  if (ban === undefined) return false;
  client.server.logger.info("refused", { ...client.who(), why: "banned", name });
  client.fail("banned", BANNED);
  client.close({ type: "bye", reason: "banned", text: BANNED });
  return true;
}
