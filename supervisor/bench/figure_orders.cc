#include "supervisor/bench/figure_orders.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "supervisor/bench/config_nodes.h"
#include "supervisor/bench/metrics.h"
#include "supervisor/config/nearest_name.h"

namespace rookery {
namespace {

// What a kind cannot be drawn without: keys that are compared.
const std::map<std::string, std::vector<std::string>> kNeeded = {
    {"lines", {"x"}}, {"bars", {"x"}}, {"heatmap", {"x", "series"}}};
const std::vector<std::string> kKinds = {"lines",   "bars",   "heatmap", "memory",
                                         "latency", "pareto", "stages"};

Status check_name(const std::string& what, const std::string& name,
                  const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), name) != known.end()) return Done{};
  return Error{"config",
               fmt::format("figures.{}: {} is not allowed here; the nearest is {}", what, name,
                           nearest_name(name, known)),
               ""};
}

// One number or a list of them, counted from 1.
std::vector<std::int32_t> read_numbers(CardMap& map) {
  constexpr std::int32_t most = 1000;
  const auto number = whole_number<std::int32_t>(1, most);
  const YAML::Node node = map.take("published");
  if (!node.IsDefined()) return {};
  std::vector<std::int32_t> numbers;
  if (node.IsScalar()) numbers.push_back(number.read(node).value_or(0));
  for (const YAML::Node& one : node) numbers.push_back(number.read(one).value_or(0));
  if (numbers.empty() || std::count(numbers.begin(), numbers.end(), 0) > 0) {
    map.report("published", "takes the number of a published claim, from 1, or a list of them");
  }
  return numbers;
}

Status check_words(const FigureOrder& figure, const std::vector<std::string>& keys) {
  std::vector<std::string> metrics;
  for (const Metric& metric : metric_table()) metrics.push_back(metric.name);
  const std::string& kind = figure.words.at("kind");
  for (const auto& [word, value] : figure.words) {
    const bool is_metric = word == "y" || (word == "x" && kind == "pareto");
    if (!is_metric && word != "x" && word != "series") continue;
    Status known = check_name(word, value, is_metric ? metrics : keys);
    if (!known) return known;
  }
  const auto needed = kNeeded.find(kind);
  if (needed == kNeeded.end()) return Done{};
  for (const std::string& word : needed->second) {
    if (figure.words.contains(word)) continue;
    return Error{"config", fmt::format("figures: {} needs {}, a key that is compared", kind, word),
                 "add it to the figure, or leave the figure out"};
  }
  return Done{};
}

Status check_where(const FigureOrder& figure, const std::vector<VariedKey>& keys) {
  for (const auto& [name, value] : figure.where) {
    const auto key =
        std::find_if(keys.begin(), keys.end(),
                     [&, &wanted = name](const VariedKey& k) { return k.key == wanted; });
    std::vector<std::string> known;
    if (key == keys.end()) {
      for (const VariedKey& one : keys) known.push_back(one.key);
      return check_name("where", name, known);
    }
    for (const KeyValue& one : key->values) known.push_back(one.text);
    Status found = check_name("where." + name, value, known);
    if (!found) return found;
  }
  return Done{};
}

}  // namespace

FigureOrder read_figure(const YAML::Node& node, CardErrors& errors) {
  FigureOrder figure;
  CardMap map(node, "figures", errors);
  figure.words["kind"] = map.require("kind", one_of(kKinds));
  for (const char* name : {"title", "x", "y", "series"}) {
    if (map.has(name)) figure.words[name] = map.get(name, text(), std::string());
  }
  figure.published = read_numbers(map);
  const YAML::Node where = map.take("where");
  if (where.IsDefined() && where.IsMap()) {
    for (const auto& [key, value] : flat_settings(where)) figure.where[key] = value.text;
  } else if (where.IsDefined()) {
    map.report("where", "takes a map of keys and values");
  }
  map.refuse_unknown_keys();
  return figure;
}

Status check_figures(const BenchConfig& config, const std::vector<VariedKey>& keys) {
  std::vector<std::string> names;
  names.reserve(keys.size());
  for (const VariedKey& key : keys) names.push_back(key.key);
  for (const FigureOrder& figure : config.figures) {
    Status known = check_words(figure, names);
    if (!known) return known;
    Status fits = check_where(figure, keys);
    if (!fits) return fits;
    for (const std::int32_t number : figure.published) {
      if (static_cast<std::size_t>(number) <= config.published.size()) continue;
      return Error{"config",
                   fmt::format("figures.published: {}, but {} claims are published", number,
                               config.published.size()),
                   ""};
    }
  }
  return Done{};
}

}  // namespace rookery
