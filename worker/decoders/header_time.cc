#include "worker/decoders/header_time.h"

#include <charconv>
#include <chrono>
#include <system_error>

namespace rookery {
namespace {

constexpr std::string_view kGuanoKey = "Timestamp:";
constexpr std::string_view kCommentStart = "Recorded at ";

// A number that fills text[begin, begin + digits).
std::optional<int> number(std::string_view text, std::size_t begin, std::size_t digits) {
  if (begin + digits > text.size()) return std::nullopt;
  int value = 0;
  const char* first = text.data() + begin;
  const auto [end, failure] = std::from_chars(first, first + digits, value);
  const bool filled = failure == std::errc() && end == first + digits && value >= 0;
  return filled ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> day_us(std::optional<int> year, std::optional<int> month,
                                   std::optional<int> day) {
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  // Clocks that were never set say 0000-00-00.
  if (!date.ok() || *year == 0) return std::nullopt;
  return std::chrono::microseconds(std::chrono::sys_days(date).time_since_epoch()).count();
}

// hh?mm?ss from `begin` on.
std::optional<std::int64_t> clock_us(std::string_view text, std::size_t begin) {
  const auto hour = number(text, begin, 2);
  const auto minute = number(text, begin + 3, 2);
  const auto second = number(text, begin + 6, 2);
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) {
    return std::nullopt;
  }
  return ((*hour * 60LL + *minute) * 60 + *second) * 1'000'000;
}

// ".5" is half a second; 0 if no fraction stands there.
std::int64_t fraction_us(std::string_view text, std::size_t point) {
  if (point >= text.size() || text[point] != '.') return 0;
  std::int64_t us = 0;
  std::int64_t unit = 100'000;
  for (std::size_t at = point + 1; at < text.size() && unit > 0; ++at, unit /= 10) {
    const auto digit = number(text, at, 1);
    if (!digit) break;
    us += *digit * unit;
  }
  return us;
}

std::optional<std::int64_t> sum(std::optional<std::int64_t> day, std::optional<std::int64_t> clock,
                                std::int64_t fraction = 0) {
  return day && clock ? std::optional(*day + *clock + fraction) : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> iso_time(std::string_view text) {
  if (text.size() < 19 || (text[10] != 'T' && text[10] != ' ')) return std::nullopt;
  return sum(day_us(number(text, 0, 4), number(text, 5, 2), number(text, 8, 2)), clock_us(text, 11),
             fraction_us(text, 19));
}

std::optional<std::int64_t> broadcast_time(std::string_view date, std::string_view time) {
  return sum(day_us(number(date, 0, 4), number(date, 5, 2), number(date, 8, 2)), clock_us(time, 0));
}

std::optional<std::int64_t> guano_time(std::string_view chunk) {
  std::size_t begin = 0;
  while (begin < chunk.size()) {
    const std::string_view line = chunk.substr(begin, chunk.find('\n', begin) - begin);
    if (line.starts_with(kGuanoKey)) {
      const std::size_t value = line.find_first_not_of(' ', kGuanoKey.size());
      return value == std::string_view::npos ? std::nullopt : iso_time(line.substr(value));
    }
    begin += line.size() + 1;
  }
  return std::nullopt;
}

std::optional<std::int64_t> comment_time(std::string_view comment) {
  const std::size_t found = comment.find(kCommentStart);
  if (found == std::string_view::npos) return std::nullopt;
  const std::string_view text = comment.substr(found + kCommentStart.size());
  const std::size_t date = text.find(' ');
  if (date == std::string_view::npos) return std::nullopt;
  return sum(
      day_us(number(text, date + 7, 4), number(text, date + 4, 2), number(text, date + 1, 2)),
      clock_us(text, 0), fraction_us(text, 8));
}

}  // namespace rookery
