// A trace kept as text, and its events.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
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
  using Slice = std::pair<std::int64_t, std::int64_t>;  // begin, −end: those around others first
  std::map<std::pair<int, int>, std::vector<Slice>> tracks;
  for (const nlohmann::json& slice : events_of(events, "X")) {
    const std::int64_t begin = nanoseconds(slice["ts"]);
    tracks[{slice["pid"], slice["tid"]}].emplace_back(begin, -begin - nanoseconds(slice["dur"]));
  }
  for (auto& [track, slices] : tracks) {
    std::ranges::sort(slices);
    std::vector<std::int64_t> open;  // ends
    for (const auto& [begin, minus_end] : slices) {
      while (!open.empty() && open.back() <= begin) open.pop_back();
      if (!open.empty() && open.back() < -minus_end) return false;
      open.push_back(-minus_end);
    }
  }
  return true;
}

}  // namespace rookery
