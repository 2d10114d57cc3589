/**
 * Reading a certificate and its key, with words for everything that can be wrong with them.
 *
 * @module
 */

import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { Failure } from "../../failure.ts";
import { readTextFile } from "../../files.ts";
import { canonicalHost } from "../../net/address.ts";
import type { TlsIdentity } from "../../net/tls/stream.ts";
import { quote } from "../../protocol/quote.ts";

/** Where the two stand. */
export interface IdentityFiles {
  /** The certificate, with those that vouch for it after it, in PEM. */
  readonly certFile: string;
  /** Its private key, in PEM, without a password. */
  readonly keyFile: string;
}

/** An identity and what its certificate says. */
export interface CheckedIdentity extends TlsIdentity {
  /** The host names and IP addresses that it is for. */
  readonly names: readonly string[];
  /** It is not valid before this time. */
  readonly from: Date;
  /** It is not valid after this time. */
  readonly to: Date;
}

/**
 * Reads the two files. Whether the certificate is valid now is left to the caller.
 *
 * @throws {Failure} When one cannot be read or used, or they do not belong together.
 */
export function readIdentity({ certFile, keyFile }: IdentityFiles): CheckedIdentity {
  const cert = readTextFile(certFile, "certificate");
  const key = readTextFile(keyFile, "key");
  const certificate = parseCertificate(cert, certFile);
  if (!certificate.checkPrivateKey(parseKey(key, keyFile))) {
    throw new Failure(
      `The key in ${quote(keyFile)} does not belong to the certificate in ${quote(certFile)}: ` +
        "use the two that were made together.",
    );
  }
  return {
    cert,
    key,
    names: namesOf(certificate),
    from: certificate.validFromDate,
    to: certificate.validToDate,
  };
}

/** Which names a certificate is for: `DNS:localhost, IP Address:127.0.0.1`. */
function namesOf(certificate: X509Certificate): string[] {
  const words = (certificate.subjectAltName ?? "").split(", ");
  return words.flatMap((word) => {
    const name = /^(?:DNS|IP Address):(.+)$/.exec(word)?.[1];
    return name === undefined ? [] : canonicalHost(name);
  });
}

function parseCertificate(text: string, file: string): X509Certificate {
  const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(text)?.[0];
  try {
    if (pem !== undefined) return new X509Certificate(pem);
  } catch {
    // The words of the library would help nobody.
  }
  throw new Failure(
    `There is no certificate in ${quote(file)}: it must be PEM, with a line ` +
      "-----BEGIN CERTIFICATE-----.",
  );
}

function parseKey(text: string, file: string): KeyObject {
  if (/BEGIN ENCRYPTED|^Proc-Type:.*ENCRYPTED/m.test(text)) {
    throw new Failure(
      `The key in ${quote(file)} has a password, which nobody can type when a server starts: ` +
        "remove it with openssl pkey.",
    );
  }
  try {
    return createPrivateKey(text);
  } catch {
    throw new Failure(
      `There is no private key in ${quote(file)}: it must be PEM, with a line ` +
        "-----BEGIN PRIVATE KEY-----.",
    );
  }
}
