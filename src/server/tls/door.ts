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
import type { SecureContext } from "node:tls";
import { type Clock, systemClock } from "../../clock.ts";
import { Failure } from "../../failure.ts";
import { quote } from "../../protocol/quote.ts";
import { warnIfOthersRead } from "../admission/secret.ts";
import type { Logger } from "../logger.ts";
import type { TlsOptions } from "../options.ts";
import {
  type CheckedIdentity,
  readIdentity,
  readValidIdentity,
  SELF_SIGNED_FILES,
  selfSigned,
} from "./identity.ts";
import { CertificateWatch } from "./watch.ts";

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
  /** How others come in, as of now. */
  readonly sign: TlsSign;
  /** The certificate as of now; reads it again. To be disposed. */
  readonly watch: CertificateWatch;
}

const encoder = new TextEncoder();

/** What people who come without TLS read. */
const SPEAKS_TLS = "This port speaks TLS. Join it with: chat join HOST:PORT --tls " +
  "(and --ca FILE, if its operator gave you a certificate)";

/**
 * Reads who this server is, or makes it so. After this no file is needed any more, unless it is to
 * be read again. Connections that are open go on as they have begun.
 *
 * @throws {Failure} When that is not possible.
 */
export async function openTlsDoor(
  options: TlsOptions,
  logger: Logger,
  clock: Clock = systemClock,
): Promise<TlsDoor> {
  const { names, reload = false } = options;
  const files = {
    certFile: options.certFile ?? SELF_SIGNED_FILES.certFile,
    keyFile: options.keyFile ?? SELF_SIGNED_FILES.keyFile,
  };
  const identity = names === undefined
    ? readIdentity(files)
    : await selfSigned({ ...files, names });
  let context = contextOf(identity, files.certFile);
  warnIfOthersRead(files.keyFile, "key", logger);
  const watch = new CertificateWatch({
    identity,
    read: reload
      ? (now) => readValidIdentity(files, { now, ...(names === undefined ? {} : { names }) })
      : undefined,
    use: (renewed) => {
      context = contextOf(renewed, files.certFile);
      warnIfOthersRead(files.keyFile, "key", logger);
    },
    clock,
    logger,
  });
  return {
    toLines: (conn, { maxChars, onRefused }) =>
      new TlsLineConnection(conn, context, { maxChars, onRefused, answerPlaintext }),
    secure: (conn, answer) => {
      const stream = new TlsStream(conn, context);
      stream.onPlaintext = () => answerAndClose(conn, answer, stream);
      return stream;
    },
    get sign() {
      return {
        names: watch.identity.names.filter((name) => !name.startsWith("*")),
        caFile: names === undefined ? undefined : files.certFile,
      };
    },
    watch,
  };
}

/** What the library does not take, such as a key that is too short, is told as what it is. */
function contextOf(identity: CheckedIdentity, certFile: string): SecureContext {
  try {
    return tlsContext(identity);
  } catch (error) {
    const why = (error as Error).message.replace(/^.*:/s, "").trim();
    throw new Failure(
      `Cannot use the certificate in ${quote(certFile)}: ${why}. Make another one, with a key of ` +
        "P-256 or of RSA with 2048 bits.",
    );
  }
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
