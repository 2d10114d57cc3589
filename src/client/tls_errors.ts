/**
 * Why there is no TLS with a server, in words: the cause, and who can do what about it.
 *
 * @module
 */

import { formatAddress } from "../net/address.ts";
import { ipBytes } from "../net/address_range.ts";
import type { TlsFault } from "../net/tls/fault.ts";
import { quoteIfNeeded } from "../protocol/quote.ts";
import type { JoinOptions } from "./options.ts";

const ANOTHER = "Its operator can make another one";

const ASK_FOR_FILE = "Ask its operator for the certificate (chat-cert.pem), and add --ca FILE.";

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
      return "what listens there does not speak TLS. Leave --tls and --ca out, if the network " +
        "may be trusted.";
    case "speaks_tls":
      return "what listens there speaks TLS. Join it with: chat join " +
        `${
          formatAddress(host, port)
        } --tls (and --ca FILE, if its operator gave you a certificate)`;
    case "wrong_name":
      return fault.names.length === 0
        ? `its certificate is for no name, so not for ${host} either: only its subjectAltName ` +
          `counts. ${ANOTHER}, with -addext subjectAltName=${altName(host)} for openssl req.`
        : `its certificate is not for ${host} but for ${namesOf(fault)}. Join under a name that ` +
          "it is for.";
    case "expired":
      return "its certificate has expired, or one that vouches for it, or the clock of this " +
        "machine is wrong. Its operator can renew it.";
    case "not_yet_valid":
      return "its certificate is not valid yet. Is the clock of this machine right?";
    case "unknown_authority":
      return file === undefined
        ? `this machine does not trust its certificate. ${ASK_FOR_FILE}`
        : `the server's certificate is not the one in ${file}, and not signed by it. Has the ` +
          "server a new one, or does it leave out the certificates between the two? Ask its " +
          "operator.";
    case "other_authority":
      return file === undefined
        ? `the signature of its certificate is wrong, or its key too weak. ${ASK_FOR_FILE}`
        : `the server's certificate is not the one in ${file}, and not signed by it. Has the ` +
          "server a new one? Ask its operator for it. A key that is too weak (RSA with less than " +
          "2048 bits) looks the same.";
    case "authority":
      return "its certificate is that of an authority and not of a server, as openssl req -x509 " +
        `makes it unless told otherwise. ${ANOTHER}, with -addext ` +
        "basicConstraints=critical,CA:FALSE, or with chat serve --tls-self-signed.";
    case "not_for_servers":
      return `its certificate is made for another purpose than servers. ${ANOTHER}, with ` +
        "extendedKeyUsage=serverAuth, or without extendedKeyUsage.";
    case "old_version":
      return "its certificate, or one that vouches for it, is of version 1, as openssl x509 -req " +
        `makes it without extensions. ${ANOTHER}, with -extfile FILE and in FILE ` +
        `subjectAltName=${altName(host)}`;
    case "weak":
      return "its certificate, or one that vouches for it, is signed in a way that is too weak, " +
        `such as SHA-1. ${ANOTHER}, with SHA-256.`;
    case "chain":
      return `one of the certificates that vouch for the server's may not do so (${
        cause(fault)
      }). Its operator can have them made anew, with basicConstraints=CA:TRUE for each authority.`;
    case "unusable":
      return `its certificate cannot be used (${cause(fault)}). ${ANOTHER}, such as with ` +
        "chat serve --tls-self-signed.";
    case "no_common":
      return `it speaks no TLS that this program knows (${cause(fault)}). Its operator can let ` +
        "it speak TLS 1.3 or 1.2, with a key of P-256 or of RSA with 2048 bits.";
    case "other":
      return `there was no TLS handshake (${cause(fault)}). Is it a chat server with TLS?`;
  }
}

/** A certificate may be for thousands of names, of any length. */
function namesOf({ names }: TlsFault): string {
  const shown = names.slice(0, MAX_NAMES).map((name) => name.slice(0, MAX_HOST_CHARS)).join(", ");
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}

/** A host as `subjectAltName` has it. */
function altName(host: string): string {
  return `${ipBytes(host) === undefined ? "DNS" : "IP"}:${host}`;
}

/** What the library puts around its words. */
const AROUND = ["Other(OtherError(", "))"] as const;

/** The library's word for it, for who looks it up. */
function cause({ message }: TlsFault): string {
  const words = message.slice(0, MAX_DETAIL_CHARS).replace(/ ?\(os error \d+\)/, "")
    .replace(/^(?:invalid peer certificate|received fatal alert): /, "")
    .replace(/\s+/g, " ").trim();
  const [before, after] = AROUND;
  const isWrapped = words.startsWith(before) && words.endsWith(after);
  return isWrapped ? words.slice(before.length, -after.length) : words;
}
