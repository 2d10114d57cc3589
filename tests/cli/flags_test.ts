import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../src/cli/exit.ts";
import { JOIN, parseJoin } from "../../src/cli/join.ts";
import { parseServe, SERVE } from "../../src/cli/serve.ts";
import { JOIN_DEFAULTS } from "../../src/client/options.ts";
import { parseRange, rangeText } from "../../src/net/address_range.ts";
import { SERVE_DEFAULTS } from "../../src/server/options.ts";

function noEnv(): undefined {
  return undefined;
}

function serve(...args: string[]) {
  return parseServe(args, noEnv);
}

function join(...args: string[]) {
  return parseJoin(args, noEnv);
}

function refusal(parse: (...args: string[]) => unknown, ...args: string[]): string {
  return assertThrows(() => parse(...args), UsageError).message;
}

Deno.test("Without flags the defaults hold", () => {
  assertEquals(serve(), SERVE_DEFAULTS);
  assertEquals(join(), JOIN_DEFAULTS);
});

Deno.test("All flags of serve arrive in the options", () => {
  assertEquals(
    serve(
      ...["--port", "0", "--host", "::", "--motd", "Hello, all", "--history", "10000"],
      ...["--max-clients=1", "--max-per-address=3", "--joins=7", "--rate=0"],
      ...["--password-file", "p", "--operator-password-file", "o", "--metrics", "9100"],
      ...["--name-timeout", "5", "--idle-timeout", "0.5", "--max-line", "1024", "--max-text", "9"],
      ...["--room", "#Ops", "--room", "dev,lobby", "--rooms", "3", "--new-rooms", "0"],
      ...["--renames", "0", "--outbox", "64", "--window", "1"],
      ...["--trusted-proxy", "10.0.0.0/8"],
      ...["--db", "room.db", "--durability", "power", "--retain", "90d"],
      ...["--nats", "10.0.0.1,tls://nats.local:4223,[::1]:1", "--nats-creds", "c"],
      ...["--nats-ca", "a", "--nats-replicas", "5", "--cluster", "blue_2", "--nats-import"],
      ...["--nats-rebuild"],
      ...["--log-format", "json", "--log-level", "debug"],
    ),
    {
      port: 0,
      host: "::",
      motd: "Hello, all",
      history: 10_000,
      permanentRooms: ["ops", "dev"],
      maxRooms: 3,
      newRoomsPerHour: 0,
      maxClients: 1,
      maxPerAddress: 3,
      joinsPerSecond: 7,
      rate: 0,
      passwordFile: "p",
      operatorPasswordFile: "o",
      metrics: { host: "127.0.0.1", port: 9100 },
      nameTimeoutMs: 5_000,
      idleMs: 500,
      maxLineChars: 1_024,
      maxTextChars: 9,
      trustedProxies: [parseRange("10.0.0.0/8")!],
      renamesPerMinute: 0,
      queueBytes: 65_536,
      windowBytes: 1_048_576,
      db: "room.db",
      durability: "power",
      retain: { maxAgeMs: 90 * 24 * 60 * 60 * 1000 },
      nats: {
        servers: ["nats://10.0.0.1:4222", "tls://nats.local:4223", "nats://[::1]:1"],
        credentialsFile: "c",
        caFile: "a",
        replicas: 5,
        cluster: "blue_2",
        isImport: true,
        isRebuild: true,
      },
      logFormat: "json",
      logLevel: "debug",
    },
  );
});

Deno.test("All flags of join arrive in the options, before or after the address", () => {
  const expected = {
    host: "::1",
    port: 9,
    rooms: [{ room: "ops" }, { room: "dev" }],
    keyFile: "k",
    name: "ada",
    timeoutMs: 250,
    history: 0,
    exit: true,
    allRooms: false,
    json: true,
    plain: true,
    noColor: true,
    noBell: true,
  };
  const switches = ["--exit", "--json", "--plain", "--no-color", "--no-bell"];
  const flags = ["--name=ada", "--timeout", "0.25", "--history=0", "--key-file", "k", ...switches];
  assertEquals(join("[::1]:9/ops/dev", ...flags), expected);
  assertEquals(join(...flags, "[::1]:9/ops/dev"), expected);
  assertEquals(join(...flags, "--", "[::1]:9/ops/dev"), expected);
});

Deno.test("Without a room in the address it is the lobby, and all rooms only for an export", () => {
  const lobby = [{ room: "lobby" }];
  assertEquals(join("bee")?.rooms, lobby);
  const all = join("bee", "--exit", "--all-rooms");
  assertEquals([all?.rooms, all?.allRooms], [lobby, true]);
  assertStringIncludes(refusal(join, "bee", "--all-rooms"), "needs --exit");
  assertStringIncludes(refusal(join, "bee/ops", "--exit", "--all-rooms"), "received /ops");
});

