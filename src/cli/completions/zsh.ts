/**
 * Completions for zsh, by its own `_arguments`.
 *
 * @module
 */

import type { CommandSpec, Flag } from "../flags.ts";
import { allFlags, PROGRAM_FLAGS } from "../program_flags.ts";
import { offers, spellings, SUBCOMMANDS } from "./vocabulary.ts";

/** A text for `_arguments`, where brackets and colons have a meaning, inside single quotes. */
function escaped(text: string): string {
  return quotedInside(text.replace(/[\\[\]:]/g, "\\$&"));
}

/** What stands inside single quotes. */
function quotedInside(text: string): string {
  return text.replaceAll("'", `'\\''`);
}

/** What stands behind a flag: `:PORT: `, `:FILE:_files`, `:WHAT:(process power)`. */
function valueSpec(flag: Flag): string {
  if (flag.kind === "switch") return "";
  const what = offers(flag);
  const action = what === "paths"
    ? "_files"
    : typeof what === "string"
    ? " "
    : `(${what.join(" ")})`;
  const colons = flag.bare === undefined ? ":" : "::";
  return `${colons}${escaped(flag.placeholder)}:${action}`;
}

/**
 * One flag as an argument of `_arguments`.
 *
 * @param not What cannot stand beside it, beside itself.
 */
function flagSpec(name: string, flag: Flag, not: readonly string[]): string {
  const words = spellings(name, flag);
  const repeated = flag.kind === "value" && flag.repeated === true;
  const excluded = [...words, ...not].join(" ");
  const before = repeated ? "'*'" : `'(${excluded})'`;
  const equals = flag.kind === "value" ? "=" : "";
  const spelled = words.length === 1 ? `${words[0]}${equals}` : `{${words.join(",")}}`;
  return `${before}${spelled}'[${escaped(flag.help)}]${valueSpec(flag)}'`;
}

/** What follows a subcommand. */
function commandBranch(spec: CommandSpec): string {
  const specs = Object.entries(allFlags(spec)).map(([name, flag]) => flagSpec(name, flag, []));
  if (spec.argument !== undefined) specs.push(`'::${escaped(spec.argument.placeholder)}: '`);
  return `        ${spec.name})\n          _arguments -S \\\n            ${
    specs.join(" \\\n            ")
  } && ret=0\n          ;;\n`;
}

/** The flags of the program, each of which stands alone but for those that belong behind it. */
function programSpecs(): string[] {
  const flags = Object.entries<Flag>(PROGRAM_FLAGS);
  return flags.filter(([, flag]) => flag.kind === "value" || flag.after === undefined)
    .map(([name, flag]) => {
      const others = flags.filter(([other, what]) =>
        other !== name && !(what.kind === "switch" && what.after === name)
      );
      const not = others.flatMap(([other, what]) => spellings(other, what));
      return flagSpec(name, flag, [...not, "1", "*"]);
    });
}

/** Lines that add the flags that belong behind another one. */
function laterSpecs(): string[] {
  const flags: Readonly<Record<string, Flag>> = PROGRAM_FLAGS;
  return Object.entries(flags).flatMap(([name, flag]) => {
    const after = flag.kind === "switch" ? flag.after : undefined;
    const before = after === undefined ? undefined : flags[after];
    if (after === undefined || before === undefined) return [];
    return [
      `  if [[ \${words[2]-} == (${spellings(after, before).join("|")}) ]]; then\n` +
      `    later=(${flagSpec(name, flag, [])})\n  fi\n`,
    ];
  });
}

/**
 * The script for zsh.
 *
 * @param about A comment for its head, on one line.
 */
export function zshCompletions(about: string): string {
  const described = SUBCOMMANDS.map(({ name, summary }) =>
    `        '${name}:${escaped(summary.replace(/\.$/, ""))}'\n`
  );
  return `#compdef chat
# ${about}
# To use it: save it as _chat in a directory of $fpath, or source it after compinit in ~/.zshrc.

_chat() {
  local curcontext="$curcontext" state state_descr line ret=1
  local -A opt_args
  local -a commands later
${laterSpecs().join("")}  _arguments -C -S \\
    ${programSpecs().join(" \\\n    ")} \\
    $later \\
    '(-)1: :->command' \\
    '(-)*:: :->rest' && ret=0
  case $state in
    command)
      commands=(
${described.join("")}      )
      _describe -t commands 'command' commands && ret=0
      ;;
    rest)
      curcontext="\${curcontext%:*:*}:chat-\${words[1]}:"
      case \${words[1]} in
${SUBCOMMANDS.map(commandBranch).join("")}      esac
      ;;
  esac
  return ret
}

if [[ \${funcstack[1]-} == _chat ]]; then
  _chat "$@"
else
  compdef _chat chat
fi
`;
}
