// Whether spans that a worker tells stand under the work that they were for.
#include "supervisor/trace/worker_track.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <deque>
#include <functional>
#include <map>

#include "tests/supervisor/trace/trace_text_sink.h"
#include "worker/span_log.h"

namespace rookery {
namespace {

using nlohmann::json;

constexpr SlotId kSlot = 3;

Probe probe(TaskId id) { return {id, {id, "a \"b\"/\xff.wav", "/x"}}; }

StageSpan span(BeaconStage stage, std::int64_t begin_ns, std::int64_t end_ns) {
  return {static_cast<std::int32_t>(stage), begin_ns, end_ns};
}

struct Interval {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;

  std::int64_t length_ns() const { return end_ns - begin_ns; }
};

// A worker that does what it is sent, in an order of time that is made up, and a supervisor that
// hears of it late. Knows when it worked for whom.
class MadeUpWorker {
 public:
  void send(TaskId id) {
    track_.sent(probe(id), now_ns_);
    sent_.push_back(id);
  }

  // Spans of its stages come with the answer unless it is refused.
  void work(const std::vector<std::pair<BeaconStage, std::int64_t>>& stages, bool refuses) {
    const TaskId id = sent_.front();
    sent_.pop_front();
    const std::int64_t begin_ns = now_ns_;
    for (const auto& [stage, ns] : stages) {
      log_.enter(stage);
      now_ns_ += ns;
    }
    worked_[id] = {begin_ns, now_ns_};
    if (refuses) {
      heard_.emplace_back([this, id] { track_.refused(id, "no \"audio\"", now_ns_); });
    } else {
      heard_.emplace_back(
          [this, answer = ProbeDone{id, {}, 7, log_.take()}] { track_.answered(answer, now_ns_); });
    }
    log_.enter(BeaconStage::kSend);
    now_ns_ += 1'700;
    log_.enter(BeaconStage::kIdle);
  }

  void rest(std::int64_t ns) { now_ns_ += ns; }

  // The supervisor takes so many answers that have come.
  void hear(std::size_t count) {
    for (; count > 0 && !heard_.empty(); --count) {
      heard_.front()();
      heard_.pop_front();
    }
  }
  void hear_all() { hear(heard_.size()); }
  void die() { track_.gone("died", now_ns_); }

  std::vector<json> events() const { return events_in(text_); }
  const Interval& worked(TaskId id) const { return worked_.at(id); }

