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
import type { SessionRecord } from "../../room/sessions.ts";
import type { Allowance } from "../admission/allowance.ts";
import { passGate } from "../admission/password.ts";
import type { Session } from "../connection.ts";

/** What somebody is told who is kept out. */
export const BANNED = "You are kept out of this room. Ask its operators.";

const encoder = new TextEncoder();

/**
 * Handles a hello.
 *
 * @param session Not joined yet; otherwise it is told so.
 */
export function hello(session: Session, request: Hello): void | Promise<void> {
  const { hub, member } = session;
  if (member !== null) {
    session.fail("bad_request", `You are already here as ${member.name}: say hello only once.`);
    return;
  }
  if (request.protocol !== PROTOCOL) {
    session.fail(
      "unsupported_protocol",
      `This server speaks protocol ${PROTOCOL}, not ${request.protocol}. Update the older of the two.`,
    );
    session.close(null);
    return;
  }
  const known = request.session === undefined
    ? undefined
    : hub.sessions.find(request.session, hub.clock.date().getTime());
  // Whoever has a place has shown the password, and takes nobody else's place.
  if (known?.member) return takeUp(session, request, known);
  if (session.refusal !== null) {
    session.fail("full", session.refusal);
    session.close({ type: "bye", reason: "full", text: session.refusal });
    return;
  }
  if (hub.password === null || session.hasPassed) return comeIn(session, request);
  return passGate(session, request, hub.password, () => comeIn(session, request));
}

/** Comes in as somebody new; its session may be remembered. */
function comeIn(session: Session, request: Hello): void | Promise<void> {
  const problem = nameProblem(session, request.name);
  if (problem) return;
  const { joins } = session.account;
  const wait = joins === null ? null : session.throttle.payFrom(joins, 1);
  if (wait === null) return joinAnew(session, request);
  return wait.then(() => {
    if (!session.leaving) joinAnew(session, request);
  });
}

/** Whether a name cannot be had; then that is answered, before anything is paid for it. */
function nameProblem(session: Session, wish: string): boolean {
  const { members } = session.hub.room;
  const parsed = parseName(wish);
  if ("problem" in parsed) {
    const free = suggestion(session, wish);
    session.refuse("name_invalid", parsed.problem, `Try another one, such as ${free}.`);
    return true;
  }
  if (keepOut(session, parsed.name)) return true;
  if (members.isFree(parsed.name)) return false;
  refuseTaken(session, parsed.name);
  return true;
}

function refuseTaken(session: Session, name: string): void {
  const { members } = session.hub.room;
  const free = suggestName(name, (candidate) => members.isFree(candidate));
  session.refuse("name_taken", `The name ${name} is taken.`, `Try another one, such as ${free}.`);
}

/** Takes the place of a session up, from a connection that may still look alive. */
function takeUp(session: Session, request: Hello, record: SessionRecord): void {
  const { hub } = session;
  const member = record.member!;
  // What is pending goes first, so that the place in the log is the one that the welcome tells.
  hub.room.flush();
  member.occupant?.replaced();
  hub.places.takenUp(record);
  session.throttle.allowance = allowanceOf(session, record);
  hub.named(session);
  member.occupant = session;
  session.member = member;
  session.record = record;
  hub.logger.info("resumed", session.who());
  letIn(session, request, { member, secret: request.session!, resumed: true, joinSeq: null });
}

