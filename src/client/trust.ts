/**
 * Whom a client believes over TLS.
 *
 * @module
 */

import { Failure } from "../failure.ts";
import { quotePath } from "../full_path.ts";
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
  let text: string;
  try {
    text = Deno.readTextFileSync(caFile);
  } catch (error) {
    throw new Failure(`Cannot read the certificate file ${quotePath(caFile)}: ${words(error)}.`);
  }
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

function words(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) {
    return "this program may not read files. Start it with --allow-read";
  }
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/:? ?(open|read|stat)\w* '.*$/, "");
}
