/**
 * Coming in: a hello becomes a member in the rooms that it names, or takes up the place that it
 * had.
 *
 * A new member is announced by its joins, and is let in when the order has settled them: only then
 * is it known where in each log it begins. A place that is taken up again needs no event, so nobody
 * sees that it was ever lost.
 *
 * In `requests/` lives a handler for each type of request; each may import `connection.ts` and
 * what that imports.
 *
 * @module
 */

import type { Joined, Proposer, Refusal, Verdict } from "../../order/order.ts";
import type { Join, Proposal } from "../../order/proposals.ts";
import { newSessionSecret } from "../../protocol/ids.ts";
import { type Hello, LOBBY, PROTOCOL } from "../../protocol/messages.ts";
import { parseName, suggestName } from "../../protocol/names.ts";
import type { Member, Session } from "../../room/room.ts";
import { hashSecret } from "../../room/sessions.ts";
import { allowanceOf } from "../admission/allowance.ts";
import { passGate, resumeOperator } from "../admission/password.ts";
import type { ClientConnection } from "../connection.ts";
import { bannedName, refuse, refuseHello, takenName } from "../refusals.ts";
import { takeUp } from "../waiting.ts";
import { type Asked, welcome } from "./welcome.ts";
import { payForRooms, prepare, returnRooms, wantedRooms, wishesFor } from "./wishes.ts";

/** Tokens of its session that a resume costs for each room: it may bring the whole window along. */
const RESUME_COST = 5;

const CUT_OFF = "This server has lost touch with the others that hold these rooms. " +
  "Try again soon, or at another one.";

/** A session, and what its client proves it with. */
interface KnownSession {
  readonly secret: string;
  readonly session: Session;
}

/**
 * Handles a hello.
 *
 * @param client Not joined yet; otherwise it is told so.
 * @returns Resolves when it is in, or has been refused.
 */
export function hello(client: ClientConnection, request: Hello): void | Promise<void> {
  const { member } = client;
  client.stopWaiting();
  if (member !== null) {
    client.fail("bad_request", `You are already here as ${member.name}: say hello only once.`);
    return;
  }
  if (request.protocol !== PROTOCOL) {
    client.fail(
      "unsupported_protocol",
      `This server speaks protocol ${PROTOCOL}, not ${request.protocol}. ` +
        "Update the older of the two.",
    );
    client.close(null);
    return;
  }
  if (client.server.elsewhere?.isCutOff) {
    client.fail("unavailable", CUT_OFF);
    client.close(null);
    return;
  }
  const known = knownSession(client, request);
  if (known === undefined || known.session.member === null) return enter(client, request);
  return resume(client, request, known);
}

/** The session that a client has had before, as long as that is remembered. */
function knownSession(
  { ownSession, server }: ClientConnection,
  { session: secret = "" }: Hello,
): KnownSession | undefined {
  const hash = ownSession ?? hashSecret(secret);
  const session = server.state.sessions.known(hash, server.trustedMs());
  return session === undefined ? undefined : { secret, session };
}

/**
 * Takes a place up again. A client that has one has given the password before, and takes nobody
 * else's place. The session pays for it, lest it comes back a thousand times a second.
 */
async function resume(
  client: ClientConnection,
  request: Hello,
  { secret, session }: KnownSession,
): Promise<void> {
  const { member } = session;
  const { wanted, bad } = wantedRooms(request);
  const bucket = allowanceOf(session)?.bucket;
  const count = Math.max(1, wanted?.length ?? member!.rooms.size);
  const wait = bucket === undefined ? null : client.throttle.payFrom(bucket, count * RESUME_COST);
  if (wait !== null) await wait;
  if (client.leaving) return;
  const rooms = wanted === null ? null : await wishesFor(client, wanted, member);
  if (rooms === null) {
    for (const room of [...member!.rooms]) await prepare(client, room);
  }
  const pending = new PendingJoin(client, request, {
    secret,
    room: request.room,
    wanted: wanted ?? [],
    bad,
    rooms,
  });
  const says = saysOf(client, request, member);
  await pending.propose({ type: "resume", session: session.hash, rooms, ...says });
}

/** Comes in as somebody new, if there is a place, by the password where there is one. */
function enter(client: ClientConnection, request: Hello): void | Promise<void> {
  const { password } = client.server;
  if (client.refusal !== null) {
    client.fail("full", client.refusal);
    client.close({ type: "bye", reason: "full", text: client.refusal });
    return;
  }
  if (password === null || client.hasPassed) return join(client, request);
  return passGate(client, request, password, () => join(client, request));
}

/** Joins under a free name, once that is paid for. */
async function join(client: ClientConnection, request: Hello): Promise<void> {
  let name = acceptName(client, request);
  if (name === null) return;
  const named = wantedRooms(request);
  const wanted = named.wanted ?? [{ name: LOBBY, wish: {} }];
  await payForRooms(client, Math.max(1, wanted.length));
  const isKnown = knownSession(client, request) !== undefined;
  const rooms = client.leaving ? [] : await wishesFor(client, wanted, null, isKnown);
  // All may have changed meanwhile.
  name = client.leaving ? null : acceptName(client, request);
  if (name === null) return returnRooms(client, rooms);
  const { secret, session } = client.dialect!.resumes
    ? sessionFor(client, request)
    : { secret: "", session: null };
  const { address } = client;
  const pending = new PendingJoin(client, request, {
    secret,
    room: request.room,
    wanted,
    bad: named.bad,
    rooms,
  });
  const says = saysOf(client, request, null);
  await pending.propose({ type: "join", name, session, address, rooms, ...says });
}

