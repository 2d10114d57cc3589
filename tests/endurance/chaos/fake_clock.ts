/**
 * A wall clock for the server that others can turn: the `faketime` library, told by a file. The
 * clock that never goes back is left alone, as it is when somebody sets a machine's time.
 *
 * @module
 */

/** Where Debian keeps it. */
const LIBRARIES = [
  "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
  "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
];

/** See the module. */
export class FakeClock implements AsyncDisposable {
  /** What to put before the command of the server. */
  readonly before: readonly string[];
  /** Holds what is added to the time: `+0`, `-86400`, in seconds. */
  readonly file: string;

  private constructor(library: string, file: string) {
    this.file = file;
    this.before = [
      "env",
      `LD_PRELOAD=${library}`,
      `FAKETIME_TIMESTAMP_FILE=${file}`,
      "FAKETIME_NO_CACHE=1",
      "FAKETIME_DONT_FAKE_MONOTONIC=1",
      "DONT_FAKE_MONOTONIC=1",
    ];
  }

  /** Makes one that tells the right time; null without the library. */
  static async make(): Promise<FakeClock | null> {
    for (const library of LIBRARIES) {
      try {
        await Deno.stat(library);
      } catch {
        continue;
      }
      const file = await Deno.makeTempFile({ prefix: "chat-clock-" });
      await Deno.writeTextFile(file, "+0");
      return new FakeClock(library, file);
    }
    return null;
  }

  /** Takes the file away. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.file);
  }
}
