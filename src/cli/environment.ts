/**
 * The environment variables of this program, and reading them, whether or not that is allowed.
 *
 * @module
 */

/** A variable that people set. */
export interface Variable {
  /** Its name. */
  readonly name: string;
  /** What it does, in one sentence or two. */
  readonly help: string;
}

/** All that people may set, in the order of the manual page. */
export const VARIABLES: readonly Variable[] = [
  {
    name: "CHAT_SERVER",
    help: "Where chat join goes when no address is given: HOST[:PORT][,HOST…][/ROOM].",
  },
  { name: "CHAT_NAME", help: "Your name when chat join has no --name." },
  {
    name: "CHAT_PASSWORD",
    help: "The server's password, for chat serve and chat join, when no --password-file gives it.",
  },
  {
    name: "CHAT_KEY",
    help: "The key of a private room, for chat join, when no --key-file gives it.",
  },
  { name: "NO_COLOR", help: "If not empty, chat join shows no colours." },
  { name: "TERM", help: "If it is dumb, chat join works as with --plain." },
  {
    name: "CHAT_DEBUG",
    help:
      "If not empty, internal errors show a stack trace, and chat serve logs what blocked it for " +
      "100 ms or more.",
  },
];

/**
 * The value of a variable.
 *
 * @param name Its name.
 * @returns `undefined` when it is not set, or when this program may not read it.
 */
export function readEnv(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}
