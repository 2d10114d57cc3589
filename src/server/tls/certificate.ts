/**
 * Makes a self-signed certificate. Loaded only when one has to be made.
 *
 * @module
 */

import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { isIP } from "node:net";
import type { TlsIdentity } from "../../net/tls/stream.ts";

/** What a certificate is to say. */
export interface CertificateOptions {
  /** Host names and IP addresses that it is for, one or more. */
  readonly names: readonly string[];
  /** Not valid before this time. */
  readonly from: Date;
  /** Not valid after this time. */
  readonly to: Date;
}

/** The curve that every TLS library knows (RFC 8446, section 9.1). */
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Characters of a `commonName` (RFC 5280, appendix A.1). */
const MAX_COMMON_NAME_CHARS = 64;

/**
 * Makes a key and a certificate for it, signed with the same key: no authority, so that who trusts
 * it trusts this server and nobody else.
 *
 * @param options See {@linkcode CertificateOptions}.
 * @returns Both in PEM.
 */
export async function makeCertificate(options: CertificateOptions): Promise<TlsIdentity> {
  const { names, from, to } = options;
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [(names[0] ?? "").slice(0, MAX_COMMON_NAME_CHARS)] }],
    notBefore: from,
    notAfter: to,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      // rustls takes a certificate as its own authority only when it says that it is none.
      new BasicConstraintsExtension(false, undefined, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? "dns" as const : "ip" as const, value })),
      ),
    ],
  });
  const key = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    cert: `${certificate.toString("pem")}\n`,
    key: `${PemConverter.encode(key, "PRIVATE KEY")}\n`,
  };
}
