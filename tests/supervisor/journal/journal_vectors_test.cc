// The promises of supervisor/journal/journal.h about vectors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "tests/supervisor/journal/journal_contract.h"

namespace rookery {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<SegmentVectors> vectors_of(Journal& journal, std::int64_t id) {
  std::vector<SegmentVectors> all;
  EXPECT_TRUE(journal.for_each_vectors(id, [&all](const SegmentVectors& vectors) {
    all.push_back(vectors);
    return Done{};
  }));
  return all;
}

using JournalVectors = JournalContract;

INSTANTIATE_TEST_SUITE_P(, JournalVectors, ::testing::ValuesIn(journal_makers()),
                         [](const auto& test) { return test.param.name; });

TEST_P(JournalVectors, VectorsComeBackAsTheyWereAppendedOnceTheirRecordingIsFinished) {
  const SegmentVectors first{3, {{0, 10}, {5, 15}}, {1, 2, 3, 4, 5, -6.5F}};
  const SegmentVectors second{3, {{10, 20}}, {7, 8, 1e-30F}};
  const std::int64_t id = admit("a");
  const std::int64_t other = admit("b");
  ASSERT_TRUE(journal().append_vectors(id, first));
  ASSERT_TRUE(journal().append_vectors(other, {1, {{0, 1}}, {0.5F}}));
  ASSERT_TRUE(journal().append_vectors(id, second));
  EXPECT_EQ(journal().vector_shape(id).value(), VectorShape{});
  EXPECT_THAT(vectors_of(journal(), id), IsEmpty());
  ASSERT_TRUE(journal().finish(id, done_in(1)));
  ASSERT_TRUE(journal().finish(other, done_in(1)));
  ASSERT_TRUE(journal().flush());
  next_run();
  EXPECT_THAT(vectors_of(journal(), id), ElementsAre(first, second));
  EXPECT_EQ(journal().vector_shape(id).value(), (VectorShape{3, 3}));
  EXPECT_EQ(journal().vector_shape(other).value(), (VectorShape{1, 1}));
  EXPECT_EQ(journal().vector_shape(other + 1).value(), VectorShape{}) << "never given";
}

TEST_P(JournalVectors, VectorsGoWithTheOutcomeOfTheirRecording) {
  const SegmentVectors old{1, {{0, 1}}, {1}};
  const SegmentVectors anew{2, {{0, 1}}, {2, 3}};
  const std::int64_t failed = admit("failed");
  const std::int64_t open = admit("open");
  const std::int64_t changed = admit("changed");
  const std::int64_t reopened = admit("reopened");
  for (const std::int64_t id : {failed, open, changed, reopened}) {
    ASSERT_TRUE(journal().append_vectors(id, old));
  }
  ASSERT_TRUE(journal().finish(failed, {RecordingState::kFailed, 0, {}}));
  EXPECT_THAT(vectors_of(journal(), failed), IsEmpty());
  for (const std::int64_t id : {changed, reopened}) ASSERT_TRUE(journal().finish(id, done_in(1)));
  ASSERT_TRUE(journal().flush());
  next_run();
  ASSERT_TRUE(journal().reopen(reopened));
  admit("open");
  admit("changed", {1, 1});
  for (const std::int64_t id : {open, changed, reopened}) {
    ASSERT_TRUE(journal().append_vectors(id, anew));
    ASSERT_TRUE(journal().finish(id, done_in(1)));
    EXPECT_THAT(vectors_of(journal(), id), ElementsAre(anew));
  }
}

TEST_P(JournalVectors, VectorsThatDoNotFitAreRefused) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::int64_t id = admit("a");
  ASSERT_TRUE(journal().append_vectors(id, {2, {{0, 1}}, {1, 2}}));
  EXPECT_FALSE(journal().append_vectors(id, {3, {{1, 2}}, {1, 2, 3}})) << "another length";
  EXPECT_FALSE(journal().append_vectors(id, {2, {{1, 2}}, {1, 2, 3, 4}})) << "too many values";
  EXPECT_FALSE(journal().append_vectors(id, {0, {{1, 2}}, {}})) << "no length";
  EXPECT_FALSE(journal().append_vectors(id, {2, {{1, 2}}, {1, nan}})) << "not finite";
  EXPECT_TRUE(journal().append_vectors(id, {2, {}, {}})) << "none";
  ASSERT_TRUE(journal().finish(id, done_in(1)));
  EXPECT_FALSE(journal().append_vectors(id, {2, {{1, 2}}, {1, 2}})) << "ended";
  EXPECT_EQ(journal().vector_shape(id).value(), (VectorShape{1, 2}));
}

TEST_P(JournalVectors, ARunThatGoesOnFromACheckpointPutsItsVectorsBehindTheEarlierOnes) {
  const SegmentVectors before{1, {{0, 1}}, {1}};
  const SegmentVectors after{1, {{1, 2}}, {2}};
  const std::int64_t id = admit("a");
  ASSERT_TRUE(journal().append_vectors(id, before));
  ASSERT_TRUE(journal().checkpoint(id, 0, "here"));
  next_run();
  admit("a");
  ASSERT_TRUE(journal().append_vectors(id, after));
  ASSERT_TRUE(journal().finish(id, done_in(2)));
  EXPECT_THAT(vectors_of(journal(), id), ElementsAre(before, after));
}

}  // namespace
}  // namespace rookery
