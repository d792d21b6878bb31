#include "supervisor/task_deadlines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "supervisor/work_size.h"
#include "tests/fakes/fake_clock.h"

namespace rookery {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

WorkSize work(TaskId id, double forward_seconds = 0.1) { return {{id}, forward_seconds, 0}; }

class TaskDeadlinesTest : public testing::Test {
 protected:
  TaskDeadlinesTest() { deadlines_.tick(clock_.now()); }

  // Slots that become late meanwhile, looked at five times a second.
  std::vector<SlotId> after(double seconds) {
    std::vector<SlotId> late;
    for (int turn = 0; turn < static_cast<int>(seconds * 5); ++turn) {
      clock_.advance(milliseconds(200));
      for (const SlotId slot : deadlines_.tick(clock_.now())) late.push_back(slot);
    }
    return late;
  }

  FakeClock clock_;
  TaskDeadlines deadlines_{2, 10.0};
};

TEST_F(TaskDeadlinesTest, SlotsWithoutWorkAreNeverLate) { EXPECT_THAT(after(1000), IsEmpty()); }

TEST_F(TaskDeadlinesTest, WorkThatTakesTooLongIsToldOnceUntilItsWorkerIsGone) {
  deadlines_.assigned(1, work(7));
  EXPECT_THAT(after(9.8), IsEmpty());
  EXPECT_FALSE(deadlines_.missed(1));
  EXPECT_THAT(after(100), ElementsAre(1));
  EXPECT_TRUE(deadlines_.missed(1));
  EXPECT_FALSE(deadlines_.missed(0));
  deadlines_.gone(1);
  EXPECT_FALSE(deadlines_.missed(1));
  EXPECT_THAT(after(100), IsEmpty());
}

TEST_F(TaskDeadlinesTest, TheClockStartsWhenItIsItsTurn) {
  deadlines_.assigned(0, work(1));
  deadlines_.assigned(0, work(2));
  EXPECT_THAT(after(0.4), IsEmpty());
  deadlines_.answered(0, 1);
  EXPECT_THAT(after(9.8), IsEmpty());
  EXPECT_THAT(after(0.2), ElementsAre(0));
}

TEST_F(TaskDeadlinesTest, MixedWorkIsDoneWhenAllItsTasksAre) {
  deadlines_.assigned(0, {{1, 2}, 0.1, 0});
  EXPECT_THAT(after(8), IsEmpty());
  deadlines_.answered(0, 1);
  EXPECT_THAT(after(2), ElementsAre(0));
}

TEST_F(TaskDeadlinesTest, BeforeAnythingIsKnownTheWarmUpSaysHowLong) {
  deadlines_.assigned(0, work(1, 2.0));
  EXPECT_THAT(after(39.8), IsEmpty());
  EXPECT_THAT(after(0.2), ElementsAre(0));
}

TEST_F(TaskDeadlinesTest, TheLimitGrowsWithWhatTasksTake) {
  for (TaskId id = 1; id <= 100; ++id) {
    deadlines_.assigned(0, work(id));
    EXPECT_THAT(after(4), IsEmpty());
    deadlines_.answered(0, id);
  }
  // Forty times the forward, so at least twenty times that; bins make it up to half as much again.
  EXPECT_GE(deadlines_.limit_seconds(work(0)), 80);
  EXPECT_LE(deadlines_.limit_seconds(work(0)), 120);
  EXPECT_GE(deadlines_.limit_seconds(work(0, 1.0)), 800);
}

TEST_F(TaskDeadlinesTest, OneThatWasFarSlowerThanTheOthersDoesNotMakeHangsUnseen) {
  for (TaskId id = 1; id <= 100; ++id) {
    deadlines_.assigned(0, work(id));
    (void)after(id == 50 ? 9 : 0.2);
    deadlines_.answered(0, id);
  }
  EXPECT_DOUBLE_EQ(deadlines_.limit_seconds(work(0)), 10);
}

TEST_F(TaskDeadlinesTest, TimeInWhichThisProcessDidNotRunDoesNotCount) {
  deadlines_.assigned(0, work(1));
  for (int stop = 0; stop < 9; ++stop) {
    clock_.advance(std::chrono::hours(1));
    EXPECT_THAT(deadlines_.tick(clock_.now()), IsEmpty());
  }
  clock_.advance(std::chrono::hours(1));
  EXPECT_THAT(deadlines_.tick(clock_.now()), ElementsAre(0)) << "ten seconds at most";
}

TEST_F(TaskDeadlinesTest, AWorkerThatIsToEndHasALimitForThat) {
  deadlines_.assigned(0, work(1));
  deadlines_.leaves(0);
  deadlines_.answered(0, 1);
  EXPECT_THAT(after(9.8), IsEmpty());
  EXPECT_THAT(after(0.2), ElementsAre(0));
}

// Whatever is assigned and answered in order, only a slot that has made no step for the limit is
// late.
RC_GTEST_PROP(TaskDeadlinesProperty, OnlyStandstillIsLate,
              (const std::vector<std::uint8_t>& pauses)) {
  TaskDeadlines deadlines(1, 10.0);
  FakeClock clock;
  TaskId next = 1;
  TaskId oldest = 1;
  double still = 0;
  deadlines.tick(clock.now());
  for (const std::uint8_t pause : pauses) {
    if (oldest == next) still = 0;
    deadlines.assigned(0, work(next++, 0.001));
    for (int tick = 0; tick < pause % 60; ++tick) {
      clock.advance(milliseconds(200));
      still += 0.2;
      const bool late = !deadlines.tick(clock.now()).empty();
      RC_ASSERT(!late || still > 9.9);
      if (late) return;
    }
    if (pause % 3 != 0) {
      deadlines.answered(0, oldest++);
      still = 0;
    }
  }
}

Task task_of(TaskId id, std::vector<std::size_t> batches_by_model) {
  Task task;
  task.id = id;
  task.properties.frames = std::int64_t{1000} * 16000;
  task.properties.sample_rate = 16000;
  for (std::size_t model = 0; model < batches_by_model.size(); ++model) {
    task.parts.push_back(
        {{static_cast<std::int32_t>(model), 0}, std::vector<Batch>(batches_by_model[model])});
  }
  return task;
}

TEST(WorkSizeTest, IsTheForwardsOfAllModelsAndOnceThroughTheRecording) {
  const WorkSize size = size_of(task_of(3, {2, 1}), {0.5, 0.25}, 0);
  EXPECT_THAT(size.ids, ElementsAre(3));
  EXPECT_DOUBLE_EQ(size.forward_seconds, 1.25);
  EXPECT_DOUBLE_EQ(size.reading_seconds, 10);
}

TEST(WorkSizeTest, OfMixedTasksIsTheSum) {
  const WorkSize size = size_of(MixedTask{{task_of(3, {1}), task_of(4, {1})}}, {0.5}, 0);
  EXPECT_THAT(size.ids, ElementsAre(3, 4));
  EXPECT_DOUBLE_EQ(size.forward_seconds, 1.0);
}

TEST(WorkSizeTest, OfAProbeGrowsWithTheFileUpToAnHour) {
  EXPECT_DOUBLE_EQ(size_of(Probe{5, {}}, {}, 2'000'000).reading_seconds, 10);
  EXPECT_DOUBLE_EQ(size_of(Probe{5, {}}, {}, std::int64_t{1} << 50).reading_seconds, 3600);
}

}  // namespace
}  // namespace rookery
