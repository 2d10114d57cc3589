/**
 * The shape of a subcommand's table of flags. From this one table come parsing, checking, the help,
 * and what completes or documents the command line elsewhere.
 *
 * @module
 */

/** What a kind of value is, and how to read it. */
export interface Value<T> {
  /** What is allowed, for people, after "it must be": `a whole number from 0 to 65535`. */
  readonly allowed: string;
  /**
   * Reads a value.
   *
   * @param text As it was typed.
   * @returns The value, or `undefined` when the text is not allowed.
   */
  readonly parse: (text: string) => T | undefined;
  /**
   * What a shell can offer while it is typed: the paths of files and directories, or some words.
   * Absent: nobody can know it beforehand.
   */
  readonly offers?: "paths" | readonly string[];
}

/** A flag with a value: `--port 5001` or `--port=5001`. */
export interface ValueFlag<T> extends Value<T> {
  /** A kind of {@linkcode Flag}. */
  readonly kind: "value";
  /** Stands for the value in the help: `PORT`. */
  readonly placeholder: string;
  /** What it does, on one line without a full stop. */
  readonly help: string;
  /**
   * The value when neither the flag nor its environment variable is given, as one would type it.
   */
  readonly default?: string;
  /**
   * The value when the flag stands alone, as one would type it; without it, a value must follow.
   */
  readonly bare?: string;
  /** It may be there several times: the values are joined with commas. */
  readonly repeated?: true;
  /**
   * Environment variable that holds the value when the flag is not given; empty counts as unset.
   */
  readonly env?: string;
}

/** A flag without a value: given or not. */
export interface SwitchFlag {
  /** A kind of {@linkcode Flag}. */
  readonly kind: "switch";
  /** The letter that stands for it after one dash: `h`. */
  readonly short?: string;
  /** The flag, without dashes, that must stand before it, and without which it means nothing. */
  readonly after?: string;
  /** What it does, on one line without a full stop. */
  readonly help: string;
}

/** Any flag. */
export type Flag = ValueFlag<unknown> | SwitchFlag;

/** Flags by their names, without the dashes, in the order in which the help shows them. */
export type FlagTable = Readonly<Record<string, Flag>>;

/** What parsing a table gives: flags with a default are always there. */
export type Parsed<F extends FlagTable> = {
  readonly [K in keyof F]: F[K] extends ValueFlag<infer T>
    ? F[K] extends { readonly default: string } ? T : T | undefined
    : boolean;
};

/** A line of an example, and what it is for. */
export interface Example {
  /** As one would type it. */
  readonly line: string;
  /** What it is for, without a full stop. */
  readonly purpose: string;
}

/** What was typed and is not known. */
export type Wrong =
  | { readonly kind: "flag"; readonly name: string; readonly value: string | undefined }
  | { readonly kind: "arguments"; readonly words: readonly string[] };

/** One subcommand, as parsing and help need it. */
export interface CommandSpec<F extends FlagTable = FlagTable> {
  /** What one types after `chat`. */
  readonly name: string;
  /** What it does, in one sentence. */
  readonly summary: string;
  /** The one argument beside the flags, where it takes one: `[HOST[:PORT]]`. */
  readonly argument?: {
    /** As the usage line shows it. */
    readonly placeholder: string;
    /** What it is, on one line without a full stop. */
    readonly help: string;
  };
  /**
   * What somebody may have meant who typed something that is none of these.
   *
   * @param wrong The flag that there is not, with the word behind it, or all arguments that are no
   * flags, where they are too many.
   * @returns What to type, in a sentence; undefined: nothing comes to mind.
   */
  readonly meant?: (wrong: Wrong) => string | undefined;
  /** Its flags, without `--help`, which every subcommand has. */
  readonly flags: F;
  /** One or two lines to copy. */
  readonly examples: readonly Example[];
}