Deno.test("The key of a private room may stand in the environment", () => {
  const options = parseJoin(["bee/ops"], (name) => name === "CHAT_KEY" ? "k" : undefined);
  assertEquals(options?.rooms, [{ room: "ops", key: "k" }]);
});

Deno.test("The server's password may stand in the environment, and --metrics may name a host", () => {
  const options = parseServe(
    ["--metrics", "[::1]:0"],
    (name) => name === "CHAT_PASSWORD" ? "secret" : undefined,
  );
  assertEquals(options?.password, "secret");
  assertEquals(options?.metrics, { host: "::1", port: 0 });
  for (const value of ["abc", "70000", "host:", ":9100", "a b:1"]) {
    assertStringIncludes(
      refusal(serve, "--metrics", value),
      "a port from 0 to 65535, or HOST:PORT",
    );
  }
});

Deno.test("--room takes what can be a room, and no more of them than --rooms", () => {
  for (const name of ["a b", "", "..", "x".repeat(33)]) {
    assertStringIncludes(refusal(serve, `--room=${name}`), "a name of 1 to 32 letters");
  }
  assertEquals(
    refusal(serve, "--rooms=2", "--room=a", "--room=b"),
    "The flag --rooms 2 is too small: the lobby and --room a,b are 3 rooms",
  );
});

Deno.test("--retain counts events or days, and nothing else", () => {
  assertEquals(serve("--retain", "100000")?.retain, { maxEvents: 100_000 });
  assertEquals(serve("--retain", "1d")?.retain, { maxAgeMs: 24 * 60 * 60 * 1000 });
  for (const value of ["0", "0d", "-5", "5h", "1.5d", "d", "many"]) {
    assertStringIncludes(refusal(serve, "--retain", value), "a number of events from 1");
  }
});

Deno.test("--history of join takes a number or the word all", () => {
  assertEquals(join("--history", "all")?.history, "all");
  for (const value of ["ALL", "al", "", "-1"]) {
    assertStringIncludes(
      refusal(join, "--history", value),
      "it must be a whole number from 0 to 10000, or all",
    );
  }
});

Deno.test("A number outside its range, or none, is refused with the value and the range", () => {
  for (const value of ["-1", "65536", "abc", "", " ", "1e3", "0x10", "5.5", "+1", "1 2", "٣"]) {
    const message = "it must be a whole number from 0 to 65535";
    assertStringIncludes(refusal(serve, "--port", value), message);
    assertStringIncludes(refusal(serve, `--port=${value}`), message);
  }
  assertEquals(
    refusal(serve, "--port", "abc"),
    "Cannot use --port abc: it must be a whole number from 0 to 65535",
  );
});

Deno.test("Each number takes its limits and nothing beyond them", () => {
  const limits: [typeof serve | typeof join, string, string[], string[]][] = [
    [serve, "port", ["0", "65535"], ["65536"]],
    [serve, "history", ["0", "10000"], ["10001"]],
    [serve, "max-clients", ["1", "100000"], ["0", "100001"]],
    [serve, "joins", ["0", "100000"], ["100001"]],
    [serve, "max-per-address", ["0", "100000"], ["100001"]],
    [serve, "rate", ["0", "1000000"], ["1000001"]],
    [join, "history", ["0", "10000"], ["10001"]],
    [join, "timeout", ["0.1", "600"], ["0", "0.09", "600.1", ".", "5s"]],
  ];
  for (const [parse, flag, allowed, refused] of limits) {
    for (const value of allowed) parse(`--${flag}`, value);
    for (const value of refused) {
      assertStringIncludes(refusal(parse, `--${flag}`, value), `--${flag} ${value}: it must be`);
    }
  }
});

Deno.test("Words, hosts, names and texts are checked, too", () => {
  assertStringIncludes(refusal(serve, "--log-format", "xml"), "it must be text or json");
  assertStringIncludes(refusal(serve, "--log-level", "INFO"), "debug, info, warn or error");
  for (const host of ["", " ", "a b", "h:5001", "http://h", "[h]"]) {
    assertStringIncludes(refusal(serve, "--host", host), "an address of this machine");
  }
  assertEquals(serve("--host", "[::1]")?.host, "::1");
  assertStringIncludes(refusal(join, "--name", " "), "at least one character");
  assertStringIncludes(refusal(serve, "--motd", ""), "1 to 4000 characters");
  assertEquals(serve("--motd", "😀".repeat(4_000))?.motd?.length, 8_000);
  assertStringIncludes(refusal(serve, "--motd", "😀".repeat(4_001)), "…: it must be");
  assertEquals(serve("--motd", "x\n".repeat(39) + "x")?.motd?.length, 79);
  assertStringIncludes(refusal(serve, "--motd", "x\n".repeat(40) + "x"), "at most 40 lines");
});

