/**
 * `/mute` and `/unmute`: of somebody, or of all who come from some addresses.
 *
 * @module
 */

import { type AddressRange, rangeText } from "../../net/address_range.ts";
import { addressKey } from "../../order/bans.ts";
import { isOfRange } from "../../order/mutes.ts";
import type { Proposal } from "../../order/proposals.ts";
import { RANGE_MUTE_RULES } from "../../order/state.ts";
import { excerptIfNeeded } from "../../protocol/quote.ts";
import { readTarget } from "../admission/moderation.ts";
import type { ClientConnection } from "../connection.ts";
import { parseDuration, showDuration } from "../durations.ts";
import { answerRefused, badDuration, knowsRules, nobody, record, tell } from "./answers.ts";
import { holdsOwn } from "./bans.ts";

/** `/mute`. */
export function mute(client: ClientConnection, rest: string): void {
  const [text = "", duration = ""] = rest.split(/\s+/);
  const forMs = parseDuration(duration);
  if (duration !== "" && forMs === null) {
    return badDuration(client, duration);
  }
  const { state, trustedMs } = client.server;
  const untilMs = trustedMs() + (forMs ?? Infinity);
  const range = rangeIn(client, text);
  if (range !== null) {
    if (holdsOwn(client, range, "mute") || !knowsRules(client, RANGE_MUTE_RULES)) return;
    const proposal = { type: "mute-range", key: addressKey(range), untilMs } as const;
    return propose(client, proposal, { shown: rangeText(range), forMs });
  }
  const member = state.members.get(text);
  if (member === undefined) return nobody(client, text);
  if (member === client.member) {
    return client.fail("bad_request", "Cannot mute yourself: name somebody else.");
  }
  propose(client, { type: "mute", member, untilMs }, { shown: member.name, forMs });
}

function propose(
  client: ClientConnection,
  proposal: Proposal,
  { shown, forMs }: { readonly shown: string; readonly forMs: number | null },
): void {
  client.server.order.propose(proposal, {
    settled([verdict]) {
      if (verdict?.type === "refused") {
        return answerRefused(client, verdict, () => nobody(client, shown));
      }
      record(client, "muted", { target: shown, for: showDuration(forMs) });
      const end = forMs === null ? "until" : `${showDuration(forMs)}, or until`;
      tell(client, `${shown} is muted ${end} /unmute ${shown}.`);
    },
  });
}

/** The addresses that are named; null: somebody is. A name may look like an address. */
function rangeIn({ server }: ClientConnection, text: string): AddressRange | null {
  if (server.state.members.get(text) !== undefined) return null;
  const target = readTarget(text, () => true);
  return target.kind === "addresses" ? target.range : null;
}

/** `/unmute`. */
export function unmute(client: ClientConnection, target: string): void {
  const { order, state } = client.server;
  const range = rangeIn(client, target);
  const name = range === null ? target : rangeText(range);
  order.propose({ type: "unmute", name }, {
    settled([verdict]) {
      const shown = excerptIfNeeded(name);
      if (verdict?.type === "refused") {
        const held = state.members.get(name)?.mute ?? null;
        const why = held !== null && isOfRange(held) && held.untilMs > client.server.trustedMs()
          ? `${shown} is muted by address: /unmute ${held.fold} lifts that for all from there.`
          : `${shown} is not muted.`;
        return answerRefused(client, verdict, () => client.fail("bad_request", why));
      }
      record(client, "unmuted", { target: name });
      tell(client, `${shown} is no longer muted.`);
    },
  });
}
