/**
 * The program with a wrong wall clock, for tests: `turned_main.ts?ms=3600000` is an hour ahead. The
 * clock that never goes back is left alone, as it is when somebody sets a machine's time.
 *
 * @module
 */

const aheadMs = Number(new URL(import.meta.url).searchParams.get("ms"));

const RightDate = Date;

class TurnedDate extends RightDate {
  constructor(...args: readonly (number | string | Date)[]) {
    super(args[0] ?? TurnedDate.now());
  }

  static override now(): number {
    return RightDate.now() + aheadMs;
  }
}

globalThis.Date = TurnedDate as DateConstructor;

// Not before the clock is turned.
const { runProgram } = await import("../../src/cli/program.ts");
Deno.exit(await runProgram(Deno.args));
