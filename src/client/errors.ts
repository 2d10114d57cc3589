/**
 * How a client ended, in words and as an exit code.
 *
 * @module
 */

import { formatAddress, withBrackets } from "../net/address.ts";
import { TlsFault } from "../net/tls/fault.ts";
import { quoteIfNeeded } from "../protocol/quote.ts";
import type { ChatClientOptions } from "./core/client_options.ts";
import type { Ending } from "./core/events.ts";
import { WebServerFault } from "./core/web_server.ts";
import { JOIN_DEFAULTS, type JoinOptions, serversOf } from "./options.ts";
import { tlsWords } from "./tls_errors.ts";

/** Characters of an error of the system that are shown: those of Deno have about a hundred. */
const MAX_CAUSE_CHARS = 500;

/**
 * Why it did not work, for standard error.
 *
 * @param ending How the client ended.
 * @param options Where it was to go.
 * @returns One line that says what went wrong and what to try; undefined when all went well.
 */
export function endingWords(ending: Ending, options: JoinOptions): string | undefined {
  const where = whereTo(options);
  const seconds = options.timeoutMs / 1000;
  const tryServe = `Is the server running? Start one with: chat serve --port ${options.port}`;
  switch (ending.reason) {
    case "quit":
      return undefined;
    case "unreachable":
      return unreachable(ending.cause, options);
    case "no_welcome":
      return `There is no chat server at ${where}: something answered there, but did not welcome ` +
        `within ${seconds} s (${ending.text}). Is the port right?`;
    case "refused":
      return ending.code === "password" ? wrongPassword(ending.text, options) : ending.text;
    case "removed":
      if (ending.text === "") return `The server at ${where} ended the connection.`;
      // A server does not know by which address it is reached.
      return ending.text.replace("chat join HOST:PORT", `chat join ${where}`);
    case "gave_up":
      if (ending.code === "full") {
        return `The server at ${where} is full. Given up after ${seconds} s.`;
      }
      return ending.code === "unavailable"
        ? `${ending.text} Given up after ${seconds} s.`
        : `The connection to ${where} is lost: ${ending.text}. Given up after ${seconds} s. ` +
          tryServe;
  }
}

/** The server, or all that were tried. */
function whereTo(options: JoinOptions): string {
  return serversOf(options).map(({ host, port }) => formatAddress(host, port)).join(" or ");
}

/**
 * Answers for who has only one name: one that will be free soon is waited for.
 *
 * @param complain Is told so.
 */
export function waitForName(
  complain: (line: string) => void,
): NonNullable<ChatClientOptions["askName"]> {
  return ({ text, freeInMs }) => {
    if (freeInMs === undefined) return Promise.resolve(undefined);
    complain(`chat: ${text}`);
    return new Promise(() => {});
  };
}

/**
 * That a password was wrong, and where it stands.
 *
 * @param text What the server said.
 * @param options Where the password came from.
 */
export function wrongPassword(text: string, { passwordFile }: JoinOptions): string {
  return passwordFile === undefined
    ? text
    : `The first line of ${quoteIfNeeded(passwordFile)} is not the password of this server.`;
}

/** What to do about a private room that got no key from the command line. */
export const GIVE_KEY = "give its key with --key-file FILE or CHAT_KEY.";

function unreachable(cause: unknown, options: JoinOptions): string {
  const { host, port, timeoutMs } = options;
  const where = whereTo(options);
  const cannot = `Cannot reach ${where}: `;
  const meant = port === JOIN_DEFAULTS.port ? withBrackets(host) : undefined;
  const tryServe = meant !== undefined
    ? `Did you mean ${meant}?`
    : `Is the server running? Start one with: chat serve --port ${port}`;
  if (cause instanceof Deno.errors.TimedOut) {
    return `${cannot}no answer within ${timeoutMs / 1000} s. Is the address right? ${tryServe}`;
  }
  if (cause instanceof Deno.errors.ConnectionRefused) {
    const family = meant === undefined && host.includes(":")
      ? "It may listen on IPv4 only; chat serve --host :: takes both. "
      : "";
    return `${cannot}nobody listens there. ${family}${tryServe}`;
  }
  if (cause instanceof Deno.errors.NotCapable) {
    return `${cannot}this program may not use the network. Start it with --allow-net.`;
  }
  if (cause instanceof WebServerFault) {
    const says = cause.message === "" ? ". Is the port right?" : `, and says: ${cause.message}`;
    return `There is no chat server at ${where}: that is a web server (HTTP)${says}`;
  }
  if (cause instanceof TlsFault) return `Cannot join ${where}: ${tlsWords(cause, options)}`;
  const words = (cause instanceof Error ? cause.message : String(cause)).slice(0, MAX_CAUSE_CHARS);
  if (/lookup|resolve|not known|no such host|nodename/i.test(words)) {
    return `${cannot}there is no host with this name. Is it spelled right?`;
  }
  const plainWords = words.replace(/ ?\(os error \d+\)/, "").replace(/\s+/g, " ").trim();
  return `${cannot}${plainWords}. Is the address right? ${tryServe}`;
}
