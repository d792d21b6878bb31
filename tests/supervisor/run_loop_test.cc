// The loop with a pool that answers in random order, dies at random and repeats itself.
#include "supervisor/run_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <csignal>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_pool.h"
#include "tests/fakes/memory_journal.h"
#include "tests/listed.h"
#include "tests/supervisor/run_of_a_list.h"

namespace rookery {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

TEST(RunLoop, GivesTheSameWhenInputsAreKnownByTheirBytes) {
  const std::string list = "rec-70\nbad-1\nrec0-3\nrec1-2\n";
  Ended plain;
  run_list(list, script(2, 1), plain);
  Ended with_digests;
  auto inputs = InputSource::open({"-"}, listed(list));
  FakePool pool(script(2, 1));
  const RunningClock clock;
  ASSERT_TRUE(with_digests.journal.begin_run().ok());
  const RunParts parts{inputs.value(), pool, clock, with_digests.observer, true};
  with_digests.report = RunLoop(parts, {{shape(), &with_digests.journal}}, SpeedSettings{}).run();
  EXPECT_EQ(contents(with_digests.journal), contents(plain.journal));
  EXPECT_EQ(with_digests.report.exit_code, plain.report.exit_code);
  EXPECT_EQ(with_digests.report.segments, plain.report.segments);
}

RC_GTEST_PROP(RunLoop, GivesWhatOneSteadyWorkerGivesWhateverTheOrderDeathsAndRepeats, ()) {
  const std::string list = any_list(11, 39);
  Ended serial;
  run_list(list, script(1, 0), serial);
  FakePoolScript rough = script(*rc::gen::inRange(1, 9), *rc::gen::arbitrary<unsigned>());
  rough.death_rate = 0.02;
  Ended shuffled;
  run_list(list, rough, shuffled);
  RC_ASSERT(contents(shuffled.journal) == contents(serial.journal));
  RC_ASSERT(shuffled.report.exit_code == serial.report.exit_code);
}

TEST(RunLoop, TellsHowLongSegmentsAndRecordingsTook) {
  Ended ended;
  run_list("rec-70\nbad-1\n", script(2, 1), ended);
  const RunReport& report = ended.report;
  EXPECT_GT(report.batch_latency.p50, 0);
  EXPECT_GE(report.batch_latency.p99, report.batch_latency.p50);
  EXPECT_GT(report.segment_latency.p50, 0);
  EXPECT_LE(report.segment_latency.p50, report.segment_latency.p99);
  EXPECT_GT(report.recording_latency.p99, report.segment_latency.p99)
      << "the recording waits for its probe and all of its segments";
}

TEST(RunLoop, EndsWithZeroWhenEverythingIsDone) {
  Ended ended;
  run_list("rec-3\nrec0-10\n", script(2, 1), ended);
  EXPECT_EQ(ended.report.exit_code, kExitDone);
  EXPECT_EQ(ended.report.totals.done, 2);
  EXPECT_EQ(ended.report.segments, 13);
}

TEST(RunLoop, EndsWithZeroOnAnEmptyList) {
  Ended ended;
  run_list("", script(2, 1), ended);
  EXPECT_EQ(ended.report.exit_code, kExitDone);
}

TEST(RunLoop, EndsWithOneWhenARecordingFailsAndDoesAllOthers) {
  Ended ended;
  run_list("bad-1\nrec-3\nnan-20\n", script(2, 1), ended);
  EXPECT_EQ(ended.report.exit_code, kExitSomeFailed);
  EXPECT_EQ(ended.report.totals.done, 1);
  EXPECT_EQ(ended.report.totals.failed, 2);
}

TEST(RunLoop, FailsARecordingWhoseScoresCannotBeKeptAndDoesAllOthers) {
  FakePoolScript infinite = script(2, 1);
  infinite.score = [](const Task& task, const ModelWork& work, const Segment& segment) {
    Result<SegmentScores> scores = score(task, work, segment);
    if (!task.recording.path.starts_with("rec1")) return scores;
    scores->scores = {{segment.index, 0, std::numeric_limits<float>::infinity()}};
    return scores;
  };
  Ended ended;
  run_list("rec0-3\nrec1-3\nrec2-3\n", infinite, ended);
  EXPECT_EQ(ended.report.exit_code, kExitSomeFailed);
  EXPECT_EQ(ended.report.totals.done, 2);
  EXPECT_EQ(ended.report.totals.failed, 1);
}

TEST(RunLoop, EndsWithOneAndARowForAGapWhenPartOfARecordingIsMissing) {
  Ended ended;
  run_list("cut-3\n", script(2, 1), ended);
  EXPECT_EQ(ended.report.exit_code, kExitSomeFailed);
  EXPECT_EQ(ended.observer.gaps, 1);
  ASSERT_TRUE(ended.journal
                  .for_each_entry([](const JournalEntry& entry) {
                    EXPECT_EQ(entry.outcome.state, RecordingState::kDoneWithGaps);
                    EXPECT_THAT(entry.outcome.faults, SizeIs(1));
                    EXPECT_EQ(entry.outcome.faults.at(0).start_us, 3'000'000);
                    EXPECT_EQ(entry.outcome.faults.at(0).end_us, 4'000'000);
                    return Status(Done{});
                  })
                  .ok());
}

TEST(RunLoop, SkipsWhatAnEarlierRunFinishedAndStillTellsItsFaults) {
  Ended ended;
  run_list("rec-3\nbad-1\n", script(1, 1), ended);
  const std::string before = contents(ended.journal);
  run_list("rec-3\nbad-1\n", script(1, 1), ended);
  EXPECT_EQ(ended.report.totals.skipped, 2);
  EXPECT_EQ(ended.report.tasks, 0);
  EXPECT_EQ(ended.report.exit_code, kExitSomeFailed);
  EXPECT_EQ(contents(ended.journal), before);
}

TEST(RunLoop, GivesUpARecordingThatKillsEvenWithItsSegmentLeftOutAndDoesAllOthers) {
  FakePoolScript deadly = script(3, 1);
  deadly.deadly = [](const Recording& recording) { return recording.path.starts_with("kill"); };
  Ended ended;
  run_list("rec-3\nkill-1\nrec0-30\n", deadly, ended);
  EXPECT_EQ(ended.report.exit_code, kExitSomeFailed);
  EXPECT_EQ(ended.report.worker_deaths, 3);
  EXPECT_EQ(ended.report.totals.done, 2);
  EXPECT_THAT(contents(ended.journal), HasSubstr("kill-1 3\n  worker"));
}

TEST(RunLoop, NeverHandsAWorkerMoreThanItsCredits) {
  Ended ended;
  run_list("rec-4000\nrec0-4000\nrec1-1\nrec2-1\n", script(3, 5), ended);
  EXPECT_EQ(ended.report.exit_code, kExitDone);
  EXPECT_LE(ended.most_held, 2U);
}

TEST(RunLoop, DoesALongRecordingThroughASmallWindow) {
  WorkShape narrow = shape();
  narrow.max_unreleased_segments = 8;
  Ended ended;
  run_list("rec-1000\n", script(3, 5), ended, narrow);
  EXPECT_EQ(ended.report.exit_code, kExitDone);
  EXPECT_EQ(ended.report.segments, 1000);
}

// Counts the tasks that do not follow on what their worker was sent before.
FakePoolScript counting_edges(FakePoolScript script, int& edges) {
  script.sent = [&edges, ends = std::map<SlotId, std::pair<std::int64_t, std::int64_t>>()](
                    SlotId slot, const WorkItem& item) mutable {
    const auto* task = std::get_if<Task>(&item);
    if (task == nullptr) return;
    const std::vector<Batch>& batches = task->parts.front().batches;
    const std::pair begin(task->recording.position, batches.front().segments.front().index);
    const auto last = ends.find(slot);
    if (last == ends.end() || last->second != begin) ++edges;
    ends[slot] = {begin.first, batches.back().segments.back().index + 1};
  };
  return script;
}

SpeedSettings a_batch_a_task() {
  SpeedSettings speed;
  speed.task_seconds = 1e-9;
  return speed;
}

TEST(RunLoop, KeepsEachRecordingWithOneWorkerWhileThereAreOthers) {
  std::string list;
  for (int index = 0; index < 20; ++index) list += "rec" + std::to_string(index) + "-100\n";
  int edges = 0;
  Ended ended;
  run_list(list, counting_edges(script(2, 1), edges), ended, shape(), a_batch_a_task());
  EXPECT_EQ(ended.report.tasks, 20 * 25);
  EXPECT_LE(edges, 20 + 5) << "the last ones may be shared";
}

TEST(RunLoop, SharesOneRecordingInStretchesOfSeveralTasks) {
  WorkShape wide = shape();
  wide.max_unreleased_segments = 4096;
  int edges = 0;
  Ended ended;
  run_list("rec-4000\n", counting_edges(script(2, 1), edges), ended, wide, a_batch_a_task());
  EXPECT_EQ(ended.report.tasks, 1000);
  EXPECT_LE(edges, 1000 / 8 + 10) << "stretches of eight, and smaller ones at the end";
}

TEST(RunLoop, EndsThoughTheResultsOfOneStretchAreMoreThanMayBeHeldBack) {
  FakePoolScript bulky = script(5, 7);
  bulky.score = [](const Task&, const ModelWork&, const Segment& segment) -> Result<SegmentScores> {
    return SegmentScores{segment.index, std::vector<FrameScore>(200'000)};
  };
  WorkShape wide = shape();
  wide.max_unreleased_segments = 4096;
  Ended ended;
  run_list("rec-200\n", bulky, ended, wide, a_batch_a_task());
  EXPECT_EQ(ended.report.exit_code, kExitDone);
  EXPECT_EQ(ended.report.segments, 200);
}

RC_GTEST_PROP(RunLoop, HandsTheStateFromSegmentToSegmentWhateverHappensToWorkers, ()) {
  FakePoolScript rough = counting(*rc::gen::inRange(1, 9), *rc::gen::arbitrary<unsigned>());
  rough.death_rate = 0.02;
  Ended ended;
  run_list("rec-40\nrec0-1\nrec1-70\n", rough, ended, carrying());
  RC_PRE(ended.observer.deaths < 2);  // two might be of one task, which is then given up
  RC_ASSERT(ended.report.exit_code == kExitDone);
  RC_ASSERT(ended.report.segments == 111);
}

TEST(RunLoop, KeepsAllWorkersBusyWithRecordingsSideBySideWhenStateIsCarried) {
  FakePoolScript script = counting(3, 1);
  std::set<std::int64_t> open;
  std::size_t most_open = 0;
  const auto state_after = script.state_after;
  script.state_after = [&](const Task& task, const ModelWork& work) {
    open.insert(task.recording.position);
    most_open = std::max(most_open, open.size());
    return state_after(task, work);
  };
  Ended ended;
  run_list("rec-4000\nrec0-4000\nrec1-4000\nrec2-4000\nrec3-4000\nrec4-4000\n", script, ended,
           carrying());
  EXPECT_EQ(ended.report.exit_code, kExitDone);
  EXPECT_EQ(ended.most_held, 2U) << "one task of a recording at a time, so six of six";
  EXPECT_EQ(most_open, 6U);
}

TEST(RunLoop, FinishesWhatIsInHandAtTheFirstSignal) {
  FakePoolScript interrupted = script(1, 1);
  interrupted.interject = [](int seen) -> std::optional<PoolEvent> {
    if (seen == 20) return Interrupted{SIGTERM};
    return std::nullopt;
  };
  Ended ended;
  run_list("rec-100000\n", interrupted, ended);
  EXPECT_EQ(ended.report.exit_code, kExitTerminated);
  EXPECT_EQ(ended.report.totals.done, 0);
  EXPECT_FALSE(ended.report.at_once);
  EXPECT_GT(ended.journal.flushes(), 0);
}

TEST(RunLoop, EndsAtOnceAtTheSecondSignal) {
  FakePoolScript interrupted = script(2, 1);
  interrupted.interject = [](int seen) -> std::optional<PoolEvent> {
    if (seen >= 20) return Interrupted{SIGINT};
    return std::nullopt;
  };
  Ended ended;
  run_list("rec-100000\n", interrupted, ended);
  EXPECT_EQ(ended.report.exit_code, kExitInterrupted);
  EXPECT_TRUE(ended.report.at_once);
}

TEST(RunLoop, EndsWithThreeWhenNoWorkerCanBeHad) {
  FakePoolScript broken = script(2, 1);
  broken.interject = [](int seen) -> std::optional<PoolEvent> {
    if (seen == 5) return PoolBroken{{"worker", "the fork server ended", ""}};
    return std::nullopt;
  };
  Ended ended;
  run_list("rec-100\n", broken, ended);
  EXPECT_EQ(ended.report.exit_code, kExitCannotGoOn);
  ASSERT_TRUE(ended.report.error.has_value());
  EXPECT_EQ(ended.report.error->reason, "the fork server ended");
}

TEST(RunLoop, RefusesTwoInputsWithOneKey) {
  Ended ended;
  run_list("rec-3\n./rec-3\n/rec-3\n", script(1, 1), ended);
  EXPECT_EQ(ended.report.exit_code, kExitUsage);
  EXPECT_THAT(ended.report.error->reason, HasSubstr("/rec-3"));
}

}  // namespace
}  // namespace rookery
