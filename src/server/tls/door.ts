/**
 * The chat port when it speaks TLS. Loaded only then.
 *
 * In `tls/` lives what only a server with TLS loads.
 *
 * @module
 */

import { type LineConnection, writeAll } from "../../net/line_connection.ts";
import { dropInput, type StreamConn } from "../../net/stream_conn.ts";
import { TlsLineConnection } from "../../net/tls/accept.ts";
import { tlsContext, TlsStream } from "../../net/tls/stream.ts";
import { json } from "../../protocol/json.ts";
import { warnIfOthersRead } from "../admission/secret.ts";
import type { Logger } from "../logger.ts";
import type { TlsOptions } from "../options.ts";
import { type CheckedIdentity, readIdentity, SELF_SIGNED_FILES, selfSigned } from "./identity.ts";

/** Makes lines of a connection that was accepted. */
export type ToLines = (conn: StreamConn, options: {
  /** Characters of one line. */
  readonly maxChars: number;
  /** Is told once when the connection is none of ours. */
  readonly onRefused: (why: string) => void;
}) => LineConnection;

/** What the banner says about TLS. */
export interface TlsSign {
  /** What the certificate is for; without wildcards, which nobody can dial. */
  readonly names: readonly string[];
  /** The file that those who join need; undefined: they trust who has signed it. */
  readonly caFile: string | undefined;
}

/** A port that speaks TLS. */
export interface TlsDoor {
  /** Takes connections. */
  readonly toLines: ToLines;
  /**
   * Lets another port of this server speak TLS with the same certificate.
   *
   * @param conn A connection that was accepted; closed with the one that is returned.
   * @param answer Written without TLS to a peer that does not speak it.
   */
  readonly secure: (conn: StreamConn, answer: Uint8Array) => StreamConn;
  /** How others come in. */
  readonly sign: TlsSign;
}

const encoder = new TextEncoder();

/** What people who come without TLS read. */
const SPEAKS_TLS = "This port speaks TLS. Join it with: chat join HOST:PORT --tls " +
  "(and --ca FILE, if its operator gave you a certificate)";

/**
 * Reads who this server is, or makes it so. After this no file is needed any more.
 *
 * @throws {Failure} When that is not possible.
 */
export async function openTlsDoor(options: TlsOptions, logger: Logger): Promise<TlsDoor> {
  const { names } = options;
  const files = {
    certFile: options.certFile ?? SELF_SIGNED_FILES.certFile,
    keyFile: options.keyFile ?? SELF_SIGNED_FILES.keyFile,
  };
  const identity = names === undefined
    ? readIdentity(files)
    : await selfSigned({ ...files, names });
  warnOf(identity, files.keyFile, logger);
  const context = tlsContext(identity);
  return {
    toLines: (conn, { maxChars, onRefused }) =>
      new TlsLineConnection(conn, context, { maxChars, onRefused, answerPlaintext }),
    secure: (conn, answer) => {
      const stream = new TlsStream(conn, context);
      stream.onPlaintext = () => answerAndClose(conn, answer, stream);
      return stream;
    },
    sign: {
      names: identity.names.filter((name) => !name.startsWith("*")),
      caFile: names === undefined ? undefined : files.certFile,
    },
  };
}

/** What others decide with their own clocks is no reason not to start. */
function warnOf({ from, to }: CheckedIdentity, keyFile: string, logger: Logger): void {
  const now = new Date();
  if (now > to) logger.warn("certificate expired", { at: to.toISOString() });
  if (now < from) logger.warn("certificate not valid yet", { from: from.toISOString() });
  warnIfOthersRead(keyFile, "key", logger);
}

async function answerAndClose(raw: StreamConn, answer: Uint8Array, stream: TlsStream) {
  try {
    await writeAll(raw, answer);
    await raw.closeWrite();
    await dropInput(raw);
  } catch {
    // It did not wait for the answer.
  }
  stream.close();
}

/** One line for people, or the event that ends a program's tries. */
function answerPlaintext(first: Uint8Array): Uint8Array {
  const text = SPEAKS_TLS;
  const isProgram = first[0] === "{".charCodeAt(0);
  return encoder.encode(
    isProgram ? json.renderPrivate({ type: "bye", reason: "kicked", text }, "") : `* ${text}\n`,
  );
}
