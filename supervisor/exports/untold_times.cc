// untold_times(): which recordings have rows without a time.
#include <fmt/format.h>

#include "supervisor/exports/export.h"
#include "supervisor/recording_key.h"
#include "supervisor/timestamps.h"

namespace rookery {

Result<std::optional<std::string>> untold_times(Journal& journal, const ExportSettings& settings) {
  if (settings.timestamp_format.empty()) return std::optional<std::string>();
  std::int64_t count = 0;
  std::string first;
  const Status walked = journal.for_each_entry([&](const JournalEntry& entry) {
    const bool has_rows = entry.outcome.state == RecordingState::kDone ||
                          entry.outcome.state == RecordingState::kDoneWithGaps;
    if (!has_rows || time_origin(entry.key, settings.timestamp_format)) return Done{};
    if (count++ == 0) first = entry.key;
    return Done{};
  });
  if (!walked) return walked.error();
  if (count == 0) return std::optional<std::string>();
  return std::optional(fmt::format(
      "{} recording{} no time by {} in the file name (the first is {}); rows have none there",
      count, count == 1 ? " has" : "s have", settings.timestamp_format, encode_key(first)));
}

}  // namespace rookery
