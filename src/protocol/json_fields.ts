/**
 * The fields of a JSON object, a request or an event: each has a type and a range, and a wrong one
 * has a clear answer. The client reads events with what it adds in `client/core/validate.ts`.
 *
 * @module
 */

import { excerpt } from "./quote.ts";
import { isMessageId } from "./ids.ts";

/** A field that cannot be accepted. Its message is one line for people. */
export class FieldError extends Error {
  /** Says so by its name. */
  override name = "FieldError";
}

/** Options of {@linkcode Fields.integer}. */
export interface IntegerRange {
  /** Smallest value. */
  readonly min: number;
  /** Largest value; default 2^53 - 1. */
  readonly max?: number;
}

/** The fields of one object, as JSON.parse gave it. Those that nobody asks for are ignored. */
export class Fields {
  readonly #record: Readonly<Record<string, unknown>>;

  /**
   * Checks nothing yet.
   *
   * @param record The object. JSON.parse makes every field its own, `__proto__` too.
   */
  constructor(record: Readonly<Record<string, unknown>>) {
    this.#record = record;
  }

  /** Whether a field is there, whatever its value. */
  has(field: string): boolean {
    return this.#record[field] !== undefined;
  }

  /**
   * A text that must be there.
   *
   * @param field Its name.
   * @param maxChars UTF-16 code units that it may have; default: any number, as the line has a cap.
   * @throws {FieldError} When it is absent, no string or too long.
   */
  text(field: string, maxChars = Infinity): string {
    const value = this.#record[field];
    if (typeof value !== "string") throw this.#wrong(field, "a string");
    if (value.length > maxChars) {
      throw new FieldError(
        `"${field}" has ${value.length} characters, at most ${maxChars} are allowed.`,
      );
    }
    return value;
  }

  /**
   * A text that may be absent.
   *
   * @param field Its name.
   * @param maxChars As for {@linkcode Fields.text}.
   * @returns A record to spread: the field, or nothing.
   * @throws {FieldError} When it is no string or too long.
   */
  optionalText<F extends string>(field: F, maxChars = Infinity): { readonly [K in F]?: string } {
    return this.#when(field, () => this.text(field, maxChars));
  }

  /**
   * A whole number that must be there.
   *
   * @param field Its name.
   * @param range Its limits.
   * @throws {FieldError} When it is absent, no whole number or out of range.
   */
  integer(field: string, { min, max = Number.MAX_SAFE_INTEGER }: IntegerRange): number {
    const value = this.#record[field];
    if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
      const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
      throw this.#wrong(field, `a whole number ${range}`);
    }
    return value;
  }

  /**
   * A whole number that may be absent.
   *
   * @param field Its name.
   * @param range Its limits.
   * @returns A record to spread: the field, or nothing.
   * @throws {FieldError} When it is no whole number or out of range.
   */
  optionalInteger<F extends string>(
    field: F,
    range: IntegerRange,
  ): { readonly [K in F]?: number } {
    return this.#when(field, () => this.integer(field, range));
  }

  /**
   * The id of the request, which may be absent.
   *
   * @returns A record to spread: the id, or nothing.
   * @throws {FieldError} When it is there and not 1 to 64 of `[A-Za-z0-9._-]`.
   */
  optionalId(): { readonly id?: string } {
    return this.#when("id", () => {
      const value = this.#record.id;
      if (typeof value === "string" && isMessageId(value)) return value;
      throw this.#wrong("id", "1 to 64 characters of A-Z a-z 0-9 . _ -");
    });
  }

  /**
   * A mark that is true or absent; false counts as absent.
   *
   * @param field Its name.
   * @returns A record to spread: the mark, or nothing.
   * @throws {FieldError} When it is there and neither true nor false.
   */
  optionalMark<F extends string>(field: F): { readonly [K in F]?: true } {
    const value = this.#record[field];
    if (value !== undefined && typeof value !== "boolean") {
      throw this.#wrong(field, "true or absent");
    }
    return (value === true ? { [field]: true } : {}) as { readonly [K in F]?: true };
  }

  /**
   * True or false, which must be there.
   *
   * @param field Its name.
   * @throws {FieldError} When it is absent or anything else.
   */
  flag(field: string): boolean {
    const value = this.#record[field];
    if (typeof value !== "boolean") throw this.#wrong(field, "true or false");
    return value;
  }

  /**
   * A list that must be there; what is in it is not checked.
   *
   * @param field Its name.
   * @param maxItems Items that it may have.
   * @throws {FieldError} When it is absent, no list or too long.
   */
  list(field: string, maxItems: number): readonly unknown[] {
    const value = this.#record[field];
    if (!Array.isArray(value) || value.length > maxItems) {
      throw this.#wrong(field, `a list of at most ${maxItems}`);
    }
    return value;
  }

  /**
   * An object that must be there.
   *
   * @param field Its name.
   * @param maxFields Fields that it may have.
   * @throws {FieldError} When it is absent, no object, or has more fields.
   */
  object(field: string, maxFields: number): Readonly<Record<string, unknown>> {
    const value = this.#record[field];
    if (!isObject(value)) throw this.#wrong(field, "an object");
    const count = Object.keys(value).length;
    if (count <= maxFields) return value;
    throw new FieldError(`"${field}" has ${count} fields, at most ${maxFields} are allowed.`);
  }

  #when<F extends string, V>(field: F, read: () => V): { readonly [K in F]?: V } {
    return (this.has(field) ? { [field]: read() } : {}) as { readonly [K in F]?: V };
  }

  #wrong(field: string, expected: string): FieldError {
    const value = this.#record[field];
    const received = value === undefined ? "it is missing" : `received ${shown(value)}`;
    return new FieldError(`"${field}" must be ${expected}: ${received}.`);
  }
}

/** Whether a value of JSON is an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value of JSON within a line for people; never deep, never long. */
function shown(value: unknown): string {
  if (typeof value === "string") return excerpt(value);
  if (Array.isArray(value)) return "an array";
  return isObject(value) ? "an object" : String(value);
}
