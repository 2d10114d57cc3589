/**
 * Reading the environment, whether or not that is allowed.
 *
 * @module
 */

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
