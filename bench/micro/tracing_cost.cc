// What a traced run does more than another, part by part: to note a stage in a worker, to send it
// with an answer, to write it down, and to note and write a stage of the supervisor's loop. The
// time to read a clock is in it.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ipc/codec.h"
#include "supervisor/trace/trace_file.h"
#include "supervisor/trace/trace_recorder.h"
#include "worker/span_log.h"
#include "worker/stage_meter.h"

namespace rookery {
namespace {

// Longer than what is left out of a trace for being short.
constexpr std::int64_t kStepNs = 5'000;

// The host's clock, and a step more at each look.
class SteppingClock final : public Clock {
 public:
  TimePoint now() const override {
    ahead_ += std::chrono::nanoseconds(kStepNs);
    return std::chrono::steady_clock::now() + ahead_;
  }

 private:
  mutable std::chrono::nanoseconds ahead_{0};
};

class TraceFolder {
 public:
  TraceFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "rookery-bench-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  TraceFolder(const TraceFolder&) = delete;
  TraceFolder& operator=(const TraceFolder&) = delete;
  ~TraceFolder() { std::filesystem::remove_all(path_); }

  TraceRecorder recorder(const Clock& clock) const {
    auto file = TraceFile::open((path_ / "trace.json").string());
    return {std::make_unique<TraceFile>(std::move(file).value()),
            clock,
            clock.now(),
            {"bench", "processes", {{0}}, 0}};
  }

 private:
  std::filesystem::path path_;
};

std::vector<StageSpan> spans_of(std::int64_t count) {
  SpanLog log([at_ns = std::int64_t{0}]() mutable { return at_ns += kStepNs; });
  for (std::int64_t i = 0; i < count; ++i) {
    log.enter(i % 2 == 0 ? BeaconStage::kForward : BeaconStage::kReduce);
  }
  return log.take();
}

TaskDone answer_with(std::vector<StageSpan> spans) {
  TaskDone answer;
  answer.result.id = 123'456;
  answer.result.parts.emplace_back();
  answer.result.times.forward_us = 1'000;
  answer.result.spans = std::move(spans);
  return answer;
}

void note_stage(benchmark::State& state) {
  std::int64_t ahead_ns = 0;
  SpanLog log([&] { return monotonic_ns() + (ahead_ns += kStepNs); });
  std::int64_t noted = 0;
  for (auto turn : state) {
    log.enter(noted % 2 == 0 ? BeaconStage::kForward : BeaconStage::kReduce);
    if (++noted % 64 == 0) benchmark::DoNotOptimize(log.take());
  }
}

// Of an answer with so many stages.
void send_answer(benchmark::State& state) {
  const Message answer = answer_with(spans_of(state.range(0)));
  for (auto turn : state) benchmark::DoNotOptimize(decode(encode(answer)));
}

void write_answer(benchmark::State& state) {
  const TraceFolder folder;
  const SteppingClock clock;
  TraceRecorder recorder = folder.recorder(clock);
  const Task task{
      123'456, {4711, "site-017/2024-05-17/recording.wav", "/data/recording.wav"}, {}, {}};
  const PoolEvent answered = TaskAnswered{0, answer_with(spans_of(state.range(0))).result};
  for (auto turn : state) {
    recorder.sends({0, task});
    recorder.handles(answered);
  }
}

void loop_stage(benchmark::State& state) {
  const TraceFolder folder;
  const SteppingClock clock;
  TraceRecorder recorder = folder.recorder(clock);
  std::int64_t noted = 0;
  for (auto turn : state) {
    recorder.enter(++noted % 2 == 0 ? LoopStage::kWait : LoopStage::kReceive);
  }
}

// What a run without a trace pays for that it could have one: a call that does nothing, and at most
// all of a meter's work, a flag among it.
void loop_stage_off(benchmark::State& state) {
  RunTracer* tracer = &RunTracer::none();
  for (auto turn : state) {
    benchmark::DoNotOptimize(tracer);
    tracer->enter(LoopStage::kWait);
  }
}

void note_stage_off(benchmark::State& state) {
  StageMeter meter(std::nullopt, [] { return std::int64_t{0}; });
  for (auto turn : state) {
    meter.enter(BeaconStage::kForward);
    benchmark::ClobberMemory();
  }
}

BENCHMARK(loop_stage_off);
BENCHMARK(note_stage_off);
BENCHMARK(note_stage);
BENCHMARK(send_answer)->Arg(0)->Arg(64);
BENCHMARK(write_answer)->Arg(0)->Arg(64);
BENCHMARK(loop_stage);

}  // namespace
}  // namespace rookery
