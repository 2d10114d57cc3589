/**
 * What clients will hold against a certificate, told by looking at it: `chat join` (rustls),
 * browsers and other clients are stricter than whoever makes certificates.
 *
 * @module
 */

import type { KeyObject, X509Certificate } from "node:crypto";

/** `extendedKeyUsage` and its value `serverAuth` in DER (RFC 5280, section 4.2.1.12). */
const EXTENDED_KEY_USAGE = "0603551d25";
const SERVER_AUTH = "06082b06010505070301";

/** The curves that clients know, by OpenSSL's names. */
const CURVES = ["prime256v1", "secp384r1", "secp521r1"];

/**
 * Why clients will refuse a certificate, whatever else they believe.
 *
 * @param chain The server's, then those that vouch for it.
 * @param key Of the first one.
 * @param names That it is for.
 * @returns Each as what follows "the certificate"; none: nothing is wrong with it.
 */
export function unfitness(
  chain: readonly [own: X509Certificate, ...above: X509Certificate[]],
  key: KeyObject,
  names: readonly string[],
): string[] {
  const [own, ...more] = chain;
  const above = more.filter((one) => !isRoot(one));
  const der = own.raw.toString("hex");
  const found: [isSo: boolean, words: string][] = [
    [own.ca, "is that of an authority (CA:TRUE)"],
    [names.length === 0, "has no names (subjectAltName)"],
    [
      der.includes(EXTENDED_KEY_USAGE) && !der.includes(SERVER_AUTH),
      "is for another purpose (extendedKeyUsage without serverAuth)",
    ],
    [!isKnown(key), "has a key of a kind that clients do not know"],
    [
      [own, ...above].some(isWeaklySigned),
      "is signed with SHA-1 or MD5, or one that vouches for it",
    ],
    [above.some(({ ca }) => !ca), "is vouched for by one that is no authority (CA:FALSE)"],
  ];
  return found.filter(([isSo]) => isSo).map(([, words]) => words);
}

/** Who has it believes it, so that its own signature and rights are not looked at. */
function isRoot({ issuer, subject }: X509Certificate): boolean {
  return issuer === subject;
}

/** Deno 2.9.6 has the name of the algorithm, and not in its types. */
function isWeaklySigned(certificate: X509Certificate & { signatureAlgorithm?: string }): boolean {
  return /sha1|md5/i.test(certificate.signatureAlgorithm ?? "");
}

function isKnown({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): boolean {
  return type === "rsa" || type === "ed25519" ||
    type === "ec" && CURVES.includes(details?.namedCurve ?? "");
}
