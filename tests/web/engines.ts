/**
 * Browsers of three engines, each driven in its own way, with the two things that a smoke test
 * needs.
 *
 * @module
 */

import { needs } from "../helpers/proc.ts";
import { Program } from "../helpers/program.ts";
import { until, within } from "../helpers/wait.ts";
import { hasChromium, Stage } from "./stage.ts";

/** A browser with one page. */
export interface Engine extends AsyncDisposable {
  /** Goes to an address. */
  goto(url: string): Promise<void>;
  /**
   * Evaluates an expression in the page.
   *
   * @returns What it gives, which JSON must be able to carry.
   */
  evaluate(expression: string): Promise<unknown>;
}

/** How to get a browser. */
export interface EngineKind {
  /** As people call it. */
  readonly name: string;
  /** It is installed. */
  readonly isHere: boolean;
  /** Starts it. */
  readonly open: () => Promise<Engine>;
}

/** All of them; what is missing is told loudly. */
export const ENGINES: readonly EngineKind[] = [
  { name: "Chromium", isHere: hasChromium, open: openChromium },
  { name: "Firefox", isHere: await needs("firefox-esr"), open: openFirefox },
  { name: "WebKit", isHere: await needs("WebKitWebDriver", "Xvfb"), open: openWebKit },
];

async function openChromium(): Promise<Engine> {
  const stage = await Stage.open();
  const page = await stage.page();
  return {
    goto: async (url) => void await page.goto(url),
    evaluate: (expression) => page.evaluate(expression),
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
}

/** By WebDriver BiDi, which it speaks itself. */
async function openFirefox(): Promise<Engine> {
  const home = await Deno.makeTempDir();
  const port = ["--remote-debugging-port", "0"];
  const firefox = new Program(
    ["firefox-esr", "--headless", "--no-remote", "--profile", home, ...port],
    { env: { HOME: home }, stdin: false },
  );
  const line = await firefox.stderr.expect(/WebDriver BiDi listening/);
  const socket = new WebSocket(`${/ws:\S+/.exec(line)?.[0]}/session`);
  const answers = new Map<number, (answer: Record<string, unknown>) => void>();
  socket.onmessage = ({ data }) => {
    const answer = JSON.parse(data);
    answers.get(answer.id)?.(answer);
    answers.delete(answer.id);
  };
  let ids = 0;
  // deno-lint-ignore no-explicit-any -- the answers of another program, in a test
  function call(method: string, params: Record<string, unknown>): Promise<any> {
    const id = ++ids;
    const answer = new Promise<Record<string, unknown>>((resolve) => answers.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params }));
    return within(answer, method).then((answer) => {
      if (answer["type"] === "success") return answer["result"];
      throw new Error(`${method}: ${JSON.stringify(answer)}`);
    });
  }
  await within(new Promise((resolve) => socket.onopen = resolve), "Firefox");
  await call("session.new", { capabilities: {} });
  const { contexts: [{ context }] } = await call("browsingContext.getTree", {});
  return {
    goto: (url) => call("browsingContext.navigate", { context, url, wait: "complete" }),
    async evaluate(expression) {
      const { result, exceptionDetails } = await call("script.evaluate", {
        expression: `JSON.stringify(${expression}) ?? "null"`,
        target: { context },
        awaitPromise: false,
      });
      if (result === undefined) throw new Error(JSON.stringify(exceptionDetails));
      return JSON.parse(result.value);
    },
    async [Symbol.asyncDispose]() {
      socket.close();
      firefox.signal("SIGTERM");
      await firefox.outcome();
      await firefox[Symbol.asyncDispose]();
      await Deno.remove(home, { recursive: true });
    },
  };
}

/** By WebDriver, on a screen of its own, which WebKitGTK cannot do without. */
async function openWebKit(): Promise<Engine> {
  const screen = new Program(["Xvfb", "-displayfd", "1", "-nolisten", "tcp"], { stdin: false });
  const display = await screen.stdout.expect(/^\d+$/);
  const home = await Deno.makeTempDir();
  const port = freePort();
  const driver = new Program(["WebKitWebDriver", "--host=127.0.0.1", `--port=${port}`], {
    env: { DISPLAY: `:${display}`, HOME: home, LIBGL_ALWAYS_SOFTWARE: "1" },
    stdin: false,
  });
  // deno-lint-ignore no-explicit-any -- the answers of another program, in a test
  async function call(method: string, path: string, body?: unknown): Promise<any> {
    const text = body === undefined ? null : JSON.stringify(body);
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: text });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(value)}`);
    return value;
  }
  await until(() => call("GET", "/status").then(() => true, () => false), "WebKitWebDriver");
  const { sessionId } = await call("POST", "/session", { capabilities: {} });
  const session = `/session/${sessionId}`;
  return {
    goto: (url) => call("POST", `${session}/url`, { url }),
    evaluate: (expression) =>
      call("POST", `${session}/execute/sync`, { script: `return ${expression}`, args: [] }),
    async [Symbol.asyncDispose]() {
      await call("DELETE", session);
      await driver[Symbol.asyncDispose]();
      await screen[Symbol.asyncDispose]();
      await Deno.remove(home, { recursive: true });
    },
  };
}

/** The driver takes no port 0. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
