// A trace kept as text, and its events.
#pragma once

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "supervisor/trace/trace_events.h"

namespace rookery {

class TraceTextSink final : public TraceSink {
 public:
  // `text` outlives it.
  explicit TraceTextSink(std::string& text) : text_(text) {}
  void write(std::string_view text) override { text_ += text; }

 private:
  std::string& text_;
};

// Of a file that may lack its closing bracket. Throws nlohmann::json::exception if it is no JSON.
inline std::vector<nlohmann::json> events_in(std::string text) {
  if (!text.ends_with("]\n")) text += "]";
  return nlohmann::json::parse(text).get<std::vector<nlohmann::json>>();
}

inline std::vector<nlohmann::json> events_of(const std::vector<nlohmann::json>& events,
                                             const std::string& phase,
                                             const std::string& category = "") {
  std::vector<nlohmann::json> some;
  for (const nlohmann::json& event : events) {
    const bool wanted = category.empty() || event.value("cat", "") == category;
    if (event.at("ph") == phase && wanted) some.push_back(event);
  }
  return some;
}

inline std::int64_t nanoseconds(const nlohmann::json& us) {
  return std::llround(us.get<double>() * 1000);
}

// Whether slices of each track nest or follow one another, as the format wants.
inline bool slices_nest(const std::vector<nlohmann::json>& events) {
  const std::vector<nlohmann::json> slices = events_of(events, "X");
  for (const nlohmann::json& one : slices) {
    const std::int64_t begin = nanoseconds(one["ts"]);
    const std::int64_t end = begin + nanoseconds(one["dur"]);
    for (const nlohmann::json& other : slices) {
      if (one["pid"] != other["pid"] || one["tid"] != other["tid"]) continue;
      const std::int64_t inside = nanoseconds(other["ts"]);
      if (begin < inside && inside < end && inside + nanoseconds(other["dur"]) > end) return false;
    }
  }
  return true;
}

}  // namespace rookery