 private:
  std::string text_;
  TraceTextSink sink_{text_};
  TraceEvents events_{sink_, 0};
  WorkerTrack track_{events_, kSlot};
  std::int64_t now_ns_ = 1'000;
  SpanLog log_{[this] { return now_ns_; }};
  std::deque<TaskId> sent_;
  std::map<TaskId, Interval> worked_;
  std::deque<std::function<void()>> heard_;
};

// A wait shorter than a microsecond belongs to what follows it, and times are told in whole ones.
bool is_within(const json& slice, const Interval& interval) {
  const std::int64_t begin = nanoseconds(slice["ts"]);
  return interval.begin_ns < begin + 2'000 && begin + nanoseconds(slice["dur"]) <= interval.end_ns;
}

RC_GTEST_PROP(WorkerTrack, PutsEverySpanUnderTheTaskItWasFor, ()) {
  MadeUpWorker worker;
  const TaskId last = *rc::gen::inRange(1, 60);
  for (TaskId id = 1; id <= last; ++id) {
    worker.send(id);
    worker.rest(*rc::gen::inRange(0, 9'000));
    const auto stages =
        *rc::gen::container<std::vector<std::pair<BeaconStage, std::int64_t>>>(rc::gen::pair(
            rc::gen::element(BeaconStage::kProbe, BeaconStage::kDecode, BeaconStage::kForward),
            rc::gen::inRange<std::int64_t>(1'000, 90'000)));
    worker.work(stages, id < last && *rc::gen::inRange(0, 3) == 0);
    worker.hear(*rc::gen::inRange<std::size_t>(0, 4));
  }
  worker.hear_all();
  const std::vector<json> events = worker.events();
  RC_ASSERT(slices_nest(events));
  std::map<TaskId, std::int64_t> told_ns;
  for (const json& slice : events_of(events, "X", "stage")) {
    if (slice["name"] == "wait" || slice["name"] == "send") continue;
    const auto task = slice["args"]["task"].get<TaskId>();
    RC_ASSERT(is_within(slice, worker.worked(task)));
    told_ns[task] += nanoseconds(slice["dur"]);
  }
  for (TaskId id = 1; id <= last; ++id) {
    RC_ASSERT(std::abs(told_ns[id] - worker.worked(id).length_ns()) < 3'000);
  }
  for (const json& slice : events_of(events, "X", "task")) {
    RC_ASSERT(is_within(slice, worker.worked(slice["args"]["task"].get<TaskId>())));
  }
}

TEST(WorkerTrack, HasASliceForTheTaskAroundThoseOfItsStages) {
  MadeUpWorker worker;
  worker.send(5);
  worker.work({{BeaconStage::kDecode, 2'000}, {BeaconStage::kForward, 6'000}}, false);
  worker.hear_all();
  const auto slices = events_of(worker.events(), "X");
  ASSERT_EQ(slices.size(), 3U);
  EXPECT_EQ(slices[0]["name"], "probe 5");
  EXPECT_EQ(slices[0]["args"]["recording"], "a \"b\"/\\xff.wav");
  EXPECT_EQ(slices[0]["args"]["cpu_us"], 7);
  EXPECT_EQ(slices[0]["tid"], kSlot + 1);
  EXPECT_EQ(nanoseconds(slices[0]["ts"]), 1'000);
  EXPECT_EQ(nanoseconds(slices[0]["dur"]), 8'000);
  EXPECT_EQ(slices[2]["name"], "forward");
  EXPECT_EQ(slices[2]["args"]["task"], 5);
}

TEST(WorkerTrack, TellsTasksFromDispatchToAnswerOrDeathAsPairsOfOneId) {
  MadeUpWorker worker;
  for (const TaskId id : {1, 2, 3}) worker.send(id);
  worker.work({{BeaconStage::kDecode, 2'000}}, false);
  worker.work({{BeaconStage::kDecode, 2'000}}, true);
  worker.hear_all();
  worker.die();
  std::map<TaskId, std::string> outcomes;
  const auto events = worker.events();
  for (const json& end : events_of(events, "e")) {
    outcomes[end["id"]] = end["args"]["outcome"];
  }
  EXPECT_EQ(events_of(events, "b").size(), 3U);
  EXPECT_EQ(outcomes,
            (std::map<TaskId, std::string>{{1, "done"}, {2, "no \"audio\""}, {3, "died"}}));
}

TEST(WorkerTrack, TakesNoAnswerToWorkThatADeathTookAway) {
  MadeUpWorker worker;
  worker.send(1);
  worker.work({{BeaconStage::kDecode, 2'000}}, false);
  worker.die();
  worker.hear_all();
  EXPECT_TRUE(events_of(worker.events(), "X").empty());
}

TEST(WorkerTrack, DrawsTheHelpersWorkInARowOfItsOwnWithItsShareOfTheTasksTime) {
  std::string text;
  TraceTextSink sink(text);
  TraceEvents events(sink, 0);
  WorkerTrack track(events, kSlot);
  track.sent(Task{7, {7, "a.wav", "/a"}, {}, {}}, 0);
  TaskResult result{.id = 7, .parts = {}, .times = {.decode_us = 5, .forward_us = 60}};
  result.spans = {span(BeaconStage::kDecode, 1'000, 9'000),
                  span(BeaconStage::kForward, 9'000, 90'000)};
  result.helper = {5, {span(BeaconStage::kDecode, 2'000, 8'000)}};
  track.answered(result, 100'000);
  std::map<std::pair<int, std::string>, std::int64_t> cpu_us;
  for (const json& slice : events_of(events_in(text), "X", "task")) {
    cpu_us[{slice["tid"], slice["name"]}] = slice["args"]["cpu_us"];
  }
  const int helpers = WorkerTrack::helper_track_of(kSlot).thread;
  EXPECT_EQ(cpu_us, (std::map<std::pair<int, std::string>, std::int64_t>{
                        {{kSlot + 1, "task 7"}, 60}, {{helpers, "task 7"}, 5}}));
  const auto stages = events_of(events_in(text), "X", "stage");
  ASSERT_EQ(stages.size(), 3U);
  EXPECT_EQ(stages[2]["tid"], helpers);
  EXPECT_EQ(stages[2]["name"], "decode");
  EXPECT_EQ(stages[2]["args"]["task"], 7);
  EXPECT_EQ(nanoseconds(stages[2]["dur"]), 6'000);
}

TEST(WorkerTrack, NamesAMixedTaskByItsFirstAndEndsEachOfItsTasks) {
  std::string text;
  TraceTextSink sink(text);
  TraceEvents events(sink, 0);
  WorkerTrack track(events, 0);
  MixedTask mixed;
  for (const TaskId id : {7, 8}) mixed.tasks.push_back({id, {id, "a.wav", "/a"}, {}, {}});
  track.sent(mixed, 0);
  TaskResult first{
      .id = 7, .parts = {}, .times = {}, .spans = {span(BeaconStage::kForward, 100, 900)}};
  track.answered(first, 1'000);
  track.answered(TaskResult{.id = 8, .parts = {}, .times = {}}, 1'000);
  const auto told = events_in(text);
  EXPECT_EQ(events_of(told, "X", "task").at(0)["name"], "mixed task 7");
  EXPECT_EQ(events_of(told, "b").size(), 2U);
  EXPECT_EQ(events_of(told, "e").size(), 2U);
}

}  // namespace
}  // namespace rookery
