#include "supervisor/progress_meter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/fake_clock.h"

namespace rookery {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kSecondUs = 1'000'000;

RunSnapshot at(std::int64_t audio_seconds, std::int64_t bytes) {
  RunSnapshot snapshot;
  snapshot.audio_us = audio_seconds * kSecondUs;
  snapshot.file_bytes = bytes;
  snapshot.workers_ready = 2;
  return snapshot;
}

class ProgressMeterTest : public testing::Test {
 protected:
  FakeClock clock_;
  ProgressMeter meter_{InputTotals{10, 1000}, clock_.now()};
};

TEST_F(ProgressMeterTest, TellsAudioSecondsForEachSecondOfWallTime) {
  clock_.advance(seconds(10));
  meter_.observe(at(4000, 100), clock_.now());
  EXPECT_DOUBLE_EQ(meter_.times_real_time(), 400.0);
}

TEST_F(ProgressMeterTest, FollowsTheLastMinuteOnly) {
  for (int second = 0; second < 100; ++second) {
    clock_.advance(seconds(1));
    meter_.observe(at(1000 + second, 100 + second), clock_.now());
  }
  EXPECT_NEAR(meter_.times_real_time(), 1.0, 0.05);
}

TEST_F(ProgressMeterTest, ExpectsTheRestAtTheSpeedOfLate) {
  clock_.advance(seconds(10));
  meter_.observe(at(100, 250), clock_.now());
  EXPECT_EQ(meter_.time_left(), seconds(30));
}

TEST_F(ProgressMeterTest, SaysNothingAboutTheRestBeforeAnythingIsDone) {
  clock_.advance(seconds(10));
  meter_.observe(at(0, 0), clock_.now());
  EXPECT_EQ(meter_.time_left(), std::nullopt);
  EXPECT_THAT(meter_.line(), Not(HasSubstr("left")));
}

TEST_F(ProgressMeterTest, SaysNothingAboutTheRestOfAListOfUnknownLength) {
  ProgressMeter unknown(std::nullopt, clock_.now());
  clock_.advance(seconds(10));
  unknown.observe(at(100, 250), clock_.now());
  EXPECT_EQ(unknown.time_left(), std::nullopt);
  EXPECT_THAT(unknown.line(), HasSubstr("0 recordings ·"));
}

TEST_F(ProgressMeterTest, TellsEverythingInOneLine) {
  clock_.advance(seconds(10));
  RunSnapshot snapshot = at(7200, 500);
  snapshot.done = 4;
  snapshot.failed = 1;
  meter_.observe(snapshot, clock_.now());
  EXPECT_EQ(meter_.line(),
            "5 of 10 recordings · 2.00 h of audio · 720 × real time · 0:00:10 left · 1 failed · "
            "2 workers");
}

TEST_F(ProgressMeterTest, SaysAtTheEndWhatWasDoneInWhatTime) {
  const TimePoint start = clock_.now();
  clock_.advance(seconds(10));
  RunSnapshot snapshot = at(7200, 1000);
  snapshot.done = 8;
  snapshot.skipped = 1;
  snapshot.failed = 1;
  meter_.observe(snapshot, clock_.now());
  EXPECT_EQ(
      meter_.summary(start),
      "8 recordings done, 1 done before, 1 failed · 2.00 h of audio in 10.0 s · 720 × real time");
}

TEST_F(ProgressMeterTest, KeepsAFixedNumberOfSamplesHoweverOftenItIsAsked) {
  for (int turn = 0; turn < 100'000; ++turn) {
    clock_.advance(milliseconds(1));
    meter_.observe(at(turn, turn), clock_.now());
  }
  EXPECT_NEAR(meter_.times_real_time(), 1000.0, 20.0);
}

TEST(FormatDuration, TellsDaysHoursMinutesAndSeconds) {
  EXPECT_EQ(format_duration(seconds(59)), "0:00:59");
  EXPECT_EQ(format_duration(seconds(3600 * 12 + 31 * 60 + 5)), "12:31:05");
  EXPECT_EQ(format_duration(seconds(2 * 86400 + 3 * 3600)), "2 d 3:00:00");
}

}  // namespace
}  // namespace rookery
