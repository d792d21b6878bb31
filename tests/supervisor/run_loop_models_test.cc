// The loop with several models: each gets what it would get alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "supervisor/run_loop.h"
#include "tests/fakes/fake_clock.h"
#include "tests/listed.h"
#include "tests/supervisor/made_up_work.h"

namespace rookery {
namespace {

using testing::HasSubstr;

// Half-second segments, as no other model of these tests has them.
WorkShape shorter() {
  WorkShape work = shape();
  work.card.name = "shorter";
  work.card.geometry = {kRate, kRate / 2, kRate / 2, 0, 0, 1, Tail::kShift};
  work.results.batch_size = 3;
  return work;
}

// Journals of models over one list.
std::vector<std::string> run_models(std::vector<WorkShape> shapes, const std::string& list,
                                    FakePoolScript pool_script, SilentObserver& observer,
                                    bool mixed = false, const SpeedSettings& speed = {}) {
  std::vector<MemoryJournal> journals(shapes.size());
  std::vector<ModelOutput> outputs;
  for (std::size_t model = 0; model < shapes.size(); ++model) {
    EXPECT_TRUE(journals[model].begin_run().ok());
    shapes[model].results.batch_mix = mixed;
    outputs.push_back({shapes[model], &journals[model]});
  }
  auto inputs = InputSource::open({"-"}, listed(list));
  FakePool pool(std::move(pool_script));
  const RunningClock clock;
  (void)RunLoop({inputs.value(), pool, clock, observer}, outputs, speed).run();
  std::vector<std::string> found;
  found.reserve(journals.size());
  for (MemoryJournal& journal : journals) found.push_back(contents(journal));
  return found;
}

const std::vector<WorkShape>& three() {
  static const std::vector<WorkShape> kShapes = {shape(), carrying(), shorter()};
  return kShapes;
}

// Scores of the model that runs alone are those of its place among three.
FakePoolScript alone(FakePoolScript script, std::int32_t model) {
  script.score = [score = script.score, model](const Task& task, const ModelWork& work,
                                               const Segment& segment) {
    ModelWork placed = work;
    placed.pass.model = model;
    return score(task, placed, segment);
  };
  return script;
}

RC_GTEST_PROP(RunLoopModels, GivesEachOfSeveralModelsWhatItGivesAlone, ()) {
  const std::string list = "rec-40\nbad-1\ncut0-7\nrec1-0\nnan-3\nrec2-25\n";
  FakePoolScript rough = counting(*rc::gen::inRange(1, 9), *rc::gen::arbitrary<unsigned>());
  rough.score = score;
  rough.death_rate = 0.01;
  SilentObserver observer;
  const auto together = run_models(three(), list, rough, observer);
  RC_PRE(observer.deaths < 2);  // two might be of one task, which is then given up
  for (std::int32_t model = 0; model < 3; ++model) {
    FakePoolScript steady = alone(script(1, 0), model);
    SilentObserver other;
    const auto index = static_cast<std::size_t>(model);
    RC_ASSERT(together[index] == run_models({three()[index]}, list, steady, other)[0]);
  }
}

RC_GTEST_PROP(RunLoopModels, MixedRecordingsGiveEachModelWhatItGivesAlone, ()) {
  std::string list;
  const auto count = *rc::gen::inRange(0, 25);
  for (int index = 0; index < count; ++index) {
    list += "rec" + std::to_string(index) + "-" + std::to_string(*rc::gen::inRange(0, 12)) + "\n";
  }
  const bool mixed = true;
  FakePoolScript rough = script(*rc::gen::inRange(1, 9), *rc::gen::arbitrary<unsigned>());
  rough.death_rate = 0.01;
  SilentObserver observer;
  const auto together = run_models({shape(), shorter()}, list, rough, observer, mixed);
  RC_PRE(observer.deaths < 2);
  for (std::int32_t model = 0; model < 2; ++model) {
    const std::vector<WorkShape> only = {model == 0 ? shape() : shorter()};
    SilentObserver other;
    const auto by_itself = run_models(only, list, alone(script(1, 0), model), other, !mixed);
    RC_ASSERT(together[static_cast<std::size_t>(model)] == by_itself[0]);
  }
}

// Fails where the model in the middle of three is not given the state that it left.
FakePoolScript watching_state(int slots, unsigned seed) {
  FakePoolScript watching = counting(slots, seed);
  watching.score = [carried = watching.score](const Task& task, const ModelWork& work,
                                              const Segment& segment) {
    return work.pass.model == 1 ? carried(task, work, segment) : score(task, work, segment);
  };
  return watching;
}

// What a model gives does not depend on whether a task holds the work of all or of one.
RC_GTEST_PROP(RunLoopModels, SpreadOverWorkersEachGivesWhatAllGiveInOne, ()) {
  const std::string list = "rec-40\nbad-1\ncut0-7\nrec1-0\nnan-3\nrec2-25\n";
  const bool mixed = *rc::gen::arbitrary<bool>();
  const std::vector<WorkShape> shapes = mixed ? std::vector{shape(), shorter()} : three();
  const auto make = mixed ? script : watching_state;
  FakePoolScript rough = make(*rc::gen::inRange(1, 9), *rc::gen::arbitrary<unsigned>());
  rough.death_rate = 0.01;
  std::size_t most_parts = 0;
  rough.sent = [&most_parts](SlotId, const WorkItem& item) {
    if (const auto* task = std::get_if<Task>(&item))
      most_parts = std::max(most_parts, task->parts.size());
  };
  SpeedSettings spread;
  spread.spread_models = true;
  SilentObserver observer;
  const auto found = run_models(shapes, list, rough, observer, mixed, spread);
  RC_PRE(observer.deaths < 2);
  SilentObserver other;
  RC_ASSERT(found == run_models(shapes, list, make(1, 0), other, mixed));
  if (!mixed) RC_ASSERT(most_parts == 1U);
}

TEST(RunLoopModels, AModelThatFailsInARecordingLeavesTheOthersAlone) {
  FakePoolScript failing = script(2, 1);
  failing.score = [](const Task& task, const ModelWork& work,
                     const Segment& segment) -> Result<SegmentScores> {
    const bool fails = work.pass.model == 2 && task.recording.path == "rec-20" && segment.index > 7;
    if (fails) return Error{"forward", "too loud", ""};
    return score(task, work, segment);
  };
  SilentObserver observer;
  const auto found = run_models(three(), "rec-20\nrec0-10\n", failing, observer);
  EXPECT_EQ(observer.failed, 1);
  EXPECT_THAT(found[2], HasSubstr("rec-20 3\n  forward\nrec0-10 1\n"));
  for (const std::size_t well : {0U, 1U}) EXPECT_THAT(found[well], HasSubstr("rec-20 1\n"));
}

TEST(RunLoopModels, AFaultOfAnEarlierRunIsToldThoughAnotherModelIsDoneNow) {
  MemoryJournal earlier;
  MemoryJournal fresh;
  ASSERT_TRUE(earlier.begin_run().ok());
  const Recording recording{0, "rec-3", "rec-3"};
  const auto entry = earlier.admit(recording, identify(recording.path)).value().value();
  const RecordingFault fault{"forward", "too loud", std::nullopt, std::nullopt};
  ASSERT_TRUE(earlier.finish(entry.id, {RecordingState::kFailed, 0, {fault}}).ok());
  ASSERT_TRUE(earlier.begin_run().ok());
  ASSERT_TRUE(fresh.begin_run().ok());
  auto inputs = InputSource::open({"-"}, listed("rec-3\n"));
  FakePool pool(script(1, 0));
  const RunningClock clock;
  SilentObserver observer;
  const RunReport report = RunLoop({inputs.value(), pool, clock, observer},
                                   {{shape(), &earlier}, {shorter(), &fresh}}, SpeedSettings{})
                               .run();
  EXPECT_EQ(report.totals.done, 1);
  EXPECT_EQ(report.exit_code, kExitSomeFailed);
}

}  // namespace
}  // namespace rookery
