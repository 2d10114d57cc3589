/**
 * The completion scripts in the hands of somebody: installed as their heads say, Tab pressed on a
 * terminal, and nothing left behind in the shell.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Shell } from "../../../src/cli/program_flags.ts";
import { completions } from "../../../src/cli/shells/completions.ts";
import { needs } from "../../helpers/proc.ts";
import { run } from "../../helpers/program.ts";
import { ENTER, Terminal } from "../../helpers/terminal.ts";
import { Corner, quote } from "./ask.ts";

const here: Readonly<Record<Shell, boolean>> = {
  bash: await needs("bash"),
  zsh: await needs("zsh"),
  fish: await needs("fish"),
};
const terminals = await needs("script");

const TAB = "\t";

/** How a shell is started with the script where its owner would put it. */
interface Way {
  /** The script, in a {@linkcode Corner}. */
  readonly script: string;
  /** The settings, in a {@linkcode Corner}, where `chat` shows its arguments in angle brackets. */
  readonly settings: readonly [file: string, text: string];
  /** The command, whose first word is the shell. */
  readonly command: (corner: Corner) => string;
}

const WAYS: Readonly<Record<Shell, Way>> = {
  bash: {
    script: "chat.bash",
    settings: [
      "home/.bashrc",
      `set -u
PS1='ready> '
source "$CORNER/chat.bash"
chat() { printf '<%s>' "$@"; echo; }
`,
    ],
    command: () => "bash --noprofile -i",
  },
  zsh: {
    script: "_chat",
    settings: [
      "home/.zshrc",
      `setopt no_unset
PS1='ready> '
fpath=("$CORNER" $fpath)
autoload -Uz compinit && compinit -D -u
chat() { printf '<%s>' "$@"; echo; }
`,
    ],
    command: () => "zsh -d -i",
  },
  fish: {
    script: "home/.config/fish/completions/chat.fish",
    settings: [
      "home/.config/fish/config.fish",
      `function fish_prompt; echo -n 'ready> '; end
function chat; printf '<%s>' $argv; echo; end
`,
    ],
    command: () => "fish",
  },
};

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

for (const [shell, way] of Object.entries(WAYS) as [Shell, Way][]) {
  Deno.test({
    name: `In ${shell}, Tab on a terminal writes the words, with quotes where they need some`,
    ignore: !here[shell] || !terminals,
    async fn() {
      await using corner = await Corner.open();
      await Deno.mkdir(`${corner.path}/home/.config/fish/completions`, { recursive: true });
      await corner.write(way.script, completions(shell));
      await corner.write(...way.settings);
      await using terminal = new Terminal(
        `cd ${quote(corner.here)} && ${way.command(corner)}`,
        {
          ...corner.env,
          XDG_CONFIG_HOME: `${corner.path}/home/.config`,
          CORNER: corner.path,
        },
      );
      await terminal.shows(/ready> /);
      for (const [keys, args] of TYPED) {
        // A value and its flag may come as one word or as two.
        const wanted = args.join(" ").replace(/(--durability)[ =]/, "$1 ");
        const before = terminal.drawn.length;
        await terminal.type(`chat ${keys}${ENTER}`);
        await terminal.shows(new RegExp(`^[^]{${before},}?(?:<[^<>]*>)+\\r?\\n`));
        const shown = /(?:<[^<>\n]*>)+(?=\r?\n)/.exec(terminal.drawn.slice(before))?.[0] ?? "";
        const words = [...shown.matchAll(/<([^>]*)>/g)].map(([, word]) => word).join(" ");
        assertEquals(words.replace(/(--durability)[ =]/, "$1 "), wanted, `${shell}: ${keys}`);
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
