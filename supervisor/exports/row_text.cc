#include "supervisor/exports/row_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "supervisor/utf8.h"

namespace rookery {
namespace {

constexpr std::int64_t kUsPerSecond = 1'000'000;

// C0, DEL and C1 controls, and Unicode's line and paragraph separators.
bool controls_or_separates(std::string_view character) {
  const auto byte = [character](std::size_t at) {
    return static_cast<unsigned char>(character[at]);
  };
  if (character.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7F;
  if (character.size() == 2) return byte(0) == 0xC2 && byte(1) < 0xA0;
  return character == "\u2028" || character == "\u2029";
}

}  // namespace

std::string seconds_text(std::int64_t us) {
  std::string text = fmt::format("{}.{:06}", us / kUsPerSecond, us % kUsPerSecond);
  const std::size_t first_decimal = text.find('.') + 1;
  const std::size_t last_needed = std::max(text.find_last_not_of('0'), first_decimal);
  text.resize(last_needed + 1);
  return text;
}

std::string score_text(float score) { return fmt::format("{:.4f}", score); }

std::string one_line(std::string_view text) {
  std::string line;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length_at(text, at);
    const std::string_view character = text.substr(at, length);
    if (length == 0) {
      line += "\uFFFD";
    } else {
      line += controls_or_separates(character) ? " " : character;
    }
    at += std::max<std::size_t>(length, 1);
  }
  return line;
}

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace rookery
