/**
 * The slash commands of operators, but for those with files of their own. Each act is logged with
 * who did it.
 *
 * @module
 */

import { format as formatBytes } from "@std/fmt/bytes";
import type { CommandName } from "../../protocol/commands.ts";
import type { AboutRoom } from "../../protocol/messages.ts";
import { cleanText, textProblem } from "../../protocol/text.ts";
import type { ClientConnection } from "../connection.ts";
import { showAge } from "../durations.ts";
import { stateOf } from "../metrics.ts";
import { tellEverybody } from "../operator_words.ts";
import { record } from "./answers.ts";
import { audit } from "./audit.ts";
import { ban, bans, unban } from "./bans.ts";
import { erase } from "./erase.ts";
import { mute, unmute } from "./mutes.ts";

/** Rows that are shown: a screen or two. The slowest come first, and they are what matters. */
const MAX_ROWS = 100;

/**
 * Carries out one command. `protocol/commands.ts` says which there are; enough words follow.
 *
 * @param rest What follows the command, trimmed.
 */
export type Handler = (
  client: ClientConnection,
  rest: string,
  about: AboutRoom,
) => void | Promise<void>;

/** What carries out the commands of operators. */
export const OPERATORS: Readonly<Record<CommandName<"operators">, Handler>> = {
  ban,
  unban,
  bans,
  mute,
  unmute,
  erase,
  audit,
  announce(client, raw) {
    const text = cleanText(raw);
    const problem = textProblem(text, client.server.limits.maxTextChars);
    if (problem !== null) return client.fail(problem.code, problem.text);
    record(client, "announced", {});
    tellEverybody(client, { from: null, text: `Announcement: ${text}` });
  },
  top: showTop,
};

/** Shows every client, the one that lags most first. */
function showTop(client: ClientConnection): void {
  const { server } = client;
  const nowMs = server.clock.now();
  const all = [...server.clients()].sort((a, b) => b.writer.lagBytes - a.writer.lagBytes);
  const rows = all.slice(0, MAX_ROWS).map((client) => [
    client.name || "-",
    client.label,
    client.dialect?.name ?? "-",
    String(client.member?.rooms.size ?? "-"),
    formatBytes(client.writer.lagBytes),
    String(client.linesIn),
    formatBytes(client.writer.bytesWritten),
    stateOf(client, nowMs),
    showAge(nowMs - client.startedAt),
  ]);
  const table = [
    ["name", "address", "dialect", "rooms", "lag", "in", "out", "state", "since"],
    ...rows,
  ];
  const widths = table[0]!.map((_, i) => Math.max(...table.map((row) => row[i]!.length)));
  const lines = table.map((row) => row.map((cell, i) => cell.padEnd(widths[i]!)).join("  ").trim());
  if (all.length > MAX_ROWS) lines.push(`and ${all.length - MAX_ROWS} more`);
  client.reply({ type: "notice", text: lines.join("\n") });
}
