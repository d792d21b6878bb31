// The file that a traced run leaves, by the rules of the Trace Event Format.
#include "supervisor/trace/trace_recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include "supervisor/trace/trace_file.h"
#include "tests/fakes/fake_clock.h"
#include "tests/supervisor/trace/trace_text_sink.h"
#include "tests/temporary_folder.h"

namespace rookery {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

class TraceRecorderTest : public ::testing::Test {
 protected:
  void spend(LoopStage stage, int ms) {
    recorder_.enter(stage);
    clock_.advance(milliseconds(ms));
  }

  std::vector<json> events() const { return events_in(text_); }

  std::string text_;
  FakeClock clock_;
  TraceRecorder recorder_{std::make_unique<TraceTextSink>(text_),
                          clock_,
                          clock_.now(),
                          {"9.9", "processes", {{0}, {}, {2, 3}}, 1'700'000'000'000'000}};
};

TEST_F(TraceRecorderTest, NamesItselfFirstAndThenEveryTrack) {
  const auto told = events();
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told[0]["name"], kTraceName);
  EXPECT_EQ(told[0]["args"]["workers"], 3);
  std::set<std::string> names;
  for (const json& event : events_of(told, "M")) names.insert(event["args"].value("name", ""));
  for (const char* name : {"supervisor", "loop", "workers, engine processes", "worker 0 (core 0)",
                           "worker 1 (not pinned)", "worker 2 (cores 2, 3)"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST_F(TraceRecorderTest, HasEachHelpersRowBelowThatOfItsWorker) {
  std::string text;
  const TraceRecorder recorder(std::make_unique<TraceTextSink>(text), clock_, clock_.now(),
                               {"9.9", "threads", {{0}, {1}}, 0, true});
  std::map<int, std::string> names;
  std::map<int, std::string> rows;
  for (const json& event : events_of(events_in(text), "M")) {
    if (event["name"] == "thread_name") names[event["tid"]] = event["args"]["name"];
    if (event["name"] != "thread_sort_index") continue;
    rows[event["args"]["sort_index"]] = names[event["tid"]];
  }
  EXPECT_EQ(rows, (std::map<int, std::string>{{1, "worker 0 (core 0)"},
                                              {2, "helper of worker 0"},
                                              {3, "worker 1 (core 1)"},
                                              {4, "helper of worker 1"}}));
}

TEST_F(TraceRecorderTest, TellsTheLoopsStagesOneAfterTheOtherFromTheRunsBeginToItsEnd) {
  clock_.advance(milliseconds(30));
  spend(LoopStage::kPlan, 2);
  spend(LoopStage::kPlan, 3);
  spend(LoopStage::kWait, 0);
  spend(LoopStage::kMerge, 7);
  ASSERT_TRUE(recorder_.end().ok());
  std::vector<std::tuple<std::string, std::int64_t, std::int64_t>> slices;
  for (const json& slice : events_of(events(), "X")) {
    slices.emplace_back(slice["name"], slice["ts"], slice["dur"]);
  }
  EXPECT_EQ(slices,
            (std::vector<std::tuple<std::string, std::int64_t, std::int64_t>>{
                {"start-up", 0, 30'000}, {"plan", 30'000, 5'000}, {"merge", 35'000, 7'000}}));
}

TEST_F(TraceRecorderTest, SaysWhichTaskWasSentOrMerged) {
  recorder_.sends({0, Probe{7, {0, "a.wav", "/a.wav"}}});
  clock_.advance(milliseconds(1));
  spend(LoopStage::kWait, 1);
  TaskResult result;
  result.id = 9;
  recorder_.handles(TaskAnswered{0, result});
  clock_.advance(milliseconds(1));
  spend(LoopStage::kWait, 1);
  ASSERT_TRUE(recorder_.end().ok());
  std::map<std::string, json> args;
  for (const json& slice : events_of(events(), "X", "loop")) args[slice["name"]] = slice["args"];
  EXPECT_EQ(args["dispatch"], (json{{"task", 7}}));
  EXPECT_EQ(args["merge"], (json{{"task", 9}}));
  EXPECT_EQ(args["wait"], json::object());
}

TEST_F(TraceRecorderTest, HasWhatTheFormatWantsOfEveryKindOfEvent) {
  recorder_.handles(WorkerReady{1});
  recorder_.sends({1, Probe{4, {0, "a.wav", "/a.wav"}}});
  recorder_.handles(ProbeAnswered{1, {4, {}, 5, {{1, 3'600'000'000'000, 3'600'000'009'000}}}});
  clock_.advance(milliseconds(25));
  recorder_.tick([] { return RunLoad{.tasks_in_flight = 3, .unreleased_segments = 9}; });
  recorder_.memory(1 << 20);
  recorder_.handles(WorkerRetired{1});
  recorder_.handles(Interrupted{15});
  ASSERT_TRUE(recorder_.end().ok());
  std::set<std::string> phases;
  for (const json& event : events()) {
    const std::string phase = event.at("ph");
    phases.insert(phase);
    EXPECT_TRUE(event.at("name").is_string() && event.at("pid").is_number_integer() &&
                event.at("tid").is_number_integer() && event.at("args").is_object())
        << event;
    EXPECT_EQ(event.contains("ts"), phase != "M") << event;
    EXPECT_EQ(event.contains("dur"), phase == "X") << event;
    EXPECT_EQ(event.contains("id"), phase == "b" || phase == "e") << event;
    EXPECT_EQ(event.contains("s"), phase == "i") << event;
    EXPECT_EQ(event.contains("cat"), phase != "M" && phase != "C") << event;
    if (phase == "C") {
      for (const auto& [name, value] : event["args"].items())
        EXPECT_TRUE(value.is_number()) << name;
    }
  }
  EXPECT_EQ(phases, (std::set<std::string>{"M", "X", "i", "b", "e", "C"}));
  EXPECT_TRUE(slices_nest(events()));
}

TEST_F(TraceRecorderTest, AsksForTheLoadNowAndThenOnly) {
  int asked = 0;
  const auto load = [&asked] {
    ++asked;
    return RunLoad();
  };
  for (int i = 0; i < 100; ++i) {
    recorder_.tick(load);
    clock_.advance(milliseconds(1));
  }
  EXPECT_EQ(asked, 5);
}

TEST_F(TraceRecorderTest, HasAnonymousMemoryFromTheStartAndOnceASecond) {
  for (int i = 0; i < 30; ++i) {
    recorder_.tick_memory([i] { return i; });
    clock_.advance(milliseconds(100));
  }
  ASSERT_TRUE(recorder_.end().ok());
  std::vector<int> bytes;
  for (const json& event : events()) {
    if (event["name"] == "anonymous memory") bytes.push_back(event["args"]["bytes"]);
  }
  EXPECT_EQ(bytes, (std::vector<int>{0, 10, 20}));
}

TEST_F(TraceRecorderTest, CanBeReadAtTheEndOfAnyLine) {
  spend(LoopStage::kPlan, 2);
  spend(LoopStage::kWait, 2);
  recorder_.handles(WorkerReady{0});
  std::size_t count = 0;
  for (std::size_t end = text_.find(",\n"); end != std::string::npos;
       end = text_.find(",\n", end + 1)) {
    EXPECT_EQ(events_in(text_.substr(0, end)).size(), ++count);
  }
  EXPECT_GT(count, 5U);
}

TEST(TraceFile, HoldsWhatWasWrittenAndSaysWhenItCannot) {
  const TemporaryFolder folder;
  folder.write("t.json", "an older trace, and a longer one");
  auto file = TraceFile::open(folder / "t.json");
  ASSERT_TRUE(file.ok());
  file->write("[\n");
  file->write("]\n");
  ASSERT_TRUE(file->end().ok());
  std::ifstream stream(folder / "t.json");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(stream), {}), "[\n]\n");

  EXPECT_EQ(TraceFile::open(folder / "no/such/folder.json").error().stage, "trace");
  auto full = TraceFile::open("/dev/full");
  ASSERT_TRUE(full.ok());
  full->write(std::string(200'000, ' '));
  EXPECT_THAT(full->end().error().reason, ::testing::HasSubstr("/dev/full"));
}

}  // namespace
}  // namespace rookery
