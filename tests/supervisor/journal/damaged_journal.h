// Journals made up for being damaged, the damage, and what a run makes of them.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "tests/supervisor/journal/sqlite_journal_steps.h"
#include "tests/temporary_folder.h"

namespace rookery {

namespace fs = std::filesystem;

inline constexpr int kRecordings = 40;
inline constexpr int kParts = 6;
// Where the header of the file says what program and which version wrote it: with these changed it
// is another program's file, which is told and left alone.
inline constexpr std::int64_t kWhoseFrom = 60;
inline constexpr std::int64_t kWhoseTo = 72;

// All that there is to a recording follows from its number: it comes in parts, with a checkpoint
// behind each.
inline std::vector<Detection> rows_of_part(int number, int part) {
  std::vector<Detection> rows;
  for (int row = 0; row < number % 7 * 3; ++row) {
    const std::int64_t start = part * 100 + row / 2;
    rows.push_back({start, start + 1, row % 5, static_cast<float>(number) / 64,
                    std::string(static_cast<std::size_t>(number % 3 * 20), 'w')});
  }
  return rows;
}

inline SegmentVectors vectors_of_part(int number, int part) {
  if (number % 4 != 0) return {};
  return {3, {{part, part + 1}}, {0.5F, static_cast<float>(number), static_cast<float>(part)}};
}

inline RecordingOutcome outcome_of(int number) {
  if (number % 9 == 5) return {RecordingState::kFailed, 0, {{"probe", "no audio", {}, {}}}};
  if (number % 9 == 7) {
    return {RecordingState::kDoneWithGaps, number, {{"forward", "died", 1, 2, "SIGSEGV"}}};
  }
  return {RecordingState::kDone, number, {}};
}

inline Status work_on(Journal& journal, const JournalEntry& entry, int number, int parts) {
  int part = entry.checkpoints.empty() ? 0 : std::stoi(entry.checkpoints.begin()->second);
  for (; part < parts; ++part) {
    Status status = journal.append(entry.id, rows_of_part(number, part));
    const SegmentVectors vectors = vectors_of_part(number, part);
    if (status && vectors.length > 0) status = journal.append_vectors(entry.id, vectors);
    if (status) status = journal.checkpoint(entry.id, 0, std::to_string(part + 1));
    if (!status) return status;
  }
  return parts == kParts ? journal.finish(entry.id, outcome_of(number)) : Status(Done{});
}

// As `rookery run` does it; the last recordings are left under way, by `undone` parts.
inline Status run(Journal& journal, int undone) {
  const auto facts = journal.facts();
  if (!facts) return facts.error();
  Status status = journal.set_facts({{"card.sample_rate", "16000"}, {kLabelsFact, "a\nb\nc"}});
  if (status) status = journal.begin_run();
  for (int number = 0; status && number < kRecordings; ++number) {
    const std::string key = fmt::format("{}.wav", number);
    const auto entry = journal.admit({0, key, "/in/" + key}, kIdentity);
    if (!entry) return entry.error();
    if ((*entry)->outcome.state != RecordingState::kPending) continue;
    const bool last = number >= kRecordings - 3;
    status = work_on(journal, **entry, number, last ? kParts - undone : kParts);
    if (status && number % 5 == 0) status = journal.flush();
  }
  return status ? journal.flush() : status;
}

inline std::string text_of(const JournalEntry& entry) {
  std::string text = fmt::format("\n{} {} {}", entry.key, static_cast<int>(entry.outcome.state),
                                 entry.outcome.duration_us);
  for (const RecordingFault& fault : entry.outcome.faults) text += " " + fault.signal;
  return text;
}

// Everything that exports read.
inline Result<std::string> contents(Journal& journal) {
  std::string all;
  const auto facts = journal.facts();
  if (!facts) return facts.error();
  for (const auto& [name, value] : *facts) all += name + value;
  const Status read = journal.for_each_entry([&](const JournalEntry& entry) {
    all += text_of(entry);
    Status walked = journal.for_each_detection(entry.id, [&](const Detection& row) {
      all +=
          fmt::format(" {}-{}:{}={}{}", row.start_us, row.end_us, row.label, row.score, row.text);
      return Done{};
    });
    if (!walked) return walked;
    return journal.for_each_vectors(entry.id, [&](const SegmentVectors& vectors) {
      for (const float value : vectors.values) all += fmt::format(" {}", value);
      return Done{};
    });
  });
  if (!read) return read.error();
  return all;
}

// A journal with its company: left under way, but for `undone` 0; with `in_log` most of it is in
// the write-ahead log, as after a death.
inline void make_journal(const std::string& path, int undone, bool in_log) {
  if (!in_log) {
    EXPECT_TRUE(run(*SqliteJournal::open(path).value(), undone));
    return;
  }
  in_a_process_that_dies([&] {
    ASSERT_TRUE(run(*SqliteJournal::open(path).value().release(), undone));
    _exit(0);
  });
}

class DamagedJournal {
 public:
  explicit DamagedJournal(int undone = 2, bool in_log = false) {
    // Each kind is made once.
    static std::map<std::pair<int, bool>, TemporaryFolder> made;
    const auto [place, anew] = made.try_emplace({undone, in_log});
    if (anew) make_journal(place->second / "journal.sqlite", undone, in_log);
    fs::copy(place->second.path(), folder_.path(), fs::copy_options::recursive);
  }

