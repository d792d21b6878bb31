#include "tests/e2e/settings_matrix.h"

#include <set>
#include <tuple>
#include <utility>

namespace rookery::e2e {
namespace {

// (axis, its value, later axis, its value)
using Pair = std::tuple<std::size_t, std::size_t, std::size_t, std::size_t>;

std::set<Pair> all_pairs(const std::vector<Axis>& axes) {
  std::set<Pair> pairs;
  for (std::size_t a = 0; a < axes.size(); ++a) {
    for (std::size_t b = a + 1; b < axes.size(); ++b) {
      for (std::size_t i = 0; i < axes[a].values.size(); ++i) {
        for (std::size_t j = 0; j < axes[b].values.size(); ++j) pairs.insert({a, i, b, j});
      }
    }
  }
  return pairs;
}

constexpr std::size_t kFree = static_cast<std::size_t>(-1);

Pair pair_of(std::size_t a, std::size_t i, std::size_t b, std::size_t j) {
  return a < b ? Pair{a, i, b, j} : Pair{b, j, a, i};
}

// How many open pairs a value of an axis would make with what is chosen already.
std::size_t gain(const std::set<Pair>& open, const Setting& chosen, std::size_t axis,
                 std::size_t value) {
  std::size_t count = 0;
  for (std::size_t other = 0; other < chosen.size(); ++other) {
    if (other == axis || chosen[other] == kFree) continue;
    count += open.count(pair_of(axis, value, other, chosen[other]));
  }
  return count;
}

// Begins with an open pair, then takes for each axis the value that makes most open pairs.
Setting next_setting(const std::vector<Axis>& axes, const std::set<Pair>& open) {
  Setting chosen(axes.size(), kFree);
  const auto [a, i, b, j] = *open.begin();
  chosen[a] = i;
  chosen[b] = j;
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    if (chosen[axis] != kFree) continue;
    std::size_t best = 0;
    for (std::size_t value = 1; value < axes[axis].values.size(); ++value) {
      if (gain(open, chosen, axis, value) > gain(open, chosen, axis, best)) best = value;
    }
    chosen[axis] = best;
  }
  return chosen;
}

}  // namespace

std::vector<Setting> every_pair(const std::vector<Axis>& axes) {
  std::vector<Setting> settings;
  std::set<Pair> open = all_pairs(axes);
  while (!open.empty()) {
    const Setting setting = next_setting(axes, open);
    for (std::size_t a = 0; a < axes.size(); ++a) {
      for (std::size_t b = a + 1; b < axes.size(); ++b) open.erase({a, setting[a], b, setting[b]});
    }
    settings.push_back(setting);
  }
  return settings;
}

std::vector<Setting> every_combination(const std::vector<Axis>& axes) {
  std::vector<Setting> settings = {{}};
  for (const Axis& axis : axes) {
    std::vector<Setting> longer;
    for (const Setting& setting : settings) {
      for (std::size_t value = 0; value < axis.values.size(); ++value) {
        longer.push_back(setting);
        longer.back().push_back(value);
      }
    }
    settings = std::move(longer);
  }
  return settings;
}

std::vector<std::string> words_of(const std::vector<Axis>& axes, const Setting& setting) {
  std::vector<std::string> words;
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    const auto& value = axes[axis].values[setting[axis]];
    words.insert(words.end(), value.begin(), value.end());
  }
  return words;
}

}  // namespace rookery::e2e
