/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * A server that was replaced has another page, perhaps: the one that is open says so, and loads it
 * when nothing is being typed.
 *
 * @module
 */

import { find } from "./dom.ts";
import { readLoadedBuild, writeLoadedBuild } from "./memory.ts";

/** How often it is looked whether somebody still types, in milliseconds. */
const LOOK_MS = 1_000;

/** Compares the page with that of the server. */
export class NewerPage {
  readonly #bar = find("newer", HTMLElement);
  readonly #isBusy: () => boolean;
  #isKnown = false;

  /**
   * Looks for nothing yet.
   *
   * @param isBusy Something would be disturbed by loading the page anew, beside what is typed.
   */
  constructor(isBusy: () => boolean) {
    this.#isBusy = isBusy;
    find("load-newer", HTMLButtonElement).addEventListener("click", () => location.reload());
  }

  /** The server may be another one: asks it for its page. */
  async look(): Promise<void> {
    if (this.#isKnown) return;
    try {
      const answer = await fetch(location.pathname, { cache: "no-cache" });
      const build = buildOf(answer.ok ? await answer.text() : "");
      if (this.#isKnown || build === undefined || build === buildOf()) return;
      this.#isKnown = true;
      this.#bar.hidden = false;
      // One that comes old again, out of some cache, must not be loaded again and again.
      if (build !== readLoadedBuild()) this.#loadSoon(build);
    } catch {
      // The next connection asks again.
    }
  }

  #loadSoon(build: string): void {
    if (this.#isBusy() || isTyping()) {
      setTimeout(() => this.#loadSoon(build), LOOK_MS);
      return;
    }
    writeLoadedBuild(build);
    location.reload();
  }
}

/** What tells a page from other ones, 16 characters: of this page, or of one as it is sent. */
function buildOf(html?: string): string | undefined {
  if (html !== undefined) return /<meta name="build" content="([^"]{16})">/.exec(html)?.[1];
  return document.querySelector<HTMLMetaElement>("meta[name=build]")?.content;
}

/** There is something in a field that can be seen. */
function isTyping(): boolean {
  const fields = document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
    "input, textarea",
  );
  return [...fields].some((field) => field.value !== "" && field.offsetParent !== null);
}
