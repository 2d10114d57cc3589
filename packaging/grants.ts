/**
 * The permissions that executables and the bundle start with: what starting needs and nothing else.
 * Most of them are given back before the first stranger is heard (`src/permissions.ts`).
 *
 * @module
 */

/** One permission: Deno's flag, and what it is for. */
export interface Grant {
  /** As Deno takes it, for example `--allow-net`. */
  readonly flag: string;
  /** Why the program cannot do without it. */
  readonly reason: string;
}

/**
 * All of them. Broad ones stand where the value is not known before the command line is read: which
 * port, which host, which file. `run`, `ffi`, `import` and every other variable stay closed.
 */
export const GRANTS: readonly Grant[] = [
  {
    flag: "--allow-net",
    reason:
      "to listen on the port, and to dial the server, that the flags name; kept by a client " +
      "that reconnects, given back by a server that listens",
  },
  {
    flag: "--allow-read",
    reason: "the files that flags name: database, passwords, certificates",
  },
  {
    flag: "--allow-write",
    reason: "the database and its companions, and a certificate that is made",
  },
  {
    flag: "--allow-sys=networkInterfaces,hostname",
    reason:
      "the addresses under which others reach this server, for its first lines, and the name of " +
      "the machine, for IRC clients",
  },
  {
    flag:
      "--allow-env=CHAT_PASSWORD,CHAT_KEY,CHAT_NAME,CHAT_SERVER,CHAT_DEBUG,NO_COLOR,TERM,INIT_CWD",
    reason:
      "its own variables, whether colours are wanted, what the terminal is, and whether a task runner is around it",
  },
];

/** The flags alone, with `--no-prompt`: what is not granted is refused, and nobody is asked. */
export const GRANT_FLAGS: readonly string[] = ["--no-prompt", ...GRANTS.map(({ flag }) => flag)];

/**
 * How the bundle is run: with these, and with no other module. Without the first two, `import()` of
 * a package asks the registry even after every permission was given back (Deno 2.9.6).
 */
export const BUNDLE_FLAGS: readonly string[] = ["--no-npm", "--no-remote", ...GRANT_FLAGS];
