/**
 * The completion scripts in the hands of somebody: installed as their heads say, Tab pressed on a
 * terminal, and nothing left behind in the shell.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Shell } from "../../../src/cli/program_flags.ts";
import { completions } from "../../../src/cli/completions/scripts.ts";
import { readDocument } from "../../docs/fenced.ts";
import { needs } from "../../helpers/proc.ts";
import { run, shellLine } from "../../helpers/program.ts";
import { ENTER, Terminal } from "../../helpers/terminal.ts";
import { Corner, quote } from "./ask.ts";

const here: Readonly<Record<Shell, boolean>> = {
  bash: await needs("bash"),
  zsh: await needs("zsh"),
  fish: await needs("fish"),
};
const terminals = await needs("script");

const TAB = "\t";

/** How somebody makes a shell know the completions. */
interface Way {
  readonly shell: Shell;
  /** In a few words, for the name of the test. */
  readonly name: string;
  /** Where the script lies as a file, in a {@linkcode Corner}; absent when it needs none. */
  readonly script?: string;
  /** What stands in the settings of the shell. */
  readonly settings: string;
}

/** The line that docs/install.md gives for the settings of a shell. */
function documentedLine(shell: Shell): string {
  const line = new RegExp(`\`([^\`]*chat --completions ${shell}[^\`]*)\``)
    .exec(readDocument("docs/install.md").replace(/\s+/g, " "))?.[1];
  assert(line !== undefined, `docs/install.md does not say how to complete in ${shell}`);
  return line;
}

const WAYS: readonly Way[] = [
  {
    shell: "bash",
    name: "by the documented line",
    settings: `set -u; ${documentedLine("bash")}\n`,
  },
  {
    shell: "bash",
    name: "from a file",
    script: "chat.bash",
    settings: 'source "$CORNER/chat.bash"\n',
  },
  {
    shell: "zsh",
    name: "by the documented line",
    settings: `autoload -Uz compinit && compinit -D -u\n${documentedLine("zsh")}\n`,
  },
  {
    shell: "zsh",
    name: "from $fpath",
    script: "_chat",
    settings:
      'setopt no_unset\nfpath=("$CORNER" $fpath)\nautoload -Uz compinit && compinit -D -u\n',
  },
  { shell: "fish", name: "by the documented line", settings: `${documentedLine("fish")}\n` },
  {
    shell: "fish",
    name: "from its directory of completions",
    script: "home/.config/fish/completions/chat.fish",
    settings: "\n",
  },
];

/** The file of the settings, the line that sets the prompt, and the command of each shell. */
const STARTS: Readonly<Record<Shell, readonly [file: string, prompt: string, command: string]>> = {
  bash: ["home/.bashrc", "PS1='ready> '\n", "bash --noprofile -i"],
  zsh: ["home/.zshrc", "PS1='ready> '\n", "zsh -d -i"],
  fish: [
    "home/.config/fish/config.fish",
    "function fish_prompt; echo -n 'ready> '; end\n",
    "fish",
  ],
};

/** A program `chat` that prints its arguments, but is the real one when asked for completions. */
const STAND_IN = `#!/bin/sh
case $1 in --completions) exec ${shellLine(["--completions"])} "$2" ;; esac
printf '<%s>' "$@"
echo
`;

/** What is typed, and the arguments that `chat` is then called with. */
const TYPED: readonly (readonly [keys: string, args: readonly string[]])[] = [
  [`ser${TAB}--dura${TAB}po${TAB}`, ["serve", "--durability", "power"]],
  [`serve --db My${TAB}`, ["serve", "--db", "My Room.db"]],
  [`serve --db "My${TAB}`, ["serve", "--db", "My Room.db"]],
  [`serve --db=My${TAB}`, ["serve", "--db=My Room.db"]],
  [`serve --tls-cert it${TAB}`, ["serve", "--tls-cert", "it's $HOME.pem"]],
  [`join --ca st${TAB}`, ["join", "--ca", "star*.txt"]],
  [`serve --log-format=j${TAB}`, ["serve", "--log-format=json"]],
];

