/**
 * Giving Deno's permissions back once they have served their purpose, so that a mistake in this
 * program, or in a library, cannot reach what the program no longer needs. There is no way back.
 *
 * @module
 */

/** What every process of ours gives back: files that are open stay open. */
const LOCAL = ["write", "run", "env", "ffi", "sys", "import"] as const;

/**
 * Gives permissions back.
 *
 * @param options `keepNetwork`: a client goes on dialling; a server that listens needs no more.
 * `keepReading`: files are read again later; default: none is. Of a permission for all files Deno
 * cannot keep two (2.9.6).
 */
export function dropPermissions(
  options: { readonly keepNetwork: boolean; readonly keepReading?: boolean },
): void {
  for (const name of LOCAL) Deno.permissions.revokeSync({ name });
  if (options.keepReading !== true) Deno.permissions.revokeSync({ name: "read" });
  if (!options.keepNetwork) Deno.permissions.revokeSync({ name: "net" });
}

/** Asked by a value where a grant names values: of the whole kind such a process has nothing. */
const ASKED: readonly Deno.PermissionDescriptor[] = [
  { name: "read" },
  { name: "write" },
  { name: "run" },
  { name: "env", variable: "CHAT_PASSWORD" },
  { name: "ffi" },
  { name: "sys", kind: "networkInterfaces" },
  { name: "import" },
  { name: "net" },
];

/**
 * The permissions that this process still has, as Deno itself answers.
 *
 * @returns Their names; none in a server that listens, but `read` with `--tls-reload` and `net`
 * with `--nats`; `net` alone in a client that is connected.
 */
export function heldPermissions(): string[] {
  return ASKED.filter((asked) => Deno.permissions.querySync(asked).state === "granted")
    .map(({ name }) => name);
}
