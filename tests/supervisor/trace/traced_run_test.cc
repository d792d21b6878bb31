// The trace of a run loop whose workers die, refuse and answer twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "supervisor/run_loop.h"
#include "supervisor/trace/trace_recorder.h"
#include "tests/fakes/fake_clock.h"
#include "tests/listed.h"
#include "tests/supervisor/journal_makers.h"
#include "tests/supervisor/made_up_work.h"
#include "tests/supervisor/trace/trace_text_sink.h"

namespace rookery {
namespace {

using nlohmann::json;

std::vector<json> events_of_run(const std::string& list, FakePoolScript pool_script) {
  auto inputs = InputSource::open({"-"}, listed(list));
  FakePool pool(std::move(pool_script));
  const RunningClock clock;
  MemoryJournal journal;
  SilentObserver observer;
  EXPECT_TRUE(journal.begin_run().ok());
  std::string text;
  TraceRecorder recorder(std::make_unique<TraceTextSink>(text), clock, clock.now(),
                         {"9.9", "processes", {{0}, {1}, {2}}, 0});
  const RunParts parts{inputs.value(), pool, clock, observer, false, recorder};
  EXPECT_EQ(RunLoop(parts, {{shape(), &journal}}, SpeedSettings{}).run().error, std::nullopt);
  EXPECT_TRUE(recorder.end().ok());
  return events_in(text);
}

RC_GTEST_PROP(TracedRun, EndsEveryTaskOnceHoweverItEndsAndLeavesNoTimeOfTheLoopUntold, ()) {
  FakePoolScript pool = script(3, *rc::gen::arbitrary<unsigned>());
  pool.death_rate = *rc::gen::element(0.0, 0.02, 0.1);
  const auto events = events_of_run("rec-70\nbad-1\nrec-3\nrec-41\nrec-0\n", pool);

  std::map<std::int64_t, std::size_t> begun;
  std::map<std::int64_t, std::size_t> ended;
  for (const json& one : events_of(events, "b")) ++begun[one["id"]];
  for (const json& one : events_of(events, "e")) ++ended[one["id"]];
  RC_ASSERT(begun == ended);
  RC_ASSERT(begun.size() >= 5U);
  for (const auto& [id, times] : begun) RC_ASSERT(times == 1U);

  std::int64_t at_ns = 0;
  for (const json& slice : events_of(events, "X", "loop")) {
    RC_ASSERT(nanoseconds(slice["ts"]) == at_ns);
    at_ns += nanoseconds(slice["dur"]);
  }
  RC_ASSERT(at_ns > 0);
}

TEST(TracedRun, ShowsTasksInFlightWithinTheirCredits) {
  const auto events = events_of_run("rec-300\n", script(3, 1));
  std::int64_t most = 0;
  for (const json& counter : events_of(events, "C")) {
    if (counter["name"] == "tasks in flight") {
      most = std::max(most, counter["args"]["tasks"].get<std::int64_t>());
    }
  }
  EXPECT_GT(most, 0);
  EXPECT_LE(most, 3 * SpeedSettings{}.prefetch);
}

}  // namespace
}  // namespace rookery
