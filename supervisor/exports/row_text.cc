#include "supervisor/exports/row_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace rookery {
namespace {

constexpr std::int64_t kUsPerSecond = 1'000'000;

}  // namespace

std::string seconds_text(std::int64_t us) {
  std::string text = fmt::format("{}.{:06}", us / kUsPerSecond, us % kUsPerSecond);
  const std::size_t first_decimal = text.find('.') + 1;
  const std::size_t last_needed = std::max(text.find_last_not_of('0'), first_decimal);
  text.resize(last_needed + 1);
  return text;
}

std::string score_text(float score) { return fmt::format("{:.4f}", score); }

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace rookery
