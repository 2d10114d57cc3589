/**
 * TLS without anybody else: a key and a certificate that vouches for itself, made once and used
 * from then on.
 *
 * @module
 */

import { Failure } from "../../failure.ts";
import { reasonOf } from "../../files.ts";
import { quote } from "../../protocol/quote.ts";
import { ipBytes } from "../../net/address_range.ts";
import { type CheckedIdentity, type IdentityFiles, readIdentity } from "./identity.ts";

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
  const identity = readIdentity(options);
  const anew =
    `Move ${quote(certFile)} and ${quote(keyFile)} away and start again: both are made ` +
    "anew, and those who join need the new certificate.";
  if (now > identity.to) {
    throw new Failure(
      `The certificate in ${quote(certFile)} expired on ${day(identity.to)}. ${anew}`,
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
        `${identity.names.join(", ")}. ${anew}`,
    );
  }
  return identity;
}

async function make({ certFile, keyFile, names }: SelfSignedOptions, now: Date): Promise<void> {
  const { makeCertificate } = await import("./certificate.ts");
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
