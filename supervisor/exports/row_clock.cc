#include "supervisor/exports/row_clock.h"

#include "supervisor/timestamps.h"

namespace rookery {

void RowClock::begin_recording(const std::string& key) {
  origin_us_ = is_set() ? time_origin(key, format_) : std::nullopt;
}

std::optional<std::string> RowClock::time_of(const Detection& detection) const {
  if (!origin_us_) return std::nullopt;
  return wall_clock_text(*origin_us_ + detection.start_us);
}

}  // namespace rookery
