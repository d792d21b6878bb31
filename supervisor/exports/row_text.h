// Pieces of text that several formats share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rookery {

// Microseconds as seconds: the shortest decimal number that is exact, with one decimal at least
// ("12.0", "0.032").
std::string seconds_text(std::int64_t us);

// A score to four decimals.
std::string score_text(float score);

// Text as one line of valid UTF-8: control characters and line separators, tabs among them, become
// spaces; bytes that are no UTF-8 become U+FFFD.
std::string one_line(std::string_view text);

// A JSON string with its quotes. Bytes that are no UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

}  // namespace rookery
