#include "supervisor/left_out_segment.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <variant>

namespace rookery {
namespace {

RecordingFault fault_of(const ChargedWork& work, std::string stage) {
  const WorkDeath& death = *work.last_death;
  return {std::move(stage),
          fmt::format("{} workers died of it, the last by {}", work.deaths, death.how),
          std::nullopt, std::nullopt, death.signal};
}

}  // namespace

std::vector<LeftOutSegment> left_out_of(const ChargedWork& work) {
  std::vector<LeftOutSegment> left_out;
  if (!work.isolation) return left_out;
  const RecordingFault fault = fault_of(work, std::string(to_string(work.last_death->note.stage)));
  for (const ModelWork& part : std::get<Task>(work.item).parts) {
    for (const std::int64_t segment : part.left_out)
      left_out.push_back({part.pass, segment, fault});
  }
  return left_out;
}

RecordingFault fault_of_given_up(const ChargedWork& work) { return fault_of(work, "worker"); }

}  // namespace rookery
