/**
 * What a file of `--nats-creds` has.
 *
 * @module
 */

import { Failure } from "../../failure.ts";
import type { Typed } from "../../protocol/messages.ts";

/** How a server shows NATS who it is. */
export type Credentials =
  | (Typed<"jwt"> & { readonly file: Uint8Array })
  | (Typed<"nkey"> & { readonly seed: Uint8Array })
  | (Typed<"password"> & { readonly user: string; readonly password: string });

/**
 * Reads the contents of a credentials file: what `nsc` writes (a JWT and its key), the seed of an
 * NKey alone (`SU…`), or `USER:PASSWORD`.
 *
 * @throws {Failure} When it is none of these.
 */
export function parseCredentials(text: string): Credentials {
  const encoder = new TextEncoder();
  const line = text.trim();
  if (line.includes("-----BEGIN NATS USER JWT-----")) {
    return { type: "jwt", file: encoder.encode(text.replaceAll("\r\n", "\n")) };
  }
  if (/^SU[A-Z2-7]{56}$/.test(line)) return { type: "nkey", seed: encoder.encode(line) };
  const [, user, password] = /^([^:\s]+):(.+)$/.exec(line) ?? [];
  if (user !== undefined && password !== undefined) return { type: "password", user, password };
  throw new Failure(
    "Cannot use the file of --nats-creds: it must have what nsc writes, the seed of an NKey " +
      "(SU…), or USER:PASSWORD",
  );
}
