// What a traced worker tells of its time.
#include "worker/span_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace rookery {
namespace {

using ::testing::ElementsAre;

StageSpan span(BeaconStage stage, std::int64_t begin_ns, std::int64_t end_ns) {
  return {static_cast<std::int32_t>(stage), begin_ns, end_ns};
}

std::map<std::int32_t, std::int64_t> sums(const std::vector<StageSpan>& spans) {
  std::map<std::int32_t, std::int64_t> by_stage;
  for (const StageSpan& one : spans) by_stage[one.stage] += one.end_ns - one.begin_ns;
  return by_stage;
}

bool follow_one_another(const std::vector<StageSpan>& spans) {
  for (std::size_t i = 1; i < spans.size(); ++i) {
    if (spans[i].begin_ns != spans[i - 1].end_ns) return false;
  }
  return true;
}

class SpanLogTest : public ::testing::Test {
 protected:
  void spend(BeaconStage stage, std::int64_t ns) {
    log_.enter(stage);
    now_ns_ += ns;
  }

  std::int64_t now_ns_ = 1'000'000;
  SpanLog log_{[this] { return now_ns_; }};
};

TEST_F(SpanLogTest, TellsWhatItWasAtOneAfterTheOtherFromItsBeginOn) {
  now_ns_ += 5'000;
  spend(BeaconStage::kDecode, 2'000);
  spend(BeaconStage::kForward, 3'000);
  EXPECT_THAT(log_.take(), ElementsAre(span(BeaconStage::kIdle, 1'000'000, 1'005'000),
                                       span(BeaconStage::kDecode, 1'005'000, 1'007'000),
                                       span(BeaconStage::kForward, 1'007'000, 1'010'000)));
  EXPECT_THAT(log_.take(), ElementsAre());
}

TEST_F(SpanLogTest, IsIdleOnceItWasTaken) {
  spend(BeaconStage::kDecode, 2'000);
  log_.take();
  now_ns_ += 4'000;
  spend(BeaconStage::kSend, 1'500);
  log_.enter(BeaconStage::kIdle);
  EXPECT_THAT(log_.take(), ElementsAre(span(BeaconStage::kIdle, 1'002'000, 1'006'000),
                                       span(BeaconStage::kSend, 1'006'000, 1'007'500)));
}

TEST_F(SpanLogTest, JoinsAStageThatIsEnteredAgain) {
  for (int segment = 0; segment < 4; ++segment) spend(BeaconStage::kDecode, 1'000);
  EXPECT_THAT(log_.take(), ElementsAre(span(BeaconStage::kDecode, 1'000'000, 1'004'000)));
}

TEST_F(SpanLogTest, GivesAStageShorterThanAMicrosecondToTheNext) {
  spend(BeaconStage::kDecode, 2'000);
  spend(BeaconStage::kResample, 999);
  spend(BeaconStage::kDecode, 2'000);
  EXPECT_THAT(log_.take(), ElementsAre(span(BeaconStage::kDecode, 1'000'000, 1'004'999)));
}

TEST_F(SpanLogTest, NeverLeavesOutASend) {
  spend(BeaconStage::kDecode, 2'000);
  spend(BeaconStage::kSend, 0);
  spend(BeaconStage::kIdle, 0);
  spend(BeaconStage::kDecode, 2'000);
  EXPECT_THAT(log_.take(), ElementsAre(span(BeaconStage::kDecode, 1'000'000, 1'002'000),
                                       span(BeaconStage::kSend, 1'002'000, 1'002'000),
                                       span(BeaconStage::kDecode, 1'002'000, 1'004'000)));
}

RC_GTEST_PROP(SpanLog, TellsLongWorkCoarserWithTheSameSumsAndWithoutGaps, ()) {
  std::int64_t now_ns = 0;
  SpanLog log([&] { return now_ns; });
  std::map<std::int32_t, std::int64_t> spent;
  const auto count = *rc::gen::inRange(0, 5'000);
  for (int i = 0; i < count; ++i) {
    const auto stage = *rc::gen::inRange(static_cast<int>(BeaconStage::kIdle),
                                         static_cast<int>(BeaconStage::kSend));
    const std::int64_t ns = 1'000 + (i * 7'919) % 100'000;
    log.enter(static_cast<BeaconStage>(stage));
    now_ns += ns;
    spent[stage] += ns;
  }
  // What is idle when it is taken stays open.
  log.enter(BeaconStage::kProbe);
  now_ns += 1'000;
  spent[static_cast<std::int32_t>(BeaconStage::kProbe)] += 1'000;
  const std::vector<StageSpan> spans = log.take();
  RC_ASSERT(spans.size() <= SpanLog::kMaxSpans);
  RC_ASSERT(follow_one_another(spans));
  RC_ASSERT(sums(spans) == spent);
}

TEST_F(SpanLogTest, OfEndlessMessagesThatNobodyTookForgetsTheOldestWhole) {
  for (int message = 0; message < 10'000; ++message) {
    spend(BeaconStage::kProbe, 2'000);
    spend(BeaconStage::kSend, 1'000);
    spend(BeaconStage::kIdle, 3'000);
  }
  spend(BeaconStage::kForward, 4'000);
  const std::vector<StageSpan> spans = log_.take();
  EXPECT_LE(spans.size(), SpanLog::kMaxSpans);
  EXPECT_GT(spans.size(), SpanLog::kMaxSpans / 8);
  EXPECT_TRUE(follow_one_another(spans));
  EXPECT_EQ(spans.front().stage, static_cast<std::int32_t>(BeaconStage::kIdle));
  EXPECT_EQ(spans.back(), span(BeaconStage::kForward, now_ns_ - 4'000, now_ns_));
}

}  // namespace
}  // namespace rookery
