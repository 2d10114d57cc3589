#!/bin/sh
# Installs chat for one user, without root: the program, its manual page and its completions.
#
#   sh install.sh [--version X] [--to DIR] [--no-extras]
#   sh install.sh --uninstall [--to DIR] [--no-extras]
#
# --version X    this version; default: the latest
# --to DIR       where the program goes; default: $CHAT_INSTALL, or ~/.local/bin
# --no-extras    the program alone, without manual page and completions
# --uninstall    removes what this script has installed; manual page and completions only when they
#                belong to no other chat
#
# The install.sh of a release knows where the releases are. CHAT_RELEASES names another place, and is
# one of
#   an address that ends in /releases, laid out as GitHub does it: /latest/download/FILE and
#     /download/vX/FILE;
#   any other address, or a directory, that holds the files of one release.
#
# Exit codes: 0 done; 1 it did not work, 2 wrong usage, 3 what came is not what SHA256SUMS lists.
# Whenever it is not 0, nothing is installed, and what was there is as it was.
#
# Everything stands in braces, of which a shell runs nothing before it has read the closing one: half
# of this script, should a download break off, does nothing.
{

set -u

# The address of the releases, where CHAT_RELEASES does not give one: a release fills it in.
RELEASES=''

EXIT_FAILED=1
EXIT_USAGE=2
EXIT_CHECKSUM=3

say() {
  printf '%s\n' "$*"
}

# fail CODE WORDS...
fail() {
  code=$1
  shift
  printf 'install.sh: %s\n' "$*" >&2
  exit "$code"
}

usage() {
  cat <<'END'
Installs chat for one user, without root.

  sh install.sh [--version X] [--to DIR] [--no-extras]
  sh install.sh --uninstall [--to DIR] [--no-extras]

  --version X   this version; default: the latest
  --to DIR      where the program goes; default: $CHAT_INSTALL, or ~/.local/bin
  --no-extras   the program alone, without manual page and completions
  --uninstall   removes what this script has installed

CHAT_RELEASES is the address of other releases, or a directory with the files of one.
Exit codes: 0 done, 1 it did not work, 2 wrong usage, 3 wrong checksum.
END
}

has() {
  command -v "$1" >/dev/null 2>&1
}

need() {
  for tool in "$@"; do
    has "$tool" || fail "$EXIT_FAILED" "Cannot install: this needs the program \"$tool\", which is missing here. Install it and try again."
  done
}

# What is made on the way: removed at every end, the good one and Ctrl-C included.
work=
staged=
cleanup() {
  [ -z "$work" ] || rm -rf "$work"
  # One path a line: directories may have blanks in their names.
  printf '%s' "$staged" | while IFS= read -r path; do rm -f "$path"; done
}

parse() {
  wanted=
  to=${CHAT_INSTALL:-}
  extras=yes
  action=install
  while [ $# -gt 0 ]; do
    case $1 in
      --version | --to)
        [ -n "${2:-}" ] || fail "$EXIT_USAGE" "$1 needs a value. See --help."
        if [ "$1" = --to ]; then to=$2; else wanted=${2#v}; fi
        shift
        ;;
      --no-extras) extras=no ;;
      --uninstall) action=uninstall ;;
      -h | --help)
        usage
        exit 0
        ;;
      *) fail "$EXIT_USAGE" "There is no flag \"$1\". See --help." ;;
    esac
    shift
  done
  case $wanted in
    *[!0-9A-Za-z.+-]* | [!0-9]*)
      fail "$EXIT_USAGE" "--version must be a version like 1.2.3: got \"$wanted\"."
      ;;
  esac
}

