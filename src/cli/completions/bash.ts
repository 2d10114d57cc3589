/**
 * Completions for bash, from version 3.2 on, without the `bash-completion` package.
 *
 * @module
 */

import type { FlagTable } from "../flags.ts";
import { allFlags, PROGRAM_FLAGS } from "../program_flags.ts";
import { offers, spellings, SUBCOMMANDS } from "./vocabulary.ts";

/** The program's own flags, which have no subcommand before them, and those of each subcommand. */
const SCOPES: readonly (readonly [command: string, flags: FlagTable])[] = [
  ["", PROGRAM_FLAGS],
  ...SUBCOMMANDS.map((spec) => [spec.name, allFlags(spec)] as const),
];

/** Branches of a `case` over "COMMAND FLAG" that tell what stands after the flag. */
function valueBranches(): string[] {
  const branches = new Map<string, string[]>();
  for (const [command, flags] of SCOPES) {
    for (const [name, flag] of Object.entries(flags)) {
      const what = offers(flag);
      if (what === "none") continue;
      const key = typeof what === "string" ? what : what.join(" ");
      branches.set(key, [...branches.get(key) ?? [], `'${command} --${name}'`]);
    }
  }
  return [...branches].map(([offer, patterns]) =>
    `    ${patterns.join(" | \\\n      ")})\n      offer='${offer}'\n      ;;\n`
  );
}

/** All spellings of flags that can stand anywhere. */
function spelled(flags: FlagTable): string[] {
  return Object.entries(flags).flatMap(([name, flag]) =>
    flag.kind === "switch" && flag.after !== undefined ? [] : spellings(name, flag)
  );
}

/** Branches that tell which flags a subcommand has. */
function flagBranches(): string[] {
  return SUBCOMMANDS.map((spec) =>
    `      ${spec.name}) offer='${spelled(allFlags(spec)).join(" ")}' ;;\n`
  );
}

/** Branches for flags of the program that need another one before them. */
function laterBranches(): string[] {
  const flags: FlagTable = PROGRAM_FLAGS;
  return Object.entries(flags).flatMap(([name, flag]) => {
    const before = flag.kind === "switch" && flag.after !== undefined ? flags[flag.after] : null;
    if (!before || flag.kind !== "switch") return [];
    const patterns = spellings(flag.after ?? "", before).map((word) => `'2 ${word}'`);
    return [`          ${patterns.join(" | ")}) offer='--${name}' ;;\n`];
  });
}

/** Flags that may be there several times, as a pattern. */
function repeated(): string {
  const names = SUBCOMMANDS.flatMap((spec) => Object.entries(spec.flags))
    .filter(([, flag]) => flag.kind === "value" && flag.repeated)
    .map(([name]) => `--${name}`);
  return names.length === 0 ? "''" : names.join(" | ");
}

/**
 * The script for bash.
 *
 * @param about A comment for its head, on one line.
 */
export function bashCompletions(about: string): string {
  const first = [...SUBCOMMANDS.map(({ name }) => name), ...spelled(PROGRAM_FLAGS)].join(" ");
  const names = SUBCOMMANDS.map(({ name }) => name).join(" | ");
  return `# shellcheck shell=bash
# ${about}
# To use it: source this file in ~/.bashrc.

_chat() {
  local IFS=$' \\t\\n'
  local cur=\${COMP_WORDS[COMP_CWORD]-} prev=\${COMP_WORDS[COMP_CWORD - 1]-}
  local command='' offer='' attached='' prefix='' word i
  COMPREPLY=()

  # A flag and its value are three words when = is among COMP_WORDBREAKS, as it usually is.
  if [[ $cur == '=' ]]; then
    attached=1
    cur=''
  elif [[ $prev == '=' ]]; then
    attached=1
    prev=\${COMP_WORDS[COMP_CWORD - 2]-}
  elif [[ $cur == --*=* ]]; then
    attached=1
    prev=\${cur%%=*}
    prefix=$prev=
    cur=\${cur#*=}
  fi

  if ((COMP_CWORD > 1)); then
    case \${COMP_WORDS[1]} in
      ${names}) command=\${COMP_WORDS[1]} ;;
    esac
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    # Behind this there are no flags any more.
    if [[ \${COMP_WORDS[i]} == -- ]]; then return; fi
  done

  case "$command $prev" in
${valueBranches().join("")}  esac
  if [[ -n $attached && -z $offer ]]; then return; fi

  if [[ -z $offer ]]; then
    case $command in
${flagBranches().join("")}      *)
        case "$COMP_CWORD $prev" in
          '1 '*) offer='${first}' ;;
${laterBranches().join("")}        esac
        ;;
    esac
    # What is there already is not offered again.
    for ((i = 2; i < COMP_CWORD; i++)); do
      case \${COMP_WORDS[i]} in
        ${repeated()}) ;;
        -*)
          offer=" $offer "
          offer=\${offer//" \${COMP_WORDS[i]} "/ }
          ;;
      esac
    done
  fi

  case $offer in
    unknown) ;;
    paths)
      # It quotes what needs it, and puts a slash behind directories; bash 3.2 does not have it.
      compopt -o filenames 2>/dev/null || true
      while IFS= read -r word; do
        if [[ -n $word ]]; then COMPREPLY+=("$prefix$word"); fi
      done <<<"$(compgen -f -- "$cur")"
      ;;
    *)
      while IFS= read -r word; do
        if [[ -n $word ]]; then COMPREPLY+=("$prefix$word"); fi
      done <<<"$(compgen -W "$offer" -- "$cur")"
      ;;
  esac
}

complete -F _chat chat
`;
}
