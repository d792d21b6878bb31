// The small pure parts of a worker.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "worker/slots_text.h"
#include "worker/stage_meter.h"
#include "worker/test_delay.h"

namespace rookery {
namespace {

RC_GTEST_PROP(SlotsText, ComesBackAsItWas, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(1, 20);
  std::vector<SlotStart> slots;
  for (std::size_t i = 0; i < count; ++i) {
    slots.push_back({{*rc::gen::inRange(0, 1000), *rc::gen::inRange(0, 1000)},
                     *rc::gen::container<CoreSet>(rc::gen::inRange(0, 256))});
  }
  const auto parsed = parse_slots(format_slots(slots));
  RC_ASSERT(parsed.ok());
  RC_ASSERT(*parsed == slots);
}

TEST(SlotsText, RefusesAnythingElseNamingIt) {
  for (const char* text : {"", "1", "1.2", "1.2@", "1.2@3,", "1.2@3x", "1.2@3+", "1.2@+3", "1.2@-1",
                           "1.2@-+3", "a.2@3", ",1.2@3"}) {
    EXPECT_FALSE(parse_slots(text)) << text;
  }
  EXPECT_THAT(parse_slots("1.2@3,what").error().reason, ::testing::HasSubstr("\"what\""));
}

class StageMeterTest : public ::testing::Test {
 protected:
  StageMeterTest() : beacon_(Beacon::create(1).value()) {}

  std::int64_t now_ns_ = 1'000;
  Beacon beacon_;
};

TEST_F(StageMeterTest, GivesTimeToTheStageThatSpentIt) {
  StageMeter meter(beacon_.writer(0), [this] { return now_ns_; });
  meter.begin(5);
  for (int i = 0; i < 3; ++i) {
    meter.enter(BeaconStage::kDecode);
    now_ns_ += 1'500;
    meter.enter(BeaconStage::kResample);
    now_ns_ += 400;
  }
  meter.enter(BeaconStage::kForward);
  now_ns_ += 9'000;
  const StageTimes times = meter.times();
  EXPECT_EQ(times.decode_us, 4);    // 3 × 1.5
  EXPECT_EQ(times.resample_us, 1);  // 3 × 0.4
  EXPECT_EQ(times.forward_us, 9);
  EXPECT_EQ(times.probe_us + times.front_end_us + times.reduce_us, 0);
}

TEST_F(StageMeterTest, StartsEachTaskAtZero) {
  StageMeter meter(beacon_.writer(0), [this] { return now_ns_; });
  meter.begin(1);
  meter.enter(BeaconStage::kForward);
  now_ns_ += 50'000;
  meter.begin(2);
  EXPECT_EQ(meter.times(), StageTimes{});
}

TEST_F(StageMeterTest, TellsTheBeaconWhatComesBeforeItIsDone) {
  StageMeter meter(beacon_.writer(0), [this] { return now_ns_; });
  meter.begin(5);
  meter.at_segment(42);
  meter.enter(BeaconStage::kForward);
  const BeaconNote note = beacon_.read(0);
  EXPECT_EQ(note.task_id, 5);
  EXPECT_EQ(note.segment_index, 42);
  EXPECT_EQ(note.stage, BeaconStage::kForward);
}

TEST_F(StageMeterTest, KeepsSpansOnceItIsTracedAndNoneElse) {
  StageMeter meter(beacon_.writer(0), [this] { return now_ns_; });
  const auto work = [&] {
    meter.begin(5);
    meter.enter(BeaconStage::kForward);
    now_ns_ += 9'000;
  };
  work();
  EXPECT_TRUE(meter.take_spans().empty());
  meter.trace(SpanLog([this] { return now_ns_; }));
  work();
  const auto forward = static_cast<std::int32_t>(BeaconStage::kForward);
  EXPECT_THAT(meter.take_spans(),
              ::testing::ElementsAre(StageSpan{forward, now_ns_ - 9'000, now_ns_}));
}

TEST(TestDelay, IsNoneUnlessAskedForAndThenWithinItsLimit) {
  std::set<std::int64_t> seen;
  for (TaskId task = 0; task < 500; ++task) {
    EXPECT_EQ(test_delay_ms({1, 1}, task, 0), 0);
    seen.insert(test_delay_ms({1, 1}, task, 10));
  }
  EXPECT_EQ(*seen.begin(), 0);
  EXPECT_EQ(*seen.rbegin(), 10);
}

}  // namespace
}  // namespace rookery
