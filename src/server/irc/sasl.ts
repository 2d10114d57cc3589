/**
 * AUTHENTICATE (IRCv3 sasl, RFC 4616 PLAIN): any password opens a session, kept under the name and
 * the password. Its place is held for a while when its connection is lost, and whoever has both
 * takes it up: nobody sees that it was away. The password of the server lets in, and opens no
 * session, for everybody knows it.
 *
 * @module
 */

import type { IrcMessage } from "../../protocol/irc/message.ts";
import { sourceOf } from "../../protocol/irc/render.ts";
import { foldedName } from "../../protocol/normalize.ts";
import { hashSecret } from "../../room/sessions.ts";
import { knows, secretOf } from "../admission/password.ts";
import type { IrcClient } from "./irc_client.ts";

/** Characters of one AUTHENTICATE; a full one is followed by another (sasl). */
const CHUNK_CHARS = 400;

/** Of all of them: twice a name and a password of 256 characters of four bytes each. */
const MAX_CHARS = 8 * CHUNK_CHARS;

/** A name and a password. */
interface Credentials {
  readonly name: string;
  readonly password: string;
}

/** AUTHENTICATE. */
export function authenticate(
  irc: IrcClient,
  { params: [word = ""] }: IrcMessage,
): void | Promise<void> {
  const { registration } = irc;
  if (irc.isRegistered || registration.isLoggedIn) return irc.numeric("ERR_SASLALREADY");
  const { sasl } = registration;
  if (word === "*") {
    registration.sasl = null;
    return irc.numeric("ERR_SASLABORTED");
  }
  if (sasl === null) return begin(irc, word);
  registration.sasl = null;
  const response = word === "+" ? sasl : sasl + word;
  if (word.length > CHUNK_CHARS || response.length > MAX_CHARS) {
    return irc.numeric("ERR_SASLTOOLONG");
  }
  if (word.length === CHUNK_CHARS) registration.sasl = response;
  else return finish(irc, credentialsIn(response));
}

function begin(irc: IrcClient, mechanism: string): void {
  if (mechanism.toUpperCase() !== "PLAIN") {
    irc.numeric("RPL_SASLMECHS", ["PLAIN"]);
    return irc.numeric("ERR_SASLFAIL");
  }
  irc.registration.sasl = "";
  irc.send({ command: "AUTHENTICATE", words: ["+"] });
}

/** `base64(authzid NUL authcid NUL password)`; null: it is not that, or for another person. */
function credentialsIn(response: string): Credentials | null {
  try {
    const bytes = Uint8Array.from(atob(response), (char) => char.charCodeAt(0));
    const parts = new TextDecoder("utf-8", { fatal: true }).decode(bytes).split("\0");
    const [other = "", name = "", password = ""] = parts;
    const isOne = parts.length === 3 && name !== "" && (other === "" || other === name);
    return isOne && password.trim() !== "" ? { name, password } : null;
  } catch {
    return null;
  }
}

async function finish(irc: IrcClient, credentials: Credentials | null): Promise<void> {
  const { connection, registration } = irc;
  const isIn = credentials !== null &&
    (await opensServer(irc, credentials) || await opensSession(irc, credentials));
  if (connection.leaving) return;
  if (!isIn) return irc.numeric("ERR_SASLFAIL");
  const { name } = credentials;
  registration.isLoggedIn = true;
  const mask = sourceOf(registration.nick ?? "*");
  irc.numeric("RPL_LOGGEDIN", [mask, name], `You are now logged in as ${name}`);
  irc.numeric("RPL_SASLSUCCESS");
}

/** Whether the password is that of the server. */
async function opensServer({ connection }: IrcClient, { password }: Credentials): Promise<boolean> {
  const secret = connection.server.password;
  if (secret === null || !secret.equals(password)) return false;
  connection.hasPassed = await knows(connection, () => true, "password");
  return connection.hasPassed;
}

/**
 * Whether the password opens a session: the one that it opened before, or a new one where nobody
 * has the name.
 */
async function opensSession(irc: IrcClient, { name, password }: Credentials): Promise<boolean> {
  const { connection, registration } = irc;
  const { server } = connection;
  // Nobody finds out so, faster than by PASS, what the server's password is.
  const isMissing = server.password !== null && registration.password === null;
  if (isMissing) return await knows(connection, () => false, "password");
  const secret = await secretOf(connection, password, `irc ${foldedName(name)}`);
  const holder = server.state.members.get(name);
  const isRight = holder === undefined || holder.session?.hash === hashSecret(secret);
  if (!isRight) return await knows(connection, () => false, `password of ${holder.name}`);
  connection.ownSecret = secret;
  return true;
}
