// The promises of supervisor/journal/journal.h about recordings and their rows.
#include "tests/supervisor/journal/journal_contract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rookery {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

INSTANTIATE_TEST_SUITE_P(, JournalContract, ::testing::ValuesIn(journal_makers()),
                         [](const auto& test) { return test.param.name; });

TEST_P(JournalContract, EntriesComeInTheOrderInWhichTheyWereAdmitted) {
  for (const char* key : {"c", "a", "b"}) admit(key);
  EXPECT_THAT(keys_of(journal()), ElementsAre("c", "a", "b"));
}

TEST_P(JournalContract, EntriesThatOnlyEarlierRunsNamedComeFirstInTheirOldOrder) {
  for (const char* key : {"e", "d", "c", "b", "a"}) admit(key);
  next_run();
  for (const char* key : {"a", "d", "new"}) admit(key);
  EXPECT_THAT(keys_of(journal()), ElementsAre("e", "c", "b", "a", "d", "new"));
}

TEST_P(JournalContract, AnyRunsGiveEachEntryThePlaceThatItsLastRunGaveIt) {
  int cases = 0;
  EXPECT_TRUE(rc::check([&] {
    const std::string prefix = std::to_string(++cases) + "/";
    std::vector<std::string> expected;
    for (const auto& run : *rc::gen::container<std::vector<std::vector<int>>>(
             rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 12)))) {
      RC_ASSERT(journal().begin_run().ok());
      std::set<std::string> admitted;
      for (const int number : run) {
        const std::string key = prefix + std::to_string(number);
        RC_ASSERT(journal().admit(recording_of(key), kIdentity).ok());
        if (!admitted.insert(key).second) continue;
        std::erase(expected, key);
        expected.push_back(key);
      }
    }
    std::vector<std::string> found = keys_of(journal());
    std::erase_if(found, [&](const std::string& key) { return !key.starts_with(prefix); });
    RC_ASSERT(found == expected);
  }));
}

TEST_P(JournalContract, ARecordingIsKnownAgainWithItsOutcomeItsRowsAndItsId) {
  const RecordingOutcome outcome{
      RecordingState::kDoneWithGaps,
      3'000'000,
      {{"decode", "lost", 1'000'000, 2'000'000, "SIGSEGV"}, {"x", "y", {}, {}}},
      1'620'000'000'000'001};
  const std::int64_t id = admit("a");
  ASSERT_TRUE(journal().append(id, {{0, 1, 2, 0.5F, "", 3}}));
  ASSERT_TRUE(journal().finish(id, outcome));
  ASSERT_TRUE(journal().flush());
  next_run();
  const auto entry = journal().admit(recording_of("a"), kIdentity).value();
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->id, id);
  EXPECT_EQ(entry->outcome, outcome);
  EXPECT_THAT(rows_of(journal(), id), ElementsAre(Detection{0, 1, 2, 0.5F, "", 3}));
}

TEST_P(JournalContract, AChangedFileComesBackAsPendingWithoutRowsAndFaults) {
  for (const FileIdentity& changed : {FileIdentity{1001, 5}, FileIdentity{1000, 6}}) {
    const std::string key = std::to_string(changed.size_bytes);
    const std::int64_t id = admit(key);
    ASSERT_TRUE(journal().append(id, {{0, 1, 2, 0.5F}}));
    ASSERT_TRUE(
        journal().finish(id, {RecordingState::kDoneWithGaps, 9, {{"decode", "lost", {}, {}}}}));
    next_run();
    const auto entry = journal().admit(recording_of(key), changed).value();
    ASSERT_TRUE(entry.has_value());
    EXPECT_EQ(entry->id, id);
    EXPECT_EQ(entry->identity, changed);
    EXPECT_EQ(entry->outcome, RecordingOutcome{});
    ASSERT_TRUE(journal().finish(id, done_in(7)));
    EXPECT_THAT(rows_of(journal(), id), IsEmpty());
    next_run();
    EXPECT_EQ(journal().admit(recording_of(key), changed).value().value().outcome, done_in(7));
  }
}

TEST_P(JournalContract, AMovedFileKeepsItsRowsAndGetsItsNewPath) {
  const std::int64_t id = admit("a");
  ASSERT_TRUE(journal().finish(id, done_in(1)));
  next_run();
  const auto entry = journal().admit({0, "a", "/elsewhere/a"}, kIdentity).value();
  EXPECT_EQ(entry.value().path, "/elsewhere/a");
  EXPECT_EQ(entry.value().outcome, done_in(1));
}

TEST_P(JournalContract, TheSameFileTwiceInOneRunIsAdmittedOnce) {
  admit("a");
  admit("b");
  const auto again = journal().admit(recording_of("a"), kIdentity);
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->has_value());
  EXPECT_THAT(keys_of(journal()), ElementsAre("a", "b"));
}

