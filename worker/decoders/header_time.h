// When a recording began, as recorders write it into files: microseconds since 1970-01-01T00:00:00
// of the recorder's clock. A time zone that stands behind it is left out: rows tell the clock's
// time. Pure; nullopt for what is none.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rookery {

// "2026-11-21T06:40:44", with a space in place of T, with a fraction of up to six digits: at the
// text's begin.
std::optional<std::int64_t> iso_time(std::string_view text);

// Origination date and time of a `bext` chunk (EBU Tech 3285): yyyy-mm-dd and hh-mm-ss, whatever
// stands between the numbers.
std::optional<std::int64_t> broadcast_time(std::string_view date, std::string_view time);

// The Timestamp of a `guan` chunk (GUANO 1.0).
std::optional<std::int64_t> guano_time(std::string_view chunk);

// "Recorded at 19:00:00 14/05/2021", with a fraction of the second or none, as AudioMoths write it
// into the comment.
std::optional<std::int64_t> comment_time(std::string_view comment);

}  // namespace rookery
