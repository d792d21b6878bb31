# What the person who runs bootstrap.sh gets to read: one line a step, everything else in the log.
# shellcheck shell=bash

readonly log=build/bootstrap.log

say() { printf '%s\n' "$@"; }  # one line for each argument

start_log() {
  mkdir -p build
  printf '# %s\n' "$*" >"$log"
}

# fail "sentence": ends the script with one clear sentence.
fail() {
  printf 'bootstrap: %s\n' "$*" >&2
  exit 1
}

# logged COMMAND...: runs it with its output in the log only; answers with its exit status.
logged() {
  printf '\n$ %s\n' "$*" >>"$log"
  "$@" >>"$log" 2>&1
}

# step "what is done" COMMAND...: like logged, but a failure shows the log's end and ends the script.
step() {
  local title=$1
  shift
  say "$title"
  logged "$@" && return
  tail -n 30 "$log" >&2
  fail "failed: $title. The whole log is $log"
}

# is_stamped STAMP KEY: whether this very thing was done before.
is_stamped() { [[ -f $1 && $(<"$1") == "$2" ]]; }

# stamp STAMP KEY: remembers that it was done.
stamp() {
  mkdir -p "$(dirname "$1")"
  printf '%s\n' "$2" >"$1"
}

# digest_of WORD... -- FILE...: one hash over some words and the contents of some files.
digest_of() {
  local words=()
  until [[ $1 == -- ]]; do
    words+=("$1")
    shift
  done
  shift
  { printf '%s\n' "${words[@]}" && cat -- "$@"; } | sha256sum | cut -d ' ' -f 1
}
