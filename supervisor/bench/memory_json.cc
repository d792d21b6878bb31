#include "supervisor/bench/memory_json.h"

#include <optional>

namespace rookery {

namespace {
using Json = nlohmann::ordered_json;

Json or_null(std::optional<double> number) { return number ? Json(*number) : Json(); }

std::optional<double> number_at(const Json& row, std::size_t column) {
  if (column >= row.size() || row[column].is_null()) return std::nullopt;
  return row[column].get<double>();
}

}  // namespace

Json memory_rows(const std::vector<MemorySample>& samples) {
  Json rows = Json::array();
  for (const MemorySample& sample : samples) {
    rows.push_back({sample.seconds, sample.rss_bytes, sample.anonymous_bytes,
                    or_null(sample.pss_bytes), or_null(sample.shmem_bytes)});
  }
  return rows;
}

std::vector<MemorySample> memory_of(const Json& rows) {
  std::vector<MemorySample> samples;
  for (const Json& row : rows) {
    samples.push_back({row.at(0), row.at(1), row.at(2), number_at(row, 3), number_at(row, 4)});
  }
  return samples;
}

}  // namespace rookery
