#include "supervisor/journal/pending_rows.h"

#include <fmt/format.h>

#include "supervisor/journal/journal_changes.h"
#include "supervisor/journal/journal_queries.h"

namespace rookery {

Result<PendingRow*> PendingRows::of(std::int64_t id) {
  const auto place = rows_.find(id);
  if (place != rows_.end()) return &place->second;
  const auto known = find_entry(*statements_, id);
  if (!known) return known.error();
  if (!*known || (*known)->entry.outcome.state != RecordingState::kPending) {
    return Error{"journal", fmt::format("recording {} is not pending", id), ""};
  }
  const auto vectors = read_vector_shape(*statements_, id);
  if (!vectors) return vectors.error();
  PendingRow row{(*known)->entry.key, rows_alone(**known), *vectors};
  for (const auto& [channel, bytes] : (*known)->entry.checkpoints) {
    row.checkpoints[channel] = checksum_of(channel, bytes);
  }
  return &rows_.emplace(id, std::move(row)).first->second;
}

Status PendingRows::keep() {
  for (auto& [id, row] : rows_) {
    if (row.kept) continue;
    RowTally tally = row.tally;
    for (const auto& [channel, checksum] : row.checkpoints) {
      tally.checksum += static_cast<std::uint64_t>(checksum);
    }
    Status put = put_tally(*statements_, id, tally);
    if (!put) return put;
    row.kept = true;
  }
  return Done{};
}

}  // namespace rookery
