/**
 * What `install.sh` is tried with: a folder that stands in for the releases, and a home directory
 * of somebody who installs from it.
 *
 * @module
 */

import { type Outcome, Program, run } from "../helpers/program.ts";

/** The script. */
export const INSTALL_SH: string = new URL("../../install.sh", import.meta.url).pathname;

/** What releases call this machine, for example `x86_64-unknown-linux-gnu`. */
export const TARGET: string = Deno.build.target;

/** The programs that the script may use, beside the shell's own. */
const TOOLS =
  ("cat chmod cp curl gzip ldd mkdir mktemp mv openssl rm sha256sum shasum sysctl tar " +
    "uname wget").split(" ");

/** Where the script puts things, below the home directory. */
export const PLACES: readonly string[] = [
  ".config/fish/completions/chat.fish",
  ".local/bin/chat",
  ".local/share/bash-completion/completions/chat",
  ".local/share/man/man1/chat.1",
  ".local/share/zsh/site-functions/_chat",
];

/** A `chat` of a few bytes, which only knows its version. */
export function fakeChat(version: string): string {
  return `#!/bin/sh\n[ "$1" = --version ] && echo "chat ${version}"\n`;
}

/** What is in a release. */
export interface ReleaseOptions {
  /** What `chat` holds; default a {@linkcode fakeChat} of this version. */
  readonly program?: string;
  /** The system that it is for; default {@linkcode TARGET}. */
  readonly target?: string;
}

/** A folder with the files of a release. */
export class ReleaseFolder {
  /** Where it is. */
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes a folder, also those above it, with the release in it. */
  static async make(
    path: string,
    version: string,
    { program = fakeChat(version), target = TARGET }: ReleaseOptions = {},
  ): Promise<ReleaseFolder> {
    await Deno.mkdir(path, { recursive: true });
    const folder = new ReleaseFolder(path);
    const name = `chat-${version}-${target}`;
    const inside = `${path}/${name}`;
    for (const directory of ["man", "completions"]) {
      await Deno.mkdir(`${inside}/${directory}`, { recursive: true });
    }
    await Deno.writeTextFile(`${inside}/chat`, program);
    await Deno.chmod(`${inside}/chat`, 0o755);
    const manPage = `.TH CHAT 1 2026-11-21 "chat ${version}" "User Commands"\n`;
    await Deno.writeTextFile(`${inside}/man/chat.1`, manPage);
    for (const [file, shell] of [["_chat", "zsh"], ["chat.fish", "fish"], ["chat.bash", "bash"]]) {
      const text = `# chat ${version}, made by: chat --completions ${shell}\n`;
      await Deno.writeTextFile(`${inside}/completions/${file}`, text);
    }
    const { code, stderr } = await run(["tar", "-czf", `${path}/${name}.tar.gz`, "-C", path, name]);
    if (code !== 0) throw new Error(`tar failed: ${stderr}`);
    await Deno.remove(inside, { recursive: true });
    await folder.writeSums([`${name}.tar.gz`]);
    return folder;
  }

  /**
   * Puts the same bytes into another folder. Made twice, an archive has other dates in it, and
   * other sums, whenever a second has passed.
   */
  async copyTo(path: string): Promise<void> {
    await Deno.mkdir(path, { recursive: true });
    for await (const { name } of Deno.readDir(this.path)) {
      await Deno.copyFile(`${this.path}/${name}`, `${path}/${name}`);
    }
  }

  /** Writes SHA256SUMS with the true sums of these files. */
  async writeSums(names: readonly string[]): Promise<void> {
    let text = "";
    for (const name of names) {
      const bytes = await Deno.readFile(`${this.path}/${name}`);
      const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
      text += `${sum}  ${name}\n`;
    }
    await Deno.writeTextFile(`${this.path}/SHA256SUMS`, text);
  }

  /** Changes the archives after their sums were written. */
  async spoil(): Promise<void> {
    for await (const { name } of Deno.readDir(this.path)) {
      if (!name.endsWith(".gz")) continue;
      await Deno.writeTextFile(`${this.path}/${name}`, "evil", { append: true });
    }
  }
}

