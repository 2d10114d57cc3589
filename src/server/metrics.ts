/**
 * What each client does at the moment, and counters for Prometheus; `web/metrics.ts` serves them
 * when that is asked for.
 *
 * The text form is version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/.
 *
 * @module
 */

import type { Client, ServerContext, Totals } from "./context.ts";

/** Behind by this much counts as lagging: more than is on its way to a healthy client. */
const LAGGING_BYTES = 256 * 1024;

/** A write that makes no progress for so long counts as stalled. */
const STALLED_MS = 5_000;

/** A figure with its help line. */
interface Metric {
  readonly name: string;
  readonly type: "counter" | "gauge" | "summary";
  readonly help: string;
  /** Each by its labels, or by what stands behind the name. */
  readonly values: readonly (readonly [labels: string, value: number])[];
}

/**
 * The figures of a server as text.
 *
 * @param server The server.
 * @param totals What it has counted; of connections that are open, the present is added.
 * @param certificateEnds When its certificate ends; absent: it has none.
 */
export function renderMetrics(
  server: ServerContext,
  totals: Totals,
  certificateEnds?: Date,
): string {
  const nowMs = server.clock.now();
  const states: Record<ClientState, number> = { ok: 0, slowed: 0, lagging: 0, stalled: 0 };
  let { linesIn, bytesOut } = totals;
  let lagBytes = 0;
  for (const client of server.clients()) {
    states[stateOf(client, nowMs)]++;
    linesIn += client.linesIn;
    bytesOut += client.writer.bytesWritten;
    lagBytes = Math.max(lagBytes, client.writer.lagBytes);
  }
  const metrics: Metric[] = [
    gauge("chat_members", "People on the server.", server.state.members.size),
    ...roomMetrics(server),
    {
      name: "chat_connections",
      type: "gauge",
      help: "Open connections by what they do.",
      values: Object.entries(states).map(([state, count]) => [`{state="${state}"}`, count]),
    },
    gauge("chat_lag_bytes_max", "Bytes that the slowest reader is behind.", lagBytes),
    counter("chat_connections_total", "Connections that came in.", totals.connections),
    counter("chat_refused_total", "Connections that were turned away.", totals.refused),
    counter("chat_lines_received_total", "Lines that clients sent.", linesIn),
    counter("chat_bytes_sent_total", "Bytes written to clients.", bytesOut),
    counter("chat_events_skipped_total", "Events slow readers missed.", totals.eventsSkipped),
    ...clusterMetrics(server),
    ...certificateMetrics(certificateEnds),
    gauge("process_resident_memory_bytes", "Resident memory.", Deno.memoryUsage().rss),
  ];
  return metrics.map(renderMetric).join("");
}

/** Figures of the order that several servers share; none where there is only this one. */
function clusterMetrics({ elsewhere }: ServerContext): Metric[] {
  if (elsewhere === null) return [];
  const { isCutOff, figures: { lag, commits, commitSeconds } } = elsewhere;
  return [
    gauge("chat_cluster_connected", "In touch with the other servers: 1.", isCutOff ? 0 : 1),
    gauge("chat_order_lag_events", "Batches in the stream that are not stored here.", lag),
    {
      name: "chat_order_commit_seconds",
      type: "summary",
      help: "From publishing a batch until it is settled.",
      values: [["_sum", commitSeconds], ["_count", commits]],
    },
  ];
}

/** When to renew the certificate; none where there is none. */
function certificateMetrics(ends: Date | undefined): Metric[] {
  if (ends === undefined) return [];
  const seconds = Math.floor(ends.getTime() / 1_000);
  return [gauge("chat_certificate_expiry_timestamp_seconds", "End of the certificate.", seconds)];
}

/** Figures of each room that is in lists; the others are counted together, under no name. */
function roomMetrics({ rooms }: ServerContext): Metric[] {
  const members = new Map<string, number>();
  const events = new Map<string, number>();
  for (const room of rooms.all()) {
    const label = room.isPrivate ? '{private="true"}' : `{room="${room.name}"}`;
    members.set(label, (members.get(label) ?? 0) + room.members.size);
    events.set(label, (events.get(label) ?? 0) + room.store.lastSeq);
  }
  return [
    gauge("chat_rooms", "Rooms, with or without people in them.", rooms.size),
    {
      name: "chat_room_members",
      type: "gauge",
      help: "People in each room; private rooms together.",
      values: [...members],
    },
    {
      name: "chat_events_total",
      type: "counter",
      help: "Events in the log of each room; of private rooms together.",
      values: [...events],
    },
  ];
}

function gauge(name: string, help: string, value: number): Metric {
  return { name, type: "gauge", help, values: [["", value]] };
}

function counter(name: string, help: string, value: number): Metric {
  return { name, type: "counter", help, values: [["", value]] };
}

function renderMetric({ name, type, help, values }: Metric): string {
  const lines = values.map(([labels, value]) => `${name}${labels} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

/** What a client does at the moment. */
export type ClientState = "ok" | "slowed" | "lagging" | "stalled";

/** What a client does at the moment. */
export function stateOf(client: Client, nowMs: number): ClientState {
  const { stalledSince } = client;
  const { lagBytes } = client.writer;
  if (stalledSince !== null && nowMs - stalledSince > STALLED_MS) return "stalled";
  if (lagBytes > LAGGING_BYTES) return "lagging";
  return client.slowed ? "slowed" : "ok";
}
