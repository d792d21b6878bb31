// Recordings that share batches (batch.mix), through the loop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "tests/supervisor/run_of_a_list.h"

namespace rookery {
namespace {

using testing::SizeIs;

WorkShape mixing() {
  WorkShape work = shape();
  work.results.batch_mix = true;
  return work;
}

RC_GTEST_PROP(RunLoopMixed, RecordingsGiveWhatTheyGiveAloneWhateverHappensToWorkers, ()) {
  const std::string list = any_list(39, 6);
  Ended serial;
  run_list(list, script(1, 0), serial);
  FakePoolScript rough = script(*rc::gen::inRange(1, 9), *rc::gen::arbitrary<unsigned>());
  rough.death_rate = 0.02;
  Ended mixed;
  run_list(list, rough, mixed, mixing());
  RC_PRE(contents(mixed.journal).find("  worker\n") == std::string::npos);
  RC_ASSERT(contents(mixed.journal) == contents(serial.journal));
  RC_ASSERT(mixed.report.exit_code == serial.report.exit_code);
}

// Of the rests of a list of recordings: how many rows each message to a worker held.
std::vector<std::size_t> rows_of_mixed_tasks(const std::string& list, int slots, Ended& ended) {
  std::vector<std::size_t> rows;
  FakePoolScript noting = script(slots, 1);
  noting.sent = [&](SlotId, const WorkItem& item) {
    if (const auto* mixed = std::get_if<MixedTask>(&item)) {
      std::size_t sum = 0;
      for (const Task& task : mixed->tasks) sum += task.parts[0].batches[0].segments.size();
      rows.push_back(sum);
    } else if (const auto* task = std::get_if<Task>(&item)) {
      rows.push_back(task->parts[0].batches[0].segments.size());
    }
  };
  run_list(list, noting, ended, mixing());
  return rows;
}

TEST(RunLoopMixed, ManyShortRecordingsFillWholeBatches) {
  std::string list;
  for (int index = 0; index < 200; ++index) list += "rec" + std::to_string(index) + "-1\n";
  for (const int slots : {1, 2, 5}) {
    Ended ended;
    const auto rows = rows_of_mixed_tasks(list, slots, ended);
    EXPECT_EQ(ended.report.exit_code, kExitDone);
    EXPECT_EQ(ended.report.segments, 200);
    EXPECT_THAT(rows, testing::AllOf(SizeIs(50), testing::Each(4U))) << slots << " slots";
    EXPECT_LE(ended.most_held, 2U);
  }
}

TEST(RunLoopMixed, DoesNotWaitForRecordingsThatDoNotCome) {
  Ended ended;
  EXPECT_THAT(rows_of_mixed_tasks("rec-1\nbad-1\nrec0-2\n", 2, ended), testing::ElementsAre(3U));
  EXPECT_EQ(ended.report.totals.done, 2);
}

TEST(RunLoopMixed, ARecordingThatKillsWorkersTakesNoneOfThoseWithItThatShareItsBatches) {
  FakePoolScript deadly = script(2, 1);
  deadly.deadly = [](const Recording& recording) { return recording.path.starts_with("kill"); };
  std::string list = "kill-1\n";
  for (int index = 0; index < 30; ++index) list += "rec" + std::to_string(index) + "-1\n";
  Ended ended;
  run_list(list, deadly, ended, mixing());
  EXPECT_EQ(ended.report.exit_code, kExitSomeFailed);
  EXPECT_EQ(ended.report.worker_deaths, 4) << "one in a mixed task, then it alone";
  EXPECT_EQ(ended.report.totals.done, 30);
  EXPECT_EQ(ended.report.totals.failed, 1);
}

}  // namespace
}  // namespace rookery
