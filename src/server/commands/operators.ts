/**
 * The slash commands of operators. Each act is logged with who did it.
 *
 * @module
 */

import type { CommandName } from "../../protocol/commands.ts";
import { excerptIfNeeded } from "../../protocol/quote.ts";
import { cleanText, textProblem } from "../../protocol/text.ts";
import type { ClientConnection } from "../connection.ts";
import { acceptReason, badDuration, explain, nobody, record, refuse, tell } from "./answers.ts";
import { ban, bans, unban } from "./bans.ts";
import { parseDuration, showDuration } from "./durations.ts";
import type { Handler } from "./handler.ts";
import { announce, remove } from "./removal.ts";
import { showTop } from "./top.ts";

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

/** `/kick`. */
export function kick(client: ClientConnection, rest: string): void {
  const [target = "", ...words] = rest.split(/\s+/);
  const reason = acceptReason(client, words);
  if (reason === null) return;
  const name = remove(client.server, target, "kicked", explain("You were removed", reason));
  if (name === null) return nobody(client, target);
  record(client, "kicked", { target: name });
  tell(client, `${name} was removed.`);
}

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
      if (verdict?.type === "refused") return refuse(client, verdict, () => nobody(client, target));
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
        return refuse(client, verdict, notMuted);
      }
      record(client, "unmuted", { target });
      tell(client, `${shown} is no longer muted.`);
    },
  });
}
