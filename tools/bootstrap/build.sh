# Configuring, building and running the tests of a preset.
# shellcheck shell=bash

# build_preset PRESET
build_preset() {
  # Paths below the checkout enter the compiler cache relative to it: a second clone finds the
  # objects of the first.
  export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
  step "configuring $1" cmake --preset "$1"
  step "building $1" cmake --build --preset "$1"
}

# test_preset PRESET: ctest's own lines are shown; answers with its exit status.
test_preset() {
  say "testing $1"
  ctest --preset "$1" --output-junit "$PWD/build/$1/junit.xml"
}
