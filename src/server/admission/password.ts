/**
 * Asking for a password, and taking one's time with the answer.
 *
 * @module
 */

import type { Hello } from "../../protocol/messages.ts";
import type { Session } from "../../room/room.ts";
import type { Secret } from "./secret.ts";
import type { ClientConnection } from "../connection.ts";
import { keep } from "../commands/answers.ts";
import { refuseHello } from "../refusals.ts";

/**
 * Whether somebody knows a password or a key. Wrong ones make the next answers to the same address
 * slower.
 *
 * @param isRight Compares what was given.
 * @param what What was to be given, for the log.
 */
export async function knows(
  client: ClientConnection,
  isRight: () => boolean | Promise<boolean>,
  what: string,
): Promise<boolean> {
  const { penalties, clock } = client.server;
  const { address } = client.account;
  const isKnown = await inTurn(client, "guess", async () => {
    const waitMs = penalties.waitMs(address, clock.now());
    if (waitMs > 0) await client.throttle.pause(waitMs);
    if (hasGone(client)) return false;
    if (await client.throttle.holdFor(Promise.resolve(isRight()))) return true;
    client.guesses++;
    penalties.add(address, clock.now());
    client.server.logger.warn(`wrong ${what}`, client.who());
    return false;
  });
  return isKnown === true;
}

/**
 * Does work of which each address may ask for one piece of a kind at a time, so that nobody waits
 * for more than two of another's. Nothing is done for somebody who has left.
 *
 * @param kind A new key does not wait for the time that wrong guesses take.
 * @returns Null: it has left.
 */
async function inTurn<T>(
  client: ClientConnection,
  kind: "guess" | "new key",
  work: () => Promise<T>,
): Promise<T | null> {
  const { guesses } = client.server;
  const address = `${kind} ${client.account.address}`;
  let isMyTurn = false;
  await client.throttle.waitFor((go) =>
    guesses.enter(address, client.guesses, () => {
      isMyTurn = true;
      go();
    })
  );
  try {
    // A wait that was called off is no turn.
    return isMyTurn && !hasGone(client) ? await work() : null;
  } finally {
    if (isMyTurn) guesses.leave(address);
  }
}

/** Tokens that a new key costs: as much as a look into the store, for its hash takes as long. */
export const KEY_COST = 20;

/**
 * Hashes a new key of a room, once that is paid for.
 *
 * @returns Null: the client has left meanwhile.
 */
export async function hashKey(client: ClientConnection, word: string): Promise<string | null> {
  const wait = client.throttle.pay(KEY_COST);
  if (wait !== null) await wait;
  const hash = await inTurn(
    client,
    "new key",
    () => client.throttle.holdFor(client.server.keys.hash(word)),
  );
  return hasGone(client) ? null : hash;
}

/** Nobody reads an answer: it is leaving, or its connection is lost. */
function hasGone({ leaving, isCutOff }: ClientConnection): boolean {
  return leaving || isCutOff;
}

/**
 * Handles a hello where the server has a password: in plain the first line is the password, and the
 * name comes next; in json it is a field.
 *
 * @param comeIn What to do with a hello that may come in.
 */
export async function passGate(
  client: ClientConnection,
  request: Hello,
  secret: Secret,
  comeIn: () => void | Promise<void>,
): Promise<void> {
  const isAsked = client.dialect?.prompts === true;
  const given = isAsked ? request.name : request.password;
  const isRight = given !== undefined &&
    await knows(client, () => secret.equals(given), "password");
  if (client.leaving) return;
  if (!isRight) {
    const advice = isAsked ? "Try again." : "Give it with --password-file FILE or CHAT_PASSWORD.";
    const missing = "This server has a password.";
    const wrong = "That is not the password of this server.";
    refuseHello(client, "password", given === undefined ? missing : wrong, advice);
    return;
  }
  client.hasPassed = true;
  if (isAsked) {
    client.reply({ type: "notice", text: "Thank you. Type your name and press Enter." });
  } else await comeIn();
}

/** Sessions of operators: whoever takes up such a place is still one. */
const operators = new WeakSet<Session>();

/**
 * Makes a client an operator that gives the operators' password.
 *
 * @param given What was typed at the prompt of `/op`; empty: never mind.
 */
export async function becomeOperator(client: ClientConnection, given: string): Promise<void> {
  const secret = client.server.operatorPassword;
  if (secret === null || given.trim() === "") return;
  if (!await knows(client, () => secret.equals(given), "password")) {
    client.fail("password", "That is not the operators' password.");
    return;
  }
  if (client.session !== null) operators.add(client.session);
  client.server.logger.warn("operator", client.who());
  makeOperator(client, "You are an operator now. /help lists what you can do.");
  keep(client, "became operator", { from: client.address });
}

/**
 * Makes a client an operator whose session was one before its connection was lost. One that says
 * that it was, and is none any more, is told so: the server was started again, or is another one.
 *
 * @param session The one that it has resumed; null: none.
 */
export function resumeOperator(
  client: ClientConnection,
  session: Session | null,
  { operator: saysSo }: Pick<Hello, "operator">,
): void {
  if (session !== null && operators.has(session)) {
    return makeOperator(client, "You are still an operator.");
  }
  if (saysSo !== true) return;
  const why = client.server.operatorPassword === null ? "this server has none" : "type /op";
  client.reply({ type: "notice", text: `You are no operator any more: ${why}.` });
}

function makeOperator(client: ClientConnection, text: string): void {
  client.isOperator = true;
  client.reply({ type: "notice", text, operator: true });
}
