// What the pure core costs for each task of a long recording: planning it, keeping its credit and
// putting its results back in order.
#include <benchmark/benchmark.h>

#include <utility>
#include <vector>

#include "supervisor/dispatcher.h"
#include "supervisor/merger.h"
#include "supervisor/planner.h"

namespace rookery {
namespace {

constexpr std::int32_t kRate = 32'000;
constexpr std::int32_t kBatch = 8;
constexpr int kSlots = 2;

SegmentGeometry five_seconds() {
  SegmentGeometry geometry;
  geometry.sample_rate = kRate;
  geometry.window = geometry.hop = std::int64_t{5} * kRate;
  return geometry;
}

RecordingProperties one_day() { return {86'400LL * kRate, kRate, 1, "made up", std::nullopt}; }

void plan_task(benchmark::State& state) {
  RecordingPlan plan(five_seconds(), one_day(), kBatch);
  for (auto turn : state) {
    if (plan.exhausted()) plan = RecordingPlan(five_seconds(), one_day(), kBatch);
    benchmark::DoNotOptimize(plan.next_batches({kBatch}));
  }
}
BENCHMARK(plan_task);

void dispatch_and_settle_task(benchmark::State& state) {
  Dispatcher dispatcher(kSlots, 2, 2);
  for (SlotId slot = 0; slot < kSlots; ++slot) dispatcher.worker_ready(slot);
  for (auto turn : state) {
    dispatcher.submit(Task{});
    for (const Assignment& assignment : dispatcher.assign()) {
      benchmark::DoNotOptimize(
          dispatcher.settle(assignment.slot, std::get<Task>(assignment.item).id));
    }
  }
}
BENCHMARK(dispatch_and_settle_task);

std::vector<SegmentScores> scores_of_task(std::int64_t first) {
  std::vector<SegmentScores> scores;
  for (std::int64_t index = first; index < first + kBatch; ++index) scores.push_back({index, {}});
  return scores;
}

// Every second task comes before the one that it follows.
void merge_two_tasks_out_of_order(benchmark::State& state) {
  Merger merger(std::int64_t{1} << 62);
  std::int64_t first = 0;
  for (auto turn : state) {
    benchmark::DoNotOptimize(merger.add(scores_of_task(first + kBatch)));
    benchmark::DoNotOptimize(merger.add(scores_of_task(first)));
    first += std::int64_t{2} * kBatch;
  }
}
BENCHMARK(merge_two_tasks_out_of_order);

}  // namespace
}  // namespace rookery
