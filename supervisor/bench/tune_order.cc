#include "supervisor/bench/tune_order.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "supervisor/byte_size.h"
#include "supervisor/config/text_file.h"
#include "supervisor/config/value_kinds.h"
#include "supervisor/config/yaml_values.h"
#include "supervisor/model_card/card_map.h"

namespace rookery {
namespace {

constexpr std::int32_t kMost = 10'000;

const std::vector<std::string> kObjectives = {"throughput", "latency", "throughput_in_memory",
                                              "pareto"};

// A limit belongs to one objective, which needs it.
void check_limit(CardMap& section, const TuneOrder& order, const std::string& key,
                 const std::string& objective) {
  if (order.objective == objective && !section.has(key)) {
    section.report("objective", objective + " needs " + key);
  }
  if (order.objective != objective && section.has(key)) {
    section.report(key, "is only for the objective " + objective);
  }
}

TuneOrder read_section(CardMap section) {
  TuneOrder order;
  order.objective = section.get("objective", one_of(kObjectives), order.objective);
  order.trials = section.get("trials", whole_number<std::int32_t>(1, kMost), order.trials);
  order.seed = section.get("seed", whole_number<std::int32_t>(0, 1'000'000), order.seed);
  order.rounds = section.get("rounds", whole_number<std::int32_t>(1, 100), order.rounds);
  order.throughput_floor =
      section.get("throughput_floor", real_number(0.001, 1e9), order.throughput_floor);
  const std::string ceiling = section.get("memory_ceiling", byte_size(), std::string("none"));
  order.memory_ceiling = parse_byte_size(ceiling).value_or(0);
  if (section.has("memory_ceiling") && order.memory_ceiling == 0) {
    section.report("memory_ceiling", "no memory is not allowed; it takes a size such as 1.5G");
  }
  check_limit(section, order, "throughput_floor", "latency");
  check_limit(section, order, "memory_ceiling", "throughput_in_memory");
  section.refuse_unknown_keys();
  return order;
}

Metric metric_named(const std::string& name) {
  const auto& table = metric_table();
  return *std::find_if(table.begin(), table.end(),
                       [&](const Metric& metric) { return metric.name == name; });
}

}  // namespace

Result<TuneOrder> parse_tune_order(const std::string& text, const std::string& where) {
  const Result<YAML::Node> document = parse_yaml(text, "config", where);
  if (!document) return document.error();
  CardErrors errors{where, {}, false};
  CardMap top(*document, "", errors);
  TuneOrder order;
  if (top.has("tune")) order = read_section(top.map("tune"));
  if (!errors.first) return order;
  errors.first->stage = "config";
  return *errors.first;
}

Result<TuneOrder> read_tune_order(const std::string& path) {
  const Result<std::string> text = read_text_file(path, "config");
  return text ? parse_tune_order(*text, path) : text.error();
}

std::vector<Metric> goals_of(const TuneOrder& order) {
  if (order.objective == "latency") return {metric_named("batch_latency_p90_seconds")};
  if (order.objective != "pareto") return {metric_named("x_real_time")};
  return {metric_named("x_real_time"), metric_named("peak_pss_bytes")};
}

}  // namespace rookery
