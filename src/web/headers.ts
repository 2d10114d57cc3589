/**
 * What every answer of the gateway says beside its content: what a browser may and may not do.
 *
 * @module
 */

/**
 * Nothing but our own script, style and socket; no markup made from text (Trusted Types), no
 * framing, no forms that go elsewhere.
 */
export const CONTENT_SECURITY_POLICY: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** On every answer. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** What an answer holds. */
export interface Answer {
  /** The status code. */
  readonly status: 200 | 304 | 400 | 403 | 404 | 405 | 426 | 431;
  /** Headers beside {@linkcode SAFE_HEADERS}. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Its content; default none. */
  readonly body?: Uint8Array;
}

const REASONS: Readonly<Record<Answer["status"], string>> = {
  200: "OK",
  304: "Not Modified",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  426: "Upgrade Required",
  431: "Request Header Fields Too Large",
};

const encoder = new TextEncoder();

/**
 * Writes an answer that ends its connection.
 *
 * @param answer What to say.
 * @param options `head`: without the content, as the method HEAD wants it.
 */
export function renderAnswer(
  answer: Answer,
  { head = false }: { head?: boolean } = {},
): Uint8Array {
  const { status, headers = {}, body = new Uint8Array(0) } = answer;
  const length = status === 304 ? {} : { "content-length": String(body.length) };
  const all = { ...SAFE_HEADERS, ...headers, ...length, connection: "close" };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const text = encoder.encode(`HTTP/1.1 ${status} ${REASONS[status]}\r\n${lines}\r\n`);
  if (head || status === 304) return text;
  const bytes = new Uint8Array(text.length + body.length);
  bytes.set(text);
  bytes.set(body, text.length);
  return bytes;
}

/** An answer for people: one line of text. */
export function textAnswer(
  status: Answer["status"],
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      ...headers,
    },
    body: encoder.encode(`${text}\n`),
  };
}
