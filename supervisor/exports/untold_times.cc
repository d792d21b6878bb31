// untold_times(): which recordings have rows without a time.
#include <fmt/format.h>

#include "supervisor/exports/export.h"
#include "supervisor/exports/row_clock.h"
#include "supervisor/recording_key.h"

namespace rookery {

Result<std::optional<std::string>> untold_times(Journal& journal, const ExportSettings& settings) {
  const TimeSource& source = settings.times;
  if (source.kind == TimeSource::Kind::kNone) return std::optional<std::string>();
  std::int64_t count = 0;
  std::string first;
  const Status walked = journal.for_each_entry([&](const JournalEntry& entry) {
    const bool has_rows = entry.outcome.state == RecordingState::kDone ||
                          entry.outcome.state == RecordingState::kDoneWithGaps;
    if (!has_rows || origin_of(entry, source)) return Done{};
    if (count++ == 0) first = entry.key;
    return Done{};
  });
  if (!walked) return walked.error();
  if (count == 0) return std::optional<std::string>();
  const std::string where = source.kind == TimeSource::Kind::kHeader
                                ? "in the header"
                                : "by " + source.format + " in the file name";
  return std::optional(
      fmt::format("{} recording{} no time {} (the first is {}); rows have none there", count,
                  count == 1 ? " has" : "s have", where, encode_key(first)));
}

}  // namespace rookery
