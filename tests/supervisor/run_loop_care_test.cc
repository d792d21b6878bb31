// Workers that hang, grow, have done their share, or have to make room: whatever is done about
// them, results stay the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "supervisor/run_loop.h"
#include "tests/fakes/fake_clock.h"
#include "tests/listed.h"
#include "tests/supervisor/made_up_work.h"

namespace rookery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kList = "rec-9\nrec0-9\nrec1-30\nrec2-200\n";
constexpr std::int64_t kMegabyte = 1 << 20;

struct CaredFor {
  FakeClock clock;
  SilentObserver observer;
  MemoryJournal journal;
  RunReport report;

  // Every event takes a second.
  explicit CaredFor(FakePoolScript pool_script = script(3, 1), WorkerCareSettings care = {}) {
    EXPECT_TRUE(journal.begin_run().ok());
    auto inputs = InputSource::open({"-"}, listed(kList));
    const auto interject = pool_script.interject;
    pool_script.interject = [this, interject](int event) {
      clock.advance(std::chrono::seconds(1));
      return interject(event);
    };
    FakePool pool(std::move(pool_script));
    RunLoop loop({inputs.value(), pool, clock, observer}, {{shape(), &journal}}, SpeedSettings{},
                 {}, std::move(care));
    report = loop.run();
    EXPECT_TRUE(pool.idle());
  }
};

std::string undisturbed() {
  CaredFor run;
  return contents(run.journal);
}

bool is_task_of(const WorkItem& item, const std::string& path) {
  const auto* task = std::get_if<Task>(&item);
  return task != nullptr && task->recording.path == path;
}

TEST(RunLoopCare, AHangIsEndedAndItsWorkDoneAgain) {
  int kills = 0;
  FakePoolScript hanging = script(2, 1);
  hanging.hangs = [&](const WorkItem& item) { return kills == 0 && is_task_of(item, "rec1-30"); };
  hanging.killed = [&](SlotId) { ++kills; };
  CaredFor run(std::move(hanging), {.min_deadline_seconds = 20});
  EXPECT_EQ(kills, 1);
  EXPECT_EQ(run.report.exit_code, kExitDone);
  EXPECT_EQ(run.report.worker_deaths, 1);
  EXPECT_EQ(contents(run.journal), undisturbed());
}

TEST(RunLoopCare, AProbeThatHangsIsDoneAgain) {
  int kills = 0;
  FakePoolScript hanging = script(1, 1);
  hanging.hangs = [&](const WorkItem& item) {
    return kills == 0 && std::holds_alternative<Probe>(item);
  };
  hanging.killed = [&](SlotId) { ++kills; };
  CaredFor run(std::move(hanging), {.min_deadline_seconds = 20});
  EXPECT_EQ(kills, 1);
  EXPECT_EQ(contents(run.journal), undisturbed());
}

TEST(RunLoopCare, WorkersThatHaveDoneTheirShareAreReplacedAndThatIsNoDeath) {
  CaredFor run(script(3, 1), {.max_tasks = 2});
  EXPECT_EQ(run.report.exit_code, kExitDone);
  EXPECT_GE(run.report.workers_replaced, 10);
  EXPECT_EQ(run.report.worker_deaths, 0);
  EXPECT_EQ(run.observer.deaths, 0);
  EXPECT_EQ(contents(run.journal), undisturbed());
}

TEST(RunLoopCare, AWorkerThatHasGrownIsReplacedAndTheOthersAreNot) {
  int weighed_heavy = 0;
  FakePoolScript growing = script(3, 1);
  growing.private_bytes = [&](SlotId slot) -> std::int64_t {
    if (slot != 1) return 1000;
    return ++weighed_heavy == 3 ? 1001 : 1000;
  };
  CaredFor run(std::move(growing), {.max_memory_bytes = 1000});
  EXPECT_EQ(run.report.workers_replaced, 1);
  EXPECT_EQ(run.report.worker_deaths, 0);
  EXPECT_EQ(contents(run.journal), undisturbed());
}

TEST(RunLoopCare, WhileMemoryIsShortNothingIsGivenOutAndThenAllGoesOn) {
  int now = 0;
  int last_sent = 0;
  int longest_pause = 0;
  FakePoolScript watched = script(3, 1);
  watched.interject = [&](int event) {
    now = event;
    return std::nullopt;
  };
  watched.sent = [&](SlotId, const WorkItem&) {
    longest_pause = std::max(longest_pause, now - last_sent);
    last_sent = now;
  };
  WorkerCareSettings care{.min_deadline_seconds = 1000};
  care.memory_rooms = [&]() -> std::vector<MemoryRoom> {
    const bool is_short = now >= 15 && now < 50;
    return {{(is_short ? 10 : 7000) * kMegabyte, 8192 * kMegabyte}};
  };
  CaredFor run(std::move(watched), care);
  EXPECT_GE(longest_pause, 35);
  EXPECT_EQ(run.report.exit_code, kExitDone);
  EXPECT_EQ(run.report.worker_deaths, 0);
  EXPECT_EQ(contents(run.journal), undisturbed());
  EXPECT_THAT(run.observer.notices,
              ElementsAre(HasSubstr("runs short"), HasSubstr("goes on with 1 of 3 workers")));
}

TEST(RunLoopCare, MemoryThatStaysShortSlowsARunDownButDoesNotEndIt) {
  WorkerCareSettings care{.min_deadline_seconds = 1000};
  care.memory_rooms = [] { return std::vector<MemoryRoom>{{0, 8192 * kMegabyte}}; };
  CaredFor run(script(3, 1), care);
  EXPECT_EQ(run.report.exit_code, kExitDone);
  EXPECT_EQ(contents(run.journal), undisturbed());
}

}  // namespace
}  // namespace rookery
