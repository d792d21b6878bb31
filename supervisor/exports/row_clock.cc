#include "supervisor/exports/row_clock.h"

namespace rookery {

std::optional<std::int64_t> origin_of(const JournalEntry& entry, const TimeSource& source) {
  switch (source.kind) {
    case TimeSource::Kind::kFileName:
      return time_origin(entry.key, source.format);
    case TimeSource::Kind::kHeader:
      return entry.outcome.origin_us;
    case TimeSource::Kind::kNone:
      break;
  }
  return std::nullopt;
}

std::optional<std::string> RowClock::time_of(const Detection& detection) const {
  if (!origin_us_) return std::nullopt;
  return wall_clock_text(*origin_us_ + detection.start_us);
}

}  // namespace rookery
