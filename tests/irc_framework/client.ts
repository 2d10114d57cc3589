/**
 * `irc-framework` as a process of its own, with a lock file of its own: a fresh clone fetches all
 * that `deno.lock` names before it starts a server, and this package and what it needs are 30 MB.
 *
 * Reads calls as lines of JSON, `[METHOD, ARGUMENT…]`, and writes what comes as `[EVENT, DETAILS,
 * NICK, CAPABILITIES]`. Ends with its standard input.
 *
 * @module
 */

/** Not written into the `import`: then `deno.lock` does not name it. */
const PACKAGE = "npm:irc-framework@4.14.0";

/** The events that tests look at. */
const EVENTS = [
  ...["registered", "join", "part", "privmsg", "action", "notice", "topic", "kick", "nick", "quit"],
  ...["nick in use", "irc error", "batch end chathistory", "loggedin", "reconnecting", "close"],
  ...["wallops", "whois", "wholist", "users online", "users offline", "away", "back", "invite"],
  "user updated",
];

/** What is used of its client; it comes without types. */
interface Untyped {
  readonly user: { readonly nick: string };
  /** When it was registered, in milliseconds since 1970. */
  readonly connection: { registered: number };
  readonly network: { readonly cap: { readonly enabled: readonly string[] } };
  on(name: string, listener: (event: unknown) => void): void;
}

const { default: { Client } } = await import(PACKAGE) as {
  readonly default: { readonly Client: new () => Untyped };
};

const irc = new Client();
const encoder = new TextEncoder();
for (const name of EVENTS) {
  // Its own listeners, which take note of a new nick, come after this one.
  irc.on(name, (event) => queueMicrotask(() => tell(name, event)));
}

let rest = "";
for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + text).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) call(JSON.parse(line));
}
Deno.exit(0);

function tell(name: string, event: unknown): void {
  const line = JSON.stringify([name, event ?? {}, irc.user.nick, irc.network.cap.enabled]);
  Deno.stdout.writeSync(encoder.encode(`${line}\n`));
}

function call([method, ...args]: readonly [string, ...unknown[]]): void {
  // It connects again only if it was registered for 5 s before the loss.
  if (method === "mayReconnect") irc.connection.registered = 1;
  else (irc as unknown as Record<string, (...args: unknown[]) => void>)[method]!(...args);
}