# Sets where everything goes.
places() {
  if [ -z "${HOME:-}" ] && { [ -z "$to" ] || [ "$extras" = yes ]; }; then
    fail "$EXIT_FAILED" "HOME is not set: say where to install with --to DIR --no-extras."
  fi
  [ -n "$to" ] || to=$HOME/.local/bin
  # What is told must be right from everywhere.
  case $to in
    /*) ;;
    *) to=$PWD/$to ;;
  esac
  # As it stands in PATH; Tab in a shell adds the slash.
  while [ "$to" != "${to%/}" ] && [ -n "${to%/}" ]; do to=${to%/}; done
  program=$to/chat
  if [ "$extras" = yes ]; then
    data=${XDG_DATA_HOME:-$HOME/.local/share}
    man_page=$data/man/man1/chat.1
    bash_completion=$data/bash-completion/completions/chat
    zsh_completion=$data/zsh/site-functions/_chat
    fish_completion=${XDG_CONFIG_HOME:-$HOME/.config}/fish/completions/chat.fish
  fi
}

# The directory of a path.
parent() {
  case $1 in
    */*) up=${1%/*} && printf '%s' "${up:-/}" ;;
    *) printf '.' ;;
  esac
}

# Says before anything is fetched that a directory cannot be written to.
writable() {
  there=$1
  while [ ! -e "$there" ]; do there=$(parent "$there"); done
  [ -d "$there" ] || fail "$EXIT_FAILED" "Cannot install into $1: $there is not a directory. $2"
  [ -w "$there" ] || fail "$EXIT_FAILED" "Cannot install into $1: no permission to write to $there. $2"
}

# The version that a program at this path says that it has; fails when it is none of ours.
version_of() {
  answer=$("$1" --version 2>/dev/null </dev/null) || return 1
  case $answer in
    "chat "[0-9]*) answer=${answer%%
*} && answer=${answer#chat } && printf '%s' "${answer%% *}" ;;
    *) return 1 ;;
  esac
}

# Sets "target" to what the releases call this system.
detect() {
  elsewhere="With Deno or Node, chat.js of the release runs as well: see README.md."
  system=$(uname -s)
  machine=$(uname -m)
  case $machine in
    x86_64 | amd64) machine=x86_64 ;;
    aarch64 | arm64) machine=aarch64 ;;
    *) fail "$EXIT_FAILED" "There is no executable for $system on $machine. $elsewhere" ;;
  esac
  case $system in
    Linux)
      case $(ldd --version 2>&1) in
        *musl*) fail "$EXIT_FAILED" "This Linux uses musl, and the executables need glibc. $elsewhere" ;;
      esac
      target=$machine-unknown-linux-gnu
      ;;
    Darwin)
      # A shell that is translated on Apple's own processors says x86_64.
      if [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" = 1 ]; then machine=aarch64; fi
      target=$machine-apple-darwin
      ;;
    MINGW* | MSYS* | CYGWIN* | Windows*)
      fail "$EXIT_FAILED" "On Windows, download chat-VERSION-$machine-pc-windows-msvc.zip from the releases and unpack it: see README.md."
      ;;
    *) fail "$EXIT_FAILED" "There is no executable for $system. $elsewhere" ;;
  esac
}

# Sets "base" to where the releases are, and "is_remote".
locate() {
  base=${CHAT_RELEASES:-$RELEASES}
  base=${base%/}
  case $base in
    '') fail "$EXIT_FAILED" "Where are the releases? Set CHAT_RELEASES to their address, or to a directory that holds the files of one." ;;
    http://* | https://*) is_remote=yes ;;
    *)
      is_remote=no
      base=${base#file://}
      [ -d "$base" ] || fail "$EXIT_FAILED" "CHAT_RELEASES must be an address or a directory: there is no directory \"$base\"."
      ;;
  esac
  [ "$is_remote" = no ] || has curl || has wget ||
    fail "$EXIT_FAILED" "Cannot download: this needs \"curl\" or \"wget\", and both are missing here. Install one and try again."
  has sha256sum || has shasum || has openssl ||
    fail "$EXIT_FAILED" "Cannot check the download: this needs \"sha256sum\", \"shasum\" or \"openssl\", and all are missing here. Install one and try again."
}

# in_release VERSION FILE: where a file of a release is; an empty version is the latest.
in_release() {
  layout=flat
  case $base in
    */releases)
      # A directory may be called so and hold the files of one release.
      if [ "$is_remote" = yes ] || [ -d "$base/download" ] || [ -d "$base/latest" ]; then
        layout=by_version
      fi
      ;;
  esac
  if [ "$layout" = flat ]; then
    printf '%s' "$base/$2"
  elif [ -z "$1" ]; then
    printf '%s' "$base/latest/download/$2"
  else
    printf '%s' "$base/download/v$1/$2"
  fi
}

# fetch FROM TO
fetch() {
  if [ "$is_remote" = no ]; then
    [ -f "$1" ] || fail "$EXIT_FAILED" "There is no file $1."
    cp "$1" "$2" 2>"$work/why" || fail "$EXIT_FAILED" "Cannot read $1: $(cat "$work/why")"
  elif has curl; then
    # An address that begins safely must not be led elsewhere in the clear.
    case $1 in
      https://*) protocols='=https' ;;
      *) protocols='=http,https' ;;
    esac
    curl -fsSL --proto-redir "$protocols" -o "$2" "$1" 2>"$work/why" </dev/null ||
      fail "$EXIT_FAILED" "Cannot download $1: $(cat "$work/why")"
  else
    # -t: on a broken connection GNU's tries twenty times.
    wget -q -t 2 -O "$2" "$1" 2>"$work/why" </dev/null ||
      fail "$EXIT_FAILED" "Cannot download $1: wget ended with $?. $(cat "$work/why")"
  fi
}