Deno.test("An unknown flag is refused with the nearest known one", () => {
  const expected: [string, string][] = [
    ["--prot", "There is no flag --prot. Did you mean --port?"],
    ["--port2=80", "There is no flag --port2. Did you mean --port?"],
    ["--max-client", "There is no flag --max-client. Did you mean --max-clients?"],
    ["--HOST", "There is no flag --HOST. Did you mean --host?"],
    ["--no-port=80", "There is no flag --no-port. Did you mean --port?"],
    ["--hlep", "There is no flag --hlep. Did you mean --help?"],
    ["-port", "There is no flag -port. Did you mean --port?"],
    ["--zzzzzz", "There is no flag --zzzzzz"],
    ["-5", "There is no flag -5"],
    ["---", "There is no flag ---"],
    ["--constructor", "There is no flag --constructor"],
    ["--__proto__=1", "There is no flag --__proto__"],
    ["--port.x=1", "There is no flag --port.x. Did you mean --port?"],
  ];
  for (const [arg, message] of expected) assertEquals(refusal(serve, arg, "1"), message);
});

Deno.test("A flag without its value is refused with what is allowed", () => {
  const message = "The flag --port needs a value: a whole number from 0 to 65535";
  for (const args of [["--port"], ["--port", "--"], ["--port", "--host", "::"]]) {
    assertEquals(refusal(serve, ...args), message);
  }
  assertStringIncludes(refusal(serve, "--motd", "--json"), "--motd=--json");
});

Deno.test("A value may begin with dashes", () => {
  assertEquals(serve("--motd", "-> read this")?.motd, "-> read this");
  assertEquals(serve("--motd=--json")?.motd, "--json");
  assertEquals(serve("--motd", "a=b=c")?.motd, "a=b=c");
  assertEquals(serve("--motd=two\nlines")?.motd, "two\nlines");
});

Deno.test("A switch takes no value, and leaves the next word alone", () => {
  assertEquals(refusal(join, "--json=yes"), "The flag --json takes no value: it got yes");
  assertEquals(join("--json", "false")?.host, "false");
  assertEquals(join("--json", "true")?.host, "true");
});

Deno.test("A flag that is there twice is refused", () => {
  assertEquals(
    refusal(serve, "--port", "1", "--port=2"),
    "The flag --port is there 2 times (1, 2): give it once",
  );
  assertEquals(
    refusal(join, "--json", "--plain", "--json"),
    "The flag --json is there 2 times: give it once",
  );
});

Deno.test("An argument too many is refused", () => {
  assertStringIncludes(refusal(serve, "5001"), "Unexpected argument 5001");
  assertStringIncludes(refusal(serve, "--", "--port"), "Unexpected argument --port");
  assertStringIncludes(refusal(join, "a", "b"), "Unexpected argument b");
  assertStringIncludes(refusal(join, ""), "the address");
});

Deno.test("A port that stands where other programs have it is put in its place", () => {
  assertEquals(
    refusal(join, "localhost", "5611"),
    "Unexpected argument 5611. Did you mean localhost:5611?",
  );
  assertStringIncludes(refusal(join, "::1", "5611"), "Did you mean [::1]:5611?");
  for (const args of [["localhost", "56110000"], ["a:1", "5611"], ["a", "1", "2"]]) {
    assertEquals(refusal(join, ...args), `Unexpected argument ${args[1]}`);
  }
  const behind = "The port stands behind the address: chat join HOST:5611";
  assertEquals(refusal(join, "--port", "5611"), `There is no flag --port. ${behind}`);
  assertEquals(refusal(join, "--port=5611", "lab-pc"), `There is no flag --port. ${behind}`);
  const rooms = "The room stands behind the address: chat join HOST:PORT";
  assertEquals(refusal(join, "--room", "#ops"), `There is no flag --room. ${rooms}/ops`);
  assertEquals(refusal(join, "--room=a/b"), `There is no flag --room. ${rooms}/ROOM`);
  assertEquals(refusal(join, "lab-pc", "-p", "5611"), `There is no flag -p. ${behind}`);
  assertStringIncludes(refusal(join, "--port"), "chat join HOST:PORT");
  assertEquals(
    refusal(serve, "5000"),
    "Unexpected argument 5000. Did you mean --port 5000?",
  );
  assertEquals(refusal(serve, "lab"), "Unexpected argument lab");
  assertEquals(refusal(serve, "-p", "5000"), "There is no flag -p. Did you mean --port 5000?");
  assertEquals(refusal(serve, "-p"), "There is no flag -p. Did you mean --port?");
});