  DamagedJournal(const DamagedJournal& other) { fs::copy(other.folder_.path(), folder_.path()); }
  DamagedJournal& operator=(const DamagedJournal&) = delete;

  std::string path() const { return folder_ / "journal.sqlite"; }

  // What the next run makes of it, if it can.
  Result<std::string> after_next_run() const {
    auto journal = SqliteJournal::open(path());
    if (!journal) return journal.error();
    const Status done = run(**journal, 0);
    if (!done) return done.error();
    return contents(**journal);
  }

 private:
  TemporaryFolder folder_;
};

inline std::string undisturbed() { return DamagedJournal(0).after_next_run().value(); }

struct Damage {
  enum Kind { kFlip, kZero, kNoise, kTruncate } kind = kFlip;
  std::int64_t place = 0;
  std::int64_t length = 1;
};

inline void inflict(const Damage& damage, const std::string& path) {
  const auto size = static_cast<std::int64_t>(fs::file_size(path));
  const std::int64_t place = damage.place % size;
  const std::int64_t end = std::min(place + damage.length, size);
  if (damage.kind == Damage::kTruncate)
    return fs::resize_file(path, static_cast<std::size_t>(place));
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  for (std::int64_t at = place; at < end; ++at) {
    if (at >= kWhoseFrom && at < kWhoseTo) continue;
    file.seekg(at);
    const char before = static_cast<char>(file.get());
    const auto noise = static_cast<char>(at * 2654435761 >> 13);
    file.seekp(at);
    file.put(damage.kind == Damage::kZero    ? '\0'
             : damage.kind == Damage::kNoise ? noise
                                             : static_cast<char>(before ^ (1 << (at % 8))));
  }
}

inline rc::Gen<Damage> any_damage() {
  const auto length =
      rc::gen::oneOf(rc::gen::just<std::int64_t>(1), rc::gen::inRange<std::int64_t>(1, 100),
                     rc::gen::inRange<std::int64_t>(1000, 20'000));
  return rc::gen::map(rc::gen::tuple(rc::gen::element(Damage::kFlip, Damage::kZero, Damage::kNoise,
                                                      Damage::kTruncate),
                                     rc::gen::inRange<std::int64_t>(0, 1 << 30), length),
                      [](const auto& parts) {
                        return Damage{std::get<0>(parts), std::get<1>(parts), std::get<2>(parts)};
                      });
}

inline std::ostream& operator<<(std::ostream& stream, const Damage& damage) {
  return stream << damage.kind << " at " << damage.place << " for " << damage.length;
}

}  // namespace rookery
