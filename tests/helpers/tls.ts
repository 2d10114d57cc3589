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
