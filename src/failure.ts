/**
 * The error for what can go wrong in daily life.
 *
 * @module
 */

/**
 * Something did not work, and the person at the keyboard can do something about it. The message is
 * one line: what, the value at fault, and what to try. The program prints it and exits with 1.
 */
export class Failure extends Error {
  /** Says so by its name. */
  override name = "Failure";
}
