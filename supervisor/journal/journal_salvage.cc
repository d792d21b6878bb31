#include "supervisor/journal/journal_salvage.h"

#include <utility>

#include "supervisor/journal/journal_changes.h"

namespace rookery {
namespace {

// A pending recording without a checkpoint is begun anew by the next run: nothing of it is kept.
bool has_begun(const JournalEntry& entry) {
  return entry.outcome.state != RecordingState::kPending || !entry.checkpoints.empty();
}

}  // namespace

Result<Salvage> JournalSalvage::run() {
  Salvage salvage;
  for (std::int64_t id = 1; id <= last_id_; ++id) {
    const auto copied = copy_recording(id);
    if (!copied) return copied.error();
    salvage.ended += *copied == Copied::kEnded ? 1 : 0;
    salvage.under_way += *copied == Copied::kUnderWay ? 1 : 0;
    salvage.lost += *copied == Copied::kLost ? 1 : 0;
  }
  return salvage;
}

Result<JournalSalvage::Copied> JournalSalvage::copy_recording(std::int64_t id) {
  const auto known = find_entry(from_, id);
  if (!known) return Copied::kLost;
  if (!*known) return Copied::kNothing;
  Status marked = to_database_.execute("SAVEPOINT recording");
  if (!marked) return marked.error();
  const Status whole = copy(**known);
  // Rolled back by itself: it was the new file that could not be written.
  if (!whole && !to_database_.in_transaction()) return whole.error();
  Status released = to_database_.execute(whole ? "RELEASE recording"
                                               : "ROLLBACK TO recording; RELEASE recording");
  if (!released) return released.error();
  if (!whole) return Copied::kLost;
  if ((*known)->entry.outcome.state != RecordingState::kPending) return Copied::kEnded;
  return has_begun((*known)->entry) ? Copied::kUnderWay : Copied::kNothing;
}

Status JournalSalvage::copy(const KnownEntry& known) {
  const JournalEntry& entry = known.entry;
  Status status = insert_entry(to_, entry, known.place);
  if (status) status = copy_rows(known);
  if (!status || !has_begun(entry)) return status;
  if (entry.outcome.state != RecordingState::kPending) {
    return end_entry(to_, entry.id, entry.key, entry.outcome, known.tally);
  }
  for (const auto& [channel, bytes] : entry.checkpoints) {
    status = put_checkpoint(to_, entry.id, channel, bytes);
    if (!status) return status;
  }
  return put_tally(to_, entry.id, known.tally);
}

Status JournalSalvage::copy_rows(const KnownEntry& known) {
  const std::int64_t id = known.entry.id;
  if (!has_begun(known.entry)) return Done{};
  Status status = read_detections(from_, known.entry, rows_alone(known),
                                  [&](const Detection& row, std::int64_t serial) {
                                    return insert_detection(to_, id, row, serial);
                                  });
  return status ? copy_vectors(id) : status;
}

Status JournalSalvage::copy_vectors(std::int64_t id) {
  return read_vector_places(from_, id, [&](const VectorPlace& place) -> Status {
    const auto vectors = vectors_.read(place);
    return vectors ? insert_vectors(to_, id, place) : vectors.error();
  });
}

}  // namespace rookery
