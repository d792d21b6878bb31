#include "supervisor/journal/pending_rows.h"

#include <fmt/format.h>

#include "supervisor/journal/journal_changes.h"
#include "supervisor/journal/journal_queries.h"

namespace rookery {

Result<PendingRow*> PendingRows::of(std::int64_t id) {
  const auto place = rows_.find(id);
  if (place != rows_.end()) return &place->second;
  const auto known = find_state(*statements_, id);
  if (!known) return known.error();
  if (!*known || (*known)->state != RecordingState::kPending) {
    return Error{"journal", fmt::format("recording {} is not pending", id), ""};
  }
  const auto vectors = read_vector_shape(*statements_, id);
  if (!vectors) return vectors.error();
  return &rows_.emplace(id, PendingRow{(*known)->key, (*known)->tally, *vectors}).first->second;
}

Status PendingRows::keep() {
  for (auto& [id, row] : rows_) {
    if (row.kept) continue;
    Status put = put_tally(*statements_, id, row.tally);
    if (!put) return put;
    row.kept = true;
  }
  return Done{};
}

}  // namespace rookery
