// What a message costs to write and to read: a task of one full batch and its answer.
#include <benchmark/benchmark.h>

#include "ipc/codec.h"

namespace rookery {
namespace {

constexpr std::int64_t kSegments = 8;
constexpr std::int32_t kScores = 5;
constexpr std::int64_t kSamples = 160'000;

Message some_task() {
  Task task;
  task.id = 123'456;
  task.recording = {4711, "site-017/2024-05-17/recording.wav", "/data/site-017/recording.wav"};
  task.properties = {115'200'000, 32'000, 1, "WAV, 16 bit PCM", std::nullopt};
  Batch batch;
  for (std::int64_t index = 0; index < kSegments; ++index) {
    const std::int64_t begin = index * kSamples;
    const std::int64_t end = begin + kSamples;
    batch.segments.push_back({index, begin, end, begin, begin, end});
  }
  task.parts = {{{}, {batch}}};
  return task;
}

Message some_answer() {
  TaskDone answer;
  answer.result.id = 123'456;
  ModelScores& scores = answer.result.parts.emplace_back();
  for (std::int64_t index = 0; index < kSegments; ++index) {
    SegmentScores segment{index, {}};
    for (std::int32_t label = 0; label < kScores; ++label) {
      segment.scores.push_back({index, label * 100, 0.9F});
    }
    scores.segments.push_back(std::move(segment));
  }
  return answer;
}

void encode_message(benchmark::State& state, const Message& message) {
  for (auto turn : state) benchmark::DoNotOptimize(encode(message));
}

void decode_message(benchmark::State& state, const Message& message) {
  const std::string bytes = encode(message);
  for (auto turn : state) benchmark::DoNotOptimize(decode(bytes));
}

BENCHMARK_CAPTURE(encode_message, task, some_task());
BENCHMARK_CAPTURE(decode_message, task, some_task());
BENCHMARK_CAPTURE(encode_message, answer, some_answer());
BENCHMARK_CAPTURE(decode_message, answer, some_answer());

}  // namespace
}  // namespace rookery
