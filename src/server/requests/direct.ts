/**
 * Saying something to one person: at once, or when that person is back.
 *
 * @module
 */

import type { DirectOutcome, Proposer } from "../../order/order.ts";
import type { Direct } from "../../order/proposals.ts";
import { WAITING_RULES } from "../../order/state.ts";
import type { DirectMessage, SayDirect } from "../../protocol/messages.ts";
import { excerptIfNeeded } from "../../protocol/quote.ts";
import { cleanLine } from "../../protocol/text.ts";
import {
  bytesOf,
  MAX_WAITING,
  MAX_WAITING_BYTES,
  MAX_WAITING_BYTES_OF_ADDRESS,
  MAX_WAITING_OF_ONE,
  mayWait,
} from "../../room/mailboxes.ts";
import type { Session } from "../../room/room.ts";
import { DELIVERED_DIRECT, UNDELIVERED_DIRECT } from "../../room/sessions.ts";
import { isoOf } from "../../store/events.ts";
import { directKey, WAITING_DIRECT } from "../../store/stored_sessions.ts";
import type { ClientConnection } from "../connection.ts";
import { deliver } from "../deliver.ts";
import { refuse } from "../refusals.ts";
import { absentee, giveTo } from "../waiting.ts";
import { acceptText } from "./say.ts";

const UNDELIVERED = "That message could not be delivered. Try again soon.";

const UNKNOWN = "Nobody knows whether this message arrived: its server was restarted or stood " +
  "still before it knew. Ask before you send it again.";

const NO_ANSWER = "The server that its recipient is at does not answer, so nobody knows whether " +
  "this message arrived. Ask before you send it again.";

/**
 * Says something to one person, and shows the sender that it was said, or that it waits. For who is
 * here the order takes note of the id before, and of what became of it behind: what was said is in
 * no log.
 */
export function direct(client: ClientConnection, request: SayDirect): void {
  const text = acceptText(client, request.text, request.id);
  if (text === null) return;
  const absent = absentee(client.server, request.to.trim());
  if (absent !== null) return wait(client, request, text, absent);
  const { id } = request;
  const member = client.member!;
  const proposal: Direct = { type: "direct", member, ...(id === undefined ? {} : { id }) };
  function note(outcome: DirectOutcome): void {
    const { session } = member;
    if (id === undefined || session === null || outcome === "unknown") return;
    const delivered = outcome === "delivered";
    client.server.order.propose({ type: "delivery", session: session.hash, id, delivered }, null);
  }
  client.server.order.propose(proposal, {
    settled([verdict]) {
      if (verdict?.type === "refused") return refused(client, request, text, verdict.why);
      deliverDirect(client, request, text, note);
    },
  });
}

/** Delivers a direct message, and tells the sender what became of it. */
function deliverDirect(
  client: ClientConnection,
  request: SayDirect,
  text: string,
  note: (outcome: DirectOutcome) => void,
): void {
  const { server } = client;
  const to = request.to.trim();
  const member = server.state.members.get(to);
  /** What nobody read is kept, with the same id, which is free again by the note. */
  function become(outcome: DirectOutcome): void {
    note(outcome);
    const absent = outcome === "away" ? member?.session ?? absentee(server, to) : null;
    const mayBeKept = server.state.rules >= WAITING_RULES && client.member !== null;
    if (absent !== null && mayBeKept) wait(client, request, text, absent);
    else if (member === undefined) tellNobody(client, request);
    else tellOutcome(client, said, outcome);
  }
  const said = messageOf(client, { ...request, to: member?.name ?? to }, text);
  if (member === undefined) return become("away");
  // Who writes to itself is shown it as its sender.
  const outcome = member === client.member ? "delivered" : deliver(server, member, said);
  if (outcome instanceof Promise) client.inBackground(() => outcome.then(become));
  else become(outcome);
}

