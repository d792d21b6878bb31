#include "supervisor/bench/search_space.h"

#include <algorithm>
#include <string>

namespace rookery {
namespace {

// Patterns of cells that are none of the space any more match nothing.
void forget(std::vector<CellPattern>& patterns, const std::string& key, const std::string& kept) {
  for (CellPattern& pattern : patterns) {
    const auto named = pattern.find(key);
    if (named == pattern.end()) continue;
    std::erase_if(named->second, [&](const std::string& text) { return text != kept; });
  }
}

}  // namespace

BenchConfig search_space(BenchConfig config) {
  config.figures.clear();
  for (VariedKey& key : config.vary) {
    const auto named = config.baseline.find(key.key);
    if (named != config.baseline.end()) {
      std::erase_if(key.values, [&](const KeyValue& one) { return one.text != named->second; });
    }
    // A baseline that names no value of the key is refused when the grid is made.
    if (key.values.empty()) continue;
    key.values.resize(1);
    forget(config.exclude, key.key, key.values.front().text);
  }
  return config;
}

}  // namespace rookery
