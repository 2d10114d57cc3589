/**
 * A thread of peers that page through a room's history as fast as they are answered, from the newest
 * message to the oldest and again. They read everything and keep nothing.
 *
 * It is told a port and how many; it reports `ready` when it can be told, `begun` when each has had
 * its first page, and from then on how many pages all of them have had.
 *
 * @module
 */

import { hello, LineSocket } from "../../tests/helpers/line_socket.ts";

/** What the thread is told. */
export interface PagersOrder {
  /** On 127.0.0.1. */
  readonly port: number;
  /** How many peers, 1 or more. */
  readonly count: number;
}

/** What it reports. */
export type PagersReport =
  | { readonly type: "ready" }
  | { readonly type: "begun" }
  | { readonly type: "pages"; readonly pages: number }
  | { readonly type: "failed"; readonly text: string };

/** Events of a page: as many as there may be. */
const PAGE_EVENTS = 500;

/** How often it reports its pages, in milliseconds. */
const REPORT_MS = 100;

/** Connections that are made at the same time. */
const CONNECT_BATCH = 8;

interface Scope {
  onmessage: ((event: MessageEvent<PagersOrder>) => void) | null;
  postMessage(report: PagersReport): void;
}

const scope = self as unknown as Scope;
let pages = 0;

/** Resolves with its first page. */
async function page(port: number, name: string): Promise<void> {
  const first = Promise.withResolvers<void>();
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const socket = new LineSocket(conn, (line) => {
    if (line.startsWith('{"type":"error"')) fail(line);
    if (line.startsWith('{"type":"joined"')) ask();
    if (!line.startsWith('{"type":"history"')) return;
    pages++;
    first.resolve();
    const oldest = /"seq":(\d+)/.exec(line)?.[1];
    ask(line.includes('"more":true') ? Number(oldest) : undefined);
  });
  socket.ended.then(() => fail(`${name} was cut off`));
  function ask(before?: number): void {
    socket.send(`${JSON.stringify({ type: "history", before, limit: PAGE_EVENTS })}\n`);
  }
  await socket.send(hello(name, { history: 0 }));
  await first.promise;
}

function fail(text: string): void {
  scope.postMessage({ type: "failed", text });
}

scope.onmessage = async ({ data: { port, count } }) => {
  for (let done = 0; done < count; done += CONNECT_BATCH) {
    const batch = Array.from({ length: Math.min(CONNECT_BATCH, count - done) }, (_, n) => done + n);
    await Promise.all(batch.map((n) => page(port, `pager${n}`)));
  }
  scope.postMessage({ type: "begun" });
  setInterval(() => scope.postMessage({ type: "pages", pages }), REPORT_MS);
};
scope.postMessage({ type: "ready" });
