#include "supervisor/bench/default_cell.h"

#include <algorithm>
#include <string>

#include "rookery/run_config.h"
#include "supervisor/config/config_keys.h"

namespace rookery {
namespace {

bool is_default(const Setting& setting, int cores) {
  if (setting.key == "model" || setting.value.yaml.empty()) return true;
  const int workers = std::max(1, cores / ResultSettings{}.intra_op);
  if (setting.key == "workers" && setting.value.text == std::to_string(workers)) return true;
  RunConfig config;
  return set_key(config, setting.key, setting.value.yaml).ok() && config == RunConfig{};
}

}  // namespace

std::optional<std::size_t> default_cell(const Grid& grid, int cores) {
  const auto found = std::ranges::find_if(grid.cells, [cores](const Cell& cell) {
    return std::ranges::all_of(
        cell.settings, [cores](const Setting& setting) { return is_default(setting, cores); });
  });
  if (found == grid.cells.end()) return std::nullopt;
  return static_cast<std::size_t>(found - grid.cells.begin());
}

}  // namespace rookery
