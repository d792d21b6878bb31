#include "tests/fuzz/read_journal.h"

#include "supervisor/exports/export.h"
#include "supervisor/journal/sqlite_journal.h"
#include "supervisor/pass_checkpoint.h"
#include "tests/fuzz/fuzz_input.h"

namespace rookery::fuzz {
namespace {

void walk(Journal& journal) {
  static_cast<void>(journal.counts());
  static_cast<void>(journal.for_each_entry([&journal](const JournalEntry& entry) -> Status {
    static_cast<void>(
        journal.for_each_detection(entry.id, [](const Detection&) { return Done{}; }));
    static_cast<void>(journal.vector_shape(entry.id));
    return journal.for_each_vectors(entry.id, [](const SegmentVectors& vectors) -> Status {
      require(static_cast<std::int64_t>(vectors.values.size()) ==
                  std::ssize(vectors.times) * vectors.length,
              "as many values as the vectors have");
      return Done{};
    });
  }));
}

void write_formats(Journal& journal, const std::string& folder) {
  const auto facts = journal.facts();
  if (!facts) return;
  const auto settings = export_settings(*facts);
  if (!settings) return;
  static_cast<void>(untold_times(journal, *settings));
  std::vector<std::string> names;
  for (const ExportFormat& format : export_formats()) names.emplace_back(format.name);
  static_cast<void>(write_exports(journal, *settings, folder, names));
}

// A run takes up what it knows and goes on.
void take_up(Journal& journal) {
  if (!journal.begin_run()) return;
  for (const char* key : {"a.wav", "b.wav", "new.wav"}) {
    const auto entry = journal.admit({0, key, std::string("/in/") + key}, {1, 1});
    if (!entry || !*entry) continue;
    for (const auto& [channel, bytes] : (*entry)->checkpoints) {
      static_cast<void>(decode_checkpoint(bytes));
    }
    const std::int64_t id = (*entry)->id;
    static_cast<void>(journal.reopen(id));
    static_cast<void>(journal.append(id, {{0, 1'000'000, 0, 0.5F}}));
    static_cast<void>(journal.append_vectors(id, {2, {{0, 1}}, {0.5F, 0.25F}}));
    static_cast<void>(journal.finish(id, {RecordingState::kDone, 1'000'000, {}}));
  }
  static_cast<void>(journal.flush());
}

}  // namespace

void read_journal(const std::string& folder) {
  const std::string path = folder + "/journal.sqlite";
  if (const auto journal = SqliteJournal::open_for_reading(path)) {
    walk(**journal);
    write_formats(**journal, folder);
  }
  if (const auto journal = SqliteJournal::open(path, CommitLog::kRollback)) {
    take_up(**journal);
    walk(**journal);
  }
}

}  // namespace rookery::fuzz