# Sets "version", "archive" and "expected" from SHA256SUMS.
choose() {
  version=
  while read -r sum name; do
    # Sums of files that were read as binary have a star in front of the name.
    name=${name#\*}
    case $name in
      "chat-$wanted"*"-$target.tar.gz") ;;
      *) continue ;;
    esac
    found=${name#chat-}
    found=${found%"-$target.tar.gz"}
    [ -z "$wanted" ] || [ "$found" = "$wanted" ] || continue
    [ -z "$version" ] || fail "$EXIT_FAILED" "There are versions $version and $found here. Choose one with --version."
    version=$found
    archive=$name
    expected=$sum
  done <"$work/SHA256SUMS"
  [ -n "$version" ] ||
    fail "$EXIT_FAILED" "SHA256SUMS of ${wanted:-the latest release} lists no chat-${wanted:-VERSION}-$target.tar.gz."
}

# The SHA-256 of a file, in hex.
sum_of() {
  if has sha256sum; then
    line=$(sha256sum <"$1")
  elif has shasum; then
    line=$(shasum -a 256 <"$1")
  else
    line=$(openssl dgst -sha256 -r <"$1")
  fi && printf '%s' "${line%% *}"
}

check() {
  got=$(sum_of "$work/$archive") || fail "$EXIT_FAILED" "Cannot check $archive."
  [ "$got" = "$expected" ] ||
    fail "$EXIT_CHECKSUM" "$archive is not what SHA256SUMS lists: expected $expected, got $got. Nothing is installed. Try again; if it stays so, tell those who publish it."
}

# stage FILE TO MODE: puts a file beside the place where it is to be, so that a rename suffices.
stage() {
  dir=$(parent "$2")
  # A rename would go into it.
  [ ! -d "$2" ] || fail "$EXIT_FAILED" "Cannot write $2: it is a directory."
  next=$dir/.chat-install.$$.${2##*/}
  staged="$staged$next
"
  { mkdir -p "$dir" && cp "$1" "$next" && chmod "$3" "$next"; } 2>"$work/why" ||
    fail "$EXIT_FAILED" "Cannot write to $dir: $(cat "$work/why")"
}

# place TO: the rename.
place() {
  mv -f "$(parent "$1")/.chat-install.$$.${1##*/}" "$1" ||
    fail "$EXIT_FAILED" "Cannot write $1."
}

# Fails when what stands there is somebody else's; sets "before" to the version of ours.
look() {
  before=
  [ -e "$program" ] || [ -L "$program" ] || return 0
  before=$(version_of "$program") ||
    fail "$EXIT_FAILED" "$program is there and is not this chat. Move it away, or choose another place with --to DIR."
}

# Whether a manual page or completions are ours, by their first lines, or no file at all.
is_ours() {
  [ -f "$1" ] || return 0
  lines=0
  while [ "$lines" -lt 3 ] && IFS= read -r line; do
    case $line in
      "# chat "[0-9]*", made by: chat --completions "* | ".TH CHAT 1 "*'"chat '[0-9]*) return 0 ;;
    esac
    lines=$((lines + 1))
  done <"$1"
  return 1
}

install_files() {
  new=$work/chat-$version-$target
  stage "$new/chat" "$program" 755
  # Before anything is replaced: a system too old, or without what it links to, shows here.
  "$to/.chat-install.$$.chat" --version >"$work/says" 2>&1 </dev/null ||
    fail "$EXIT_FAILED" "chat $version does not run here: $(cat "$work/says")"
  if [ "$extras" = yes ]; then
    stage "$new/man/chat.1" "$man_page" 644
    stage "$new/completions/chat.bash" "$bash_completion" 644
    stage "$new/completions/_chat" "$zsh_completion" 644
    stage "$new/completions/chat.fish" "$fish_completion" 644
  fi
  # The program first: extras without it would tell of a version that is not there.
  place "$program"
  if [ "$extras" = yes ]; then
    for extra in "$man_page" "$bash_completion" "$zsh_completion" "$fish_completion"; do
      place "$extra"
    done
  fi
}