Deno.test("The name comes from the environment where no flag gives it", () => {
  const env = new Map([["CHAT_NAME", "eve"]]);
  const readEnv = (name: string) => env.get(name);
  assertEquals(parseJoin([], readEnv)?.name, "eve");
  assertEquals(parseJoin(["--name", "ada"], readEnv)?.name, "ada");
  env.set("CHAT_NAME", "");
  assertEquals(parseJoin([], readEnv)?.name, undefined);
  env.set("CHAT_NAME", "\t");
  const { message } = assertThrows(() => parseJoin([], readEnv), UsageError);
  assertStringIncludes(message, 'Cannot use CHAT_NAME "\\t": it must be');
});

Deno.test("With CHAT_DEBUG a server watches for turns that keep everybody waiting", () => {
  const env = new Map([["CHAT_DEBUG", "1"]]);
  const readEnv = (name: string) => env.get(name);
  assertEquals(parseServe([], readEnv)?.watchTurns, true);
  env.set("CHAT_DEBUG", "");
  assertEquals(parseServe([], readEnv)?.watchTurns, undefined);
});

Deno.test("Where to go comes from the environment where no argument says it", () => {
  const env = new Map([["CHAT_SERVER", "[::1]:7000"]]);
  const readEnv = (name: string) => env.get(name);
  const { host, port } = parseJoin([], readEnv)!;
  assertEquals([host, port], ["::1", 7000]);
  env.set("CHAT_SERVER", "bee/ops");
  assertEquals(parseJoin([], readEnv)?.rooms, [{ room: "ops" }]);
  assertEquals(parseJoin(["bee"], readEnv)?.host, "bee");
  env.set("CHAT_SERVER", "");
  assertEquals(parseJoin([], readEnv)?.host, "127.0.0.1");
  env.set("CHAT_SERVER", "bee:0");
  const { message } = assertThrows(() => parseJoin([], readEnv), UsageError);
  assertStringIncludes(message, "bee:0");
  assertStringIncludes(message, "CHAT_SERVER");
});

Deno.test("Help wins over values that are not allowed", () => {
  for (const help of ["--help", "-h"]) {
    assertEquals(serve("--port", "abc", help), undefined);
    assertEquals(join(help, "a", "b"), undefined);
  }
});

Deno.test("Every flag has a help line, and every default is allowed", () => {
  for (const spec of [SERVE, JOIN]) {
    for (const [name, flag] of Object.entries(spec.flags)) {
      assertEquals(flag.help.length > 0 && !flag.help.endsWith("."), true, name);
      if (flag.kind !== "value" || !("default" in flag)) continue;
      assertEquals(flag.parse(flag.default) !== undefined, true, name);
    }
  }
});

Deno.test("--web takes a port, or none, and leaves the flag behind it alone", () => {
  assertEquals(serve()?.web, undefined);
  assertEquals(serve("--web")?.web, 8080);
  assertEquals(serve("--web", "9000")?.web, 9000);
  assertEquals(serve("--web=9000")?.web, 9000);
  assertEquals(serve("--web", "0")?.web, 0);
  const options = serve("--web", "--port", "7");
  assertEquals([options?.web, options?.port], [8080, 7]);
  assertEquals(
    refusal(serve, "--web", "soon"),
    "Cannot use --web soon: it must be a whole number from 0 to 65535",
  );
  assertEquals(
    refusal(serve, "--web="),
    'Cannot use --web "": it must be a whole number from 0 to 65535',
  );
  assertEquals(
    refusal(serve, "--web", "--web", "9"),
    "The flag --web is there 2 times (8080, 9): give it once",
  );
});

Deno.test("The page's path is taken without its last slash, and only with --web", () => {
  for (const [given, path] of [["/chat", "/chat"], ["/a.b/c-d_~/", "/a.b/c-d_~"], ["/", ""]]) {
    assertEquals(serve("--web", "--web-path", given!)?.webPath, path);
  }
  for (const wrong of ["chat", "//evil", "/a//b", "/..", "/./a", "/a b", "/a?b", "/a%2f", "/ä"]) {
    assertStringIncludes(
      refusal(serve, "--web", `--web-path=${wrong}`),
      "it must be a path of letters, digits and -._~, such as /chat",
      wrong,
    );
  }
  assertEquals(
    refusal(serve, "--web-path", "/chat"),
    "The flag --web-path is for the page of --web: give that, too",
  );
});

