/**
 * Who may open a socket into the room from a browser. A browser lets any page on any site connect to
 * any address that it can reach, the one of this server included, and tells the truth about the page
 * in two headers, which no script can change:
 *
 * - `Host` is what the address bar's address, or the script, named. A name that somebody else owns
 *   can be made to point here (DNS rebinding), so only names count that nobody else can own: IP
 *   literals, `localhost`, and those that `--web-host` lists.
 * - `Origin` is the page that asks. It must be ours: the same host, the same port.
 *
 * Programs are not browsers, and have the chat port: without `Origin` there is no socket.
 *
 * @module
 */

/** One number of a dotted IPv4 address. */
const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

/** Host and port as one word: a name, a dotted address, or IPv6 in brackets. */
const HOST = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9._-]{0,252}[a-z0-9])?)(?::(\d{1,5}))?$/;

/**
 * Whether a `Host` header names this server beyond doubt.
 *
 * @param host The header; undefined when there is none.
 * @param names What `--web-host` said, in lower case, without ports.
 */
export function isOwnHost(host: string | undefined, names: readonly string[]): boolean {
  const [, name, port] = HOST.exec(host?.toLowerCase() ?? "") ?? [];
  if (name === undefined || (port !== undefined && Number(port) > 65_535)) return false;
  if (name.startsWith("[")) return isIpv6(name);
  return name === "localhost" || IPV4.test(name) || names.includes(name);
}

/**
 * Whether a page of ours asks.
 *
 * @param origin The `Origin` header; undefined when there is none, as in programs.
 * @param host The `Host` header, which {@linkcode isOwnHost} has approved.
 */
export function isOwnOrigin(origin: string | undefined, host: string): boolean {
  const [, scheme, own] = /^(https?):\/\/([^/?#@\s]+)$/i.exec(origin ?? "") ?? [];
  if (scheme === undefined || own === undefined) return false;
  const asked = canonical(scheme, own);
  return asked !== undefined && asked === canonical(scheme, host);
}

/** Host and port as a browser writes them: lower case, without the port that the scheme implies. */
function canonical(scheme: string, host: string): string | undefined {
  return HOST.test(host.toLowerCase()) ? URL.parse(`${scheme}://${host}/`)?.host : undefined;
}

function isIpv6(bracketed: string): boolean {
  return URL.canParse(`http://${bracketed}/`);
}
