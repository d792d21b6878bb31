// A run's timeline, as its workers and its supervisor told it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <set>

#include "tests/e2e/long_job.h"
#include "tests/e2e/rookery_run.h"
#include "tests/supervisor/trace/trace_text_sink.h"
#include "tests/temporary_folder.h"

namespace rookery::e2e {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

// Recordings that are resampled, one that must be sought in, and one that is none.
void write_recordings(const TemporaryFolder& folder) {
  write_digits(folder / "a.wav", 40, 1);
  write_audio(folder / "b.wav", {0, 44'100, 2}, dialled_digits(60, 44'100, 2));
  write_bytes(folder / "c.wav", "no audio at all");
  for (const char* name : {"d.wav", "e.wav", "f.wav"}) write_digits(folder / name, 10, 3);
}

// Without one that is cut off.
std::string whole_events(const std::string& text) {
  const std::size_t last = text.rfind("}}");
  return text.substr(0, last == std::string::npos ? 0 : last + 2);
}

// With delays, so that all three workers have come up before the last task is taken.
const Arguments kManyTasks = {"--workers",          "3",     "--oversubscribe", "--set",
                              "task_seconds=0.001", "--set", "test_delay_ms=20"};

class TracedRun {
 public:
  explicit TracedRun(const std::string& engine, Arguments words = kManyTasks) {
    write_recordings(recordings_);
    words.insert(words.end(), {"--engine", engine, "--trace", file()});
    end = run(run_command(dtmf_model(), out(), {recordings_.path().string()}, words));
  }

  std::string out() const { return folder_ / "out"; }
  std::string file() const { return folder_ / "trace.json"; }
  std::string recordings() const { return recordings_.path().string(); }
  std::vector<json> events() const { return events_in(read_bytes(file())); }
  json summary() const { return json::parse(read_bytes(out() + "/summary.json")); }

  ProgramEnd end;

