// Runs that are cut off, again and again, and go on from their checkpoints: what they leave in the
// journal is what one undisturbed run leaves, and little is done twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <csignal>
#include <optional>
#include <string>

#include "supervisor/run_loop.h"
#include "tests/fakes/fake_clock.h"
#include "tests/listed.h"
#include "tests/supervisor/made_up_work.h"
#include "tests/supervisor/run_of_a_list.h"

namespace rookery {
namespace {

const std::string kList = "rec-70\nrec0-3\ncut1-41\nbad-1\nrec2-120\n";

RunReport run_once(const std::vector<ModelOutput>& outputs, FakePoolScript pool_script) {
  for (const ModelOutput& output : outputs) EXPECT_TRUE(output.journal->begin_run().ok());
  auto inputs = InputSource::open({"-"}, listed(kList));
  FakePool pool(std::move(pool_script));
  const FakeClock clock;
  SilentObserver observer;
  SpeedSettings speed;
  speed.task_seconds = 1e-9;  // a batch each, so that a run has many places to be cut off
  return RunLoop({inputs.value(), pool, clock, observer}, outputs, speed).run();
}

// The run is interrupted after so many events: twice, so that what is in hand is lost.
FakePoolScript interrupted(FakePoolScript script, int after) {
  script.interject = [after](int seen) -> std::optional<PoolEvent> {
    if (seen >= after) return Interrupted{SIGTERM};
    return std::nullopt;
  };
  return script;
}

WorkShape merging() {
  WorkShape work = shape();
  work.results.postprocess.merge = true;
  work.results.postprocess.merge_gap_seconds = 3;
  work.results.postprocess.smooth_segments = 3;
  return work;
}

WorkShape of_each_channel() {
  WorkShape work = merging();
  work.results.channel = kEachChannel;
  return work;
}

FakePoolScript stereo(FakePoolScript script) {
  script.probe = [](const Recording& recording) {
    auto properties = probe(recording);
    if (properties) properties->channels = 2;
    return properties;
  };
  return script;
}

RC_GTEST_PROP(RunLoopResume, LosesAndDoublesNothingHoweverOftenARunIsCutOff, ()) {
  const std::vector<WorkShape> shapes = {merging(), carrying(), of_each_channel()};
  const auto slots = *rc::gen::inRange(1, 5);
  const auto seed = *rc::gen::arbitrary<unsigned>();
  std::vector<MemoryJournal> steady(shapes.size());
  std::vector<MemoryJournal> disturbed(shapes.size());
  std::vector<ModelOutput> steady_outputs;
  std::vector<ModelOutput> disturbed_outputs;
  for (std::size_t model = 0; model < shapes.size(); ++model) {
    steady_outputs.push_back({shapes[model], &steady[model]});
    disturbed_outputs.push_back({shapes[model], &disturbed[model]});
  }
  FakePoolScript work = stereo(counting(slots, seed));
  work.score = score;
  (void)run_once(steady_outputs, work);
  int runs = 0;
  while (run_once(disturbed_outputs, interrupted(work, *rc::gen::inRange(20, 90))).exit_code ==
         kExitTerminated) {
    RC_ASSERT(++runs < 200);
  }
  for (std::size_t model = 0; model < shapes.size(); ++model) {
    RC_ASSERT(contents(disturbed[model]) == contents(steady[model]));
  }
}

TEST(RunLoopResume, DoesAgainNoMoreThanWhatWasInHand) {
  const WorkShape work = merging();
  MemoryJournal journal;
  const RunReport first = run_once({{work, &journal}}, interrupted(script(1, 1), 30));
  ASSERT_EQ(first.exit_code, kExitTerminated);
  ASSERT_GT(first.segments, 0);
  const RunReport rest = run_once({{work, &journal}}, script(1, 1));
  EXPECT_EQ(rest.exit_code, kExitSomeFailed);
  EXPECT_EQ(first.segments + rest.segments, 70 + 3 + 41 + 120)
      << "answers are all merged by one worker, so nothing is done twice";
  EXPECT_EQ(first.totals.audio_us + rest.totals.audio_us, 234'000'000);
}

TEST(RunLoopResume, BeginsARecordingAnewWhoseCheckpointIsOfNoUse) {
  const WorkShape work = merging();
  MemoryJournal steady;
  (void)run_once({{work, &steady}}, script(1, 1));
  MemoryJournal journal;
  (void)run_once({{work, &journal}}, interrupted(script(1, 1), 30));
  ASSERT_TRUE(journal.begin_run().ok());
  for (const char* name : {"rec-70", "rec0-3", "cut1-41", "rec2-120"}) {
    const auto entry = journal.admit({0, name, name}, identify(name)).value().value();
    if (entry.outcome.state != RecordingState::kPending) continue;
    ASSERT_TRUE(journal.checkpoint(entry.id, 0, "nonsense").ok());
  }
  (void)run_once({{work, &journal}}, script(1, 1));
  EXPECT_EQ(contents(journal), contents(steady));
}

// A folder of a million recordings that are done is gone through for minutes.
TEST(RunLoop, HearsASignalWhileItSkipsWhatIsDone) {
  std::string list;
  for (int index = 0; index < 500; ++index) list += "rec" + std::to_string(index) + "-0\n";
  Ended ended;
  run_list(list, script(1, 1), ended);
  ASSERT_EQ(ended.report.totals.done, 500);
  FakePoolScript interrupted = script(1, 1);
  interrupted.interject = [](int events_so_far) {
    return events_so_far == 2 ? std::optional<PoolEvent>(Interrupted{15}) : std::nullopt;
  };
  ended.report = {};
  run_list(list, interrupted, ended);
  EXPECT_EQ(ended.report.exit_code, kExitTerminated);
}

}  // namespace
}  // namespace rookery
