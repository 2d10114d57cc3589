/**
 * What a build knows of itself. In the tree this says nothing: the tasks that make releases write
 * this file anew in the copy that they build from.
 *
 * @module
 */

/**
 * The commit of the build, 40 hexadecimal digits, and `-dirty` behind them when files were changed
 * since; empty where the program runs from a working tree.
 */
export const COMMIT: string = "";
