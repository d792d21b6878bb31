// What `rookery tune` is asked beyond the bench config that it searches: docs/tuning.md explains
// the keys of its section `tune`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rookery/result.h"
#include "supervisor/bench/metrics.h"

namespace rookery {

struct TuneOrder {
  std::string objective = "throughput";  // or latency, throughput_in_memory, pareto
  std::int32_t trials = 24;              // cells that may be measured
  std::int32_t seed = 1;
  std::int32_t rounds = 2;          // runs of a cell that may be one of the best
  double throughput_floor = 0;      // times real time; of objective latency
  std::int64_t memory_ceiling = 0;  // bytes; of objective throughput_in_memory

  bool operator==(const TuneOrder&) const = default;
};

// From the text of a bench config; one without the section has the defaults. `where`, a file's
// name, stands in front of errors, which have stage "config".
Result<TuneOrder> parse_tune_order(const std::string& text, const std::string& where);
Result<TuneOrder> read_tune_order(const std::string& path);

// The metrics that the objective makes large or small, in the order of a trial's values.
std::vector<Metric> goals_of(const TuneOrder& order);

}  // namespace rookery
