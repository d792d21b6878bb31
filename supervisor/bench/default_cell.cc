#include "supervisor/bench/default_cell.h"

#include <algorithm>
#include <string>

#include "rookery/run_config.h"
#include "supervisor/config/config_keys.h"

namespace rookery {
namespace {

bool is_default(const Setting& setting, int usual_workers) {
  if (setting.key == "model" || setting.value.yaml.empty()) return true;
  if (setting.key == "workers" && setting.value.text == std::to_string(usual_workers)) return true;
  RunConfig config;
  return set_key(config, setting.key, setting.value.yaml).ok() && config == RunConfig{};
}

}  // namespace

std::optional<std::size_t> default_cell(const Grid& grid, int usual_workers) {
  const auto found = std::ranges::find_if(grid.cells, [usual_workers](const Cell& cell) {
    return std::ranges::all_of(cell.settings, [usual_workers](const Setting& setting) {
      return is_default(setting, usual_workers);
    });
  });
  if (found == grid.cells.end()) return std::nullopt;
  return static_cast<std::size_t>(found - grid.cells.begin());
}

}  // namespace rookery
