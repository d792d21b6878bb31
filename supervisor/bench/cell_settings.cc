// From a cell to what `rookery run` is given, and whether it may be.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "supervisor/bench/cells.h"
#include "supervisor/config/config_keys.h"
#include "supervisor/config/yaml_values.h"

namespace rookery {
namespace {

// Bench gives these to every run itself.
constexpr std::array kOwnKeys = {"inputs", "out", "trace", "metrics"};

void put(std::vector<Setting>& settings, const Setting& setting) {
  const auto same = std::find_if(settings.begin(), settings.end(),
                                 [&](const Setting& one) { return one.key == setting.key; });
  if (same == settings.end()) {
    settings.push_back(setting);
  } else {
    same->value = setting.value;
  }
}

Result<RunConfig> run_config(const std::vector<Setting>& settings) {
  RunConfig config;
  for (const Setting& setting : settings) {
    for (const char* own : kOwnKeys) {
      if (setting.key == own) {
        return Error{"config",
                     fmt::format("{}: {}: bench sets this key itself", own, setting.value.text),
                     "name recordings under inputs"};
      }
    }
    if (setting.value.yaml.empty()) continue;
    const Status set = set_key(config, setting.key, setting.value.yaml);
    if (!set) return set.error();
  }
  return config;
}

// That compute. Workers that are counted by the cores to be had count as one.
std::int64_t threads_of(const RunConfig& config) {
  const std::int64_t workers = std::max(config.speed.workers, 1);
  const std::int64_t helper = config.speed.decode_ahead ? 1 : 0;
  // Threads between operators are one pool for a process.
  const std::int64_t processes = config.speed.engine == EngineKind::kThreads ? 1 : workers;
  return workers * (config.results.intra_op + helper) + processes * (config.speed.inter_op - 1);
}

}  // namespace

std::vector<Setting> run_settings(const BenchConfig& config, const Cell& cell) {
  std::vector<Setting> settings = config.run;
  for (const Setting& setting : cell.settings) put(settings, setting);
  if (cell.oversubscribed) put(settings, {"oversubscribe", {"true", "true"}});
  return settings;
}

std::string run_yaml(const std::vector<Setting>& settings) {
  std::string yaml;
  for (const Setting& setting : settings) {
    if (setting.value.yaml.empty()) continue;
    yaml += fmt::format("{}: {}\n", yaml_scalar(setting.key), setting.value.yaml);
  }
  return yaml;
}

Status check_cells(const BenchConfig& config, Grid& grid, int cores) {
  for (Cell& cell : grid.cells) {
    const auto merged = run_config(run_settings(config, cell));
    if (!merged) return merged.error();
    if (merged->models.empty()) {
      return Error{"config", "model: is missing; it takes a model's directory or several", ""};
    }
    const std::int64_t threads = threads_of(*merged);
    const bool fills_the_host = merged->speed.workers == 0;
    cell.oversubscribed = threads > cores;
    cell.busy_cores =
        fills_the_host ? cores : static_cast<int>(std::min<std::int64_t>(threads, cores));
  }
  return Done{};
}

}  // namespace rookery
