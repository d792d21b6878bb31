#include "supervisor/bench/memory_json.h"

#include <optional>

namespace rookery {

namespace {
using Json = nlohmann::ordered_json;
}  // namespace

Json memory_rows(const std::vector<MemorySample>& samples) {
  Json rows = Json::array();
  for (const MemorySample& sample : samples) {
    rows.push_back({sample.seconds, sample.rss_bytes, sample.anonymous_bytes,
                    sample.pss_bytes ? Json(*sample.pss_bytes) : Json()});
  }
  return rows;
}

std::vector<MemorySample> memory_of(const Json& rows) {
  std::vector<MemorySample> samples;
  for (const Json& row : rows) {
    const Json& pss = row.at(3);
    samples.push_back({row.at(0), row.at(1), row.at(2),
                       pss.is_null() ? std::nullopt : std::optional(pss.get<double>())});
  }
  return samples;
}

}  // namespace rookery
