#include "supervisor/timestamps.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <ctime>
#include <string_view>
#include <utility>

namespace rookery {
namespace {

constexpr std::string_view kFilename = "filename=";
constexpr std::string_view kConversions = "YymdjbHMS%";
constexpr std::int64_t kUsPerSecond = 1'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;

// Two days since 1970 that differ in year, month, and day of the month and of the year.
constexpr std::int64_t kOneDay = 12'456;      // 2004-02-08
constexpr std::int64_t kAnotherDay = 19'690;  // 2023-11-29

struct FoundTime {
  std::int64_t seconds = 0;  // since 1970
  std::size_t length = 0;    // of the text that tells it
};

std::string written(std::int64_t seconds, const std::string& format) {
  const std::time_t time = seconds;
  std::tm fields{};
  gmtime_r(&time, &fields);
  std::array<char, 1024> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format.c_str(), &fields)};
}

// strptime() also takes missing zeros, other white space, and days that the month doesn't have;
// only what is written as the time itself would be counts.
std::optional<FoundTime> time_at_begin(const std::string& text, const std::string& format) {
  std::tm fields{};
  fields.tm_year = 70;
  fields.tm_mday = 1;
  const char* end = strptime(text.c_str(), format.c_str(), &fields);
  if (end == nullptr) return std::nullopt;
  const FoundTime found{timegm(&fields), static_cast<std::size_t>(end - text.c_str())};
  if (written(found.seconds, format) != text.substr(0, found.length)) return std::nullopt;
  return found;
}

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

// Whether the number at the edge between `at - 1` and `at` goes on across it.
bool splits_number(const std::string& text, std::size_t at) {
  return at > 0 && at < text.size() && is_digit(text[at - 1]) && is_digit(text[at]);
}

bool has_known_conversions(const std::string& format) {
  for (std::size_t at = 0; (at = format.find('%', at)) != std::string::npos; at += 2) {
    if (at + 1 == format.size() || kConversions.find(format[at + 1]) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

// Whether a day can be told from how the format writes it.
bool tells_day(std::int64_t day, const std::string& format) {
  const auto read = time_at_begin(written(day * kSecondsPerDay, format), format);
  return read && read->seconds == day * kSecondsPerDay;
}

}  // namespace

Result<TimeSource> time_source(const std::string& setting) {
  if (setting == "none") return TimeSource{};
  if (setting == "header") return TimeSource{TimeSource::Kind::kHeader, ""};
  if (!setting.starts_with(kFilename)) {
    return Error{"config",
                 fmt::format("timestamps: {} is none of none, header and filename=FORMAT", setting),
                 "filename=%Y%m%d_%H%M%S, say"};
  }
  std::string format = setting.substr(kFilename.size());
  if (!has_known_conversions(format) || !tells_day(kOneDay, format) ||
      !tells_day(kAnotherDay, format)) {
    return Error{"config",
                 fmt::format("timestamps: {} tells no date; of year, month, day, hour, minute and "
                             "second, %Y %m %d (or %y, %b, %j) and %H %M %S may be used",
                             setting),
                 "filename=%Y%m%d_%H%M%S, say"};
  }
  return TimeSource{TimeSource::Kind::kFileName, std::move(format)};
}

std::optional<std::int64_t> time_origin(const std::string& key, const std::string& format) {
  const std::string name = key.substr(key.rfind('/') + 1);
  for (std::size_t at = 0; at < name.size(); ++at) {
    if (splits_number(name, at)) continue;
    const auto found = time_at_begin(name.substr(at), format);
    if (found && !splits_number(name, at + found->length)) return found->seconds * kUsPerSecond;
  }
  return std::nullopt;
}

std::string wall_clock_text(std::int64_t us) {
  using namespace std::chrono;
  // Towards the past, before 1970, too.
  const auto ms = floor<milliseconds>(microseconds(us + 500));
  const auto whole = floor<seconds>(ms);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}", fmt::gmtime(std::time_t{whole.count()}),
                     (ms - whole).count());
}

}  // namespace rookery