/** Keeps a direct message for somebody who is away. */
function wait(client: ClientConnection, request: SayDirect, text: string, absent: Session): void {
  const { id, notice } = request;
  const { server } = client;
  const to = absent.member?.name ?? absent.goneAs?.name ?? cleanLine(request.to);
  if (!mayWait(text)) {
    if (isUnanswered(client, request)) return;
    const limit = `a message that waits may have ${MAX_WAITING_BYTES} bytes. Send a shorter one.`;
    return client.fail("text_too_long", `${to} is away, and ${limit}`, id);
  }
  const bytes = bytesOf({ text, from: client.name, to });
  const most = MAX_WAITING_BYTES_OF_ADDRESS;
  const returnBytes = client.account.keepDirect(bytes, most, server.clock.now());
  if (returnBytes === null) {
    if (isUnanswered(client, request)) return;
    const full = `${to} is away, and the server can keep no more messages from your address today.`;
    return client.fail("unavailable", `${full} Try again later.`, id);
  }
  const proposer: Proposer = {
    settled([verdict]) {
      if (verdict?.type !== "refused") {
        client.reply({ ...messageOf(client, request, text), to, waits: true });
        return giveTo(server, absent.hash);
      }
      returnBytes();
      if (verdict.why === "nobody") return tellNobody(client, request);
      if (isUnanswered(client, request)) return;
      if (verdict.why === "mailbox_full") {
        const full = `${to} is away, and as many messages wait for ${to} as may: ${MAX_WAITING}, ` +
          `of which ${MAX_WAITING_OF_ONE} may be yours.`;
        client.fail("unavailable", `${full} Try again later.`, id);
      } else if (verdict.why === "mailboxes_full") {
        const full = `${to} is away, and the server can keep no more messages for people who are.`;
        client.fail("unavailable", `${full} Try again later.`, id);
      } else refused(client, request, text, verdict.why);
    },
  };
  server.order.propose({
    type: "wait",
    member: client.member!,
    to: absent.hash,
    text,
    ...(id === undefined ? {} : { id }),
    ...(notice === true ? { notice } : {}),
  }, proposer);
}

function refused(
  client: ClientConnection,
  request: SayDirect,
  text: string,
  why: Parameters<typeof refuse>[1],
): void {
  if (isUnanswered(client, request)) return;
  if (why === "repeated") repeatDirect(client, request, text);
  else refuse(client, why, { id: request.id });
}

/**
 * Answers for an id that has been used before: never by a second delivery. The first may be settled
 * in the same batch, so what became of it is looked up behind that.
 */
function repeatDirect(client: ClientConnection, request: SayDirect, text: string): void {
  const { session } = client;
  client.server.order.whenSettled(() => {
    const outcome = session?.ids.get(directKey(request.id!));
    const said = messageOf(client, request, text);
    if (outcome === DELIVERED_DIRECT) client.reply(said);
    else if (outcome === WAITING_DIRECT) client.reply({ ...said, waits: true });
    else if (outcome === UNDELIVERED_DIRECT) client.fail("unavailable", UNDELIVERED, request.id);
    else client.fail("unknown_delivery", UNKNOWN, request.id);
  });
}

function tellNobody(client: ClientConnection, request: SayDirect): void {
  if (isUnanswered(client, request)) return;
  const shown = excerptIfNeeded(request.to);
  client.fail("no_such_person", `Nobody here is called ${shown}.`, request.id);
}

/** Where no error answers what is said as a notice. */
function isUnanswered(
  { door }: ClientConnection,
  { notice }: { readonly notice?: boolean },
): boolean {
  return notice === true && door?.leavesNotices === true;
}

/** Tells the sender what became of what does not wait. */
function tellOutcome(client: ClientConnection, said: DirectMessage, outcome: DirectOutcome): void {
  const { id, to } = said;
  if (outcome === "delivered") return client.reply(said);
  if (isUnanswered(client, said)) return;
  if (outcome === "away") {
    return client.fail("no_such_person", `${to} is away just now. Try again soon.`, id);
  }
  if (outcome === "unknown") return client.fail("unknown_delivery", NO_ANSWER, id);
  client.fail("unavailable", `${to}'s connection is too slow right now. Try again soon.`, id);
}

function messageOf(
  client: ClientConnection,
  { to, id, notice }: SayDirect,
  text: string,
): DirectMessage {
  return {
    type: "direct",
    at: isoOf(client.server.nowMs()),
    from: client.name,
    to: cleanLine(to),
    text,
    ...(id === undefined ? {} : { id }),
    ...(notice === true ? { notice } : {}),
  };
}
