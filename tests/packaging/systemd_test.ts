/**
 * `packaging/chat.service`, and what docs/install.md and docs/operations.md say about installing
 * and running it.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { EXIT_FAILED, EXIT_OK, EXIT_USAGE } from "../../src/cli/exit.ts";
import { parseServe } from "../../src/cli/serve.ts";
import { SHUTDOWN_MS } from "../../src/server/connections.ts";
import { blocksOf, readDocument, ROOT, rowsUnder } from "../docs/fenced.ts";
import { Program, run } from "../helpers/program.ts";
import { needs } from "../helpers/proc.ts";
import { PLACES, ReleaseFolder, Visitor } from "./stand_in.ts";

const UNIT = readDocument("packaging/chat.service");
const INSTALL = readDocument("docs/install.md");
const OPERATIONS = readDocument("docs/operations.md");
const systemd = await needs("systemd-analyze");

/** What a unit file sets, in its order. */
function settings(unit: string): (readonly [key: string, value: string])[] {
  return [...unit.matchAll(/^(\w+)=(.*)$/gm)].map(([, key, value]) => [key ?? "", value ?? ""]);
}

/** The last value of a key. */
function valueOf(key: string, unit: string = UNIT): string {
  const value = settings(unit).findLast(([one]) => one === key)?.[1];
  assert(value !== undefined, `the unit lacks ${key}`);
  return value;
}

/** The arguments that systemd would give the program, with these of the environment. */
function serveArguments(flags: string): string[] {
  const [program, command, ...args] = valueOf("ExecStart").split(" ");
  assertEquals([program, command], ["/usr/local/bin/chat", "serve"]);
  return args.flatMap((arg) => arg === "$CHAT_FLAGS" ? flags.split(" ") : [arg])
    .filter((arg) => arg !== "")
    .map((arg) => arg.replace("%S", "/var/lib").replace("%d", "/run/credentials/chat.service"));
}

Deno.test("chat.service starts the program with flags that it knows, and a database", () => {
  const options = parseServe(serveArguments(""), () => undefined);
  assertEquals(options?.db, "/var/lib/chat/room.db");
  assertEquals(valueOf("StateDirectory"), "chat");
});

Deno.test("chat.service lets the program shut down in order, and runs it as nobody", () => {
  const seconds = /^(\d+)s$/.exec(valueOf("TimeoutStopSec"))?.[1];
  // Delivering, then the log and the database: twice is ample.
  assert(Number(seconds) * 1_000 >= 2 * SHUTDOWN_MS);
  assertEquals(valueOf("KillSignal"), "SIGTERM");
  assertEquals(valueOf("RestartPreventExitStatus"), "2");
  assertEquals(valueOf("DynamicUser"), "yes");
  assertEquals(valueOf("CapabilityBoundingSet"), "");
  assertEquals(valueOf("MemoryDenyWriteExecute"), "no", "V8 could not compile anything");
});