 private:
  TemporaryFolder recordings_;
  TemporaryFolder folder_;
};

class TraceOfEngine : public ::testing::TestWithParam<const char*> {};

TEST_P(TraceOfEngine, HasEveryTaskThatWasDoneOnTheTrackOfOneWorker) {
  const TracedRun run(GetParam());
  ASSERT_EQ(run.end.exit_code, 1) << run.end.err;  // c.wav is no audio
  const std::vector<json> events = run.events();
  EXPECT_TRUE(slices_nest(events));
  std::map<std::int64_t, std::vector<int>> tracks;
  for (const json& slice : events_of(events, "X", "task")) {
    tracks[slice["args"]["task"]].push_back(slice["tid"]);
  }
  std::set<std::int64_t> begun;
  for (const json& begin : events_of(events, "b", "task")) {
    EXPECT_TRUE(begun.insert(begin["id"].get<std::int64_t>()).second) << begin;
  }
  std::set<std::int64_t> done;
  for (const json& end : events_of(events, "e", "task")) {
    const auto id = end["id"].get<std::int64_t>();
    EXPECT_EQ(begun.erase(id), 1U) << end;
    if (end["args"]["outcome"] == "done") done.insert(id);
  }
  EXPECT_TRUE(begun.empty());
  EXPECT_GE(done.size(), 5U) << "of five recordings; how many make a task follows their speed";
  for (const std::int64_t task : done) EXPECT_EQ(tracks[task].size(), 1U) << task;
  for (const auto& [task, those] : tracks) EXPECT_LE(those.size(), 1U) << task;
}

TEST_P(TraceOfEngine, HasWhatIsReadAheadOnTheTrackOfAHelper) {
  const TracedRun run(GetParam(), {"--workers", "1", "--set", "decode_ahead=true", "--set",
                                   "batch.size=4", "--set", "task_seconds=10"});
  ASSERT_EQ(run.end.exit_code, 1) << run.end.err;
  const std::vector<json> events = run.events();
  EXPECT_TRUE(slices_nest(events));
  std::map<int, std::string> names;
  for (const json& event : events_of(events, "M")) {
    if (event["name"] == "thread_name") names[event["tid"]] = event["args"]["name"];
  }
  std::map<std::string, double> helpers_seconds;
  for (const json& slice : events_of(events, "X", "stage")) {
    if (names[slice["tid"]] != "helper of worker 0") continue;
    helpers_seconds[slice["name"]] += slice["dur"].get<double>() * 1e-6;
  }
  EXPECT_GT(helpers_seconds["decode"], 0);
  EXPECT_GT(helpers_seconds["resample"], 0);
  EXPECT_EQ(helpers_seconds.count("forward"), 0U);
}

// CPU times count in whole microseconds a task, and reading clocks lies between them.
TEST_P(TraceOfEngine, TellsNoLessTimeByTheClockThanWorkersCounted) {
  const TracedRun run(GetParam());
  constexpr double tolerance_seconds = 0.01;  // s, over hundreds of tasks
  std::map<std::string, double> wall;
  std::map<int, double> cpu_of_worker;
  std::map<int, double> wall_of_worker;
  for (const json& slice : events_of(run.events(), "X")) {
    const double seconds = slice["dur"].get<double>() * 1e-6;
    if (slice["cat"] == "stage") wall[slice["name"]] += seconds;
    if (slice["cat"] != "task") continue;
    wall_of_worker[slice["tid"]] += seconds;
    cpu_of_worker[slice["tid"]] += slice["args"].value("cpu_us", 0.0) * 1e-6;
  }
  const json cpu = run.summary()["cpu_seconds"];
  EXPECT_GE(wall["forward"], cpu["forward"].get<double>() - tolerance_seconds);
  EXPECT_GE(wall["seek"] + wall["decode"], cpu["decode"].get<double>() - tolerance_seconds);
  EXPECT_GE(wall["resample"], cpu["resample"].get<double>() - tolerance_seconds);
  EXPECT_GE(wall["reduce"], cpu["reduce"].get<double>() - tolerance_seconds);
  EXPECT_FALSE(cpu_of_worker.empty());
  for (const auto& [worker, seconds] : cpu_of_worker) {
    EXPECT_GT(seconds, 0) << worker;
    EXPECT_GE(wall_of_worker[worker], seconds - tolerance_seconds) << worker;
  }
  for (const char* stage :
       {"wait", "probe", "seek", "decode", "resample", "forward", "reduce", "send"}) {
    EXPECT_GT(wall[stage], 0) << stage;
  }
}

TEST_P(TraceOfEngine, ShowsTheSupervisorAndWhatIsInHand) {
  const TracedRun run(GetParam());
  std::set<std::string> stages;
  std::set<std::string> counters;
  std::int64_t anonymous_bytes = 0;
  for (const json& event : run.events()) {
    if (event.value("cat", "") == "loop") stages.insert(event["name"].get<std::string>());
    if (event["ph"] == "C") counters.insert(event["name"].get<std::string>());
    if (event["name"] == "anonymous memory") anonymous_bytes = event["args"]["bytes"];
  }
  for (const char* stage : {"start-up", "open", "plan", "dispatch", "wait", "receive", "merge",
                            "write", "watch", "stop", "export"}) {
    EXPECT_TRUE(stages.contains(stage)) << stage;
  }
  EXPECT_EQ(counters,
            (std::set<std::string>{"tasks in flight", "free credits", "unreleased segments",
                                   "held back", "recordings", "memory", "anonymous memory"}));
  EXPECT_GT(anonymous_bytes, 1 << 20);
}

TEST_P(TraceOfEngine, LeavesTheResultsAsTheyAre) {
  const TracedRun traced(GetParam());
  const TemporaryFolder folder;
  Arguments words = kManyTasks;
  words.insert(words.end(), {"--engine", GetParam()});
  const ProgramEnd end =
      run(run_command(dtmf_model(), folder / "out", {traced.recordings()}, words));
  EXPECT_EQ(end.exit_code, traced.end.exit_code);
  EXPECT_GT(detections(traced.out()).size(), 1000U);
  EXPECT_TRUE(detections(folder / "out") == detections(traced.out()));
}

INSTANTIATE_TEST_SUITE_P(Engines, TraceOfEngine, ::testing::Values("processes", "threads"));

TEST(TraceCommand, TellsWhereTheTimeWent) {
  const TracedRun traced("processes");
  const ProgramEnd text = run(rookery({"trace", traced.file()}));
  ASSERT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("worker 2"));
  EXPECT_THAT(text.out, HasSubstr("between forwards: "));
  const ProgramEnd told = run(rookery({"trace", traced.file(), "--json"}));
  ASSERT_EQ(told.exit_code, 0) << told.err;
  const json report = json::parse(told.out);
  EXPECT_EQ(report["workers"].size(), 3U);
  EXPECT_EQ(report["probes"], 6);
  EXPECT_TRUE(report["whole"].get<bool>());
  EXPECT_THAT(text.out, HasSubstr(report["sentence"].get<std::string>()));
}