/** An HTTP server on the loopback for a folder, laid out as on the disk. */
export function serveFolder(folder: string): { readonly url: string } & AsyncDisposable {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request) => {
      try {
        return new Response(await Deno.readFile(folder + new URL(request.url).pathname));
      } catch {
        return new Response("no", { status: 404 });
      }
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** How a run of the script differs from an ordinary one. */
export interface InstallOptions {
  /** Where the releases are. */
  readonly from?: string;
  /** The shell, default `sh`. */
  readonly shell?: readonly string[];
  /** The script, default {@linkcode INSTALL_SH}. */
  readonly script?: string;
  /** More of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What stands in front of the command. */
  readonly before?: readonly string[];
  /** Signals go to all that the script has started, too. */
  readonly group?: boolean;
}

/** A home directory with a blank in its name, and a place for what is made on the way. */
export class Visitor implements AsyncDisposable {
  /** All that belongs to this visitor. */
  readonly directory: string;
  /** The home directory. */
  readonly home: string;

  private constructor(directory: string) {
    this.directory = directory;
    this.home = `${directory}/the home`;
  }

  /** Makes the directories. */
  static async come(): Promise<Visitor> {
    const visitor = new Visitor(await Deno.makeTempDir({ prefix: "chat-visitor-" }));
    await Deno.mkdir(visitor.home);
    await Deno.mkdir(`${visitor.directory}/tmp`);
    return visitor;
  }

  /** The path of the installed program. */
  get program(): string {
    return `${this.home}/.local/bin/chat`;
  }

  /** Starts the script. */
  start(args: readonly string[], options: InstallOptions = {}): Program {
    const { from = "", shell = ["sh"], script = INSTALL_SH, env = {}, before = [], group = false } =
      options;
    return new Program([...shell, script, ...args], {
      before,
      group,
      stdin: false,
      env: {
        HOME: this.home,
        TMPDIR: `${this.directory}/tmp`,
        CHAT_RELEASES: from,
        CHAT_INSTALL: "",
        XDG_DATA_HOME: "",
        XDG_CONFIG_HOME: "",
        SHELL: "/bin/sh",
        http_proxy: "",
        ...env,
      },
    });
  }

  /** Runs the script to its end. */
  async run(args: readonly string[], options: InstallOptions = {}): Promise<Outcome> {
    await using program = this.start(args, options);
    return await program.outcome();
  }

  /** The files in the home directory, sorted, with what they hold. */
  async files(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const path of (await filesIn(this.home)).toSorted()) {
      found[path.slice(this.home.length + 1)] = await Deno.readTextFile(path);
    }
    return found;
  }

  /** What the script has left behind on the way. */
  async litter(): Promise<string[]> {
    return (await filesIn(this.directory)).filter((path) => path.includes("chat-install"));
  }

  /**
   * A directory for PATH, with all tools of the script but some, which may be replaced by scripts.
   */
  async toolsBut(others: Readonly<Record<string, string | null>>): Promise<string> {
    const bin = await Deno.makeTempDir({ dir: this.directory });
    for (const tool of [...TOOLS, "sh"]) {
      if (tool in others) continue;
      const which = await run(["sh", "-c", `command -v ${tool}`]);
      if (which.code !== 0) continue;
      await Deno.symlink(which.stdout.trim(), `${bin}/${tool}`);
    }
    for (const [tool, script] of Object.entries(others)) {
      if (script === null) continue;
      await Deno.writeTextFile(`${bin}/${tool}`, `#!/bin/sh\n${script}\n`);
      await Deno.chmod(`${bin}/${tool}`, 0o755);
    }
    return bin;
  }

  /** Removes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.directory, { recursive: true });
  }
}

/** A visitor and a release 1.0.0 in a folder. */
export async function scene(options: ReleaseOptions = {}): Promise<[Visitor, ReleaseFolder]> {
  const visitor = await Visitor.come();
  return [visitor, await ReleaseFolder.make(`${visitor.directory}/folder`, "1.0.0", options)];
}

async function filesIn(directory: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = `${directory}/${name}`;
    if (isDirectory) found.push(...await filesIn(path));
    else found.push(path);
  }
  return found;
}
