/**
 * Telling TLS by its first bytes, where none was expected.
 *
 * @module
 */

/** The type of a record of a handshake: every client's first byte (RFC 8446, section 5.1). */
export const HANDSHAKE_RECORD = 0x16;

const ALERT_RECORD = 0x15;

/** Every version of TLS has it there. */
const MAJOR_VERSION = 0x03;

/** Whether bytes, 1 or more, are the beginning of a handshake, as a client of TLS sends it. */
export function isTlsHello(bytes: Uint8Array): boolean {
  return bytes[0] === HANDSHAKE_RECORD && (bytes.length < 2 || bytes[1] === MAJOR_VERSION);
}

/** Whether bytes are an alert, as a server of TLS answers what is no handshake. */
export function isTlsAlert(bytes: Uint8Array): boolean {
  return bytes[0] === ALERT_RECORD && bytes[1] === MAJOR_VERSION;
}