Deno.test({
  name: "systemd knows every directive of chat.service, and calls it OK",
  ignore: !systemd,
  async fn() {
    const directory = await Deno.makeTempDir({ prefix: "chat-unit-" });
    try {
      // It looks for the program, which is not installed here.
      const path = `${directory}/chat.service`;
      await Deno.writeTextFile(path, UNIT.replace("/usr/local/bin/chat", "/bin/sh"));
      const verified = await run(["systemd-analyze", "verify", "--man=no", path]);
      assertEquals([verified.code, verified.stderr], [0, ""]);
      // Exposure 1.4 of 10 when this was written, with systemd 252.
      const offline = ["--offline=yes", "--no-pager", "--threshold=20"];
      const judged = await run(["systemd-analyze", "security", ...offline, path]);
      assertEquals(judged.code, 0, judged.stdout);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

Deno.test("docs/operations.md shows settings that the unit and the program take", () => {
  const blocks = blocksOf(OPERATIONS).filter(({ language, text }) =>
    language === "ini" && !isSocket(text)
  );
  assertEquals(blocks.length, 5);
  for (const { text } of blocks) {
    const flags = /^"CHAT_FLAGS=(.*)"$/.exec(valueOf("Environment", text))?.[1] ?? "?";
    const args = serveArguments(flags);
    assert(parseServe(args, () => undefined) !== undefined);
    const handed = settings(text).filter(([key]) => key === "LoadCredential")
      .map(([, value]) => value.split(":")[0]);
    const used = [...flags.matchAll(/%d\/(\S+)/g)].map(([, name]) => name);
    assertEquals(used, handed, "each file that is used is handed over");
  }
});

/** Whether this is a socket unit. */
function isSocket(unit: string): boolean {
  return unit.includes("[Socket]");
}

Deno.test({
  name: "docs/operations.md: the sockets are those that the flags name, and systemd knows the unit",
  ignore: !systemd,
  async fn() {
    const blocks = blocksOf(OPERATIONS).filter(({ heading }) => heading === "Socket activation");
    const [socket, dropIn, ...others] = blocks.filter(({ language }) => language === "ini");
    assertEquals(others, []);
    assert(socket !== undefined && isSocket(socket.text));
    const flags = valueOf("Environment", dropIn?.text);
    const passed = [...flags.matchAll(/-fd (\d+)/g)].map(([, number]) => Number(number));
    const opened = settings(socket.text).filter(([key]) => key === "ListenStream");
    assertEquals(passed, opened.map((_, i) => 3 + i));
    assertEquals(valueOf("Requires", dropIn?.text), "chat.socket");
    const directory = await Deno.makeTempDir({ prefix: "chat-unit-" });
    try {
      const service = UNIT.replace("/usr/local/bin/chat", "/bin/sh");
      await Deno.writeTextFile(`${directory}/chat.service`, service);
      await Deno.writeTextFile(`${directory}/chat.socket`, socket.text);
      const command = ["systemd-analyze", "verify", "--man=no", `${directory}/chat.socket`];
      const { code, stderr } = await run(command);
      assertEquals([code, stderr], [0, ""]);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

Deno.test("chat.service starts again after each end that another start may mend", () => {
  // 0 is no failure, 1 and signals are; 2 stays what it is.
  assertEquals(valueOf("Restart"), "on-failure");
  assertEquals(valueOf("RestartPreventExitStatus"), String(EXIT_USAGE));
  const codes = rowsUnder(OPERATIONS, "What the unit allows").map(([, code]) => code);
  assertEquals(codes, [EXIT_OK, EXIT_FAILED, EXIT_FAILED, EXIT_USAGE, "a signal"].map(String));
  const pauseSeconds = Number(/^(\d+)s$/.exec(valueOf("RestartSec"))?.[1]);
  // It gives up only where its limit is reached within the interval.
  assert(
    pauseSeconds * Number(valueOf("StartLimitBurst")) < Number(valueOf("StartLimitIntervalSec")),
  );
  assertEquals(valueOf("ExecReload"), "/bin/kill -HUP $MAINPID");
});

/** The commands of a document from a heading up to another one. */
function commandsBetween(document: string, first: string, next: string): string {
  const headings = [...document.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
  const wanted = headings.slice(headings.indexOf(first), headings.indexOf(next));
  assert(wanted.length > 0);
  return blocksOf(document)
    .filter(({ heading, language }) => language === "sh" && wanted.includes(heading))
    .map(({ text }) => text).join("");
}

Deno.test({
  name: "docs/operations.md: installing, the service, its upgrade, backup and removal",
  ignore: !await needs("linux", "tar", "gzip", "sqlite3"),
  async fn() {
    await using visitor = await Visitor.come();
    const machine = `${visitor.directory}/machine`;
    const stick = await ReleaseFolder.make(`${visitor.directory}/media/stick/chat`, "1.0.0");
    for (const directory of ["etc/systemd/system", "var/lib/chat", "usr/local/bin", "work"]) {
      await Deno.mkdir(`${machine}/${directory}`, { recursive: true });
    }
    const live = `${machine}/etc/letsencrypt/live/chat.example`;
    await Deno.mkdir(live, { recursive: true });
    for (const name of ["fullchain.pem", "privkey.pem"]) {
      await Deno.writeTextFile(`${live}/${name}`, `${name}\n`);
    }
    const root = new URL(ROOT).pathname;
    for (const name of ["install.sh", "packaging"]) {
      await Deno.symlink(`${root}${name}`, `${machine}/work/${name}`);
    }
    await run(["sqlite3", `${machine}/var/lib/chat/room.db`, "CREATE TABLE events (seq)"]);
    // The two that need a running systemd only tell that they were called.
    const called = `echo "$(basename "$0") $*" >> '${machine}/called'`;
    const bin = await visitor.toolsBut({ systemctl: called, journalctl: called });
    // All but the end: what it removes is looked at before.
    const [story, removal] = (commandsBetween(INSTALL, "For all users", "By hand") +
      commandsBetween(OPERATIONS, "Running as a systemd service", "What the unit allows"))
      .replaceAll(/(?<=\s)\/(?=etc|usr|var)/g, `${machine}/`)
      .replaceAll("=/media", `=${visitor.directory}/media`)
      .split(/^(?=systemctl disable)/m);
    assert(story !== undefined && removal !== undefined);

    async function tell(script: string): Promise<void> {
      const env = {
        HOME: visitor.home,
        TMPDIR: `${visitor.directory}/tmp`,
        CHAT_RELEASES: stick.path,
        PATH: `${bin}:${Deno.env.get("PATH")}`,
      };
      await using program = new Program(
        ["sh", "-ec", `cd '${machine}/work'\n${script}`],
        { stdin: false, env },
      );
      const { code, stderr } = await program.outcome();
      assertEquals([code, stderr], [0, ""]);
    }

    await tell(story);
    assertEquals(Object.keys(await visitor.files()), PLACES);
    assertEquals((await run([`${machine}/usr/local/bin/chat`, "--version"])).code, 0);
    assertEquals(await Deno.readTextFile(`${machine}/etc/systemd/system/chat.service`), UNIT);
    assertEquals(await Deno.readTextFile(`${machine}/etc/chat/room.password`), "open sesame\n");
    const made = [...Deno.readDirSync(`${machine}/work`)].map(({ name }) => name).join(" ");
    assertMatch(made, /\broom-\d{4}-\d\d-\d\d\.db\b/);
    const key = `${machine}/var/lib/chat/privkey.pem`;
    assertEquals(await Deno.readTextFile(key), "privkey.pem\n");
    assertEquals(Deno.statSync(key).mode! & 0o777, 0o600);
    await tell(removal);
    assertEquals([...Deno.readDirSync(`${machine}/etc/systemd/system`)], []);
    assertEquals([...Deno.readDirSync(`${machine}/usr/local/bin`)], []);
    assert(Deno.statSync(`${machine}/var/lib/chat/room.db`).isFile);
    const calls = await Deno.readTextFile(`${machine}/called`);
    for (
      const call of [
        "enable --now chat",
        "reload chat",
        "stop chat",
        "enable --now chat.socket",
        "restart chat",
        "disable --now chat",
      ]
    ) {
      assertStringIncludes(calls, `systemctl ${call}\n`);
    }
  },
});
