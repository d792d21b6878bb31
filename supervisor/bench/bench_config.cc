#include "supervisor/bench/bench_config.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "rookery/audio_channels.h"
#include "supervisor/bench/config_nodes.h"
#include "supervisor/bench/figure_orders.h"
#include "supervisor/config/text_file.h"
#include "supervisor/config/value_kinds.h"
#include "supervisor/config/yaml_values.h"
#include "supervisor/model_card/card_map.h"
#include "supervisor/run_time.h"

namespace rookery {
namespace {

constexpr std::int32_t kMaxRounds = 1000;

// A key's node, if it is there and of the kind wanted; what is of another kind is an error.
YAML::Node list_of(CardMap& map, const std::string& key) {
  const YAML::Node node = map.take(key);
  if (!node.IsDefined() || node.IsSequence()) return node;
  map.report(key, shown(node) + " is not allowed; it takes a list");
  return YAML::Node(YAML::NodeType::Undefined);
}

YAML::Node map_of(CardMap& map, const std::string& key) {
  const YAML::Node node = map.take(key);
  if (!node.IsDefined() || node.IsMap()) return node;
  map.report(key, shown(node) + " is not allowed; it takes a map of run-config keys");
  return YAML::Node(YAML::NodeType::Undefined);
}

std::chrono::seconds time_of(CardMap& map, const std::string& key, std::chrono::seconds fallback) {
  if (!map.has(key)) return fallback;
  const auto time = parse_duration(map.get(key, duration(), std::string("none")));
  if (!time) map.report(key, "none is not allowed; it takes a time such as 90s, 20m or 2h");
  return time.value_or(fallback);
}

std::vector<PublishedClaim> read_published(CardMap& top, CardErrors& errors) {
  std::vector<PublishedClaim> claims;
  const YAML::Node list = list_of(top, "published");
  if (!list.IsDefined()) return claims;
  for (const auto& node : list) {
    CardMap claim(node, "published", errors);
    claims.push_back({claim.require("source", text()), claim.require("claim", text())});
    claim.refuse_unknown_keys();
  }
  return claims;
}

GeneratedAudio read_generated(CardMap map) {
  GeneratedAudio audio;
  audio.count = map.get("count", whole_number<std::int32_t>(1, 100'000), audio.count);
  audio.minutes = map.get("minutes", real_number(0.001, 1440), audio.minutes);
  audio.sample_rate =
      map.get("sample_rate", whole_number<std::int32_t>(1000, 384'000), audio.sample_rate);
  audio.channels = map.get("channels", whole_number<std::int32_t>(1, kMaxChannels), audio.channels);
  audio.seed = map.get("seed", whole_number<std::int32_t>(0, 1'000'000), audio.seed);
  audio.batches = map.get("batches", whole_number<std::int32_t>(0, 100'000), audio.batches);
  map.refuse_unknown_keys();
  return audio;
}

void read_inputs(CardMap& top, BenchConfig& config) {
  CardMap inputs = top.map("inputs");
  config.recordings = inputs.get("recordings", one_or_more_paths(), {});
  if (inputs.has("generated")) config.generated = read_generated(inputs.map("generated"));
  inputs.refuse_unknown_keys();
  if (config.recordings.empty() != config.generated.has_value()) {
    top.report("inputs", "takes either recordings or generated, and one of them");
  }
  // It can be read once, and each run would need it.
  if (std::find(config.recordings.begin(), config.recordings.end(), "-") !=
      config.recordings.end()) {
    top.report("inputs",
               "recordings: - , a list on standard input, is not allowed; name files, "
               "folders or globs");
  }
}

std::optional<std::string> repeated(const std::vector<KeyValue>& values) {
  std::set<std::string> seen;
  for (const KeyValue& value : values) {
    if (!seen.insert(value.text).second) return value.text;
  }
  return std::nullopt;
}

std::vector<VariedKey> read_varied(CardMap& top, const std::string& section) {
  std::vector<VariedKey> varied;
  const YAML::Node map = map_of(top, section);
  if (!map.IsDefined()) return varied;
  for (const auto& [key, value] : flat_settings(map)) {
    VariedKey& one = varied.emplace_back(VariedKey{key, {}});
    const YAML::Node list = YAML::Load(value.yaml);
    if (!list.IsSequence() || list.size() == 0) {
      top.report(section,
                 fmt::format("{}: {} is not allowed; it takes a list of values", key, value.text));
      continue;
    }
    for (const YAML::Node& node : list) one.values.push_back(key_value(node));
    if (const auto twice = repeated(one.values)) {
      top.report(section, fmt::format("{}: {} is named twice", key, *twice));
    }
  }
  return varied;
}

CellPattern read_pattern(const YAML::Node& map) {
  CellPattern pattern;
  for (const auto& entry : map) {
    std::vector<std::string>& texts = pattern[as_text(entry.first).value_or("")];
    if (!entry.second.IsSequence()) {
      texts = {key_value(entry.second).text};
      continue;
    }
    for (const YAML::Node& node : entry.second) texts.push_back(key_value(node).text);
  }
  return pattern;
}

void read_choice_of_cells(CardMap& top, BenchConfig& config) {
  config.matrix = read_varied(top, "matrix");
  config.vary = read_varied(top, "vary");
  const YAML::Node exclude = list_of(top, "exclude");
  if (exclude.IsDefined()) {
    for (const YAML::Node& node : exclude) config.exclude.push_back(read_pattern(node));
  }
  const YAML::Node baseline = map_of(top, "baseline");
  if (!baseline.IsDefined()) return;
  for (const auto& [key, value] : flat_settings(baseline)) config.baseline[key] = value.text;
}

// The model is a run key that has a place of its own in the file.
void read_run(CardMap& top, BenchConfig& config) {
  const YAML::Node run = map_of(top, "run");
  if (run.IsDefined()) config.run = flat_settings(run);
  const YAML::Node model = top.take("model");
  if (model.IsDefined()) config.run.insert(config.run.begin(), {"model", key_value(model)});
}

void read_rounds(CardMap& top, BenchConfig& config) {
  config.repeats = top.get("repeats", whole_number<std::int32_t>(1, kMaxRounds), config.repeats);
  config.vary_repeats =
      top.get("vary_repeats", whole_number<std::int32_t>(1, kMaxRounds), config.vary_repeats);
  config.warm_up_rounds =
      top.get("warm_up_rounds", whole_number<std::int32_t>(0, kMaxRounds), config.warm_up_rounds);
  config.max_repeats = top.get("max_repeats", whole_number<std::int32_t>(1, kMaxRounds),
                               std::max(config.repeats, config.max_repeats));
  if (config.max_repeats < config.repeats) top.report("max_repeats", "is less than repeats");
  config.cold_cache = top.get("cold_cache", boolean(), config.cold_cache);
  config.max_spread = top.get("max_spread", real_number(0, 10), config.max_spread);
  config.min_host_pace = top.get("min_host_pace", real_number(0, 1), config.min_host_pace);
  config.time_budget = time_of(top, "time_budget", config.time_budget);
  config.max_cell_time = time_of(top, "max_cell_time", config.max_cell_time);
  config.seed = top.get("seed", whole_number<std::int32_t>(0, 1'000'000), config.seed);
}

}  // namespace

Result<BenchConfig> parse_bench_config(const std::string& text, const std::string& where) {
  const Result<YAML::Node> document = parse_yaml(text, "config", where);
  if (!document) return document.error();
  CardErrors errors{where, {}, false};
  CardMap top(*document, "", errors);
  BenchConfig config;
  config.title = top.get("title", rookery::text(), std::string());
  config.question = top.get("question", rookery::text(), std::string());
  config.published = read_published(top, errors);
  read_run(top, config);
  read_inputs(top, config);
  read_choice_of_cells(top, config);
  read_rounds(top, config);
  const YAML::Node figures = list_of(top, "figures");
  if (figures.IsDefined()) {
    for (const YAML::Node& node : figures) config.figures.push_back(read_figure(node, errors));
  }
  top.take("tune");  // of `rookery tune`, which reads it by itself
  top.refuse_unknown_keys();
  if (!errors.first) return config;
  errors.first->stage = "config";
  return *errors.first;
}

Result<BenchConfig> read_bench_config(const std::string& path) {
  const Result<std::string> text = read_text_file(path, "config");
  return text ? parse_bench_config(*text, path) : text.error();
}

}  // namespace rookery
