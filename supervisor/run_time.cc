#include "supervisor/run_time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace rookery {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kMostSeconds = std::int64_t{366} * 86'400;

// Takes a whole number off the front of `text`; nullopt if there is none.
std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool is_number_up_to(const std::optional<std::int64_t>& value, std::int64_t most) {
  return value && *value <= most;
}

constexpr std::array kUnits = {std::pair('h', 3600), std::pair('m', 60), std::pair('s', 1)};

// Takes "5h" off the front of `text` if it is there.
std::optional<std::int64_t> take_amount(std::string_view& text, char letter) {
  std::string_view rest = text;
  const auto number = take_number(rest);
  if (!is_number_up_to(number, kMostSeconds) || !rest.starts_with(letter)) return std::nullopt;
  text = rest.substr(1);
  return number;
}

std::time_t time_on_day(std::tm day, const TimeOfDay& time) {
  day.tm_hour = time.hour;
  day.tm_min = time.minute;
  day.tm_sec = 0;
  day.tm_isdst = -1;
  return std::mktime(&day);
}

}  // namespace

std::optional<seconds> parse_duration(const std::string& text) {
  std::string_view rest = text;
  std::int64_t total = 0;
  for (const auto& [letter, unit_seconds] : kUnits) {
    total += take_amount(rest, letter).value_or(0) * unit_seconds;
  }
  if (text.empty() || !rest.empty() || total > kMostSeconds) return std::nullopt;
  return seconds(total);
}

std::optional<TimeOfDay> parse_time_of_day(const std::string& text) {
  std::string_view rest = text;
  const auto hour = take_number(rest);
  if (!is_number_up_to(hour, 23) || rest.size() != 3 || rest.front() != ':') return std::nullopt;
  rest.remove_prefix(1);
  const auto minute = take_number(rest);
  if (!is_number_up_to(minute, 59) || !rest.empty()) return std::nullopt;
  return TimeOfDay{static_cast<int>(*hour), static_cast<int>(*minute)};
}

seconds until(const TimeOfDay& time, std::time_t now) {
  std::tm day{};
  localtime_r(&now, &day);
  std::time_t then = time_on_day(day, time);
  if (then <= now) {
    ++day.tm_mday;
    then = time_on_day(day, time);
  }
  return seconds(std::max<std::time_t>(1, then - now));
}

}  // namespace rookery
