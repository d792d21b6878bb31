#include "supervisor/bench/cells.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "supervisor/bench/figure_orders.h"
#include "supervisor/config/nearest_name.h"

namespace rookery {
namespace {

constexpr std::size_t kMaxCells = 10'000;

using Settings = std::vector<Setting>;

std::string id_of(const Settings& settings) {
  std::vector<std::string> parts;
  parts.reserve(settings.size());
  for (const Setting& one : settings) parts.push_back(one.key + "=" + one.value.text);
  return parts.empty() ? "all" : fmt::format("{}", fmt::join(parts, " "));
}

const VariedKey* find_key(const std::vector<VariedKey>& keys, const std::string& name) {
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const VariedKey& key) { return key.key == name; });
  return found == keys.end() ? nullptr : &*found;
}

const KeyValue* find_value(const VariedKey& key, const std::string& text) {
  const auto found = std::find_if(key.values.begin(), key.values.end(),
                                  [&](const KeyValue& value) { return value.text == text; });
  return found == key.values.end() ? nullptr : &*found;
}

Error no_such(const std::string& section, const std::string& what, const std::string& name,
              const std::vector<std::string>& known) {
  return {"config",
          known.empty() ? fmt::format("{}: no key is compared, so {} is none", section, name)
                        : fmt::format("{}: {} is no {}; the nearest is {}", section, name, what,
                                      nearest_name(name, known)),
          ""};
}

Status check_pair(const std::string& section, const std::vector<VariedKey>& keys,
                  const std::string& name, const std::string& text) {
  std::vector<std::string> known;
  const VariedKey* key = find_key(keys, name);
  if (key == nullptr) {
    for (const VariedKey& one : keys) known.push_back(one.key);
    return no_such(section, "key that is compared", name, known);
  }
  if (find_value(*key, text) != nullptr) return Done{};
  for (const KeyValue& value : key->values) known.push_back(value.text);
  return no_such(section, "value of " + name + " that is compared", text, known);
}

Status check_names(const BenchConfig& config, const std::vector<VariedKey>& keys) {
  std::set<std::string> seen;
  for (const VariedKey& key : keys) {
    if (!seen.insert(key.key).second) {
      return Error{"config", key.key + " is compared twice, in matrix or vary", "name it once"};
    }
  }
  for (const auto& [name, text] : config.baseline) {
    Status known = check_pair("baseline", keys, name, text);
    if (!known) return known;
  }
  for (const CellPattern& pattern : config.exclude) {
    for (const auto& [name, texts] : pattern) {
      for (const std::string& text : texts) {
        Status known = check_pair("exclude", keys, name, text);
        if (!known) return known;
      }
    }
  }
  return check_figures(config, keys);
}

Settings baseline_settings(const BenchConfig& config, const std::vector<VariedKey>& keys) {
  Settings settings;
  for (const VariedKey& key : keys) {
    const auto named = config.baseline.find(key.key);
    settings.push_back({key.key, named == config.baseline.end() ? key.values.front()
                                                                : *find_value(key, named->second)});
  }
  return settings;
}

// Every combination of the first `count` keys, the last of them running fastest; keys behind them
// keep the baseline's value.
std::vector<Settings> combinations(const std::vector<VariedKey>& keys, std::size_t count,
                                   const Settings& baseline) {
  std::vector<Settings> all = {baseline};
  for (std::size_t index = 0; index < count && all.size() <= kMaxCells; ++index) {
    std::vector<Settings> longer;
    for (const Settings& settings : all) {
      for (const KeyValue& value : keys[index].values) {
        longer.push_back(settings);
        longer.back()[index].value = value;
      }
    }
    all = std::move(longer);
  }
  return all;
}

void add_one_at_a_time(std::vector<Settings>& all, const std::vector<VariedKey>& keys,
                       std::size_t first, const Settings& baseline) {
  for (std::size_t index = first; index < keys.size(); ++index) {
    for (const KeyValue& value : keys[index].values) {
      all.push_back(baseline);
      all.back()[index].value = value;
    }
  }
}

bool matches(const Settings& settings, const CellPattern& pattern) {
  return std::all_of(pattern.begin(), pattern.end(), [&](const auto& wanted) {
    return std::any_of(settings.begin(), settings.end(), [&](const Setting& one) {
      const auto& texts = wanted.second;
      return one.key == wanted.first &&
             std::find(texts.begin(), texts.end(), one.value.text) != texts.end();
    });
  });
}

void add_cells(Grid& grid, const std::vector<Settings>& all, const BenchConfig& config) {
  std::set<std::string> seen;
  for (const Settings& settings : all) {
    const bool excluded =
        std::any_of(config.exclude.begin(), config.exclude.end(),
                    [&](const CellPattern& pattern) { return matches(settings, pattern); });
    const std::string id = id_of(settings);
    if (!excluded && seen.insert(id).second) grid.cells.push_back({id, settings, false});
  }
}

}  // namespace

std::optional<std::size_t> Grid::find(const std::string& id) const {
  const auto found =
      std::find_if(cells.begin(), cells.end(), [&](const Cell& cell) { return cell.id == id; });
  if (found == cells.end()) return std::nullopt;
  return static_cast<std::size_t>(found - cells.begin());
}

std::vector<std::size_t> cells_of_vary(const BenchConfig& config, const Grid& grid) {
  if (config.vary.empty()) return {};
  const Settings& baseline = grid.cells[grid.baseline].settings;
  const auto first = static_cast<std::ptrdiff_t>(config.matrix.size());
  std::vector<std::size_t> cells;
  for (std::size_t cell = 0; cell < grid.cells.size(); ++cell) {
    const Settings& settings = grid.cells[cell].settings;
    const bool same =
        std::equal(settings.begin() + first, settings.end(), baseline.begin() + first);
    if (!same || cell == grid.baseline) cells.push_back(cell);
  }
  return cells;
}

Result<Grid> make_grid(const BenchConfig& config) {
  Grid grid;
  grid.keys = config.matrix;
  grid.keys.insert(grid.keys.end(), config.vary.begin(), config.vary.end());
  if (const Status known = check_names(config, grid.keys); !known) return known.error();
  const Settings baseline = baseline_settings(config, grid.keys);
  std::vector<Settings> all = combinations(grid.keys, config.matrix.size(), baseline);
  add_one_at_a_time(all, grid.keys, config.matrix.size(), baseline);
  if (all.size() > kMaxCells) {
    return Error{"config", fmt::format("the matrix has more than {} cells", kMaxCells),
                 "compare fewer values"};
  }
  add_cells(grid, all, config);
  const auto found = grid.find(id_of(baseline));
  if (!found) {
    return Error{"config", fmt::format("the baseline {} is excluded", id_of(baseline)),
                 "name another under baseline"};
  }
  grid.baseline = *found;
  return grid;
}

}  // namespace rookery
