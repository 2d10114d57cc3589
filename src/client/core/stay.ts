/**
 * One connection of a client after the other (`attempt.ts`), until it has left, is refused or
 * removed for good, or was away for too long.
 *
 * @module
 */

import { attempt, type AttemptOptions } from "./attempt.ts";
import type { ChatClientOptions } from "./client_options.ts";
import { type LossReason, lossText, type Over } from "./events.ts";
import { retryDelayMs, sleep } from "./timers.ts";

/** What a stay works with. */
export interface StayOptions extends AttemptOptions {
  /** See {@linkcode ChatClientOptions.patient}. */
  readonly patient: ChatClientOptions["patient"];
  /** See {@linkcode ChatClientOptions.giveUpAfterMs}. */
  readonly giveUpAfterMs: number | undefined;
  /** How the client has ended by itself; undefined: it goes on. */
  readonly ended: () => Over | undefined;
  /** Aborts when the next try is wanted at once; afterwards it gives another one. */
  readonly hurried: () => AbortSignal;
}

/**
 * Connects, and again after each loss, until it is over.
 *
 * @returns How it ended.
 * @throws What the listener throws; the connection is closed then.
 */
export async function stay(options: StayOptions): Promise<Over> {
  const { timers, session, identity, listener, signal, ended, hurried } = options;
  const { patient = false, giveUpAfterMs = Infinity } = options;
  let tries = 0;
  let lostAtMs = timers.now();
  for (;;) {
    let ending = ended();
    if (ending !== undefined) return ending;
    await listener([{ type: "connecting", attempt: tries }]);
    const end = await attempt(options);
    ending = ended();
    if (ending !== undefined) return ending;
    if (end.type === "ending") return end.ending;
    if (end.type === "refused") {
      const refusal = await identity.another(end.error, signal);
      if (refusal !== undefined) return ended() ?? refusal;
      continue;
    }
    if (!session.everWelcomed && !patient) return firstFailure(end.reason, end.cause);
    if (end.wasConnected) {
      tries = 0;
      lostAtMs = timers.now();
    }
    const leftMs = lostAtMs + giveUpAfterMs - timers.now();
    if (leftMs <= 0) {
      const code = end.reason === "full" ? { code: end.reason } as const : {};
      return { reason: "gave_up", text: lossText(end.reason), cause: end.cause, ...code };
    }
    const retryMs = Math.min(retryDelayMs(tries++, timers.random()), leftMs);
    await listener([
      ...session.delivery.takeUncertain(),
      { type: "lost", reason: end.reason, retryMs, wasConnected: end.wasConnected },
    ]);
    const hurry = hurried();
    await sleep(timers, retryMs, signal, hurry);
    if (hurry.aborted) tries = 0;
  }
}

function firstFailure(reason: LossReason, cause: unknown): Over {
  return reason === "unreachable"
    ? { reason, text: "", cause }
    : { reason: "no_welcome", text: reason === "silent" ? "it said nothing" : lossText(reason) };
}
