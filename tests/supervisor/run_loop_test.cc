// The loop with a pool that answers in random order, dies at random and repeats itself.
#include "supervisor/run_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <csignal>
#include <set>
#include <sstream>

#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_pool.h"
#include "tests/fakes/memory_journal.h"

namespace rookery {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr std::int32_t kRate = 1000;

class SilentObserver final : public RunObserver {
 public:
  void recording_failed(const Recording&, const std::string&) override { ++failed; }
  void recording_has_gap(const Recording&, const std::string&) override { ++gaps; }
  void worker_died(int, const std::string&) override { ++deaths; }
  void stopping(int) override {}
  void tick(const RunSnapshot&) override {}
  int failed = 0;
  int gaps = 0;
  int deaths = 0;
};

// One-second segments at 1 kHz, three labels, no merging: rows can be counted.
WorkShape shape() {
  WorkShape shape;
  shape.card.geometry = {kRate, kRate, kRate, 0, 0, 1, Tail::kShift};
  shape.card.labels = {"a", "b", "c"};
  shape.results.batch_size = 4;
  shape.results.postprocess.merge = false;
  shape.max_unreleased_segments = 64;
  return shape;
}

// The length in seconds is in the recording's name: "rec-7".
std::int64_t seconds_of(const Recording& recording) {
  return std::stoll(recording.path.substr(recording.path.find('-') + 1));
}

Result<RecordingProperties> probe(const Recording& recording) {
  if (recording.path.starts_with("bad")) return Error{"probe", "is no audio", ""};
  RecordingProperties properties{seconds_of(recording) * kRate, kRate, 1, "fake", std::nullopt};
  if (recording.path.starts_with("cut")) {
    properties.missing = MissingPart{properties.frames, properties.frames + kRate, "is cut off"};
  }
  return properties;
}

// A pure function of recording and segment.
Result<SegmentScores> score(const Task& task, const Segment& segment) {
  if (task.recording.path.starts_with("nan")) return Error{"decode", "holds NaN", ""};
  SegmentScores scores{segment.index, {}};
  const std::size_t hash = std::hash<std::string>()(task.recording.path);
  for (std::int32_t label = 0; label < 3; ++label) {
    const auto draw = (hash + static_cast<std::size_t>(segment.index) * 31U +
                       static_cast<std::size_t>(label) * 17U) %
                      10U;
    if (draw >= 5)
      scores.scores.push_back({segment.index, label, static_cast<float>(draw) / 10.0F});
  }
  return scores;
}

FakePoolScript script(int slots, unsigned seed) {
  FakePoolScript script;
  script.slots = slots;
  script.seed = seed;
  script.probe = probe;
  script.score = score;
  return script;
}

struct Ended {
  RunReport report;
  MemoryJournal journal;
  SilentObserver observer;
  std::size_t most_held = 0;
};

void run_list(const std::string& list, FakePoolScript pool_script, Ended& ended,
              const WorkShape& work = shape()) {
  std::istringstream names(list);
  auto inputs = InputSource::open({"-"}, names);
  FakePool pool(std::move(pool_script));
  FakeClock clock;
  ASSERT_TRUE(ended.journal.begin_run().ok());
  RunLoop loop({inputs.value(), pool, ended.journal, clock, ended.observer}, work, SpeedSettings{});
  ended.report = loop.run();
  ended.most_held = pool.most_held();
}

// Everything that is in a journal, as text in the order of exports.
std::string contents(Journal& journal) {
  std::ostringstream text;
  const Status walked = journal.for_each_entry([&](const JournalEntry& entry) {
    text << entry.key << ' ' << static_cast<int>(entry.outcome.state) << '\n';
    for (const auto& fault : entry.outcome.faults) text << "  " << fault.stage << '\n';
    return journal.for_each_detection(entry.id, [&](const Detection& row) {
      text << "  " << row.start_us << ' ' << row.end_us << ' ' << row.label << ' ' << row.score
           << '\n';
      return Status(Done{});
    });
  });
  EXPECT_TRUE(walked.ok());
  return text.str();
}

RC_GTEST_PROP(RunLoop, GivesWhatOneSteadyWorkerGivesWhateverTheOrderDeathsAndRepeats, ()) {
  std::string list;
  const auto count = *rc::gen::inRange(0, 12);
  for (int index = 0; index < count; ++index) {
    const std::string kind =
        *rc::gen::element<std::string>("rec", "rec", "rec", "bad", "cut", "nan");
    list += kind + std::to_string(index) + "-" + std::to_string(*rc::gen::inRange(0, 40)) + "\n";
  }
  Ended serial;
  run_list(list, script(1, 0), serial);
  FakePoolScript rough = script(*rc::gen::inRange(1, 9), *rc::gen::arbitrary<unsigned>());
  rough.death_rate = 0.02;
  Ended shuffled;
  run_list(list, rough, shuffled);
  // A recording that happened to be in hand at two deaths is given up; such runs prove nothing
  // here.
  RC_PRE(contents(shuffled.journal).find("  worker\n") == std::string::npos);
  RC_ASSERT(contents(shuffled.journal) == contents(serial.journal));
  RC_ASSERT(shuffled.report.exit_code == serial.report.exit_code);
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

TEST(RunLoop, GivesUpARecordingThatKillsTwoWorkersAndDoesAllOthers) {
  FakePoolScript deadly = script(3, 1);
  deadly.deadly = [](const Recording& recording) { return recording.path.starts_with("kill"); };
  Ended ended;
  run_list("rec-3\nkill-1\nrec0-30\n", deadly, ended);
  EXPECT_EQ(ended.report.exit_code, kExitSomeFailed);
  EXPECT_EQ(ended.report.worker_deaths, 2);
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

// The state is how many segments of the recording have been done.
FakePoolScript counting(int slots, unsigned seed) {
  FakePoolScript script = rookery::script(slots, seed);
  script.state_after = [](const Task& task) {
    return std::vector<float>{static_cast<float>(task.batches.back().segments.back().index + 1)};
  };
  script.score = [](const Task& task, const Segment& segment) -> Result<SegmentScores> {
    const float done = task.state.empty() ? 0.0F : task.state.front();
    const std::int64_t first = task.batches.front().segments.front().index;
    if (static_cast<std::int64_t>(done) != first) return Error{"forward", "a stale state", ""};
    return score(task, segment);
  };
  return script;
}

WorkShape carrying() {
  WorkShape work = shape();
  work.card.carries_state = true;
  work.card.geometry.tail = Tail::kPad;
  work.results.batch_size = 1;
  return work;
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
  script.state_after = [&](const Task& task) {
    open.insert(task.recording.position);
    most_open = std::max(most_open, open.size());
    return state_after(task);
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
