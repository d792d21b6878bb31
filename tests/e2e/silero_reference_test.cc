// Frame probabilities of the real model through our audio, plan and worker code, against the same
// windows computed in Python with the same module.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>

#include "shm/beacon.h"
#include "supervisor/model_card/model_card_reader.h"
#include "supervisor/planner.h"
#include "supervisor/run_setup.h"
#include "tests/e2e/rookery_run.h"
#include "worker/front_end.h"
#include "worker/model.h"
#include "worker/task_runner.h"
#include "worker/torch_settings.h"

namespace rookery::e2e {
namespace {

std::vector<float> reference_scores(const std::string& path) {
  const std::string bytes = read_bytes(path);
  std::vector<float> scores(bytes.size() / sizeof(float));
  std::memcpy(scores.data(), bytes.data(), scores.size() * sizeof(float));
  return scores;
}

// All scores of the recording in frame order: nothing is dropped as too low.
std::vector<FrameScore> worker_scores(const std::string& model_directory,
                                      const Recording& recording) {
  const LoadedCard loaded = read_model_card(model_directory).value();
  WorkerSettings settings = worker_settings(RunConfig(), loaded.card);
  settings.floors.assign(loaded.card.labels.size(), -std::numeric_limits<float>::infinity());
  const SegmentGeometry& geometry = settings.geometry;
  const auto front_end = std::make_shared<const FrontEnd>(
      FrontEnd::create(settings.front_end, geometry.sample_rate, geometry.input_samples()).value());
  const auto model = std::make_shared<const Model>(Model::load(settings.model_file).value());
  Beacon beacon = Beacon::create(1).value();
  TaskRunner runner =
      TaskRunner::create(settings, front_end, model, StageMeter(beacon.writer(0))).value();

  Task task{1, recording, runner.probe({0, recording}).value().properties, {}};
  RecordingPlan plan(geometry, task.properties, settings.batch_size);
  task.batches = plan.next_batches(plan.segment_count());
  std::vector<FrameScore> scores;
  const TaskResult result = runner.run(task).value();
  for (const SegmentScores& segment : result.segments) {
    scores.insert(scores.end(), segment.scores.begin(), segment.scores.end());
  }
  return scores;
}

TEST(SileroReference, EveryFrameHasPythonsProbability) {
  ASSERT_TRUE(set_process_settings(1));
  ASSERT_TRUE(set_thread_settings(1));
  const auto expected = reference_scores(test_data("silero-reference.f32"));
  const auto scores = worker_scores(
      silero_model(), {0, "speech.wav", test_data("speech-16k/recordings/speech.wav")});
  ASSERT_EQ(scores.size(), expected.size());
  ASSERT_GT(scores.size(), 5000U);
  float highest = 0;
  for (std::size_t frame = 0; frame < scores.size(); ++frame) {
    ASSERT_EQ(scores[frame].frame, static_cast<std::int64_t>(frame)) << "the frames leave a seam";
    ASSERT_NEAR(scores[frame].score, expected[frame], 1e-5) << "frame " << frame;
    highest = std::max(highest, scores[frame].score);
  }
  EXPECT_GT(highest, 0.9F) << "the recording holds speech";
}

}  // namespace
}  // namespace rookery::e2e
