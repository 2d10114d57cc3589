/**
 * A real server with its page, and a real browser before it.
 *
 * @module
 */

import "./before_playwright.ts";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { chromiumPath, needs } from "../helpers/proc.ts";
import { commandLine, type RunningServer, startServer } from "../helpers/program.ts";

const ARGS = [
  "--no-sandbox",
  "--headless",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Whether there is a browser to test with. */
export const hasChromium: boolean = await needs("chromium");

/** A server that serves the page. */
export interface WebServer extends RunningServer {
  /** The port of the page. */
  readonly web: number;
}

/** Starts a server with its page on a free port, or on `web`. */
export async function startWebServer(
  flags: readonly string[] = [],
  { web = 0, wrap = commandLine }: {
    readonly web?: number;
    readonly wrap?: (args: readonly string[]) => string[];
  } = {},
): Promise<WebServer> {
  const server = await startServer(["--web", String(web), ...flags], wrap);
  const line = await server.stdout.expect(/^ {2}https?:\/\/127\.0\.0\.1:\d+\//);
  return { ...server, web: Number(/:(\d+)\//.exec(line)?.[1]) };
}

/** A browser, and what went wrong in its pages. */
export class Stage implements AsyncDisposable {
  readonly #browser: Browser;
  /** Errors of scripts and of the Content-Security-Policy, in every page. */
  readonly errors: string[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Starts a browser. */
  static async open(): Promise<Stage> {
    return new Stage(
      await chromium.launch({ executablePath: chromiumPath() ?? "", args: ARGS }),
    );
  }

  /** An empty page of its own: nothing is shared with others. */
  async page(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      viewport: { width: 1280, height: 800 },
      ...options,
    });
    const page = await context.newPage();
    page.on("pageerror", (error) => this.errors.push(error.message));
    page.on("console", (message) => {
      // A server that is away is told of by the browser itself; so is the 426 of one that is back
      // when the page asks why it could not connect.
      const expected = /WebSocket connection|ERR_CONNECTION|ERR_EMPTY_RESPONSE|status of 426/;
      if (message.type() === "error" && !expected.test(message.text())) {
        this.errors.push(message.text());
      }
    });
    return page;
  }

  /** A page whose visitor is in the room. */
  async joined(web: number, name: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.page(options);
    await page.goto(`http://127.0.0.1:${web}/`);
    await enter(page, name);
    return page;
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}

/**
 * A page whose visitor is in the room, and whose server is gone.
 *
 * @param options `flags`: of the server; `during`: what happens while it runs.
 * @returns `web`: the port where it was.
 */
export async function deserted(
  stage: Stage,
  name: string,
  { flags = [], during }: {
    readonly flags?: readonly string[];
    readonly during?: (page: Page, server: WebServer) => Promise<void>;
  } = {},
): Promise<{ readonly page: Page; readonly web: number }> {
  await using server = await startWebServer(flags);
  const { web } = server;
  const page = await stage.joined(web, name);
  await during?.(page, server);
  return { page, web };
}

/** Fills in the door and waits until it opens. */
export async function enter(page: Page, name: string): Promise<void> {
  await page.fill("#name", name);
  await page.click("#enter");
  await page.waitForSelector("#room:not([hidden])");
}

/** Somebody looks at another tab. */
export async function lookAway(page: Page): Promise<void> {
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
  });
}

/** Somebody looks at the page again. */
export async function lookBack(page: Page): Promise<void> {
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => false });
    document.dispatchEvent(new Event("visibilitychange"));
  });
}

/** Types a message and sends it. */
export async function say(page: Page, text: string): Promise<void> {
  await page.fill("#field", text);
  await page.press("#field", "Enter");
}

/** Waits until a message with exactly this text is shown as said. */
export async function seen(page: Page, text: string): Promise<void> {
  await page.waitForFunction(
    (text) =>
      [...document.querySelectorAll("#log .text")].some((shown) =>
        (shown.firstChild?.textContent === text) || shown.textContent === text
      ),
    text,
  );
}

/** The texts of the messages that are shown, oldest first. */
export function texts(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("#log .message .text")].map((shown) =>
      (shown.textContent ?? "").replace(/ ✓$/, "")
    )
  );
}

/**
 * Does something with a file that holds the operators' password.
 *
 * @param use Is given the flags for a server.
 */
export async function withOperators(
  use: (flags: string[]) => Promise<void>,
  password = "boss",
): Promise<void> {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, `${password}\n`);
    await use(["--operator-password-file", file]);
  } finally {
    await Deno.remove(file);
  }
}

/** Makes the page an operator's. */
export async function becomeOperator(page: Page, password = "boss"): Promise<void> {
  await say(page, "/op");
  await page.fill("#op-password", password);
  await page.press("#op-password", "Enter");
  await page.getByText("You are an operator now").waitFor();
}
