/**
 * Makes a certificate that vouches for itself. Loaded only when one has to be made.
 *
 * @module
 */

import { Integer, OctetString, Utf8String } from "asn1js";
import {
  AttributeTypeAndValue,
  BasicConstraints,
  Certificate,
  Extension,
  ExtKeyUsage,
  GeneralName,
  GeneralNames,
  id_BasicConstraints,
  id_ExtKeyUsage,
  id_SubjectAltName,
  Time,
} from "pkijs";
import type { TlsIdentity } from "../../net/tls/stream.ts";
import { ipBytes } from "../../net/address_range.ts";

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
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;

/** `commonName` (RFC 5280, appendix A.1) and the most characters it takes. */
const COMMON_NAME = "2.5.4.3";
const MAX_COMMON_NAME_CHARS = 64;

/** `serverAuth` (RFC 5280, section 4.2.1.12). */
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

/** Choices of a GeneralName (RFC 5280, section 4.2.1.6). */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

/** From 2050 on a time is written in the longer form (RFC 5280, section 4.1.2.5). */
const LAST_UTC_TIME_YEAR = 2049;

/**
 * Makes a key and a certificate for it, signed with the same key: no authority, so that whoever
 * trusts it trusts this server and nobody else.
 *
 * @param options See {@linkcode CertificateOptions}.
 * @returns Both in PEM.
 */
export async function makeCertificate(options: CertificateOptions): Promise<TlsIdentity> {
  const { names, from, to } = options;
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = new Certificate();
  // Version 3, which counts from 0.
  certificate.version = 2;
  certificate.serialNumber = new Integer({ valueHex: serialNumber().buffer });
  for (const who of [certificate.subject, certificate.issuer]) {
    const value = new Utf8String({ value: (names[0] ?? "").slice(0, MAX_COMMON_NAME_CHARS) });
    who.typesAndValues.push(new AttributeTypeAndValue({ type: COMMON_NAME, value }));
  }
  certificate.notBefore = time(from);
  certificate.notAfter = time(to);
  certificate.extensions = [
    // rustls takes a certificate as its own authority only when it says that it is none.
    extension(id_BasicConstraints, new BasicConstraints({ cA: false }), { critical: true }),
    extension(id_ExtKeyUsage, new ExtKeyUsage({ keyPurposes: [SERVER_AUTH] })),
    extension(id_SubjectAltName, new GeneralNames({ names: names.map(generalName) })),
  ];
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey);
  await certificate.sign(keys.privateKey, "SHA-256");
  return {
    cert: pem("CERTIFICATE", certificate.toSchema().toBER()),
    key: pem("PRIVATE KEY", await crypto.subtle.exportKey("pkcs8", keys.privateKey)),
  };
}

/** 127 random bits: positive, and never made twice (RFC 5280, section 4.1.2.2). */
function serialNumber(): Uint8Array<ArrayBuffer> {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  // The first byte of a positive number in its shortest form.
  bytes[0] = (bytes[0] ?? 0) & 0x3f | 0x40;
  return bytes;
}

function time(value: Date): Time {
  return new Time({ type: value.getUTCFullYear() > LAST_UTC_TIME_YEAR ? 1 : 0, value });
}

function extension(
  extnID: string,
  value: BasicConstraints | ExtKeyUsage | GeneralNames,
  { critical = false }: { readonly critical?: boolean } = {},
): Extension {
  return new Extension({ extnID, critical, extnValue: value.toSchema().toBER() });
}

function generalName(name: string): GeneralName {
  const address = ipBytes(name);
  return address === undefined
    ? new GeneralName({ type: DNS_NAME, value: name })
    : new GeneralName({ type: IP_ADDRESS, value: new OctetString({ valueHex: address.buffer }) });
}

function pem(label: string, bytes: ArrayBuffer): string {
  const lines = new Uint8Array(bytes).toBase64().match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
