#include "supervisor/work_size.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace rookery {
namespace {

// A file without an index is decoded up to the wanted place, one whose header cannot be trusted as
// a whole. The slowest decoder does 470 times real time on one core of 2023, so 100 leaves room.
constexpr double kSlowestDecoding = 100;
// The same for a file of which only the size is known: Opus of 24 kbit/s at 70 times real time.
constexpr double kSlowestBytesPerSecond = 200'000;
constexpr double kLongestProbeSeconds = 3600;

std::int64_t file_bytes(const WorkItem& item) {
  const auto* probe = std::get_if<Probe>(&item);
  if (probe == nullptr) return 0;
  std::error_code gone;
  const auto size = std::filesystem::file_size(probe->recording.path, gone);
  return gone ? 0 : static_cast<std::int64_t>(size);
}

void add(WorkSize& size, const Task& task, const std::vector<double>& forward_seconds) {
  size.ids.push_back(task.id);
  for (const ModelWork& work : task.parts) {
    const auto model = static_cast<std::size_t>(work.pass.model);
    const double forward = model < forward_seconds.size() ? forward_seconds[model] : 0;
    size.forward_seconds += forward * static_cast<double>(work.batches.size());
  }
  const auto frames = static_cast<double>(task.properties.frames);
  const double seconds = frames / std::max(task.properties.sample_rate, 1);
  size.reading_seconds += seconds / kSlowestDecoding;
}

}  // namespace

WorkSize size_of(const WorkItem& item, const std::vector<double>& forward_seconds,
                 std::int64_t file_bytes) {
  WorkSize size;
  if (const auto* probe = std::get_if<Probe>(&item)) {
    size.ids.push_back(probe->id);
    size.reading_seconds =
        std::min(static_cast<double>(file_bytes) / kSlowestBytesPerSecond, kLongestProbeSeconds);
  } else if (const auto* task = std::get_if<Task>(&item)) {
    add(size, *task, forward_seconds);
  } else {
    for (const Task& one : std::get<MixedTask>(item).tasks) add(size, one, forward_seconds);
  }
  return size;
}

WorkSize size_of(const WorkItem& item, const std::vector<double>& forward_seconds) {
  return size_of(item, forward_seconds, file_bytes(item));
}

}  // namespace rookery
