// Named allocator settings of the worker tree: which library is preloaded and with what
// environment.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rookery/result.h"

namespace rookery {

struct AllocatorPreset {
  std::string name;
  std::string library;  // file name of the library to preload; empty for glibc's own
  std::vector<std::pair<std::string, std::string>> environment;
  std::string summary;
};

// All presets, the default first.
const std::vector<AllocatorPreset>& allocator_presets();

// The environment that gives a worker tree this allocator, LD_PRELOAD included (what the user
// preloads stays behind it). An unknown name or a library that is not installed is an Error of
// stage "config". In a sanitizer's build nothing is preloaded.
Result<std::vector<std::pair<std::string, std::string>>> allocator_environment(
    const std::string& name);

}  // namespace rookery
