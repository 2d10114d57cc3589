/**
 * The certificate of a server and its key: reading them, with words for everything that can be
 * wrong with them; and without anybody else, a key and a certificate that vouches for itself, made
 * once and used from then on.
 *
 * @module
 */

import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { Failure } from "../../failure.ts";
import { readTextFile, reasonOf } from "../../files.ts";
import { canonicalHost } from "../../net/address.ts";
import { ipBytes } from "../../net/address_range.ts";
import type { TlsIdentity } from "../../net/tls/stream.ts";
import { quote } from "../../protocol/quote.ts";
import { unfitness } from "./fitness.ts";

/** Where the two are made when no other place is named: in the current directory. */
export const SELF_SIGNED_FILES: IdentityFiles = {
  certFile: "chat-cert.pem",
  keyFile: "chat-key.pem",
};

/** This machine itself always can. */
const LOCAL_NAMES = ["localhost", "127.0.0.1", "::1"];

/** Long enough for a lab that nobody looks after; the key is in one place, and can be made anew. */
const VALID_YEARS = 10;

/** Clocks of machines without internet differ: it is valid a day before it was made. */
const HEAD_START_MS = 24 * 60 * 60 * 1000;

/** Of a certificate with all that vouch for it: a hundred of them have some 200 KB. */
const MAX_FILE_BYTES = 1024 * 1024;

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
  /** Why clients will refuse it, whenever: see {@linkcode unfitness}. */
  readonly unfit: readonly string[];
  /** It is not valid before this time. */
  readonly from: Date;
  /** It is not valid after this time. */
  readonly to: Date;
}

/** When a certificate counts, and for whom. */
export interface Validity {
  /** Default: now. */
  readonly now?: Date;
  /** What it must be for, at least; default: nothing. */
  readonly names?: readonly string[];
  /** What to do about one that is not; default: to renew it. */
  readonly hint?: string;
}

/**
 * Reads the two files, for a certificate that is valid.
 *
 * @throws {Failure} When one cannot be read or used, they do not belong together, or the
 * certificate is not for this time or not for these names.
 */
export function readValidIdentity(files: IdentityFiles, validity: Validity = {}): CheckedIdentity {
  const { now = new Date(), names = [], hint = "Renew it." } = validity;
  const { certFile } = files;
  for (const file of [certFile, files.keyFile]) checkSize(file);
  const identity = readIdentity(files);
  if (now > identity.to) {
    throw new Failure(
      `The certificate in ${quote(certFile)} expired on ${day(identity.to)}. ${hint}`,
    );
  }
  if (now < identity.from) {
    throw new Failure(
      `The certificate in ${quote(certFile)} is valid from ${day(identity.from)} on, and this ` +
        `machine's clock says ${day(now)}. Is the clock right?`,
    );
  }
  const missing = names.filter((name) => !identity.names.some((one) => isSame(one, name)));
  if (missing.length > 0) {
    throw new Failure(
      `The certificate in ${quote(certFile)} is not for ${missing.join(", ")} but for ` +
        `${identity.names.join(", ")}. ${hint}`,
    );
  }
  return identity;
}

/**
 * Reading holds everybody up: a pipe, for which nobody writes, for ever. What is not there, or may
 * not be looked at, is told by who reads it.
 */
function checkSize(file: string): void {
  let info: Deno.FileInfo;
  try {
    info = Deno.statSync(file);
  } catch {
    return;
  }
  if (!info.isFile && !info.isDirectory) {
    throw new Failure(`Cannot read ${quote(file)} again: it is no file, but a pipe or a device.`);
  }
  if (info.size > MAX_FILE_BYTES) {
    throw new Failure(
      `Cannot read ${quote(file)}: it has ${info.size} bytes, and a certificate or a key at most ` +
        `${MAX_FILE_BYTES}.`,
    );
  }
}

/**
 * Reads the two files. Whether the certificate is valid now is left to the caller.
 *
 * @throws {Failure} When one cannot be read or used, or they do not belong together.
 */
