/**
 * Certificates for tests, made once each in memory.
 *
 * @module
 */

import type { TlsIdentity } from "../../src/net/tls/stream.ts";
import { makeCertificate } from "../../src/server/tls/certificate.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** How the certificate is to differ from a good one. */
export interface IdentityOptions {
  /** What it is for; default 127.0.0.1. */
  readonly names?: readonly string[];
  /** Days from now until it begins; default −1. */
  readonly fromDays?: number;
  /** Days from now until it ends; default 1. */
  readonly toDays?: number;
}

/** A key and a certificate for it. */
export function identity(options: IdentityOptions = {}): Promise<TlsIdentity> {
  const { names = ["127.0.0.1"], fromDays = -1, toDays = 1 } = options;
  const from = new Date(Date.now() + fromDays * DAY_MS);
  const to = new Date(Date.now() + toDays * DAY_MS);
  return makeCertificate({ names, from, to });
}

/** rustls takes a certificate as its own authority only when it says that it is none. */
const FOR_A_SERVER = ["subjectAltName=IP:127.0.0.1", "basicConstraints=critical,CA:FALSE"];

/**
 * A certificate as administrators make one, by openssl, with its key: valid for 127.0.0.1, from now
 * on.
 *
 * @param files Where to put the two; what is there is replaced.
 * @param options `days` until it ends; `key`: its kind, as `-newkey` takes it; default: P-256;
 * `extensions`: what else it says.
 */
export async function opensslIdentity(
  files: { readonly certFile: string; readonly keyFile: string },
  { days, key = "ec -pkeyopt ec_paramgen_curve:P-256", extensions = FOR_A_SERVER }: {
    readonly days: number;
    readonly key?: string;
    readonly extensions?: readonly string[];
  },
): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", {
    args: [
      ...["req", "-x509", "-newkey", ...key.split(" "), "-nodes", "-days", String(days)],
      ...["-keyout", files.keyFile, "-out", files.certFile, "-subj", "/CN=chat"],
      ...extensions.flatMap((one) => ["-addext", one]),
    ],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
