/**
 * Types of the parts of `@std` that this program uses.
 *
 * `deno.json` maps `@std/...` to `npm:deno-std`, the same modules without their types, because that
 * registry can be reached where JSR cannot. Without these declarations every import from `@std`
 * would silently be `any`. Declared is exactly what is used; with `jsr:@std/...` in `deno.json`
 * this file can go.
 */

declare module "@std/cli/parse-args" {
  export interface ParseOptions {
    readonly boolean?: readonly string[];
    readonly string?: readonly string[];
    readonly collect?: readonly string[];
    readonly alias?: Readonly<Record<string, string | readonly string[]>>;
    readonly default?: Readonly<Record<string, unknown>>;
    readonly stopEarly?: boolean;
    readonly "--"?: boolean;
    readonly unknown?: (arg: string, key?: string, value?: unknown) => unknown;
  }
  export function parseArgs(
    args: readonly string[],
    options?: ParseOptions,
  ): { readonly _: readonly (string | number)[]; readonly [key: string]: unknown };
}

declare module "@std/fmt/colors" {
  export function setColorEnabled(value: boolean): void;
  export function getColorEnabled(): boolean;
  export function bold(text: string): string;
  export function dim(text: string): string;
  export function red(text: string): string;
  export function green(text: string): string;
  export function yellow(text: string): string;
  export function cyan(text: string): string;
}

declare module "@std/fmt/bytes" {
  export function format(bytes: number, options?: { readonly binary?: boolean }): string;
}

declare module "@std/fmt/duration" {
  export function format(
    ms: number,
    options?: { readonly style?: "narrow" | "full" | "digital"; readonly ignoreZero?: boolean },
  ): string;
}

declare module "@std/assert" {
  export class AssertionError extends Error {}
  export function assert(expr: unknown, msg?: string): asserts expr;
  export function assertEquals<T>(actual: T, expected: T, msg?: string): void;
  export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void;
  export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): void;
  export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T>;
  export function assertMatch(actual: string, expected: RegExp, msg?: string): void;
  export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void;
  export function assertStringIncludes(actual: string, expected: string, msg?: string): void;
  export function assertGreater<T>(actual: T, expected: T, msg?: string): void;
  export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void;
  export function assertLess<T>(actual: T, expected: T, msg?: string): void;
  export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void;
  export function assertInstanceOf<T>(
    actual: unknown,
    // deno-lint-ignore no-explicit-any -- any constructor is what is meant
    expectedType: new (...args: any[]) => T,
    msg?: string,
  ): asserts actual is T;
  export function assertThrows<E extends Error = Error>(
    fn: () => unknown,
    // deno-lint-ignore no-explicit-any -- any constructor is what is meant
    errorClass?: new (...args: any[]) => E,
    msgIncludes?: string,
  ): E;
  export function assertRejects<E extends Error = Error>(
    fn: () => PromiseLike<unknown>,
    // deno-lint-ignore no-explicit-any -- any constructor is what is meant
    errorClass?: new (...args: any[]) => E,
    msgIncludes?: string,
  ): Promise<E>;
  export function fail(msg?: string): never;
}

declare module "@std/yaml/parse" {
  export function parse(content: string): unknown;
}
