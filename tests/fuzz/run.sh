#!/usr/bin/env bash
# run.sh BUILD TARGET short|long OPTION...: runs a fuzz target on its seeds. A long run goes on from
# what earlier ones kept in BUILD/corpus; a short one forgets what it found out. Inputs that break
# something are left in BUILD/findings.
set -euo pipefail
build=$1 target=$2 kind=$3
shift 3
# Journals are forced to disk, which in memory costs nothing.
[[ -w /dev/shm ]] && memory=/dev/shm || memory=$build
scratch=$(mktemp -d "$memory/rookery-fuzz-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
corpus=$scratch/corpus
[[ $kind == short ]] || corpus=$build/corpus/$target
mkdir -p "$corpus" "$build/findings"
options=(-timeout=20 -rss_limit_mb=2560 -print_final_stats=1 "-artifact_prefix=$build/findings/$target-")
dictionary=$build/seeds/$target.dict
[[ ! -f $dictionary ]] || options+=("-dict=$dictionary")
suppressions=$(dirname "${BASH_SOURCE[0]}")/lsan.supp
export LSAN_OPTIONS="suppressions=$suppressions:print_suppressions=0"
# Otherwise the leak check takes a block of a loaded library's thread-local storage for one of an older
# glibc now and then, and dies of it (google/sanitizers issue 1322): a finding that is none.
export ASAN_OPTIONS=intercept_tls_get_addr=0
TMPDIR=$scratch "$build/bin/$target" "${options[@]}" "$@" "$corpus" "$build/seeds/$target"
