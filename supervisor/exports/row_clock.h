// When the rows of a recording were heard, by the recorder's clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "rookery/detection.h"

namespace rookery {

// Built on a format as timestamp_format() returns it; with an empty one no row has a time.
class RowClock {
 public:
  explicit RowClock(std::string format) : format_(std::move(format)) {}

  bool is_set() const { return !format_.empty(); }
  void begin_recording(const std::string& key);
  // The time of the row's start; nullopt if the recording's name tells none.
  std::optional<std::string> time_of(const Detection& detection) const;

 private:
  std::string format_;
  std::optional<std::int64_t> origin_us_;
};

}  // namespace rookery
