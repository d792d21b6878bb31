// Wall-clock time of recordings, told by the names of their files or by their headers. No time zone
// is known or assumed: it is the time that the recorder's clock showed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rookery/result.h"

namespace rookery {

// Where rows get the time from that they carry.
struct TimeSource {
  enum class Kind { kNone, kFileName, kHeader };
  Kind kind = Kind::kNone;
  std::string format;  // of the file name

  bool operator==(const TimeSource&) const = default;
};

// A value of the setting `timestamps`: "none", "header" or "filename=FORMAT". FORMAT is as in
// strptime(3), of %Y %y %m %d %j %b %H %M %S and %%, and must tell a date; what it doesn't tell of
// the time of day is 0. Anything else is an Error (stage "config").
Result<TimeSource> time_source(const std::string& setting);

// The time in a recording's file name (the last part of its key) in microseconds since
// 1970-01-01T00:00:00 of the same clock: that of the leftmost place where the format fits to the
// letter, leading zeros included, and where no further digits adjoin; nullopt if there is none.
std::optional<std::int64_t> time_origin(const std::string& key, const std::string& format);

// Such a time as ISO 8601 writes it, rounded to the millisecond: "2026-11-21T06:40:44.500".
std::string wall_clock_text(std::int64_t us);

}  // namespace rookery
