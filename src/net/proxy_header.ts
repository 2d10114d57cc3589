/**
 * The PROXY protocol, versions 1 and 2: what a proxy puts before the bytes of a connection to say
 * whom it speaks for (https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt), and the
 * connection that it hands on.
 *
 * ```text
 * v1  PROXY TCP4|TCP6 SOURCE DESTINATION SOURCE-PORT DESTINATION-PORT \r\n
 *     PROXY UNKNOWN … \r\n                              at most 107 bytes
 *
 * v2   0  \r \n \r \n \0 \r \n Q U I T \n               signature
 *     12  0x2 version | command: 0 LOCAL, 1 PROXY
 *     13  family: 0 none, 1 IPv4, 2 IPv6, 3 UNIX | 0 none, 1 stream, 2 datagram
 *     14  length of what follows, 2 bytes, big endian
 *     16  source, destination, source port, destination port; then TLVs, which are skipped
 * ```
 *
 * @module
 */

import { addressBytes, addressText } from "./address_range.ts";
import { type StreamConn, WrappedConn } from "./stream_conn.ts";

/** The longest line of version 1, `\r\n` included (section 2.1). */
const MAX_LINE_BYTES = 107;

/** Signature, command, family and length of version 2. */
const FIXED_BYTES = 16;

/**
 * What may follow them. The specification allows 65,535; headers are meant to fit in 536 bytes
 * (section 2), and the largest TLVs in use (a name of TLS, a certificate's, a cloud's identifiers)
 * have some hundred bytes each.
 */
const MAX_REST_BYTES = 4 * 1024;

/** The longest header that is taken. */
export const MAX_PROXY_HEADER_BYTES: number = FIXED_BYTES + MAX_REST_BYTES;

const SIGNATURE = Uint8Array.of(13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10);

const LINE_START = new TextEncoder().encode("PROXY ");

/** What the bytes at the beginning of a connection are. */
export type ProxyHeader =
  | {
    /** The proxy speaks for a client. */
    readonly kind: "client";
    /** The client's address in its one form, an IPv4 one within IPv6 as IPv4. */
    readonly address: string;
    /** The client's TCP port, 0 to 65535. */
    readonly port: number;
    /** How many bytes the header has; those behind them are the client's. */
    readonly length: number;
  }
  | {
    /** The proxy speaks for itself (a health check), or cannot say for whom. */
    readonly kind: "local";
    /** How many bytes the header has. */
    readonly length: number;
  }
  | {
    /** More bytes are needed to tell. */
    readonly kind: "more";
  }
  | {
    /** No header, whatever follows. */
    readonly kind: "fault";
    /** What is wrong, in a few words. */
    readonly why: string;
  };

const MORE: ProxyHeader = { kind: "more" };

/**
 * Reads a header.
 *
 * @param bytes All bytes of the connection so far. Never more than
 * {@linkcode MAX_PROXY_HEADER_BYTES} of them are needed; a fault is told as early as possible.
 */
export function parseProxyHeader(bytes: Uint8Array): ProxyHeader {
  if (beginsLike(bytes, LINE_START)) return parseLine(bytes);
  if (beginsLike(bytes, SIGNATURE)) return parseBinary(bytes);
  return fault("no PROXY header");
}

/** Whether the bytes, or as many as there are, are these. */
function beginsLike(bytes: Uint8Array, start: Uint8Array): boolean {
  const length = Math.min(bytes.length, start.length);
  for (let i = 0; i < length; i++) if (bytes[i] !== start[i]) return false;
  return true;
}

function parseLine(bytes: Uint8Array): ProxyHeader {
  const end = endOfLine(bytes);
  if (end === "more") return MORE;
  if (end === "fault") {
    return fault(`a PROXY header without an end in its first ${MAX_LINE_BYTES} bytes`);
  }
  const length = end + 2;
  const line = new TextDecoder("latin1").decode(bytes.subarray(0, end));
  const [, family, ...words] = line.split(" ");
  // "The receiver must ignore anything presented before the CRLF is found."
  if (family === "UNKNOWN") return { kind: "local", length };
  const [source = "", destination = "", sourcePort = "", destinationPort = ""] = words;
  const isWhole = words.length === 4 && isPort(sourcePort) && isPort(destinationPort) &&
    isOfFamily(source, family) && isOfFamily(destination, family);
  const address = isWhole ? addressBytes(source) : undefined;
  if (address === undefined) return fault("a PROXY header with wrong fields");
  return { kind: "client", address: addressText(address), port: Number(sourcePort), length };
}

/** Where `\r\n` is; neither of the two may stand alone. */
function endOfLine(bytes: Uint8Array): number | "more" | "fault" {
  const length = Math.min(bytes.length, MAX_LINE_BYTES);
  for (let i = LINE_START.length; i < length; i++) {
    if (bytes[i] === 10) return "fault";
    if (bytes[i] !== 13) continue;
    if (i + 1 < length) return bytes[i + 1] === 10 ? i : "fault";
  }
  return bytes.length >= MAX_LINE_BYTES ? "fault" : "more";
}