/** Opens a shell on a terminal, in a corner with the completions and with `chat` on its path. */
async function openShell(corner: Corner, way: Way): Promise<Terminal> {
  const [file, prompt, command] = STARTS[way.shell];
  await Deno.mkdir(`${corner.path}/home/.config/fish/completions`, { recursive: true });
  // Without this fish makes completions from all manual pages of the machine, in the background.
  await Deno.mkdir(`${corner.path}/home/.local/share/fish/generated_completions`, {
    recursive: true,
  });
  await Deno.mkdir(`${corner.path}/bin`);
  await Deno.chmod(await corner.write("bin/chat", STAND_IN), 0o755);
  if (way.script !== undefined) await corner.write(way.script, completions(way.shell));
  await corner.write(file, way.settings + prompt);
  return new Terminal(`cd ${quote(corner.here)} && ${command}`, {
    ...corner.env,
    PATH: `${corner.path}/bin:${Deno.env.get("PATH")}`,
    XDG_CONFIG_HOME: `${corner.path}/home/.config`,
    XDG_DATA_HOME: `${corner.path}/home/.local/share`,
    CORNER: corner.path,
  });
}

/** A flag and its value may come as one word or as two, where the shell can choose. */
function asTwoWords(args: string): string {
  return args.replace("--durability=", "--durability ");
}

for (const way of WAYS) {
  const { shell, name } = way;
  Deno.test({
    name: `In ${shell}, loaded ${name}, Tab writes the words, with quotes where they need some`,
    ignore: !here[shell] || !terminals,
    async fn() {
      await using corner = await Corner.open();
      await using terminal = await openShell(corner, way);
      await terminal.shows(/ready> /);
      for (const [keys, args] of TYPED) {
        const before = terminal.drawn.length;
        await terminal.type(`chat ${keys}${ENTER}`);
        await terminal.shows(new RegExp(`^[^]{${before},}?(?:<[^<>]*>)+\\r?\\n`));
        const shown = /(?:<[^<>\n]*>)+(?=\r?\n)/.exec(terminal.drawn.slice(before))?.[0] ?? "";
        const words = [...shown.matchAll(/<([^>]*)>/g)].map(([, word]) => word).join(" ");
        assertEquals(asTwoWords(words), args.join(" "), `${shell}: ${keys}`);
      }
      await terminal.type(`exit${ENTER}`);
      await terminal.outcome();
    },
  });
}

/** Commands that print the names that loading and using a script, their argument, leaves behind. */
const LEFT_BEHIND: Readonly<Record<Shell, readonly string[]>> = {
  bash: [
    ...["bash", "--norc", "--noprofile", "-c"],
    `set -u
COMP_WORDS=(chat serve --db '') COMP_CWORD=3 COMPREPLY=() before=
before=$(compgen -v; compgen -A function)
source "$0"
_chat
comm -13 <(sort -u <<<"$before") <({ compgen -v; compgen -A function; } | sort -u)`,
  ],
  zsh: [
    ...["zsh", "-f", "-c"],
    `setopt no_unset
compdef() { }
before=$funcstack
before=$(typeset +; print -l \${(k)functions})
source "$0"
comm -13 <(sort -u <<<"$before") <({ typeset +; print -l \${(k)functions} } | sort -u)`,
  ],
  fish: [
    ...["fish", "--no-config", "-c"],
    `set before (set --names; functions --all --names) before name
source $argv[1]
complete -C 'chat serve --db ' >/dev/null
for name in (set --names; functions --all --names)
  contains -- $name $before; or echo $name
end
true`,
  ],
};

/** Commands that look at the syntax of a script, their last argument, without running it. */
const SYNTAX: Readonly<Record<Shell, readonly string[]>> = {
  bash: ["bash", "-n"],
  zsh: ["zsh", "-n"],
  fish: ["fish", "--no-execute"],
};

for (const shell of ["bash", "zsh", "fish"] as const) {
  Deno.test({
    name: `The script for ${shell} is right in its syntax, and leaves no name behind but its own`,
    ignore: !here[shell],
    async fn() {
      await using corner = await Corner.open();
      const script = await corner.write("script", completions(shell));
      assertEquals(await run([...SYNTAX[shell], script]), { code: 0, stdout: "", stderr: "" });
      const { code, stdout, stderr } = await run([...LEFT_BEHIND[shell], script]);
      assertEquals([code, stderr], [0, ""]);
      assertEquals(stdout, shell === "fish" ? "" : "_chat\n");
    },
  });
}

Deno.test({
  name: "shellcheck has nothing to say about the script for bash",
  ignore: !await needs("shellcheck"),
  async fn() {
    await using corner = await Corner.open();
    const script = await corner.write("chat.bash", completions("bash"));
    const { code, stdout, stderr } = await run(["shellcheck", "-s", "bash", script]);
    assertEquals([code, stdout, stderr], [0, "", ""]);
  },
});
