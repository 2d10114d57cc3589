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

/** Whether a text is an IPv6 address, perhaps with a zone (`fe80::1%eth0`), without brackets. */
export function isIpv6(text: string): boolean {
  return text.includes(":") && /^[0-9a-f:.]+(%[\w.-]+)?$/i.test(text) &&
    URL.canParse(`http://[${text.replace(/%.*/, "")}]`);
}

/**
 * Writes an IPv6 address in the one shortest way (RFC 5952), of the many that there are.
 *
 * @param host Anything else is returned as it is.
 */
export function canonicalHost(host: string): string {
  if (!isIpv6(host) || host.includes("%")) return host;
  return new URL(`http://[${host}]`).hostname.slice(1, -1);
}

/**
 * What somebody may have meant who typed a port behind an IPv6 address without brackets, where it
 * is one more group of it.
 *
 * @param text `::1:5614`.
 * @returns `[::1]:5614`; undefined when there is no such reading.
 */
export function withBrackets(text: string): string | undefined {
  const [, host = "", port = ""] = /^(.*):(\d{1,5})$/.exec(text) ?? [];
  const isPort = Number(port) >= 1 && Number(port) <= 65_535;
  return isPort && isIpv6(host) ? formatAddress(host, Number(port)) : undefined;
}
