/**
 * Whom a client believes over TLS.
 *
 * @module
 */

import { Failure } from "../failure.ts";
import { readTextFile } from "../files.ts";
import type { Trust } from "../net/dial.ts";
import { quote } from "../protocol/quote.ts";

/**
 * Reads the certificates that are to be believed, before the permission to read files is given back.
 *
 * @param options The file, if there is one.
 * @throws {Failure} When it cannot be read, or holds no certificate.
 */
export function readTrust({ caFile }: { readonly caFile?: string }): Trust {
  if (caFile === undefined) return { caCerts: [] };
  const text = readTextFile(caFile, "certificate");
  if (!/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.test(text)) {
    throw new Failure(
      `There is no certificate in ${
        quote(caFile)
      }: --ca needs the file that the server's operator ` +
        "gives out, in PEM, with a line -----BEGIN CERTIFICATE-----.",
    );
  }
  return { caCerts: [text] };
}