TEST_P(JournalContract, TwoFilesWithOneKeyAreAnErrorNamingBothAndTheKey) {
  ASSERT_TRUE(journal().admit({0, "k/x.wav", "/one/k/x.wav"}, kIdentity));
  const auto second = journal().admit({1, "k/x.wav", "/two/k/x.wav"}, kIdentity);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().stage, "input");
  EXPECT_THAT(second.error().reason, HasSubstr("/one/k/x.wav"));
  EXPECT_THAT(second.error().reason, HasSubstr("/two/k/x.wav"));
  EXPECT_TRUE(journal().admit(recording_of("other"), kIdentity)) << "the journal goes on";
}

TEST_P(JournalContract, NothingIsAdmittedBeforeARunHasBegun) {
  const auto fresh = GetParam().make();
  const auto admitted = fresh->journal().admit(recording_of("a"), kIdentity);
  ASSERT_FALSE(admitted);
  EXPECT_EQ(admitted.error().stage, "journal");
}

TEST_P(JournalContract, KeysAndPathsAreAnyBytes) {
  const std::vector<std::string> keys = {"sp ace", "new\nline", "\xff\xfe", "\xc3\xa4",
                                         "-dash",  "A",         "a",        ""};
  for (const std::string& key : keys) admit(key);
  next_run();
  EXPECT_EQ(keys_of(journal()), keys);
  for (const std::string& key : keys) {
    EXPECT_EQ(journal().admit(recording_of(key), kIdentity).value().value().path, "/in/" + key);
  }
}

TEST_P(JournalContract, AnyRowsAppendedInAnyOrderComeOutInRowOrder) {
  EXPECT_TRUE(rc::check([this] {
    const auto row = rc::gen::construct<Detection>(
        rc::gen::inRange<std::int64_t>(0, 4), rc::gen::inRange<std::int64_t>(4, 8),
        rc::gen::inRange<std::int32_t>(-1, 3), rc::gen::element(0.25F, 0.9731F, 1e-30F, -3.5F),
        rc::gen::element<std::string>("", "a", "B", "\xc3\xa4", "\xff", "two words"),
        rc::gen::inRange<std::int32_t>(0, 3));
    const auto chunks = *rc::gen::container<std::vector<std::vector<Detection>>>(
        rc::gen::container<std::vector<Detection>>(row));
    const std::string key = "property " + std::to_string(keys_of(journal()).size());
    const std::int64_t id = admit(key);
    std::vector<Detection> expected;
    for (const auto& chunk : chunks) {
      RC_ASSERT(journal().append(id, chunk).ok());
      expected.insert(expected.end(), chunk.begin(), chunk.end());
    }
    RC_ASSERT(journal().finish(id, done_in(8)).ok());
    // Equal ones stay as they were appended.
    std::stable_sort(expected.begin(), expected.end(), in_row_order);
    RC_ASSERT(rows_of(journal(), id) == expected);
  }));
}

TEST_P(JournalContract, RowsShowWhenTheirRecordingIsFinishedAndNotBefore) {
  const std::int64_t id = admit("a");
  ASSERT_TRUE(journal().append(id, {{0, 1, 0, 0.5F}}));
  ASSERT_TRUE(journal().flush());
  EXPECT_THAT(rows_of(journal(), id), IsEmpty());
  EXPECT_EQ(journal().counts()->detections, 0);
  ASSERT_TRUE(journal().append(id, {{1, 2, 0, 0.5F}}));
  ASSERT_TRUE(journal().finish(id, done_in(2)));
  EXPECT_EQ(rows_of(journal(), id).size(), 2U);
  EXPECT_EQ(journal().counts()->detections, 2);
}

TEST_P(JournalContract, AFailedRecordingHasItsFaultsAndNoRows) {
  const RecordingOutcome outcome{RecordingState::kFailed, 0, {{"forward", "threw", {}, {}}}};
  const std::int64_t id = admit("a");
  ASSERT_TRUE(journal().append(id, {{0, 1, 0, 0.5F}}));
  ASSERT_TRUE(journal().finish(id, outcome));
  EXPECT_THAT(rows_of(journal(), id), IsEmpty());
  EXPECT_EQ(journal().counts()->detections, 0);
  ASSERT_TRUE(journal().for_each_entry([&outcome](const JournalEntry& entry) {
    EXPECT_EQ(entry.outcome, outcome);
    return Done{};
  }));
}

