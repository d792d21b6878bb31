// How long a run may take, as people write it: "5h", "1h30m", or a time of day to be through by.
#pragma once

#include <chrono>
#include <ctime>
#include <optional>
#include <string>

namespace rookery {

// Whole hours, minutes and seconds in this order, each at most once: "5h", "90m", "1h30m", "45s".
// nullopt for anything else, for nothing at all and for more than a year.
std::optional<std::chrono::seconds> parse_duration(const std::string& text);

struct TimeOfDay {
  int hour = 0;
  int minute = 0;

  bool operator==(const TimeOfDay&) const = default;
};

// "06:00", "6:00", "23:59"; nullopt for anything else.
std::optional<TimeOfDay> parse_time_of_day(const std::string& text);

// From `now` until clocks of the local time zone next show `time`: more than nothing, at most about
// a day. Where a clock change leaves that time out, until what mktime(3) makes of it.
std::chrono::seconds until(const TimeOfDay& time, std::time_t now);

}  // namespace rookery
