/**
 * Asks real shells what they would offer behind a line that is being typed.
 *
 * @module
 */

import { completions } from "../../../src/cli/completions/scripts.ts";
import type { Shell } from "../../../src/cli/program_flags.ts";
import { run } from "../../helpers/program.ts";
import { Terminal } from "../../helpers/terminal.ts";

/** Something that a shell offers. */
export interface Offer {
  /** What would stand on the line: a flag, a word, a path; of `--flag=value` the value alone. */
  readonly word: string;
  /** What is shown beside it; empty in bash, which shows nothing. */
  readonly help: string;
}

/** A directory with files whose names ask for quotes, and with the completions to load. */
export class Corner implements AsyncDisposable {
  /** What lies in it, directories included. */
  static readonly ENTRIES: readonly string[] = [
    "My Room.db",
    "it's $HOME.pem",
    "star*.txt",
    "sub dir",
  ];
  /** Its path. */
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes one. */
  static async open(): Promise<Corner> {
    const corner = new Corner(await Deno.makeTempDir({ prefix: "chat shells " }));
    await Deno.mkdir(`${corner.path}/here/sub dir`, { recursive: true });
    for (const name of Corner.ENTRIES.slice(0, -1)) {
      await Deno.writeTextFile(`${corner.path}/here/${name}`, "");
    }
    await Deno.mkdir(`${corner.path}/home`);
    return corner;
  }

  /** Where the questions are asked: it holds {@linkcode Corner.ENTRIES} and nothing else. */
  get here(): string {
    return `${this.path}/here`;
  }

  /** The environment for shells that shall read and write no settings of this machine's owner. */
  get env(): Record<string, string> {
    return { HOME: `${this.path}/home`, ZDOTDIR: `${this.path}/home`, XDG_CONFIG_HOME: "" };
  }

  /** Writes a file beside `here`. */
  async write(name: string, text: string): Promise<string> {
    await Deno.writeTextFile(`${this.path}/${name}`, text);
    return `${this.path}/${name}`;
  }

  /** Removes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

/** A word that means itself in each of these shells. */
export function quote(text: string): string {
  return text.split("'").map((part) => `'${part}'`).join(`"'"`);
}

/** The words of a line as bash sees them while completing: `=` is one of its own. */
function bashWords(line: string, equalsSplits: boolean): string[] {
  const words = line.split(" ");
  return equalsSplits ? words.flatMap((word) => word.split(/(=)/).filter((x) => x !== "")) : words;
}

/** As `bashWords`, with the empty word that a line ends in after a space. */
function bashCall(line: string, equalsSplits: boolean): string {
  const words = bashWords(line, equalsSplits);
  if (equalsSplits && line.endsWith(" ")) words.push("");
  return `ask ${words.map(quote).join(" ")}`;
}

async function askBash(
  questions: readonly string[],
  corner: Corner,
  equalsSplits: boolean,
): Promise<string> {
  const script = await corner.write("chat.bash", completions("bash"));
  const driver = await corner.write(
    "driver.bash",
    [
      "set -eu",
      `source ${quote(script)}`,
      `cd ${quote(corner.here)} || exit 1`,
      "ask() {",
      '  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))',
      "  _chat",
      "  echo ?",
      '  for word in "${COMPREPLY[@]}"; do printf "%s\\n" "$word"; done',
      "}",
      ...questions.map((line) => bashCall(line, equalsSplits)),
    ].join("\n"),
  );
  const { code, stdout, stderr } = await run(["bash", "--norc", "--noprofile", driver]);
  if (code !== 0 || stderr !== "") throw new Error(`bash exited with ${code}: ${stderr}`);
  return stdout;
}

async function askFish(questions: readonly string[], corner: Corner): Promise<string> {
  const script = await corner.write("chat.fish", completions("fish"));
  const driver = await corner.write(
    "driver.fish",
    [
      `source ${quote(script)}`,
      `cd ${quote(corner.here)}; or exit 1`,
      ...questions.flatMap((line) => ["echo '?'", `complete -C ${quote(line)}`]),
    ].join("\n"),
  );
  const fish = ["env", ...Object.entries(corner.env).map((pair) => pair.join("="))];
  const { code, stdout, stderr } = await run([...fish, "fish", "--no-config", driver]);
  if (code !== 0 || stderr !== "") throw new Error(`fish exited with ${code}: ${stderr}`);
  return stdout;
}

/**
 * Completes each line by the real completion system, with `compadd` writing down what it is given.
 */
const ZSH_DRIVER = `
setopt no_unset
autoload -Uz compinit && compinit -D -u
zstyle ':completion:*' list-grouped no
COLUMNS=300
source "$CORNER/_chat"
cd "$CORNER/here"
compadd() {
  local -a hits shown
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then
    builtin compadd "$@"
    return
  fi
  if (( $@[(I)-l#d] )); then
    local given=\${@[$(( \${@[(i)-l#d]} + 1 ))]}
    if [[ $given == \\(* ]]; then eval "shown=$given"; else shown=("\${(@P)given}"); fi
  fi
  builtin compadd -A hits -D shown "$@"
  local i
  for ((i = 1; i <= $#hits; i++)); do
    print -r -- "\${hits[i]}"$'\\t'"\${\${shown[i]-}#*-- }" >> "$CORNER/answers"
  done
  builtin compadd "$@"
}
zle -C look list-choices _main_complete
zle-line-init() {
  local line
  for line in "\${(@f)$(<"$CORNER/questions")}"; do
    print '?' >> "$CORNER/answers"
    BUFFER=$line CURSOR=$#line
    zle look
  done
  exit 0
}
zle -N zle-line-init
`;

async function askZsh(questions: readonly string[], corner: Corner): Promise<string> {
  await corner.write("_chat", completions("zsh"));
  await corner.write("home/.zshrc", ZSH_DRIVER);
  await corner.write("questions", questions.join("\n"));
  await using terminal = new Terminal("zsh -d -i", { ...corner.env, CORNER: corner.path });
  const { code, stdout } = await terminal.outcome();
  if (code !== 0) throw new Error(`zsh exited with ${code}: ${stdout}`);
  return await Deno.readTextFile(`${corner.path}/answers`);
}

/**
 * What a shell offers at the end of each of some lines.
 *
 * @param equalsSplits For bash: whether `=` parts words, as it usually does.
 */
export async function ask(
  shell: Shell,
  questions: readonly string[],
  equalsSplits = true,
): Promise<Offer[][]> {
  await using corner = await Corner.open();
  const text = shell === "bash"
    ? await askBash(questions, corner, equalsSplits)
    : await (shell === "fish" ? askFish : askZsh)(questions, corner);
  const answers = text.split(/^\?\n/m).slice(1);
  if (answers.length !== questions.length) {
    throw new Error(`${shell} gave ${answers.length} answers to ${questions.length} questions`);
  }
  return answers.map((answer) =>
    answer.split("\n").slice(0, -1).map((line) => {
      const [word = "", help = ""] = line.split("\t");
      const bare = shell === "zsh" ? word.replace(/\\(.)/g, "$1") : word;
      // A directory is one with its slash or without; a value comes with its flag or without.
      return { word: bare.replace(/^--[a-z-]+=/, "").replace(/\/$/, ""), help };
    })
  );
}
