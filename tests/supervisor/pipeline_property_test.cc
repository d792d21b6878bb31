// Plan, dispatch, merge and post-process together under random completion orders, deaths and
// answers that come late or twice: what comes out must be what one worker doing all in order would
// give.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "supervisor/dispatcher.h"
#include "supervisor/merger.h"
#include "supervisor/planner.h"
#include "supervisor/postprocess/postprocessor.h"
#include "tests/supervisor/core_generators.h"
#include "tests/supervisor/postprocess/postprocess_oracle.h"
#include "tests/supervisor/reference_worker.h"

namespace rookery {
namespace {

using ::rookery::testing::kNoScore;
using ::rookery::testing::properties_of;
using ::rookery::testing::ScoreMatrix;
using ::rookery::testing::segments_of;

struct Job {
  ModelCard card;
  PostprocessConfig config;
  std::int32_t batch_size = 1;
  std::vector<std::int64_t> lengths;  // of the recordings, in samples
  std::vector<ScoreMatrix> matrices;  // what the model says, for each recording
};

std::size_t row_count(const ModelCard& card, std::int64_t samples) {
  const std::int64_t frame = card.geometry.frame;
  return card.output == OutputType::kTags ? segments_of(card.geometry, samples).size()
                                          : static_cast<std::size_t>((samples + frame - 1) / frame);
}

ScoreMatrix random_scores(std::size_t rows, std::size_t labels, std::mt19937& random) {
  std::uniform_int_distribution<int> eighths(0, 8);
  ScoreMatrix matrix(rows, std::vector<float>(labels));
  for (auto& row : matrix) {
    for (float& score : row) score = static_cast<float>(eighths(random)) / 8;
  }
  return matrix;
}

Job any_job(std::mt19937& random) {
  Job job;
  job.card = testing::any_card(*rc::gen::element(OutputType::kTags, OutputType::kFrames));
  job.config = testing::any_postprocess();
  job.batch_size = *rc::gen::inRange(1, 7);
  job.lengths =
      *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 150));
  for (const std::int64_t samples : job.lengths) {
    job.matrices.push_back(
        random_scores(row_count(job.card, samples), job.card.labels.size(), random));
  }
  return job;
}

// The oracle does not know owned ranges: a frame has its score if any window covers it.
ScoreMatrix without_uncovered_frames(const Job& job, std::size_t recording) {
  const ScoreMatrix& told = job.matrices[recording];
  const std::int64_t frame = job.card.geometry.frame;
  ScoreMatrix covered(told.size(), std::vector<float>(job.card.labels.size(), kNoScore));
  for (const Segment& segment : segments_of(job.card.geometry, job.lengths[recording])) {
    for (std::int64_t t = segment.begin / frame; t * frame < segment.end; ++t) {
      covered[static_cast<std::size_t>(t)] = told[static_cast<std::size_t>(t)];
    }
  }
  return covered;
}

std::vector<Detection> serial(const Job& job, std::size_t recording) {
  const std::int64_t samples = job.lengths[recording];
  if (job.card.output == OutputType::kTags) {
    return testing::serial_tags(job.card, job.config, segments_of(job.card.geometry, samples),
                                job.matrices[recording]);
  }
  return testing::serial_frames(job.card, job.config, samples, job.card.geometry.frame,
                                without_uncovered_frames(job, recording));
}

// One recording on its way from plan to rows.
class Nest {
 public:
  Nest(const Job& job, std::size_t recording)
      : plan_(job.card.geometry, properties_of(job.lengths[recording]), job.batch_size),
        merger_(plan_.segment_count()),
        postprocessor_(make_postprocessor(job.card, job.config, plan_.recording_samples(),
                                          job.card.geometry.frame)) {}

  RecordingPlan& plan() { return plan_; }
  bool complete() const { return merger_.complete(); }

  void take(std::vector<SegmentScores> results) {
    for (const SegmentScores& scores : merger_.add(std::move(results))) {
      append(postprocessor_->add(plan_.segment(scores.segment_index), scores));
    }
  }

  std::vector<Detection> finished_rows() {
    append(postprocessor_->finish());
    std::sort(rows_.begin(), rows_.end(), in_row_order);
    return rows_;
  }

 private:
  void append(const std::vector<Detection>& more) {
    rows_.insert(rows_.end(), more.begin(), more.end());
  }

  RecordingPlan plan_;
  Merger merger_;
  std::unique_ptr<Postprocessor> postprocessor_;
  std::vector<Detection> rows_;
};

// A run without processes: whatever may happen to a pool of workers happens at random.
class RandomRun {
 public:
  RandomRun(const Job& job, int slots, int prefetch, int max_deaths, std::mt19937& random)
      : job_(job),
        random_(random),
        floors_(score_floors(job.card, job.config)),
        dispatcher_(slots, prefetch, max_deaths),
        held_(static_cast<std::size_t>(slots)) {
    for (std::size_t i = 0; i < job.lengths.size(); ++i) nests_.emplace_back(job, i);
  }

  void run() {
    while (true) {
      plan_while_there_is_capacity();
      for (Assignment& a : dispatcher_.assign()) {
        held_[static_cast<std::size_t>(a.slot)].push_back(std::get<Task>(std::move(a.item)));
      }
      if (dispatcher_.idle() && planned_all()) return;
      anything_happens();
    }
  }

  bool failed(std::size_t recording) const { return failed_.contains(recording); }
  bool has_gaps(std::size_t recording) const { return with_gaps_.contains(recording); }
  Nest& nest(std::size_t recording) { return nests_[recording]; }