Deno.test("Sockets that are passed have numbers from 3 on, and no --nats beside them", () => {
  assertEquals(serve("--port-fd", "3")?.portFd, 3);
  assertEquals(serve("--web", "--web-fd", "4")?.webFd, 4);
  for (const wrong of ["2", "1024", "x"]) {
    assertStringIncludes(refusal(serve, `--port-fd=${wrong}`), "a whole number from 3 to 1023");
  }
  assertStringIncludes(refusal(serve, "--web-fd", "4"), "is for the page of --web");
  assertEquals(
    refusal(serve, "--port-fd", "3", "--nats", "h"),
    "The flag --port-fd is not for several servers: leave --nats out",
  );
});

Deno.test("Of other servers' pages, addresses are taken without the last slash", () => {
  assertEquals(
    serve(
      "--web",
      "--web-other",
      "https://B.example/,http://10.0.0.2:80",
      "--web-other=http://h:9/C/",
    )
      ?.webOthers,
    ["https://b.example", "http://10.0.0.2", "http://h:9/C"],
  );
  for (
    const wrong of [
      "b.example",
      "ws://b",
      "https://b/x//y",
      "https://b/../x",
      "https://u@b",
      "http://",
    ]
  ) {
    assertEquals(
      refusal(serve, "--web", `--web-other=${wrong}`),
      `Cannot use --web-other ${wrong}: it must be the address of a page, such as ` +
        "https://chat2.example.org or http://10.0.0.2:8080/chat",
    );
  }
  assertEquals(
    refusal(serve, "--web-other", "http://h"),
    "The flag --web-other is for the page of --web: give that, too",
  );
});

Deno.test("Of NATS, addresses are taken, but no passwords, and nothing without --nats", () => {
  for (
    const wrong of [
      "http://10.0.0.1",
      "nats://user:secret@10.0.0.1:4222",
      "10.0.0.1:0",
      "10.0.0.1:65536",
      "10.0.0.1,",
      "::1",
    ]
  ) {
    assertEquals(
      refusal(serve, `--nats=${wrong}`),
      `Cannot use --nats ${wrong}: it must be addresses with commas between them, such as ` +
        "nats://10.0.0.1:4222,nats://10.0.0.2:4222",
    );
  }
  for (const [flag, value] of [["nats-creds", "f"], ["nats-replicas", "3"], ["cluster", "blue"]]) {
    assertEquals(
      refusal(serve, `--${flag}`, value!),
      `The flag --${flag} is for several servers on NATS: give --nats, too`,
    );
  }
  for (const flag of ["nats-import", "nats-rebuild"]) {
    assertEquals(
      refusal(serve, "--nats", "h", `--${flag}`),
      `The flag --${flag} takes the rooms of a database: give --db, too`,
    );
  }
  for (const wrong of ["Blue", "a.b", "a b", "x".repeat(33)]) {
    assertEquals(
      refusal(serve, "--nats", "h", "--cluster", wrong).endsWith(
        ": it must be 1 to 32 letters a to z, digits, - and _",
      ),
      true,
    );
  }
});

Deno.test("--web-host may be there several times, and only with --web", () => {
  assertEquals(serve("--web", "--web-host", "Chat.Example.ORG")?.webHosts, ["chat.example.org"]);
  assertEquals(
    serve("--web", "--web-host", "a.test", "--web-host=b.test,c")?.webHosts,
    ["a.test", "b.test", "c"],
  );
  for (const wrong of ["http://a.test", "a.test:80", "a b", "", "*", "*.a.test", "a..b"]) {
    assertStringIncludes(
      refusal(serve, "--web", `--web-host=${wrong}`),
      "it must be a name without scheme and port",
      wrong,
    );
  }
  assertEquals(
    refusal(serve, "--web-host", "a.test"),
    "The flag --web-host is for the page of --web: give that, too",
  );
});

Deno.test("--trusted-proxy takes addresses and ranges, several times", () => {
  assertEquals(
    serve("--trusted-proxy", "10.0.0.2", "--trusted-proxy=2001:DB8::/32,::1")?.trustedProxies
      ?.map(rangeText),
    ["10.0.0.2", "2001:db8::/32", "::1/128"],
  );
  for (
    const wrong of ["proxy.example", "10.0.0.*", "10.0.0.0/33", "10.0.0.1:80", "", "10.0.0.1,"]
  ) {
    assertStringIncludes(
      refusal(serve, `--trusted-proxy=${wrong}`),
      "it must be an IP address such as 10.0.0.2, or a range such as 10.0.0.0/8",
      wrong,
    );
  }
});
