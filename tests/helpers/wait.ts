/**
 * Waiting with a safety net. No test asserts how long something took by these limits: they only
 * turn a test that would hang into one that says what it was waiting for.
 *
 * @module
 */

/** How long a test waits for something that should come at once: ms. Wide, for a busy machine. */
export const SAFETY_MS = 60_000;

/** Thrown when the safety net was needed. */
export class WaitedTooLong extends Error {
  /** Says so by its name in logs. */
  override name = "WaitedTooLong";
}

/**
 * The promise's result, unless it takes too long.
 *
 * @param what What is waited for, for the error: "the end of the server".
 * @throws {WaitedTooLong} When the promise has not settled in time.
 */
export async function within<T>(
  promise: Promise<T>,
  what: string,
  timeoutMs: number = SAFETY_MS,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const bell = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new WaitedTooLong(`Waited ${timeoutMs} ms in vain for ${what}`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([promise, bell]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Asks again and again, for what sends no event (a process's memory, its log).
 *
 * @param check Whether it has happened.
 * @param what What is waited for, for the error.
 * @throws {WaitedTooLong} When it has not happened in time.
 */
export async function until(
  check: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs: number = SAFETY_MS,
): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  while (!await check()) {
    if (performance.now() > deadlineMs) {
      throw new WaitedTooLong(`Waited ${timeoutMs} ms in vain for ${what}`);
    }
    await pause(10);
  }
}

/** A short rest between two looks at the same thing. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
