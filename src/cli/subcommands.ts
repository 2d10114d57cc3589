/**
 * The subcommands in a few words: enough for the program's own help, without loading any of them.
 *
 * @module
 */

/** A subcommand in a few words. */
export interface CommandSummary {
  /** What one types after `chat`. */
  readonly name: string;
  /** What it does, in one sentence. */
  readonly summary: string;
  /** One line to copy. */
  readonly example: string;
}

/** `chat serve`. */
export const SERVE_SUMMARY: CommandSummary = {
  name: "serve",
  summary: "Start a chat server on this machine.",
  example: "chat serve --port 5001",
};

/** `chat join`. */
export const JOIN_SUMMARY: CommandSummary = {
  name: "join",
  summary: "Join a room.",
  example: "chat join 192.168.1.5:5001 --name ada",
};