# A path as a shell takes it.
quoted() {
  case $1 in
    *[!0-9A-Za-z/._+@%:,-]*) printf "'%s'" "$1" ;;
    *) printf '%s' "$1" ;;
  esac
}

report() {
  if [ -z "$before" ]; then
    say "Installed chat $version: $program"
  elif [ "$before" = "$version" ]; then
    say "Installed chat $version again: $program"
  else
    say "Replaced chat $before by $version: $program"
    say "A server that runs goes on with $before until it is started again."
  fi
  if [ "$extras" = yes ]; then
    say "Manual page: $man_page"
    say "Completions: $bash_completion"
    say "             $zsh_completion"
    say "             $fish_completion"
  fi
  profile=
  afterwards="open a new terminal"
  case ${SHELL:-} in
    */fish) ;;
    */zsh)
      profile=.zshrc
      [ "$extras" = no ] || say "For the completions, before compinit in ~/.zshrc: fpath+=('${zsh_completion%/*}')"
      ;;
    */bash)
      # What a new terminal reads: on macOS it opens a shell as for a login.
      if [ "$system" = Darwin ]; then profile=.bash_profile; else profile=.bashrc; fi
      ;;
    *)
      profile=.profile
      afterwards="log in again"
      ;;
  esac
  begin=$(quoted "$program")
  case :$PATH: in
    *":$to:"*)
      first=$(command -v chat)
      if [ "$first" = "$program" ]; then
        begin=chat
      else
        say "But \"chat\" is $first here: put $to before it in PATH."
      fi
      ;;
    *)
      say "$to is not in PATH. Once, and then $afterwards:"
      if [ -z "$profile" ]; then
        say "  fish_add_path '$to'"
      else
        say "  echo 'export PATH=\"$to:\$PATH\"' >> ~/$profile"
      fi
      ;;
  esac
  say "Begin with: $begin serve"
}

install() {
  need uname mktemp tar gzip mkdir cp mv chmod rm cat
  locate
  detect
  places
  writable "$to" "Choose another place with --to DIR."
  if [ "$extras" = yes ]; then
    for extra in "$man_page" "$bash_completion" "$zsh_completion" "$fish_completion"; do
      writable "$(parent "$extra")" "Leave the manual page and completions out with --no-extras."
      is_ours "$extra" ||
        fail "$EXIT_FAILED" "$extra is there and is not of this chat. Move it away, or leave the manual page and completions out with --no-extras."
    done
  fi
  look
  work=$(mktemp -d "${TMPDIR:-/tmp}/chat-install.XXXXXX") ||
    fail "$EXIT_FAILED" "Cannot make a directory in ${TMPDIR:-/tmp}."
  fetch "$(in_release "$wanted" SHA256SUMS)" "$work/SHA256SUMS"
  choose
  # By its number, even for the latest: a newer one may be published between the two.
  fetch "$(in_release "$version" "$archive")" "$work/$archive"
  check
  (cd "$work" && tar -xzf "$archive") 2>"$work/why" ||
    fail "$EXIT_FAILED" "Cannot unpack $archive: $(cat "$work/why")"
  install_files
  report
}

# Removes a file, if it is there, and says so.
remove() {
  [ -e "$1" ] || [ -L "$1" ] || return 0
  rm -f "$1" || fail "$EXIT_FAILED" "Cannot remove $1."
  say "Removed $1"
  removed=yes
}

# The path of a chat that is still there, in the places where one may be; nothing when there is none.
# Another program of that name does not count.
another() {
  for place in "$HOME/.local/bin/chat" "${CHAT_INSTALL:+$CHAT_INSTALL/chat}" "$(command -v chat)"; do
    [ -n "$place" ] && version_of "$place" >/dev/null && printf '%s' "$place" && return 0
  done
}

uninstall() {
  need rm
  places
  look
  removed=no
  remove "$program"
  if [ "$extras" = yes ]; then
    other=$(another)
    if [ -z "$other" ]; then
      for extra in "$man_page" "$bash_completion" "$zsh_completion" "$fish_completion"; do
        if is_ours "$extra"; then remove "$extra"; else say "Left $extra: it is not of this chat."; fi
      done
    elif [ "$removed" = yes ]; then
      say "The manual page and the completions stay, for $other."
    fi
  fi
  [ "$removed" = yes ] || fail "$EXIT_FAILED" "There is nothing to remove: no $program. Where it is, --to DIR says."
}

main() {
  trap cleanup EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  parse "$@"
  "$action"
}

main "$@"
}