TEST(TraceCommand, ReadsTheFileOfARunThatWasCutOff) {
  const TracedRun traced("threads");
  const std::string whole = read_bytes(traced.file());
  write_bytes(traced.file(), whole.substr(0, whole.size() / 2));
  const ProgramEnd end = run(rookery({"trace", traced.file()}));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, HasSubstr("the file ends early"));
}

// Kills everything once `told` stands in the file, and tells what is read of it.
json report_of_a_killed_run(const std::string& told) {
  const LongJob job({});
  const std::string file = job.file("trace.json");
  {
    RunningProgram run(job.program(1000, {"--trace", file}));
    EXPECT_TRUE(eventually([&] {
      return std::filesystem::exists(file) && read_bytes(file).find(told) != std::string::npos;
    }));
    for (const pid_t process : processes_with(job.mark())) ::kill(process, SIGKILL);
    EXPECT_EQ(run.wait().signal, SIGKILL);
  }
  EXPECT_TRUE(slices_nest(events_in(whole_events(read_bytes(file)))));
  const ProgramEnd text = run(rookery({"trace", file}));
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("the file ends early"));
  const ProgramEnd end = run(rookery({"trace", file, "--json"}));
  EXPECT_EQ(end.exit_code, 0) << end.err;
  return json::parse(end.out);
}

TEST(TraceCommand, ReadsWhatARunThatWasKilledHadDone) {
  const json report = report_of_a_killed_run(R"("name":"forward")");
  EXPECT_FALSE(report["whole"].get<bool>());
  EXPECT_GE(report["tasks"], 1);
  EXPECT_GE(report["probes"], 1);
  EXPECT_GT(report["wall_seconds"], report["model_ready_seconds"]);
  EXPECT_EQ(report["workers"].size(), 2U);
}

TEST(TraceCommand, ReadsTheFileOfARunThatWasKilledAtItsVeryStart) {
  const json report = report_of_a_killed_run("rookery_trace");
  EXPECT_FALSE(report["whole"].get<bool>());
  EXPECT_EQ(report["engine"], "processes");
}

TEST(TraceCommand, RefusesAnotherFile) {
  const ProgramEnd end = run(rookery({"trace", dtmf_model() + "/model.yaml"}));
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr("no trace of a run"));
}

TEST(TraceFile, ThatCannotBeOpenedEndsTheRunAndOneThatCannotBeWrittenDoesNot) {
  const TemporaryFolder folder;
  write_digits(folder / "a.wav", 5);
  const ProgramEnd none = run(run_command(dtmf_model(), folder / "none", {folder / "a.wav"},
                                          {"--trace", folder / "no/such/trace.json"}));
  EXPECT_EQ(none.exit_code, 3);
  EXPECT_THAT(none.err, HasSubstr("no/such/trace.json"));
  const ProgramEnd full =
      run(run_command(dtmf_model(), folder / "full", {folder / "a.wav"}, {"--trace", "/dev/full"}));
  EXPECT_EQ(full.exit_code, 0);
  EXPECT_THAT(full.err, HasSubstr("/dev/full"));
  EXPECT_FALSE(detections(folder / "full").empty());
}

}  // namespace
}  // namespace rookery::e2e
