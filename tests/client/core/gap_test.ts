import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Hole, LogOrder } from "../../../src/client/core/gap.ts";
import type { History, HistoryRequest, RoomEvent } from "../../../src/protocol/messages.ts";
import { message } from "./fake_server.ts";

/** A log that has the events from `oldest` to `newest`, and gives pages of at most `perPage`. */
function pageOf(
  { before = Infinity, limit = 50 }: HistoryRequest,
  { oldest, newest, perPage = 500 }: {
    readonly oldest: number;
    readonly newest: number;
    readonly perPage?: number;
  },
): History {
  const events: RoomEvent[] = [];
  const end = Math.min(before - 1, newest);
  const start = Math.max(oldest, end - Math.min(limit, perPage) + 1);
  for (let seq = start; seq <= end; seq++) events.push(message(seq, "bob", `${seq}`));
  return { type: "history", room: "lobby", events, more: start > oldest && end >= oldest };
}

function short(events: readonly (RoomEvent | Hole)[]): (number | string)[] {
  return events.map((event) => event.type === "missed" ? `${event.from}-${event.to}` : event.seq);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** Asks until nothing is missing. */
function fill(
  order: LogOrder,
  log: { readonly oldest: number; readonly newest: number; readonly perPage?: number },
): { given: (number | string)[]; requests: number } {
  const given: (number | string)[] = [];
  for (let requests = 0;; requests++) {
    const request = order.next();
    if (request === undefined) return { given, requests };
    assert(requests < 500, "it asks forever");
    const page = order.page(pageOf(request, log));
    assert(page !== undefined, "the page was not taken");
    given.push(...short(page));
  }
}

Deno.test("LogOrder begins with whatever comes first and drops what comes twice", () => {
  const order = new LogOrder();
  order.connected(7);
  assertEquals(short(order.arrived(message(5, "bob", "x"))), [5]);
  assertEquals(short(order.arrived(message(6, "bob", "x"))), [6]);
  assertEquals(short(order.arrived(message(6, "bob", "x"))), []);
  assertEquals(short(order.arrived(message(3, "bob", "x"))), []);
  assertEquals(order.last, 6);
});

Deno.test("LogOrder misses nothing between the welcome and the first event", () => {
  const order = new LogOrder();
  order.connected(7);
  assertEquals(short(order.arrived(message(10, "bob", "x"))), []);
  assertEquals(order.next(), { type: "history", before: 10, limit: 2 });
});

Deno.test("LogOrder fills a gap in pages of any size, in order, before what was held", () => {
  for (const perPage of [1, 7, 500]) {
    const order = new LogOrder();
    order.arrived(message(1, "bob", "x"));
    order.arrived(message(60, "bob", "x"));
    order.arrived(message(61, "bob", "x"));
    const { given } = fill(order, { oldest: 1, newest: 61, perPage });
    assertEquals(given, range(2, 61));
  }
});

Deno.test("LogOrder fills a gap of more than a page", () => {
  const order = new LogOrder();
  order.arrived(message(1, "bob", "x"));
  order.heardOf(1_800);
  const { given, requests } = fill(order, { oldest: 1, newest: 1_800 });
  assertEquals(given, range(2, 1_800));
  assertEquals(requests, 4);
});

Deno.test("LogOrder finds quickly where a trimmed log begins, and tells the hole once", () => {
  const order = new LogOrder();
  order.arrived(message(1, "bob", "x"));
  order.heardOf(1_000_000);
  const { given, requests } = fill(order, { oldest: 999_700, newest: 1_000_000 });
  assertEquals(given, ["2-999699", ...range(999_700, 1_000_000)]);
  assert(requests < 40, `${requests} requests`);
});

Deno.test("LogOrder tells one hole for a log that has nothing of the gap", () => {
  const order = new LogOrder();
  order.arrived(message(1, "bob", "x"));
  order.arrived(message(Number.MAX_SAFE_INTEGER, "eve", "x"));
  const { given, requests } = fill(order, { oldest: 1, newest: 1 });
  assertEquals(given, [`2-${Number.MAX_SAFE_INTEGER - 1}`, Number.MAX_SAFE_INTEGER]);
  assert(requests < 100, `${requests} requests`);
});

Deno.test("LogOrder fetches only the newest of a gap that is too long", () => {
  const order = new LogOrder({ maxFill: 10 });
  order.arrived(message(1, "bob", "x"));
  order.arrived(message(101, "bob", "x"));
  assertEquals(fill(order, { oldest: 1, newest: 101 }).given, ["2-90", ...range(91, 101)]);
});

Deno.test("LogOrder leaves somebody else's page alone", () => {
  const order = new LogOrder();
  order.arrived(message(1, "bob", "x"));
  assertEquals(order.page(pageOf({ type: "history" }, { oldest: 1, newest: 9 })), undefined);
  order.arrived(message(5, "bob", "x"));
  order.next();
  assertEquals(order.page(pageOf({ type: "history" }, { oldest: 1, newest: 9 })), undefined);
});

Deno.test("LogOrder holds a bounded number of events, and fetches the rest later", () => {
  const order = new LogOrder();
  order.arrived(message(1, "bob", "x"));
  for (let seq = 3; seq <= 20_000; seq++) order.arrived(message(seq, "bob", "x"));
  const { given } = fill(order, { oldest: 1, newest: 20_000 });
  assertEquals(given, range(2, 20_000));
});

Deno.test("LogOrder holds no more than its share", () => {
  let share = 0.01;
  const order = new LogOrder({ share: () => share });
  order.arrived(message(1, "bob", "x"));
  for (let seq = 3; seq <= 60; seq++) order.arrived(message(seq, "bob", "x"));
  const given = order.page(pageOf(order.next()!, { oldest: 1, newest: 2 })) ?? [];
  assertEquals(given.length, 1 + 50);
  share = 1;
  for (let seq = 61; seq <= 160; seq++) order.arrived(message(seq, "bob", "x"));
  assertEquals(order.next(), { type: "history", before: 61, limit: 8 });
});

Deno.test("LogOrder takes a page that holds what has come meanwhile", () => {
  const order = new LogOrder();
  order.restart(500);
  order.connected(1_101);
  // The server skips some events, says so, and goes on: what follows is on its way already.
  order.heardOf(800);
  const request = order.next();
  assertEquals(request, { type: "history", before: 1_001, limit: 500 });
  for (let seq = 801; seq <= 1_000; seq++) order.arrived(message(seq, "bob", ""));
  const log = { oldest: 1, newest: 1_101 };
  const given = order.page(pageOf(request as HistoryRequest, log)) ?? [];
  assertEquals(short(given), range(501, 1_000));
  assertEquals(order.next(), { type: "history", before: 1_102, limit: 101 });
});

Deno.test("LogOrder does not give up what has come, when the store has less of it", () => {
  const order = new LogOrder();
  order.restart(500);
  order.connected(1_101);
  order.heardOf(800);
  const request = order.next() as HistoryRequest;
  for (let seq = 801; seq <= 1_101; seq++) order.arrived(message(seq, "bob", ""));
  const given = order.page(pageOf(request, { oldest: 1_001, newest: 1_101 })) ?? [];
  assertEquals(short(given), ["501-800", ...range(801, 1_101)]);
  assertEquals(order.next(), undefined);
});

Deno.test("LogOrder asks again on a new connection, and gives up when told", () => {
  const order = new LogOrder();
  order.arrived(message(1, "bob", "x"));
  order.arrived(message(4, "bob", "x"));
  assertEquals(order.next(), { type: "history", before: 4, limit: 2 });
  order.connected(4);
  assertEquals(order.next(), { type: "history", before: 5, limit: 3 });
  assertEquals(short(order.giveUp()), ["2-4"]);
  assertEquals(order.behind, false);
});

Deno.test("LogOrder holds a bounded part of a page that comes in ever more parts", () => {
  const order = new LogOrder();
  order.arrived(message(1, "bob", "x"));
  order.heardOf(10 ** 9);
  const text = "x".repeat(60_000);
  let given: (number | string)[] = [];
  let pages = 0;
  for (; given.length === 0; pages++) {
    const { before = 0 } = order.next() ?? {};
    const events = [message(before - 1, "eve", text)];
    given = short(order.page({ type: "history", room: "lobby", events, more: true }) ?? []);
  }
  assert(pages <= 8 * 1024 * 1024 / text.length + 1, `${pages} pages`);
  assertEquals(given.length, pages + 1, "the hole before them, and all of them");
});

Deno.test("LogOrder takes each place of a page once, and only rising ones", () => {
  const order = new LogOrder();
  order.arrived(message(1, "bob", "x"));
  order.heardOf(5);
  order.next();
  const events = [2, 2, 3, 3, 1, 3, 5, 4].map((seq) => message(seq, "eve", "x"));
  const given = order.page({ type: "history", room: "lobby", events, more: false }) ?? [];
  assertEquals(short(given), [2, 3, "4-4", 5]);
});

Deno.test("LogOrder ends its questions, whatever it is answered", () => {
  const places = fc.array(fc.nat({ max: 2_000 }), { maxLength: 5 });
  const answer = fc.record({ back: places, more: fc.boolean() });
  fc.assert(fc.property(fc.array(answer, { minLength: 1, maxLength: 20 }), (answers) => {
    const order = new LogOrder();
    order.arrived(message(1, "bob", "x"));
    order.heardOf(5_000);
    let pages = 0;
    for (let request = order.next(); request !== undefined; request = order.next()) {
      const { back, more } = answers[pages++ % answers.length] ?? { back: [], more: false };
      const seqs = back.map((less) => Math.max(1, (request?.before ?? 0) - 1 - less)).sort();
      const events = seqs.map((seq) => message(seq, "eve", "x"));
      assert(order.page({ type: "history", room: "lobby", events, more }) !== undefined);
      assert(pages <= 6_000, "more pages than places");
    }
    assertEquals(order.last, 5_000);
  }));
});