/** What it says of itself, where that is anything new. */
function saysOf(
  client: ClientConnection,
  { bot }: Hello,
  member: Member | null,
): Pick<Join, "says"> {
  if (client.door !== null) return { says: client.door.profile };
  const isBot = client.isBot = bot === true;
  return isBot === (member?.profile?.isBot ?? false) ? {} : { says: { isBot } };
}

/** The session that it has had before, as long as that is remembered; else a new one. */
function sessionFor(
  client: ClientConnection,
  request: Hello,
): { readonly secret: string; readonly session: string } {
  const known = knownSession(client, request);
  if (known !== undefined) return { secret: known.secret, session: known.session.hash };
  const secret = newSessionSecret();
  return { secret, session: client.ownSession ?? hashSecret(secret) };
}

/** The name, or null when it cannot be had: that is answered, before anything is paid for it. */
function acceptName(client: ClientConnection, request: Hello): string | null {
  const wish = request.name;
  const parsed = parseName(wish);
  if ("problem" in parsed) {
    const { members } = client.server.state;
    const free = suggestName(wish, (candidate) => members.isFree(candidate));
    const advice = `Try another one, such as ${free}.`;
    refuseHello(client, "name_invalid", parsed.problem, advice, { details: { name: wish } });
    return null;
  }
  if (keepOut(client, parsed.name)) return null;
  if (client.server.state.members.isFree(parsed.name)) return parsed.name;
  refuseTaken(client, request);
  return null;
}

/**
 * Refuses a name that is taken. A person for whom it will soon be free gets it then, unless another
 * one is typed meanwhile; a program is told the time, and says hello again.
 */
function refuseTaken(client: ClientConnection, request: Hello): void {
  const { problem, advice, freeInMs } = takenName(client.server, request.name.trim());
  const details = { name: request.name };
  const more = freeInMs === undefined ? { details } : { details, freeInMs };
  refuseHello(client, "name_taken", problem, advice, more);
  if (freeInMs === undefined || client.dialect?.prompts !== true || client.leaving) return;
  client.stopWaiting = client.server.clock.after(freeInMs, () => {
    if (client.member === null && !client.leaving) {
      client.inBackground(() => hello(client, request));
    }
  });
}

/** A join, or the taking up of a place, that the order has still to settle. */
class PendingJoin implements Proposer {
  readonly #client: ClientConnection;
  readonly #hello: Hello;
  readonly #asked: Asked;
  readonly #settled = Promise.withResolvers<void>();

  constructor(client: ClientConnection, hello: Hello, asked: Asked) {
    this.#client = client;
    this.#hello = hello;
    this.#asked = asked;
  }

  /** Resolves when the client is in, or has been told why not. */
  propose(proposal: Proposal): Promise<void> {
    this.#client.server.order.propose(proposal, this);
    return this.#settled.promise;
  }

  settled([verdict]: readonly Verdict[]): void {
    try {
      const verdicts = verdict?.type === "joined" ? verdict.rooms : [];
      returnRooms(this.#client, this.#asked.rooms ?? [], verdicts);
      if (verdict?.type === "joined") this.#settled.resolve(this.#joined(verdict));
      else if (verdict?.type === "refused") this.#settled.resolve(this.#refused(verdict.why)!);
    } finally {
      this.#settled.resolve();
    }
  }

  #refused(why: Refusal): void | Promise<void> {
    const client = this.#client;
    if (client.leaving) return;
    // The place was lost while its taking up was on its way.
    if (why === "gone") return enter(client, this.#hello);
    if (why === "banned") return turnOut(client, this.#hello.name.trim());
    if (why === "name_taken") return refuseTaken(client, this.#hello);
    refuse(client, "unavailable");
    client.close(null);
  }

  #joined(verdict: Joined): void | Promise<void> {
    const client = this.#client;
    const { member, resumed } = verdict;
    const { server } = client;
    if (client.leaving) return this.#abandon(member);
    member.recipient?.replaced();
    member.recipient = client;
    client.member = member;
    const { session } = member;
    if (session !== null) {
      server.grace.resumed(member);
      client.throttle.payAs(session);
    }
    server.named(client);
    server.logger.info(resumed ? "resumed" : "joined", client.who());
    const welcomed = welcome(client, this.#asked, verdict);
    takeUp(client, this.#hello.directs);
    resumeOperator(client, resumed ? session : null, this.#hello);
    return welcomed;
  }

  /** It has gone again before it was in. */
  #abandon(member: Member): void {
    const { grace, order } = this.#client.server;
    // Somebody else reads for the place.
    if (member.recipient !== null) return;
    if (member.session !== null) grace.hold(member, this.#client.account.address, "lost");
    else order.propose({ type: "leave", member, reason: "lost" }, null);
  }
}

/** Ends a connection that comes under a banned name. */
function keepOut(client: ClientConnection, name: string): boolean {
  if (client.server.moderation.ofName(name) === undefined) return false;
  turnOut(client, name);
  return true;
}

function turnOut(client: ClientConnection, name: string): void {
  if (client.dialect?.prompts) {
    return refuseHello(
      client,
      "banned",
      bannedName(name, client.server),
      "Try another one, or ask the operators.",
    );
  }
  client.server.logger.info("refused", { ...client.who(), why: "banned", name });
  const text = `${bannedName(name, client.server)} Take another one, or ask the operators.`;
  client.fail("banned", text);
  client.close({ type: "bye", reason: "banned", text });
}
