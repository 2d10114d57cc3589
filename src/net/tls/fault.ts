/**
 * What can be wrong with TLS, told apart for people: by the first bytes, where none was expected,
 * and by the error of a handshake. Deno has one class for all of it (`InvalidData`) and rustls's
 * words inside.
 *
 * @module
 */

import { canonicalHost } from "../address.ts";

/**
 * What is wrong, in one word; `speaks_tls` is the answer to somebody who does not, and `other`
 * stands for whatever has no word here.
 */
export type TlsFaultKind =
  | "authority"
  | "chain"
  | "expired"
  | "no_common"
  | "not_for_servers"
  | "not_tls"
  | "not_yet_valid"
  | "old_version"
  | "other"
  | "other_authority"
  | "speaks_tls"
  | "unknown_authority"
  | "unusable"
  | "weak"
  | "wrong_name";

/** The server was reached, but there is no TLS with it. */
export class TlsFault extends Error {
  /** Says so by its name in logs. */
  override name = "TlsFault";
  /** What is wrong. */
  readonly kind: TlsFaultKind;
  /** The names that the certificate is for, where that is what is wrong. */
  readonly names: readonly string[];

  /**
   * Tells the kind by the words of the error.
   *
   * @param cause What the handshake threw.
   * @param kind Where it is known already.
   */
  constructor(cause: unknown, kind?: TlsFaultKind) {
    const words = cause instanceof Error ? cause.message : String(cause);
    super(words, { cause });
    this.kind = kind ?? kindOf(words);
    this.names = [...words.matchAll(/(?:DnsName|IpAddress)\("?([^")]{1,256})"?\)/g)]
      .map(([, name]) => canonicalHost(name ?? ""));
  }
}

/**
 * Words that Deno 2.9.6 (rustls 0.23) uses, each tried in `tests/net/tls/dial_test.ts` or
 * `tests/e2e/tls_certificates_test.ts`. The first that fits counts.
 */
const WORDS: readonly (readonly [RegExp, TlsFaultKind])[] = [
  [/UnknownIssuer/, "unknown_authority"],
  [/BadSignature/, "other_authority"],
  [/not valid for name|NotValidForName/, "wrong_name"],
  [/not valid yet|NotValidYet/, "not_yet_valid"],
  [/certificate expired|Expired/, "expired"],
  [/CaUsedAsEndEntity/, "authority"],
  [/EndEntityUsedAsCa|PathLenConstraint|NameConstraint/, "chain"],
  [/extended key usage/, "not_for_servers"],
  [/UnsupportedCertVersion/, "old_version"],
  [/UnsupportedSignatureAlgorithm/, "weak"],
  [/invalid peer certificate/, "unusable"],
  [/alert: (?:HandshakeFailure|ProtocolVersion|InsufficientSecurity)/, "no_common"],
  [/corrupt message|InvalidContentType|InvalidMessage/, "not_tls"],
];

function kindOf(words: string): TlsFaultKind {
  return WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? "other";
}

/** The type of a record of a handshake: every client's first byte (RFC 8446, section 5.1). */
export const HANDSHAKE_RECORD = 0x16;

const ALERT_RECORD = 0x15;

/** Every version of TLS has it there. */
const MAJOR_VERSION = 0x03;

/** Whether bytes, 1 or more, are the beginning of a handshake, as a client of TLS sends it. */
export function isTlsHello(bytes: Uint8Array): boolean {
  return bytes[0] === HANDSHAKE_RECORD && (bytes.length < 2 || bytes[1] === MAJOR_VERSION);
}

/** Whether bytes are an alert, as a server of TLS answers what is no handshake. */
export function isTlsAlert(bytes: Uint8Array): boolean {
  return bytes[0] === ALERT_RECORD && bytes[1] === MAJOR_VERSION;
}