TEST_P(JournalContract, RowsThatADeadRunLeftUnfinishedNeverShow) {
  const std::int64_t id = admit("a");
  ASSERT_TRUE(journal().append(id, {{0, 1, 0, 0.5F}}));
  ASSERT_TRUE(journal().flush());
  next_run();
  EXPECT_EQ(admit("a"), id);
  ASSERT_TRUE(journal().append(id, {{5, 6, 1, 0.25F}}));
  ASSERT_TRUE(journal().finish(id, done_in(6)));
  EXPECT_THAT(rows_of(journal(), id), ElementsAre(Detection{5, 6, 1, 0.25F}));
}

TEST_P(JournalContract, RowsWithTimesThatNoRecordingHasAreRefused) {
  const std::int64_t id = admit("a");
  EXPECT_FALSE(journal().append(id, {{-1, 1, 0, 0.5F}})) << "before the begin";
  EXPECT_FALSE(journal().append(id, {{2, 1, 0, 0.5F}})) << "ends before it begins";
  EXPECT_TRUE(journal().append(id, {{1, 1, 0, 0.5F}}));
  ASSERT_TRUE(journal().finish(id, done_in(1)));
  EXPECT_EQ(rows_of(journal(), id).size(), 1U);
}

TEST_P(JournalContract, ScoresThatAreNotFiniteAreRefusedAndNothingIsKeptOfThem) {
  const std::int64_t id = admit("a");
  EXPECT_FALSE(
      journal().append(id, {{0, 1, 0, 0.5F}, {0, 1, 0, std::numeric_limits<float>::quiet_NaN()}}));
  EXPECT_FALSE(journal().append(id, {{0, 1, 0, std::numeric_limits<float>::infinity()}}));
  ASSERT_TRUE(journal().finish(id, done_in(1))) << "the journal goes on";
  EXPECT_THAT(rows_of(journal(), id), IsEmpty());
}

TEST_P(JournalContract, CountsAddUpByState) {
  const std::int64_t done = admit("done");
  const std::int64_t gaps = admit("gaps");
  const std::int64_t failed = admit("failed");
  admit("pending");
  ASSERT_TRUE(journal().append(done, {{0, 1, 0, 0.5F}, {0, 2, 0, 0.5F}}));
  ASSERT_TRUE(journal().append(gaps, {{0, 1, 0, 0.5F}}));
  ASSERT_TRUE(journal().finish(done, done_in(100)));
  ASSERT_TRUE(journal().finish(gaps, {RecordingState::kDoneWithGaps, 20, {}}));
  ASSERT_TRUE(journal().finish(failed, {RecordingState::kFailed, 3, {}}));
  EXPECT_EQ(journal().counts().value(), (JournalCounts{.pending = 1,
                                                       .done = 1,
                                                       .done_with_gaps = 1,
                                                       .failed = 1,
                                                       .detections = 3,
                                                       .done_us = 120}));
}

TEST_P(JournalContract, FactsAreReplacedAsAWholeAndKept) {
  using Facts = std::map<std::string, std::string>;
  ASSERT_TRUE(journal().set_facts({{"old", "1"}, {"labels", "x"}}));
  const Facts facts = {{kLabelsFact, "one\ntwo"}, {"", ""}, {"bytes", std::string("\0\xff", 2)}};
  ASSERT_TRUE(journal().set_facts(facts));
  next_run();
  EXPECT_EQ(journal().facts().value(), facts);
}

TEST_P(JournalContract, AnErrorOfACallbackStopsTheWalkAndIsReturned) {
  const Error stop{"test", "enough", ""};
  const std::int64_t id = admit("a");
  admit("b");
  ASSERT_TRUE(journal().append(id, {{0, 1, 0, 0.5F}, {1, 2, 0, 0.5F}}));
  ASSERT_TRUE(journal().finish(id, done_in(2)));
  int visits = 0;
  const auto visit = [&](const auto&) -> Status { return ++visits, stop; };
  const Status entries = journal().for_each_entry(visit);
  ASSERT_FALSE(entries);
  EXPECT_EQ(entries.error(), stop);
  const Status rows = journal().for_each_detection(id, visit);
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error(), stop);
  EXPECT_EQ(visits, 2);
  EXPECT_EQ(rows_of(journal(), id).size(), 2U) << "the next walk starts anew";
}

TEST_P(JournalContract, RowsCanBeReadWhileEntriesAreWalked) {
  for (const char* key : {"a", "b", "c"}) {
    const std::int64_t id = admit(key);
    ASSERT_TRUE(journal().append(id, {{id, id + 1, 0, 0.5F}}));
    ASSERT_TRUE(journal().finish(id, done_in(1)));
  }
  std::set<std::int64_t> starts;
  ASSERT_TRUE(journal().for_each_entry([&](const JournalEntry& entry) {
    for (const Detection& row : rows_of(journal(), entry.id)) starts.insert(row.start_us);
    return Done{};
  }));
  EXPECT_EQ(starts.size(), 3U);
}

}  // namespace
}  // namespace rookery