export function readIdentity({ certFile, keyFile }: IdentityFiles): CheckedIdentity {
  const cert = readTextFile(certFile, "certificate");
  const key = readTextFile(keyFile, "key");
  const [certificate, ...above] = parseCertificates(cert, certFile);
  const privateKey = parseKey(key, keyFile);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new Failure(
      `The key in ${quote(keyFile)} does not belong to the certificate in ${quote(certFile)}: ` +
        "use the two that were made together.",
    );
  }
  const names = namesOf(certificate);
  return {
    cert,
    key,
    names,
    unfit: unfitness([certificate, ...above], privateKey, names),
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

/** The server's own, then those that vouch for it. */
function parseCertificates(
  text: string,
  file: string,
): [own: X509Certificate, ...above: X509Certificate[]] {
  const all = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const isWhole = text.split("-----BEGIN CERTIFICATE-----").length === all.length + 1;
  try {
    const [own, ...above] = all.map((pem) => new X509Certificate(pem));
    if (own !== undefined && isWhole) return [own, ...above];
  } catch {
    // The words of the library would help nobody.
  }
  throw new Failure(
    `There is no certificate in ${quote(file)}, or it is cut off: it must be PEM, with a line ` +
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

/** What {@linkcode selfSigned} needs. */
export interface SelfSignedOptions extends IdentityFiles {
  /** Host names and IP addresses under which others reach this machine, one or more. */
  readonly names: readonly string[];
  /** Default: now. */
  readonly now?: Date;
}

/**
 * Uses the key and the certificate that are there, or makes them: the key for its owner's eyes only
 * (mode 0600), neither of them ever over another file.
 *
 * @param options See {@linkcode SelfSignedOptions}.
 * @throws {Failure} When only one is there, when those that are there are not for these names or
 * not for this time, and when they cannot be read or written.
 */
export async function selfSigned(options: SelfSignedOptions): Promise<CheckedIdentity> {
  const { certFile, keyFile, names, now = new Date() } = options;
  const [hasCert, hasKey] = [exists(certFile), exists(keyFile)];
  if (hasCert !== hasKey) {
    const [there, missing] = hasCert ? [certFile, keyFile] : [keyFile, certFile];
    throw new Failure(
      `There is ${quote(there)} but no ${
        quote(missing)
      }, and they belong together: put the other ` +
        "one back, or move this one away and both are made anew.",
    );
  }
  if (!hasCert) {
    await make(options, now);
    return readIdentity(options);
  }
  const hint =
    `Move ${quote(certFile)} and ${quote(keyFile)} away and start again: both are made ` +
    "anew, and those who join need the new certificate.";
  return readValidIdentity(options, { now, names, hint });
}

async function make({ certFile, keyFile, names }: SelfSignedOptions, now: Date): Promise<void> {
  const { makeCertificate }: typeof import("./certificate.ts") = await import(
    import.meta.resolve("./certificate.ts")
  );
  const all = [...names];
  for (const name of LOCAL_NAMES) if (!all.some((one) => isSame(one, name))) all.push(name);
  const to = new Date(now);
  to.setUTCFullYear(to.getUTCFullYear() + VALID_YEARS);
  const from = new Date(now.getTime() - HEAD_START_MS);
  const { cert, key } = await makeCertificate({ names: all, from, to });
  write(keyFile, key, { mode: 0o600 });
  try {
    write(certFile, cert, { mode: 0o644 });
  } catch (error) {
    Deno.removeSync(keyFile);
    throw error;
  }
}

/** Letters differ only in case, and one IPv6 address can be written in many ways. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [ipBytes(one), ipBytes(other)];
  if (a === undefined || b === undefined) return one.toLowerCase() === other.toLowerCase();
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function exists(file: string): boolean {
  try {
    Deno.lstatSync(file);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw new Failure(`Cannot look for ${quote(file)}: ${reasonOf(error)}.`);
  }
}

function write(file: string, text: string, { mode }: { readonly mode: number }): void {
  try {
    Deno.writeTextFileSync(file, text, { createNew: true, mode });
  } catch (error) {
    throw new Failure(
      `Cannot write ${quote(file)}: ${
        reasonOf(error)
      }. Name another place with --tls-cert and --tls-key.`,
    );
  }
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
