// What is measured of a run: the names, units and meaning of the numbers in runs.jsonl,
// results.json and results.csv. docs/bench.md says how each is taken.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace rookery {

struct Metric {
  std::string name;
  std::string unit;    // "" for a ratio
  std::string better;  // lower | higher | "" where neither is
  std::string title;
};

// All, in the order in which people look at them. A run has those that its host and model give.
const std::vector<Metric>& metric_table();

// Of a worker, in the order data goes.
const std::vector<std::string>& stage_names();

using Metrics = std::map<std::string, double>;

// What a run's own summary.json tells.
Metrics metrics_of_summary(const nlohmann::json& summary);

}  // namespace rookery
