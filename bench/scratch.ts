/**
 * A directory for databases that is gone afterwards, also when the benchmark is interrupted.
 *
 * @module
 */

/** The benchmarks may write here and nowhere else. */
export const BENCH = new URL(".", import.meta.url).pathname;

/** A temporary directory. */
export class Scratch implements Disposable {
  readonly #path: string = Deno.makeTempDirSync({ dir: BENCH, prefix: ".scratch-" });
  readonly #remove = () => this[Symbol.dispose]();

  /** Makes it. */
  constructor() {
    globalThis.addEventListener("unload", this.#remove);
  }

  /** The path of a file in it. */
  file(name: string): string {
    return `${this.#path}/${name}`;
  }

  /** Removes it with all that is in it. */
  [Symbol.dispose](): void {
    globalThis.removeEventListener("unload", this.#remove);
    Deno.removeSync(this.#path, { recursive: true });
  }
}
