#include "supervisor/memory_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>

#include "tests/fakes/fake_clock.h"

namespace rookery {

void PrintTo(const MemoryAdvice& advice, std::ostream* out) {
  *out << (advice.dispatch ? "dispatch, " : "wait, ") << advice.workers;
}

namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kMegabyte = 1 << 20;

class MemoryGuardTest : public testing::Test {
 protected:
  // Of a host of 8 GB, whose twentieth is 409 MB; every second, for so long.
  MemoryAdvice with(std::int64_t available_megabytes, int seconds = 1) {
    MemoryAdvice advice;
    for (int second = 0; second < seconds; ++second) {
      clock_.advance(milliseconds(1000));
      advice = guard_.look({{available_megabytes * kMegabyte, 8192 * kMegabyte}}, clock_.now());
    }
    return advice;
  }

  FakeClock clock_;
  MemoryGuard guard_{3};
};

TEST_F(MemoryGuardTest, LetsEverybodyWorkWhileThereIsMemory) {
  EXPECT_EQ(with(8000, 100), (MemoryAdvice{true, 3}));
  EXPECT_EQ(with(410, 100), (MemoryAdvice{true, 3}));
}

TEST_F(MemoryGuardTest, HoldsWorkBackTheMomentItRunsShort) {
  EXPECT_EQ(with(400), (MemoryAdvice{false, 3}));
  EXPECT_EQ(with(400, 4), (MemoryAdvice{false, 3}));
}

TEST_F(MemoryGuardTest, HasOneWorkerLessEveryFiveSecondsDownToOne) {
  with(400);
  EXPECT_EQ(with(400, 5), (MemoryAdvice{false, 2}));
  EXPECT_EQ(with(400, 5), (MemoryAdvice{false, 1}));
  EXPECT_EQ(with(400, 50), (MemoryAdvice{false, 1}));
}

TEST_F(MemoryGuardTest, LetsTheLastOneWorkWhenNobodyElseMakesRoom) {
  EXPECT_EQ(with(400, 11), (MemoryAdvice{false, 1}));
  EXPECT_EQ(with(400, 59), (MemoryAdvice{false, 1}));
  EXPECT_EQ(with(400), (MemoryAdvice{true, 1}));
  EXPECT_EQ(with(400, 1000), (MemoryAdvice{true, 1}));
}

TEST_F(MemoryGuardTest, WorksAgainFiveSecondsAfterItIsOver) {
  with(400, 6);
  EXPECT_EQ(with(700, 5), (MemoryAdvice{false, 2}));
  EXPECT_EQ(with(700), (MemoryAdvice{true, 2}));
}

TEST_F(MemoryGuardTest, GoesBackUpOneByOne) {
  with(400, 11);
  EXPECT_EQ(with(700, 6), (MemoryAdvice{true, 1}));
  EXPECT_EQ(with(700, 30), (MemoryAdvice{true, 2}));
  EXPECT_EQ(with(700, 29), (MemoryAdvice{true, 2}));
  EXPECT_EQ(with(700, 1000), (MemoryAdvice{true, 3}));
}

TEST_F(MemoryGuardTest, WaitsForHalfAsMuchAgainBeforeItIsOver) {
  with(400);
  EXPECT_EQ(with(500, 100), (MemoryAdvice{false, 3})) << "neither short nor over";
  with(700, 4);
  with(500);
  EXPECT_EQ(with(700, 5), (MemoryAdvice{false, 3})) << "five seconds in a row";
  EXPECT_EQ(with(700), (MemoryAdvice{true, 3}));
}

TEST_F(MemoryGuardTest, HeedsTheTightestOfItsRooms) {
  const MemoryRoom host{6000 * kMegabyte, 8192 * kMegabyte};
  const MemoryRoom group{100 * kMegabyte, 1024 * kMegabyte};
  EXPECT_FALSE(guard_.look({host, group}, clock_.now()).dispatch);
}

TEST_F(MemoryGuardTest, AsksNoMoreOfALargeHostThanTwoGigabytesAndOfASmallOneAnEighth) {
  EXPECT_TRUE(guard_.look({{2048 * kMegabyte, 1024 * (1024 * kMegabyte)}}, clock_.now()).dispatch);
  EXPECT_TRUE(guard_.look({{64 * kMegabyte, 512 * kMegabyte}}, clock_.now()).dispatch);
  EXPECT_FALSE(guard_.look({{63 * kMegabyte, 512 * kMegabyte}}, clock_.now()).dispatch);
}

RC_GTEST_PROP(MemoryGuardProperty, StepsAreSingleAndAllIsAsBeforeOnceItIsOver,
              (const std::vector<std::uint16_t>& figures)) {
  const int all = *rc::gen::inRange(1, 9);
  MemoryGuard guard(all);
  FakeClock clock;
  int workers = all;
  for (const std::uint16_t figure : figures) {
    clock.advance(milliseconds(1000));
    const auto advice = guard.look({{figure % 1000 * kMegabyte, 8192 * kMegabyte}}, clock.now());
    RC_ASSERT(advice.workers >= 1 && advice.workers <= all);
    RC_ASSERT(std::abs(advice.workers - workers) <= 1);
    workers = advice.workers;
  }
  MemoryAdvice last;
  for (int second = 0; second < 6 + 30 * all; ++second) {
    clock.advance(milliseconds(1000));
    last = guard.look({{8000 * kMegabyte, 8192 * kMegabyte}}, clock.now());
  }
  RC_ASSERT(last == (MemoryAdvice{true, all}));
}

}  // namespace
}  // namespace rookery
