/**
 * Base64 of a few bytes.
 *
 * @module
 */

/** Writes bytes in Base64 (RFC 4648, section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
