/**
 * The slash commands of operators, but for bans. Each act is logged with who did it.
 *
 * @module
 */

import { format as formatBytes } from "@std/fmt/bytes";
import type { CommandName } from "../../protocol/commands.ts";
import type { AboutRoom } from "../../protocol/messages.ts";
import { excerptIfNeeded } from "../../protocol/quote.ts";
import { cleanText, textProblem } from "../../protocol/text.ts";
import type { ClientConnection } from "../connection.ts";
import { parseDuration, showAge, showDuration } from "../durations.ts";
import type { ServerContext } from "../context.ts";
import { stateOf } from "../metrics.ts";
import { answerRefused, badDuration, nobody, record, tell } from "./answers.ts";
import { ban, bans, unban } from "./bans.ts";

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
  announce(client, raw) {
    const text = cleanText(raw);
    const problem = textProblem(text, client.server.limits.maxTextChars);
    if (problem !== null) return client.fail(problem.code, problem.text);
    record(client, "announced", {});
    announce(client.server, `Announcement: ${text}`);
  },
  top: showTop,
};

function mute(client: ClientConnection, rest: string): void {
  const [target = "", duration = ""] = rest.split(/\s+/);
  const forMs = parseDuration(duration);
  if (duration !== "" && forMs === null) {
    return badDuration(client, duration);
  }
  const { state, order, trustedMs } = client.server;
  const member = state.members.get(target);
  if (member === undefined) return nobody(client, target);
  if (member === client.member) {
    return client.fail("bad_request", "Cannot mute yourself: name somebody else.");
  }
  const untilMs = trustedMs() + (forMs ?? Infinity);
  order.propose({ type: "mute", member, untilMs }, {
    settled([verdict]) {
      if (verdict?.type === "refused") {
        return answerRefused(client, verdict, () => nobody(client, target));
      }
      record(client, "muted", { target: member.name, for: showDuration(forMs) });
      tell(
        client,
        `${member.name} is muted ${
          forMs === null ? "until" : `${showDuration(forMs)}, or until`
        } /unmute ${member.name}.`,
      );
    },
  });
}

function unmute(client: ClientConnection, target: string): void {
  client.server.order.propose({ type: "unmute", name: target }, {
    settled([verdict]) {
      const shown = excerptIfNeeded(target);
      if (verdict?.type === "refused") {
        const notMuted = () => client.fail("bad_request", `${shown} is not muted.`);
        return answerRefused(client, verdict, notMuted);
      }
      record(client, "unmuted", { target });
      tell(client, `${shown} is no longer muted.`);
    },
  });
}

/** Tells everybody on the server something in the server's name. */
export function announce(server: ServerContext, text: string): void {
  for (const client of server.clients()) {
    if (client.member !== null) client.deliver({ type: "notice", text });
  }
}

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
