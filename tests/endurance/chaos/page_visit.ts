/**
 * Somebody looks at the page, and a monitor at `/healthz`.
 *
 * @module
 */

/** How long they may wait before nobody thinks any more that there is a page. */
const PATIENCE_MS = 10_000;

const PATHS = ["/", "/healthz"] as const;

/**
 * Asks for both.
 *
 * @param port The page's, on 127.0.0.1.
 * @returns How long the slower one took, in milliseconds, and what was wrong; empty: nothing.
 */
export async function visitPage(
  port: number,
): Promise<{ readonly tookMs: number; readonly faults: readonly string[] }> {
  const startMs = performance.now();
  const answers = await Promise.all(PATHS.map((path) => ask(port, path)));
  const faults = answers.flatMap((status, i) =>
    status.startsWith("HTTP/1.1 200") ? [] : [`GET ${PATHS[i]} was answered ${status}`]
  );
  return { tookMs: performance.now() - startMs, faults };
}

/** The first line of the answer. */
async function ask(port: number, path: string): Promise<string> {
  let conn: Deno.Conn | undefined;
  const timer = setTimeout(() => conn?.close(), PATIENCE_MS);
  try {
    conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
    await conn.write(new TextEncoder().encode(request));
    const buffer = new Uint8Array(64 * 1024);
    let answer = "";
    for (let count; (count = await conn.read(buffer)) !== null;) {
      answer += new TextDecoder("latin1").decode(buffer.subarray(0, count));
    }
    return answer === "" ? "by nothing" : answer.slice(0, answer.indexOf("\r\n"));
  } catch (error) {
    return `by ${(error as Error).name}`;
  } finally {
    clearTimeout(timer);
    try {
      conn?.close();
    } catch {
      // It took too long, and was closed.
    }
  }
}
