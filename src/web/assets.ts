/**
 * The files of the page, from inside the executable, each with the tag by which a browser finds out
 * that it has them already. They name each other without a path, so they may stand under any.
 *
 * @module
 */

import icon from "./page/icon.svg" with { type: "text" };
import html from "./page/index.html" with { type: "text" };
import style from "./page/style.css" with { type: "text" };
import script from "./page.js" with { type: "text" };
import { type Answer, contentSecurityPolicy, redirect } from "./http.ts";

/** The text of each file, by its path under that of the page. */
export const PAGE_FILES: Readonly<
  Record<string, { readonly type: string; readonly text: string }>
> = {
  "/": { type: "text/html; charset=utf-8", text: html },
  "/page.js": { type: "text/javascript; charset=utf-8", text: script },
  "/style.css": { type: "text/css; charset=utf-8", text: style },
  "/icon.svg": { type: "image/svg+xml", text: icon },
};

/** The field for the server's password, out of sight. */
const PASSWORD_ROW = '<div id="password-row" hidden>';

/** Where else the page's socket may go: addresses with spaces between them. */
const OTHERS = '<meta name="others" content="">';

/** What tells one version of the page from another: the same for the same files. */
const BUILD = '<meta name="build" content="">';

/** Gives the files. */
export class Assets {
  readonly #answers: ReadonlyMap<string, Answer>;

  private constructor(answers: ReadonlyMap<string, Answer>) {
    this.#answers = answers;
  }

  /**
   * Makes the tags.
   *
   * @param options `path`: where the page stands, without the last slash, default: at the root;
   * `hasPassword`: it asks for the server's password at once; `others`: the pages of other servers,
   * where it may go on, without the last slash.
   */
  static async load(
    { path: under = "", hasPassword = false, others = [] }: {
      readonly path?: string;
      readonly hasPassword?: boolean;
      readonly others?: readonly string[];
    } = {},
  ): Promise<Assets> {
    const answers = new Map<string, Answer>();
    const sockets = others.map((page) => `${page.replace(/^http/, "ws")}/ws`);
    const origins = sockets.map((socket) => new URL(socket).origin);
    const policy = { "content-security-policy": contentSecurityPolicy(origins) };
    // Relative addresses in the page count from its last slash.
    if (under !== "") answers.set(under, redirect(`${under}/`));
    const files = Object.entries(PAGE_FILES);
    const build = await tagOf(files.map(([, { text }]) => text).join(""));
    for (const [path, { type, text }] of files) {
      const shown =
        (hasPassword ? text.replace(PASSWORD_ROW, PASSWORD_ROW.replace(" hidden", "")) : text)
          .replace(OTHERS, OTHERS.replace('""', `"${sockets.join(" ")}"`))
          .replace(BUILD, BUILD.replace('""', `"${build}"`));
      const body = new TextEncoder().encode(shown);
      const etag = `"${await tagOf(shown)}"`;
      // The browser asks each time, so that a newer server never meets an older script.
      const headers = { ...policy, "content-type": type, "cache-control": "no-cache", etag };
      answers.set(under + path, { status: 200, headers, body });
    }
    return new Assets(answers);
  }

  /**
   * The answer for a path.
   *
   * @param known The `If-None-Match` header: tags that the browser has.
   * @returns Undefined when there is no such file.
   */
  find(path: string, known: string | undefined): Answer | undefined {
    const answer = this.#answers.get(path);
    const etag = answer?.headers?.["etag"];
    if (answer === undefined || etag === undefined || !has(known, etag)) return answer;
    // What is not sent again has the same headers, which count from now on.
    const { "content-type": _, ...headers } = answer.headers ?? {};
    return { status: 304, headers };
  }
}

async function tagOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest, 0, 12).toBase64();
}

function has(known: string | undefined, etag: string): boolean {
  return (known ?? "").split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}
