#!/usr/bin/env bash
# Installs what Rookery needs on Debian 12, builds it, tests it, shows it. A second call does only
# what has changed. Its parts are in tools/bootstrap/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source tools/bootstrap/say.sh
source tools/bootstrap/debian.sh
source tools/bootstrap/python.sh
source tools/bootstrap/build.sh
source tools/bootstrap/data.sh
source tools/bootstrap/demo.sh
source tools/bootstrap/lint.sh
source tools/bootstrap/fuzz.sh

usage() {
  cat <<'TEXT'
usage: ./bootstrap.sh COMMAND
  build     install what is missing and build build/release/bin/{rookery,rookery-worker}
  demo      build, then run two models on recordings whose truth is known, and compare
  test      build, then run all tests
  sanitize  run tests under the address, undefined-behaviour and thread sanitizers
  fuzz [N]  feed made-up bytes to all that reads bytes, N minutes (10) for each kind of input
  lint      check formatting, C++ with clang-tidy, shell and Python scripts
settings from the environment
  CMAKE_PREFIX_PATH     folders to take LibTorch 2.13 from instead of installing it
  ROOKERY_TORCH_INDEX   package index to install torch from, say one of CPU builds
TEXT
}

install_all() {
  ensure_packages tools/bootstrap/packages.txt
  ensure_python
}

build() {
  install_all
  build_preset release
}

run_tests() {
  ensure_packages tools/bootstrap/packages-test.txt
  build
  make_test_data build/release/test-data
  test_preset release || fail "tests failed; build/release/junit.xml tells which"
  fuzz_shortly
  say "all tests passed"
}

# Apart from `test`, which is to stay within twenty minutes on two cores from a fresh clone.
sanitize() {
  local failed=()
  ensure_packages tools/bootstrap/packages-test.txt
  install_all
  make_test_data build/release/test-data
  for preset in asan tsan asan-e2e tsan-e2e; do
    build_preset "$preset"
    test_preset "$preset" || failed+=("$preset")
  done
  ((${#failed[@]} == 0)) || fail "tests failed under: ${failed[*]}"
  say "all tests passed under the sanitizers"
}

# A finding ends it.
fuzz() {
  build_fuzzers
  fuzz_targets "$1"
  say "nothing was found"
}

lint() {
  ensure_packages tools/bootstrap/packages.txt tools/bootstrap/packages-{lint,fuzz}.txt
  ensure_python
  ensure_lint_tools
  run_lint
}

main() {
  local command=${1:-} minutes=${2:-10}
  [[ $# == 1 || ($# == 2 && $command == fuzz && $minutes =~ ^[1-9][0-9]*$) ]] || command=
  start_log "bootstrap.sh $*"
  case $command in
    build)
      build
      say "built build/release/bin/rookery and build/release/bin/rookery-worker"
      ;;
    demo)
      build
      run_demo
      ;;
    test) run_tests ;;
    sanitize) sanitize ;;
    fuzz) fuzz "$minutes" ;;
    lint) lint ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
}

main "$@"
