/**
 * What a build knows of itself. In the tree this says nothing: the tasks that make releases write
 * this file anew in the copy that they build from.
 *
 * @module
 */

/** The full commit of the build, 40 hexadecimal digits; empty when built from a working tree. */
export const COMMIT: string = "";