/** Joins under a free name. Its session may be remembered, while its place is gone. */
function joinAnew(session: Session, request: Hello): void {
  const { hub } = session;
  const { members } = hub.room;
  const parsed = parseName(request.name);
  if ("problem" in parsed || keepOut(session, parsed.name)) return;
  let secret = request.session;
  // Looked for now: while it waited, another connection may have taken it up.
  let known = secret === undefined
    ? undefined
    : hub.sessions.find(secret, hub.clock.date().getTime());
  if (known?.member) return takeUp(session, request, known);
  const member = members.add(parsed.name, session);
  if (member === null) return refuseTaken(session, parsed.name);
  if (session.dialect?.name === "json") {
    if (known === undefined || secret === undefined) {
      const opened = hub.sessions.open(hub.clock.date().getTime());
      secret = opened.secret;
      known = opened.record;
    }
    known.member = member;
    session.record = known;
    session.throttle.allowance = allowanceOf(session, known);
  }
  session.member = member;
  hub.named(session);
  hub.logger.info("joined", session.who());
  // Its log must exist before the join is appended, or there would be nothing to begin in.
  hub.room.log(session.dialect!);
  session.welcome = (event) =>
    letIn(session, request, { member, secret: secret ?? "", resumed: false, joinSeq: event.seq });
  hub.room.publish({ type: "join", name: member.name }, session);
}

/**
 * Lets a session in whose join has been committed.
 *
 * @param event The join.
 */
export function entered(session: Session, event: LogEvent): void {
  session.welcome?.(event);
  session.welcome = null;
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

/** Places the cursor and weaves the welcome in before the past that was asked for. */
function letIn(session: Session, request: Hello, entrance: Entrance): void {
  const { hub, cursor } = session;
  const dialect = session.dialect!;
  const log = hub.room.log(dialect);
  const lastSeq = (entrance.joinSeq ?? hub.room.store.lastSeq + 1) - 1;
  const now = log.positionOf(lastSeq + 1);
  const history = request.history ?? hub.history;
  const after = request.after !== undefined && request.after <= lastSeq ? request.after : null;
  const run = dialect.echoes ? null : hub.room.recent.newest(history, log.firstSeq, lastSeq + 1);

  let firstSeq = lastSeq + 1;
  if (after !== null) firstSeq = after + 1;
  else if (dialect.echoes) firstSeq = Math.max(log.firstSeq, lastSeq + 1 - history);
  else if (run !== null) firstSeq = run.seq;
  const start = log.positionOf(firstSeq);

  const force = { force: true };
  cursor.follow(log, start);
  cursor.insert(session.encode(welcome(session, entrance, lastSeq)), start, force);
  if (firstSeq < log.firstSeq) {
    const lagged = { type: "lagged", from: firstSeq, to: log.firstSeq - 1 } as const;
    cursor.insert(session.encode(lagged), start, force);
  }
  if (run !== null && start < now) {
    const heading = dialect.renderHistoryStart(run.count, run.from, run.to);
    cursor.insert(encoder.encode(heading), start, force);
    cursor.insert(encoder.encode(dialect.renderHistoryEnd()), now, force);
  }
  hub.room.attach(cursor);
  cursor.wake();
}

function welcome(session: Session, entrance: Entrance, seq: number): Welcome {
  const { hub } = session;
  const { members, store } = hub.room;
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
    ...(hub.motd === undefined ? {} : { motd: hub.motd }),
  };
}

/** A name that is allowed and free, as near to the wish as possible. */
function suggestion(session: Session, wish: string): string {
  const { members } = session.hub.room;
  const parsed = parseName(wish.replace(/[^\p{L}\p{Nd}]/gu, "").slice(0, 24));
  const name = "name" in parsed ? parsed.name : "guest";
  return members.isFree(name) ? name : suggestName(name, (candidate) => members.isFree(candidate));
}

/** What each session may still do, as long as it is remembered. */
const allowances = new WeakMap<SessionRecord, Allowance>();

/** The allowance of a session: that of the connection with which it began. */
function allowanceOf(session: Session, record: SessionRecord): Allowance {
  const known = allowances.get(record) ?? session.throttle.allowance;
  allowances.set(record, known);
  return known;
}

/** Ends the connection of whoever comes under a name that is banned. */
function keepOut(session: Session, name: string): boolean {
  const ban = session.hub.moderation.ofName(name);
  if (ban === undefined) return false;
  session.hub.logger.info("refused", { ...session.who(), why: "banned", name });
  session.fail("banned", BANNED);
  session.close({ type: "bye", reason: "banned", text: BANNED });
  return true;
}
