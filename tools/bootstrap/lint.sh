# Formatting and static checks. Everything is checked even if something was found before.
# shellcheck shell=bash

readonly tidy_cache=build/lint
# Commands without precompiled headers: those that GCC makes are no use to clang-tidy.
readonly tidy_commands_dir=build/lint/commands
found=0

# check "what" COMMAND...: shows the output of a command that finds something.
check() {
  say "checking $1"
  shift
  "$@" || found=1
}

# ours PATTERN...: files in the repository, or about to be, that match.
ours() { git ls-files --cached --others --exclude-standard -- "$@"; }

# tidy_one KEY SOURCE: looks at a source unless it was found clean with this key.
tidy_one() {
  local stamp_file=$tidy_cache/${2//\//_}
  is_stamped "$stamp_file" "$1" && return
  say "  clang-tidy $2"
  clang-tidy --quiet -p "$tidy_commands_dir" "$2" 2>/dev/null || return 1
  stamp "$stamp_file" "$1"
}

# One at a time for each core.
tidy_all() {
  local sources
  mapfile -t sources < <(ours '*.cc')
  export tidy_cache tidy_commands_dir
  export -f tidy_one is_stamped stamp say
  # shellcheck disable=SC2016 # $1 and $2 are for the inner shell
  "$venv/bin/python" tools/bootstrap/tidy_keys.py "$tidy_commands_dir/compile_commands.json" \
    "$(clang-tidy --version)" "${sources[@]}" |
    xargs -P "$(nproc)" -L 1 bash -c 'tidy_one "$1" "$2"' tidy
}

# The rules are named, since ruff's own choice changes with its version. B905 (zip without strict) is
# off: what is zipped here has one length by construction.
check_python() {
  "$venv/bin/ruff" check --quiet --isolated --output-format concise --line-length 120 \
    --select B,E,F,I,UP,W --ignore B905 tools bench tests
}

run_lint() {
  local cpp
  mapfile -t cpp < <(ours '*.h' '*.cc')
  step "configuring for clang-tidy" cmake --preset dev -B "$tidy_commands_dir" \
    -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DROOKERY_BUILD_FUZZERS=ON
  check "the format of ${#cpp[@]} C++ files" clang-format --dry-run -Werror "${cpp[@]}"
  check "shell scripts" shellcheck -x bootstrap.sh .ci/run tests/fuzz/run.sh # and all that they source
  check "Python scripts" check_python
  check "C++ sources with clang-tidy (slow the first time)" tidy_all
  ((found == 0)) || fail "lint found what is shown above"
  say "lint: nothing found"
}