 private:
  int any_below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(random_); }

  bool planned(std::size_t recording) {
    return failed(recording) || nests_[recording].plan().exhausted();
  }
  bool planned_all() {
    while (next_recording_ < nests_.size() && planned(next_recording_)) ++next_recording_;
    return next_recording_ == nests_.size();
  }

  void plan_while_there_is_capacity() {
    while (dispatcher_.capacity() > 0 && !planned_all()) {
      const auto position = static_cast<std::int64_t>(next_recording_);
      Task task{0, {position, "key", "path"}, properties_of(job_.lengths[next_recording_]), {}};
      task.parts = {{{}, nests_[next_recording_].plan().next_batches({1 + any_below(12)})}};
      dispatcher_.submit(std::move(task));
    }
  }

  void anything_happens() {
    const auto slot = static_cast<SlotId>(any_below(static_cast<int>(held_.size())));
    const int what = any_below(20);
    if (what == 0) {
      die(slot);
    } else if (what == 1) {
      answer_again(slot);
    } else if (what < 8) {
      dispatcher_.worker_ready(slot);
    } else {
      answer(slot);
    }
  }

  void answer(SlotId slot) {
    std::deque<Task>& held = held_[static_cast<std::size_t>(slot)];
    if (held.empty()) return;
    const Task task = std::move(held.front());
    held.pop_front();
    const bool counts = dispatcher_.settle(slot, task.id).has_value();
    RC_ASSERT(counts || !task.parts.front().left_out.empty());
    gone_.emplace_back(slot, task);
    if (!counts) return;
    take(task);
    if (any_below(8) == 0) take(task);  // one that got past the dispatcher twice
  }

  void take(const Task& task) {
    const auto recording = static_cast<std::size_t>(task.recording.position);
    if (failed(recording)) return;
    const std::vector<std::int64_t>& left_out = task.parts.front().left_out;
    if (!left_out.empty()) with_gaps_.insert(recording);
    std::vector<SegmentScores> results;
    for (const Batch& batch : task.parts.front().batches) {
      for (const Segment& segment : batch.segments) {
        if (std::ranges::find(left_out, segment.index) != left_out.end()) {
          results.push_back({segment.index, {}});
          continue;
        }
        results.push_back(testing::reduced(job_.card, segment, job_.matrices[recording], floors_));
      }
    }
    nests_[recording].take(std::move(results));
  }

  void die(SlotId slot) {
    std::deque<Task> lost = std::exchange(held_[static_cast<std::size_t>(slot)], {});
    const WorkDeath death = death_of(lost);
    for (Task& task : lost) gone_.emplace_back(slot, std::move(task));
    if (const auto given_up = dispatcher_.worker_died(slot, death)) {
      const std::int64_t position = recording_of(given_up->item).position;
      RC_ASSERT(failed_.insert(static_cast<std::size_t>(position)).second);
      dispatcher_.drop_recording(position);
    }
  }

  // Charged, or from outside, at a random batch of the first.
  WorkDeath death_of(const std::deque<Task>& held) {
    WorkDeath death;
    death.charged = any_below(2) == 0;
    if (held.empty()) return death;
    const std::vector<Batch>& batches = held.front().parts.front().batches;
    const Batch& batch =
        batches[static_cast<std::size_t>(any_below(static_cast<int>(batches.size())))];
    death.note = {held.front().id, 0, batch.segments.front().index, BeaconStage::kForward};
    return death;
  }

  // An answer that was given already, or that a dead worker had sent before it died.
  void answer_again(SlotId slot) {
    for (const auto& [from, task] : gone_) {
      RC_ASSERT(!dispatcher_.settle(slot, task.id).has_value());
      RC_ASSERT(!dispatcher_.settle(from, task.id).has_value());
    }
  }

  const Job& job_;
  std::mt19937& random_;
  std::vector<float> floors_;
  Dispatcher dispatcher_;
  std::vector<std::deque<Task>> held_;
  std::vector<std::pair<SlotId, Task>> gone_;
  std::vector<Nest> nests_;
  std::size_t next_recording_ = 0;
  std::set<std::size_t> failed_;
  std::set<std::size_t> with_gaps_;
};

RC_GTEST_PROP(PipelineProperty, RowsAreThoseOfTheSerialRunWhateverHappensToWorkers, ()) {
  std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
  const Job job = any_job(random);
  constexpr int never_given_up = 1'000'000;
  RandomRun run(job, *rc::gen::inRange(1, 5), *rc::gen::inRange(1, 4), never_given_up, random);
  run.run();
  for (std::size_t i = 0; i < job.lengths.size(); ++i) {
    RC_ASSERT(run.nest(i).complete());
    RC_ASSERT(run.nest(i).finished_rows() == serial(job, i));
  }
}

RC_GTEST_PROP(PipelineProperty, RecordingsGivenUpLeaveTheRowsOfOthersAsTheyAre, ()) {
  std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
  const Job job = any_job(random);
  RandomRun run(job, *rc::gen::inRange(1, 5), *rc::gen::inRange(1, 4), *rc::gen::inRange(1, 3),
                random);
  run.run();
  std::size_t failures = 0;
  std::size_t gaps = 0;
  for (std::size_t i = 0; i < job.lengths.size(); ++i) {
    if (run.failed(i)) {
      ++failures;
      continue;
    }
    RC_ASSERT(run.nest(i).complete());
    const auto rows = run.nest(i).finished_rows();
    if (run.has_gaps(i)) ++gaps;
    if (!run.has_gaps(i)) RC_ASSERT(rows == serial(job, i));
  }
  RC_CLASSIFY(gaps > 0, "with recordings that have gaps");
  RC_CLASSIFY(failures > 0, "with recordings given up");
  RC_CLASSIFY(failures < job.lengths.size(), "with recordings done");
}

}  // namespace
}  // namespace rookery
