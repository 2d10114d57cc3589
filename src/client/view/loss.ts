/**
 * The words for a lost connection.
 *
 * @module
 */

import type { LossReason } from "../core/events.ts";

/**
 * What a loss is called.
 *
 * @param reason Why the connection was lost.
 * @returns A clause without a full stop.
 */
export function lossText(reason: LossReason): string {
  switch (reason) {
    case "closed":
      return "the server closed the connection";
    case "broken":
    case "lost":
      return "the connection was lost";
    case "silent":
      return "the server no longer answers";
    case "unreachable":
      return "the server cannot be reached";
    case "shutdown":
      return "the server was shut down";
    case "full":
      return "the server is full";
    case "unavailable":
      return "the server cannot keep messages now";
    case "timeout":
      return "the server waited too long for this client";
    default:
      return `the server ended the connection (${reason})`;
  }
}
