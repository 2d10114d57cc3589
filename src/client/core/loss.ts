/**
 * Why a connection was lost, and the words for it.
 *
 * @module
 */

import type { ByeReason } from "../../protocol/messages.ts";

/** Why a connection was lost: the server's last word, or what the connection showed. */
export type LossReason =
  | "closed"
  | "broken"
  | "silent"
  | "unreachable"
  | "unavailable"
  | ByeReason;

/**
 * Says why a connection was lost.
 *
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
      return "the server cannot store messages now";
    case "timeout":
      return "the server waited too long for this client";
    default:
      return `the server ended the connection (${reason})`;
  }
}