function isPort(text: string): boolean {
  return /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
}

/** A family may not lie; and a zone of the proxy's interfaces means nothing here. */
function isOfFamily(address: string, family: string | undefined): boolean {
  if (address.includes("%") || addressBytes(address) === undefined) return false;
  return family === (address.includes(":") ? "TCP6" : "TCP4");
}

function parseBinary(bytes: Uint8Array): ProxyHeader {
  const [versionAndCommand, family] = bytes.subarray(SIGNATURE.length);
  if (versionAndCommand === undefined) return MORE;
  if (versionAndCommand >> 4 !== 2) return fault("a PROXY header of an unknown version");
  const command = versionAndCommand & 15;
  if (command > 1) return fault("a PROXY header with an unknown command");
  if (family === undefined) return MORE;
  // "Other values … must be rejected as invalid by receivers"; with LOCAL "the family is ignored".
  if (command === 1 && (family >> 4 > 3 || (family & 15) > 2)) {
    return fault("a PROXY header of an unknown family");
  }
  if (bytes.length < FIXED_BYTES) return MORE;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rest = view.getUint16(14);
  if (rest > MAX_REST_BYTES) {
    return fault(
      `a PROXY header of ${FIXED_BYTES + rest} bytes, more than ${MAX_PROXY_HEADER_BYTES}`,
    );
  }
  const size = command === 0 ? undefined : family === 0x11 ? 4 : family === 0x21 ? 16 : undefined;
  if (size !== undefined && rest < 2 * size + 4) {
    return fault("a PROXY header too short for its addresses");
  }
  const length = FIXED_BYTES + rest;
  if (bytes.length < length) return MORE;
  // Datagrams and sockets of the proxy's own machine have no address that could be banned.
  if (size === undefined) return { kind: "local", length };
  const source = addressText(bytes.subarray(FIXED_BYTES, FIXED_BYTES + size));
  const address = addressText(addressBytes(source)!);
  return { kind: "client", address, port: view.getUint16(FIXED_BYTES + 2 * size), length };
}

function fault(why: string): ProxyHeader {
  return { kind: "fault", why };
}

/** What {@linkcode openProxied} made of a connection; only a `ProxiedConn` is ready to be used. */
export type Proxied =
  | ProxiedConn
  | {
    /** What is wrong with the header, in a few words; undefined when there is not one byte. */
    readonly fault: string | undefined;
    /** What has come instead. */
    readonly first: Uint8Array;
  };

/**
 * A connection whose peer is somebody else than who dialled, and whose first bytes have been read
 * already.
 */
export class ProxiedConn extends WrappedConn {
  #rest: Uint8Array | null;

  /**
   * Takes a connection over.
   *
   * @param conn From here on this object's to close.
   * @param remoteAddr Where the peer is: what the proxy says of it.
   * @param rest What has been read of it already, to be read again.
   */
  constructor(conn: StreamConn, remoteAddr: Deno.Addr, rest?: Uint8Array) {
    super(conn, remoteAddr);
    this.#rest = rest === undefined || rest.length === 0 ? null : rest;
  }

  /** Reads some bytes: those that have been read already come first. */
  read(buffer: Uint8Array): Promise<number | null> {
    const rest = this.#rest;
    if (rest === null) return this.conn.read(buffer);
    const length = Math.min(rest.length, buffer.length);
    buffer.set(rest.subarray(0, length));
    this.#rest = length < rest.length ? rest.subarray(length) : null;
    return Promise.resolve(length);
  }
}

/**
 * Reads the header, which must be there. Writes nothing and closes nothing; to stop waiting, close
 * `conn`.
 *
 * @param conn A connection from a proxy.
 * @returns Never rejects: a connection that breaks is a fault, too.
 */
export async function openProxied(conn: StreamConn): Promise<Proxied> {
  const buffer = new Uint8Array(MAX_PROXY_HEADER_BYTES);
  let length = 0;
  for (;;) {
    const count = await readSome(conn, buffer.subarray(length));
    if (count === null) {
      const fault = length === 0 ? undefined : "a PROXY header that was cut off";
      return { fault, first: buffer.slice(0, length) };
    }
    length += count;
    const header = parseProxyHeader(buffer.subarray(0, length));
    if (header.kind === "fault") return { fault: header.why, first: buffer.slice(0, length) };
    if (header.kind === "more") continue;
    const rest = buffer.slice(header.length, length);
    return new ProxiedConn(conn, peerOf(header, conn.remoteAddr), rest);
  }
}

/** A broken connection is at its end. */
async function readSome(conn: StreamConn, buffer: Uint8Array): Promise<number | null> {
  try {
    return await conn.read(buffer);
  } catch {
    return null;
  }
}

function peerOf(header: ProxyHeader, own: Deno.Addr): Deno.Addr {
  if (header.kind !== "client") return own;
  return { transport: "tcp", hostname: header.address, port: header.port };
}
