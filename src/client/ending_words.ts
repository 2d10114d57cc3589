/**
 * How a client ended, in words and as an exit code.
 *
 * @module
 */

import { formatAddress } from "../net/address.ts";
import { TlsFault } from "../net/tls_fault.ts";
import type { Ending } from "./client_events.ts";
import type { JoinOptions } from "./options.ts";
import { tlsWords } from "./tls_words.ts";

/**
 * Why it did not work, for standard error.
 *
 * @param ending How the client ended.
 * @param options Where it was to go.
 * @returns One line that says what went wrong and what to try; undefined when all went well.
 */
export function endingWords(ending: Ending, options: JoinOptions): string | undefined {
  const where = formatAddress(options.host, options.port);
  const seconds = options.timeoutMs / 1000;
  const tryServe = `Is the server running? Start one with: chat serve --port ${options.port}`;
  switch (ending.reason) {
    case "quit":
      return undefined;
    case "unreachable":
      return unreachable(ending.cause, options);
    case "no_welcome":
      return `There is no chat room at ${where}: something answered there, but did not welcome ` +
        `within ${seconds} s (${ending.text}). Is the port right?`;
    case "refused":
      return ending.text;
    case "removed":
      return ending.text === "" ? `The server at ${where} ended the connection.` : ending.text;
    case "gave_up":
      return ending.code === "unavailable"
        ? `${ending.text} Given up after ${seconds} s.`
        : `The connection to ${where} is lost: ${ending.text}. Given up after ${seconds} s. ` +
          tryServe;
  }
}

function unreachable(cause: unknown, options: JoinOptions): string {
  const { host, port, timeoutMs } = options;
  const where = formatAddress(host, port);
  const cannot = `Cannot reach ${where}: `;
  const tryServe = `Is the server running? Start one with: chat serve --port ${port}`;
  if (cause instanceof Deno.errors.TimedOut) {
    return `${cannot}no answer within ${timeoutMs / 1000} s. Is the address right? ${tryServe}`;
  }
  if (cause instanceof Deno.errors.ConnectionRefused) {
    return `${cannot}nobody listens there. ${tryServe}`;
  }
  if (cause instanceof Deno.errors.NotCapable) {
    return `${cannot}this program may not use the network. Start it with --allow-net.`;
  }
  if (cause instanceof TlsFault) return `Cannot join ${where}: ${tlsWords(cause, options)}`;
  const words = cause instanceof Error ? cause.message : String(cause);
  if (/lookup|resolve|not known|no such host|nodename/i.test(words)) {
    return `${cannot}there is no host with this name. Is it spelled right?`;
  }
  const plainWords = words.replace(/\s*\(os error \d+\)/, "").replace(/\s+/g, " ").trim();
  return `${cannot}${plainWords}. Is the address right? ${tryServe}`;
}
