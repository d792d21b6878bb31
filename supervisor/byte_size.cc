#include "supervisor/byte_size.h"

#include <charconv>
#include <string_view>

namespace rookery {
namespace {

constexpr std::string_view kUnits = "KMGT";
constexpr double kMostBytes = 1e15;

}  // namespace

std::optional<std::int64_t> parse_byte_size(const std::string& text) {
  double number = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number, std::chars_format::fixed);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(last - end));
  if (unit.size() > 1) return std::nullopt;
  if (!unit.empty()) {
    const auto power = kUnits.find(unit.front());
    if (power == std::string_view::npos) return std::nullopt;
    for (std::size_t i = 0; i <= power; ++i) number *= 1024;
  }
  if (!(number >= 1 && number <= kMostBytes)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

}  // namespace rookery
