// When the rows of a recording were heard, by the recorder's clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "rookery/detection.h"
#include "supervisor/journal/journal.h"
#include "supervisor/timestamps.h"

namespace rookery {

// When the recording began; nullopt if its name, or its header, tells no time.
std::optional<std::int64_t> origin_of(const JournalEntry& entry, const TimeSource& source);

// Without a source no row has a time.
class RowClock {
 public:
  explicit RowClock(TimeSource source) : source_(std::move(source)) {}

  bool is_set() const { return source_.kind != TimeSource::Kind::kNone; }
  void begin_recording(const JournalEntry& entry) { origin_us_ = origin_of(entry, source_); }
  // The time of the row's start; nullopt if its recording's is not known.
  std::optional<std::string> time_of(const Detection& detection) const;

 private:
  TimeSource source_;
  std::optional<std::int64_t> origin_us_;
};

}  // namespace rookery
