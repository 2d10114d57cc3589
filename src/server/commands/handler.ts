/**
 * What carries out a slash command. `protocol/commands.ts` says which there are, and has checked that
 * enough words follow before one of these is called.
 *
 * @module
 */

import type { ClientConnection } from "../connection.ts";

/**
 * Carries out one command.
 *
 * @param rest What follows the command, trimmed.
 */
export type Handler = (client: ClientConnection, rest: string) => void | Promise<void>;
