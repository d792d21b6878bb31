# Building and running the fuzz targets of tests/fuzz.
# shellcheck shell=bash

build_fuzzers() {
  ensure_packages tools/bootstrap/packages.txt tools/bootstrap/packages-fuzz.txt
  build_preset fuzz
}

# A few seconds, on the same inputs each time.
fuzz_shortly() {
  build_fuzzers
  test_preset fuzz || fail "fuzzing found something; the inputs are in build/fuzz/findings"
}

# fuzz_targets MINUTES: each target for so long, from where the run before ended.
fuzz_targets() {
  local seeds target
  for seeds in build/fuzz/seeds/*/; do
    target=$(basename "$seeds")
    say "fuzzing $target for $1 minutes"
    logged tests/fuzz/run.sh build/fuzz "$target" long "-max_total_time=$((60 * $1))" ||
      fail "$target found something; the input is in build/fuzz/findings, what it does in $log"
    say "  $(grep -F stat::number_of_executed_units "$log" | tail -n 1 | grep -o '[0-9]*$') executions"
  done
}
