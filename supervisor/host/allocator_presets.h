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

// An unknown name is an Error of stage "config".
Result<AllocatorPreset> allocator_preset(const std::string& name);

}  // namespace rookery
