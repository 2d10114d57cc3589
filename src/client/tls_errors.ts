/**
 * What is wrong with a server's TLS, and what to do about it.
 *
 * @module
 */

import { formatAddress } from "../net/address.ts";
import type { TlsFault } from "../net/tls/fault.ts";
import { quoteIfNeeded } from "../protocol/quote.ts";
import type { JoinOptions } from "./options.ts";

/** Names of a certificate that are shown: enough to see whose it is. */
const MAX_NAMES = 5;

/** The longest name of a host in the DNS (RFC 1035, section 2.3.4). */
const MAX_HOST_CHARS = 253;

/** Characters of an error of the system that are shown: those of Deno have about a hundred. */
const MAX_DETAIL_CHARS = 500;

/**
 * Why there is no TLS, for standard error.
 *
 * @param fault What dialling threw.
 * @param options Where it was to go, and whom to believe.
 * @returns A sentence or three, on one line.
 */
export function tlsWords(fault: TlsFault, { host, port, tls }: JoinOptions): string {
  const file = tls?.caFile === undefined ? undefined : quoteIfNeeded(tls.caFile);
  switch (fault.kind) {
    case "not_tls":
      return "what listens there does not speak TLS. Leave --tls and --ca out, if the network may " +
        "be trusted.";
    case "speaks_tls":
      return "what listens there speaks TLS. Join it with: chat join " +
        `${
          formatAddress(host, port)
        } --tls (and --ca FILE, if its operator gave you a certificate)`;
    case "wrong_name":
      return `its certificate is not for ${host}` +
        (fault.names.length === 0 ? "" : ` but for ${namesOf(fault)}`) +
        ". Join under a name that it is for.";
    case "expired":
      return "its certificate has expired, or the clock of this machine is wrong. Its operator can " +
        "renew it.";
    case "not_yet_valid":
      return "its certificate is not valid yet. Is the clock of this machine right?";
    case "unknown_authority":
    case "other_authority":
      return file === undefined
        ? "this machine does not trust its certificate. Ask its operator for the " +
          "certificate (chat-cert.pem), and add --ca FILE."
        : `the server's certificate is not the one in ${file}, and not signed by it. Has the ` +
          "server a new one? Ask its operator for it.";
    case "other":
      return `there was no TLS handshake (${detail(fault.message)}). Is it a chat server with TLS?`;
  }
}

/** A certificate may be for thousands of names, of any length. */
function namesOf({ names }: TlsFault): string {
  const shown = names.slice(0, MAX_NAMES).map((name) => name.slice(0, MAX_HOST_CHARS)).join(", ");
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}

function detail(message: string): string {
  return message.slice(0, MAX_DETAIL_CHARS).replace(/ ?\(os error \d+\)/, "").replace(/\s+/g, " ")
    .trim();
}
