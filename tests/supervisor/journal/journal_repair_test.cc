// Journals that were damaged in any place: nothing of that is taken for what was written, and after
// a repair and one more run everything is there again.
#include "supervisor/journal/journal_repair.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/supervisor/journal/sqlite_journal_steps.h"
#include "tests/temporary_folder.h"

namespace rookery {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;

constexpr int kRecordings = 40;
constexpr int kParts = 6;
// Where the header of the file says what program and which version wrote it: with these changed it
// is another program's file, which is told and left alone.
constexpr std::int64_t kWhoseFrom = 60;
constexpr std::int64_t kWhoseTo = 72;

// All that there is to a recording follows from its number: it comes in parts, with a checkpoint
// behind each.
std::vector<Detection> rows_of_part(int number, int part) {
  std::vector<Detection> rows;
  for (int row = 0; row < number % 7 * 3; ++row) {
    const std::int64_t start = part * 100 + row / 2;
    rows.push_back({start, start + 1, row % 5, static_cast<float>(number) / 64,
                    std::string(static_cast<std::size_t>(number % 3 * 20), 'w')});
  }
  return rows;
}

SegmentVectors vectors_of_part(int number, int part) {
  if (number % 4 != 0) return {};
  return {3, {{part, part + 1}}, {0.5F, static_cast<float>(number), static_cast<float>(part)}};
}

RecordingOutcome outcome_of(int number) {
  if (number % 9 == 5) return {RecordingState::kFailed, 0, {{"probe", "no audio", {}, {}}}};
  if (number % 9 == 7) {
    return {RecordingState::kDoneWithGaps, number, {{"forward", "died", 1, 2, "SIGSEGV"}}};
  }
  return {RecordingState::kDone, number, {}};
}

Status work_on(Journal& journal, const JournalEntry& entry, int number, int parts) {
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
Status run(Journal& journal, int undone) {
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

std::string text_of(const JournalEntry& entry) {
  std::string text = fmt::format("\n{} {} {}", entry.key, static_cast<int>(entry.outcome.state),
                                 entry.outcome.duration_us);
  for (const RecordingFault& fault : entry.outcome.faults) text += " " + fault.signal;
  return text;
}

// Everything that exports read.
Result<std::string> contents(Journal& journal) {
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
void make_journal(const std::string& path, int undone, bool in_log) {
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

std::string undisturbed() { return DamagedJournal(0).after_next_run().value(); }

struct Damage {
  enum Kind { kFlip, kZero, kNoise, kTruncate } kind = kFlip;
  std::int64_t place = 0;
  std::int64_t length = 1;
};

void inflict(const Damage& damage, const std::string& path) {
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

rc::Gen<Damage> any_damage() {
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

std::ostream& operator<<(std::ostream& stream, const Damage& damage) {
  return stream << damage.kind << " at " << damage.place << " for " << damage.length;
}

// Which file: the journal, a journal whose log has most of it, its log, or its vectors.
RC_GTEST_PROP(JournalRepair, WhateverIsDamagedIsToldAndDoneAgainAfterARepair, ()) {
  static const std::string expected = undisturbed();
  const bool in_log = *rc::gen::arbitrary<bool>();
  const DamagedJournal journal(2, in_log);
  const std::string suffix =
      *rc::gen::element<std::string>("", "", in_log ? "-wal" : "", ".vectors-1");
  const auto damages =
      *rc::gen::container<std::vector<Damage>>(*rc::gen::inRange<std::size_t>(1, 4), any_damage());
  for (const Damage& damage : damages) {
    if (fs::file_size(journal.path() + suffix) > 0) inflict(damage, journal.path() + suffix);
  }
  // Where the damage isn't noticed, it must be of no consequence.
  const DamagedJournal unrepaired_copy(journal);
  const auto unrepaired = unrepaired_copy.after_next_run();
  if (unrepaired) RC_ASSERT(*unrepaired == expected);
  const auto repair = repair_journal(journal.path());
  if (!repair) RC_FAIL(to_string(repair.error()));
  const auto repaired = journal.after_next_run();
  if (!repaired) RC_FAIL(to_string(repaired.error()));
  RC_ASSERT(*repaired == expected);
}

TEST(JournalRepair, AWholeJournalIsLeftAlone) {
  const DamagedJournal journal;
  const auto repair = repair_journal(journal.path()).value();
  EXPECT_TRUE(repair.whole);
  EXPECT_EQ(repair.kept, kRecordings - 3);
  EXPECT_EQ(repair.under_way, 3);
  EXPECT_FALSE(fs::exists(journal.path() + ".damaged-1"));
  EXPECT_EQ(journal.after_next_run().value(), undisturbed());
}

TEST(JournalRepair, KeepsWhatTheDamageDidNotTouchAndTheDamagedFile) {
  const DamagedJournal journal;
  const auto bytes = static_cast<std::int64_t>(fs::file_size(journal.path()));
  inflict({Damage::kZero, bytes / 2, 4096}, journal.path());
  const auto repair = repair_journal(journal.path()).value();
  EXPECT_FALSE(repair.whole);
  EXPECT_EQ(repair.facts_lost, "");
  EXPECT_GT(repair.kept, kRecordings / 2);
  EXPECT_EQ(repair.set_aside, journal.path() + ".damaged-1");
  EXPECT_EQ(fs::file_size(repair.set_aside), bytes);
}

TEST(JournalRepair, AFirstPageThatIsGoneCostsNothing) {
  const DamagedJournal journal;
  std::fstream(journal.path(), std::ios::binary | std::ios::in | std::ios::out)
      .write(std::string(4096, 'x').data(), 4096);
  const auto refused = journal.after_next_run();
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().remedy, HasSubstr("rookery status --repair"));
  const auto repair = repair_journal(journal.path()).value();
  EXPECT_EQ(repair.kept, kRecordings - 3);
  EXPECT_EQ(repair.under_way, 3);
  EXPECT_EQ(repair.lost, 0);
  EXPECT_EQ(journal.after_next_run().value(), undisturbed());
}

TEST(JournalRepair, AChangedScoreIsNotedThoughTheDatabaseIsSound) {
  const DamagedJournal journal;
  ASSERT_TRUE(SqliteDatabase::open(journal.path(), SqliteAccess::kCreate)
                  .value()
                  ->execute("UPDATE detections SET score = score + 0.001 WHERE recording = 3"));
  const auto read = contents(*SqliteJournal::open(journal.path()).value());
  ASSERT_FALSE(read.ok());
  EXPECT_THAT(read.error().reason, HasSubstr("rows of 2.wav"));
  EXPECT_EQ(repair_journal(journal.path())->lost, 1);
  EXPECT_EQ(journal.after_next_run().value(), undisturbed());
}

TEST(JournalRepair, ALogThatIsMissingCostsWhatWasInIt) {
  const DamagedJournal journal(2, /*in_log=*/true);
  fs::remove(journal.path() + "-wal");
  ASSERT_TRUE(repair_journal(journal.path()));
  EXPECT_EQ(journal.after_next_run().value(), undisturbed());
}

TEST(JournalRepair, ThatWasCutOffGoesOnFromTheFileSetAside) {
  const DamagedJournal journal;
  fs::rename(journal.path(), journal.path() + ".damaged-1");
  const auto repair = repair_journal(journal.path()).value();
  EXPECT_EQ(repair.kept, kRecordings - 3);
  EXPECT_EQ(repair.set_aside, journal.path() + ".damaged-1");
  EXPECT_EQ(journal.after_next_run().value(), undisturbed());
}

TEST(JournalRepair, WhatIsNoJournalOfThisVersionIsRefusedAndLeftAlone) {
  const DamagedJournal journal;
  ASSERT_TRUE(SqliteDatabase::open(journal.path(), SqliteAccess::kCreate)
                  .value()
                  ->execute("PRAGMA user_version = 5"));
  const auto repair = repair_journal(journal.path());
  ASSERT_FALSE(repair.ok());
  EXPECT_THAT(repair.error().reason, HasSubstr("schema version 5"));
  EXPECT_FALSE(fs::exists(journal.path() + ".damaged-1"));
  EXPECT_FALSE(repair_journal(journal.path() + "-none").ok());
}

TEST(JournalRepair, WithoutWhatTheRecordingsWereDoneWithNothingIsKept) {
  const DamagedJournal journal;
  ASSERT_TRUE(SqliteDatabase::open(journal.path(), SqliteAccess::kCreate)
                  .value()
                  ->execute("UPDATE facts SET value = '8000' WHERE name = 'card.sample_rate'"));
  const auto refused = journal.after_next_run();
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().reason, HasSubstr("the fact card.sample_rate"));
  const auto repair = repair_journal(journal.path()).value();
  EXPECT_THAT(repair.facts_lost, HasSubstr("card.sample_rate"));
  EXPECT_EQ(repair.kept, 0);
  EXPECT_EQ(journal.after_next_run().value(), undisturbed());
}

}  // namespace
}  // namespace rookery
