#include "supervisor/bench/cell_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace rookery {
namespace {

// Of the folders that all values begin with, which tell none from another.
std::size_t shared_folders_length(const std::vector<KeyValue>& values) {
  std::string shared = values.front().text;
  for (const KeyValue& value : values) {
    const auto [end, other] =
        std::mismatch(shared.begin(), shared.end(), value.text.begin(), value.text.end());
    shared.erase(end, shared.end());
  }
  return shared.rfind('/') + 1;  // npos + 1 is 0
}

std::string in_words(const Setting& setting, const VariedKey& key) {
  const std::string& text = setting.value.text;
  if (setting.key == "workers") return text + (text == "1" ? " worker" : " workers");
  if (setting.key == "engine" || setting.key == "allocator") return text;
  if (setting.key == "model") return text.substr(shared_folders_length(key.values));
  if (setting.key == "batch.size") return "batch " + text;
  if (setting.key == "weights") return text + " weights";
  if (setting.key.starts_with("environment.")) return setting.key.substr(12) + "=" + text;
  return setting.key + " " + text;
}

}  // namespace

std::string in_words(const Cell& cell, const Grid& grid) {
  std::vector<std::string> words;
  for (std::size_t index = 0; index < cell.settings.size(); ++index) {
    words.push_back(in_words(cell.settings[index], grid.keys[index]));
  }
  std::string all = words.empty() ? "as configured" : fmt::format("{}", fmt::join(words, ", "));
  return cell.oversubscribed ? all + " (oversubscribed)" : all;
}

std::string models_in_words(const Grid& grid) {
  const bool several = std::any_of(grid.keys.begin(), grid.keys.end(),
                                   [](const VariedKey& key) { return key.key == "model"; });
  return several ? "these models" : "this model";
}

std::string set_aside_in_words(std::int64_t runs) {
  return fmt::format(
      "Runs that were set aside and made again, since the host was slow just before or after them: "
      "{}.",
      runs);
}

}  // namespace rookery
