#include "worker/slots_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <optional>

namespace rookery {
namespace {

constexpr const char* kNoCore = "-";

// Takes a number and the mark behind it off the front of `text`; "" marks the end.
std::optional<std::int32_t> take_number(std::string_view& text, std::string_view mark) {
  std::int32_t number = 0;
  const auto [rest, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  if (mark.empty() ? !text.empty() : !text.starts_with(mark)) return std::nullopt;
  text.remove_prefix(mark.size());
  return number;
}

std::optional<CoreSet> parse_cores(std::string_view text) {
  CoreSet cores;
  if (text == kNoCore) return cores;
  while (true) {
    const bool last = text.find('+') == std::string_view::npos;
    const auto core = take_number(text, last ? "" : "+");
    if (!core || *core < 0) return std::nullopt;
    cores.push_back(*core);
    if (last) return cores;
  }
}

std::optional<SlotStart> parse_slot(std::string_view text) {
  const auto slot = take_number(text, ".");
  if (!slot) return std::nullopt;
  const auto incarnation = take_number(text, "@");
  if (!incarnation) return std::nullopt;
  const auto cores = parse_cores(text);
  if (!cores) return std::nullopt;
  return SlotStart{{*slot, *incarnation}, *cores};
}

std::string format_cores(const CoreSet& cores) {
  return cores.empty() ? kNoCore : fmt::format("{}", fmt::join(cores, "+"));
}

}  // namespace

std::string format_slots(const std::vector<SlotStart>& slots) {
  std::vector<std::string> parts;
  parts.reserve(slots.size());
  for (const SlotStart& slot : slots) {
    parts.push_back(fmt::format("{}.{}@{}", slot.identity.slot, slot.identity.incarnation,
                                format_cores(slot.cores)));
  }
  return fmt::format("{}", fmt::join(parts, ","));
}

Result<std::vector<SlotStart>> parse_slots(std::string_view text) {
  std::vector<SlotStart> slots;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const std::optional<SlotStart> slot = parse_slot(part);
    if (!slot) {
      return Error{"config", fmt::format("\"{}\" is no slot.incarnation@core+core", part), ""};
    }
    slots.push_back(*slot);
    if (comma == std::string_view::npos) return slots;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace rookery
