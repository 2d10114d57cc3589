/**
 * `/top`: what an operator sees of every client, the slowest first.
 *
 * @module
 */

import { format as formatBytes } from "@std/fmt/bytes";
import { showAge } from "./durations.ts";
import type { ClientConnection } from "../connection.ts";
import type { Client } from "../context.ts";

/** Rows that are shown: a screen or two. The slowest come first, and they are what matters. */
const MAX_ROWS = 100;

/** What a client does at the moment. */
export type ClientState = "ok" | "slowed" | "lagging" | "stalled";

/** Behind by this much counts as lagging: more than is on its way to a healthy client. */
const LAGGING_BYTES = 256 * 1024;

/** A write that makes no progress for so long counts as stalled. */
const STALLED_MS = 5_000;

/** What a client does at the moment. */
export function stateOf(client: Client, nowMs: number): ClientState {
  const { stalledSince } = client;
  const { lagBytes } = client.cursor;
  if (stalledSince !== null && nowMs - stalledSince > STALLED_MS) return "stalled";
  if (lagBytes > LAGGING_BYTES) return "lagging";
  return client.slowed ? "slowed" : "ok";
}

/** Shows every client, the one that lags most first. */
export function showTop(client: ClientConnection): void {
  const { server } = client;
  const nowMs = server.clock.now();
  const all = [...server.clients()].sort((a, b) => b.cursor.lagBytes - a.cursor.lagBytes);
  const rows = all.slice(0, MAX_ROWS).map((client) => [
    client.name || "-",
    client.label,
    client.dialect?.name ?? "-",
    formatBytes(client.cursor.lagBytes),
    String(client.linesIn),
    formatBytes(client.cursor.bytesWritten),
    stateOf(client, nowMs),
    showAge(nowMs - client.startedAt),
  ]);
  const table = [["name", "address", "dialect", "lag", "in", "out", "state", "since"], ...rows];
  const widths = table[0]!.map((_, i) => Math.max(...table.map((row) => row[i]!.length)));
  const lines = table.map((row) => row.map((cell, i) => cell.padEnd(widths[i]!)).join("  ").trim());
  if (all.length > MAX_ROWS) lines.push(`and ${all.length - MAX_ROWS} more`);
  client.reply({ type: "notice", text: lines.join("\n") });
}
