/**
 * Host and port as one word.
 *
 * @module
 */

/**
 * Writes an address in the one form that can be typed back.
 *
 * @param host Name or address, IPv6 without brackets.
 * @param port TCP port.
 * @returns `host:port`, or `[host]:port` for IPv6.
 */
export function formatAddress(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
